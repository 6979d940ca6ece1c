"""``gazette bench`` end to end on a handful of articles, and its parts on cases worked by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.bench.cli import bench
from evals.bench.collection import Article, Question, as_batches, read_articles, read_questions
from evals.bench.measures import make_room, read_run, score, write_run
from evals.bench.systems import build, require
from evals.errors import EvaluationError

TEXTS = {
    "劳动法第五十条": "工资应当以货币形式按月支付给劳动者本人。不得克扣或者无故拖欠劳动者的工资。",
    "劳动法第三十六条": "国家实行劳动者每日工作时间不超过八小时的工时制度。",
    "婚姻登记条例第四条": "内地居民结婚，男女双方应当共同到一方当事人常住户口所在地的婚姻登记机关办理结婚登记。",
    "婚姻登记条例第十条": "内地居民自愿离婚的，男女双方应当共同到婚姻登记机关办理离婚登记。",
    "道路交通安全法第九十一条": "饮酒后驾驶机动车的，处暂扣六个月机动车驾驶证，并处一千元以上二千元以下罚款。",
    "道路交通安全法第九十一条之一": "本条另有规定的，从其规定。",
    "某市养犬管理规定": "养犬应当办理养犬登记，携犬出户应当牵引。",
}
ASKED = [("老板拖着工资不发怎么办", [0]), ("去哪领结婚证", [2]), ("喝酒开车罚多少", [4]), ("遛狗要不要拴绳", [6])]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    articles, questions = tmp_path / "articles.jsonl", tmp_path / "questions.jsonl"
    rows = [{"id": n, "name": name, "content": text} for n, (name, text) in enumerate(TEXTS.items())]
    articles.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    asked = [{"query_id": n, "question": text, "gold_ids": gold} for n, (text, gold) in enumerate(ASKED)]
    questions.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in asked), encoding="utf-8")
    return articles, questions


@pytest.mark.parametrize("system", ["bm25", "dense", "hybrid", "full"])
def test_every_system_writes_a_run_that_can_be_scored(files, tmp_path, system):
    articles, questions = files
    out = tmp_path / "run.trec"
    arguments = ["retrieval", "--articles", articles, "--questions", questions, "--out", out, "--system", system]
    done = CliRunner().invoke(bench, [*map(str, arguments), "--k", "5", "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["articles"] == len(TEXTS)
    lines = [line.split() for line in out.read_text(encoding="utf-8").splitlines()]
    assert all(len(line) == 6 and line[1] == "Q0" and line[5] == system for line in lines)
    assert {line[0] for line in lines} <= {"0", "1", "2", "3"}
    scored = CliRunner().invoke(bench, ["score", str(out), "--questions", str(questions), "--json"])
    measures = json.loads(scored.stdout)["measures"]
    assert set(measures) == {*(f"recall@{k}" for k in (1, 5, 10, 20, 100)), "MRR@10", "nDCG@10"}
    if system == "full":
        assert measures["recall@1"]["mean"] == 1.0


def test_an_unknown_system_is_named(files, tmp_path):
    articles, questions = files
    arguments = [
        "retrieval",
        "--articles",
        articles,
        "--questions",
        questions,
        "--out",
        tmp_path / "r",
        "--system",
        "./no",
    ]
    done = CliRunner().invoke(bench, list(map(str, arguments)))
    assert done.exit_code == 1 and "没有名为 ./no 的系统" in done.output and not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("line", "problem"),
    [("{", "不是 JSON"), ('{"id": 1}', "缺少字段 name、content"), ("[]", "缺少字段")],
)
def test_a_bad_line_is_named_by_number(tmp_path, line, problem):
    path = tmp_path / "articles.jsonl"
    path.write_text('{"id": 0, "name": "甲法第一条", "content": "乙"}\n' + line, encoding="utf-8")
    with pytest.raises(EvaluationError, match=f"第 2 行.*{problem}"):
        read_articles(path)


def test_ids_must_differ(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"query_id": 0, "question": "甲"}\n{"query_id": 0, "question": "乙"}\n', encoding="utf-8")
    with pytest.raises(EvaluationError, match="query_id"):
        read_questions(path)


def test_articles_become_documents_by_law_and_a_second_version_its_own():
    articles = [
        Article("a", "甲法第一条", "旧。"),
        Article("b", "甲法第二条", "另一条。\n第二款。"),
        Article("c", "甲法第一条", "新。"),
        Article("d", "乙办法", "全文。"),
        Article("e", "甲法第十二条之一", ""),
    ]
    batches, ids = as_batches(articles)
    documents = {document.document_id: document for _, _, (document,) in batches}
    assert set(documents) == {"甲法", "甲法（同名之2）", "乙办法"}
    assert sorted(ids.values()) == ["a", "b", "c", "d", "e"]
    assert ids["甲法", "第十二条之一"] == "e" and ids["乙办法", "前言"] == "d"
    assert [p.text for p in documents["甲法"].by_path["第二条"].paragraphs] == ["另一条。", "第二款。"]


def test_a_written_run_keeps_its_order_and_is_read_back(tmp_path):
    path = tmp_path / "deep" / "run.trec"
    write_run(path, {"q": [("b", 1.0), ("a", 1.0), ("c", 0.5)], "empty": []}, "tag")
    run = read_run(path)["q"]
    assert sorted(run, key=run.__getitem__, reverse=True) == ["b", "a", "c"] and run["b"] == 1.0
    path.write_text("q Q0 a 1\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="第 1 行不是 TREC"):
        read_run(path)


def test_ties_keep_their_order_through_the_measures(tmp_path):
    """trec_eval breaks ties by id; the larger id would win."""
    for first, second in (("a", "b"), ("b", "a")):
        write_run(tmp_path / "run", {"q": [(first, 7.25), (second, 7.25)]}, "tag")
        assert score(read_run(tmp_path / "run"), [Question("q", "", (first,))]).measures["R@1"].mean == 1.0


def test_a_store_in_use_is_not_mixed_with_the_articles(files, tmp_path):
    articles, _ = files
    build("hybrid", [Article("9", "别的法第一条", "别的。")], tmp_path / "store")
    with pytest.raises(EvaluationError, match="别的法"):
        build("hybrid", read_articles(articles), tmp_path / "store")


def test_what_is_not_installed_and_what_cannot_be_written_is_said_first(tmp_path):
    with pytest.raises(EvaluationError, match=r"no_such_library.*\.\[bench\]"):
        require("json", "no_such_library")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EvaluationError, match="--out"):
        make_room(tmp_path / "file" / "deeper")


def test_measures_by_hand():
    run = {"1": {"x": 3.0, "gold": 2.0, "y": 1.0}, "2": {"gold": 1.0}}
    questions = [
        Question("1", "", ("gold", "absent")),
        Question("2", "", ("gold",)),
        Question("3", "", ("gold",)),  # found nothing: counts as zero
        Question("4", "", ()),  # no gold: does not count
    ]
    measures = score(run, questions).measures
    assert score(run, questions).n_questions == 3
    assert measures["R@1"].mean == pytest.approx((0 + 1 + 0) / 3)
    assert measures["R@5"].mean == pytest.approx((0.5 + 1 + 0) / 3)
    assert measures["RR@10"].mean == pytest.approx((0.5 + 1 + 0) / 3)
    assert score(run, questions) == score(run, questions)


def test_a_run_of_other_questions_is_refused():
    with pytest.raises(EvaluationError, match="没有一个提问"):
        score({"9": {"a": 1.0}}, [Question("1", "", ("a",))])
    with pytest.raises(EvaluationError, match="gold_ids"):
        score({"1": {"a": 1.0}}, [Question("1", "", ())])


def test_cases_are_ranked_on_the_bundled_gazette():
    cases = Path(__file__).parents[2] / "evals" / "cases" / "xinyu-2023-04.jsonl"
    done = CliRunner().invoke(bench, ["cases", str(cases), "--json"], catch_exceptions=False)
    figures = json.loads(done.stdout)
    assert figures["cases"] > 150 and 0.6 < figures["first"] <= figures["first_five"] <= 1
    assert len(figures["missed"]) == round(figures["cases"] * (1 - figures["first"]))
