"""Training end to end on a few dozen made-up provisions, and each step on cases worked by hand."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from embeddings.pair_encoder import PairEncoder, Vocabulary
from embeddings.terms import term_id
from embeddings.train.cli import train_encoder
from embeddings.train.evaluation import measure
from embeddings.train.pairs import Pair, provision_pairs, question_pairs, sentences
from embeddings.train.saving import quantised, write_model
from embeddings.train.sources import Article, Provision, Question, fold_of, split_provisions, without_repeats
from embeddings.train.training import (
    TokenBags,
    TrainingConfig,
    batches,
    embed,
    keywords,
    piece_matrix,
    tokenised,
    train_table,
)
from embeddings.train.vocabulary import learn_vocabulary
from embeddings.train.written import passages, read_written

SUBJECTS = ["养老保险", "地震预警", "信息公开", "农业补贴", "消防检查", "食品安全", "道路运输", "档案管理"]
DEEDS = ["申请", "登记", "审查", "监督", "处罚", "公示"]
TAILS = ["应当在二十个工作日内完成", "由县级人民政府负责", "不得收取任何费用", "可以委托第三方机构"]


def provisions() -> list[Provision]:
    return [
        Provision(
            f"{subject}办法",
            f"第{1 + i % 3}章{deed}",
            f"{subject}的{deed}{TAILS[i % 4]}。{subject}{deed}的记录保存三年。",
        )
        for subject in SUBJECTS
        for i, deed in enumerate(DEEDS)
    ]


def trained(config: TrainingConfig) -> tuple[Vocabulary, np.ndarray]:
    texts = provisions()
    vocabulary = learn_vocabulary([one.text for one in texts], 400, rarest=2)
    pairs = list(provision_pairs(texts, random.Random(1)))
    return vocabulary, train_table(vocabulary, pairs, config)


SMALL = TrainingConfig(dim=16, epochs=20, batch_size=16, neighbours=4, seed=3)


def test_a_small_model_learns_and_loads(tmp_path: Path) -> None:
    write_model(tmp_path, *trained(SMALL), "# 试验\n")
    encoder = PairEncoder(tmp_path, name="tiny")
    texts = [one.text for one in provisions()] + ["", "龘", "ＡＢＣ"]
    vectors = encoder.encode_passages(texts)
    # A question of two words finds a provision with both, though dozens share one of them.
    found = (encoder.encode_queries(["谁来做地震预警的公示"]) @ vectors.T).argmax()
    assert "地震预警的公示" in texts[found]


def test_the_same_seed_gives_the_same_vocabulary_and_nearly_the_same_table() -> None:
    (one, first), (other, second) = trained(SMALL), trained(SMALL)
    np.testing.assert_array_equal(one.terms, other.terms)
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_a_vocabulary_holds_characters_first_then_what_is_frequent() -> None:
    texts = ["养老金"] * 5 + ["养老"] * 5 + ["2023"] * 4 + ["金鱼"] * 2
    terms = set(learn_vocabulary(texts, 6).terms.tolist())
    assert {term_id(one) for one in ("养", "老", "金", "养老")} <= terms
    # 鱼 and 金鱼 come twice, which is too rare; of 老金 and 2023, five times and four, one place is left for each.
    assert terms == {term_id(one) for one in ("养", "老", "金", "养老", "老金", "2023")}


def test_an_unknown_pair_is_its_characters() -> None:
    vocabulary = learn_vocabulary(["养老"] * 3 + ["保险"] * 3, 50)
    rows, starts = vocabulary.bags(["养老", "老保", "龘", "养老 x"])
    spelled = [vocabulary.terms[rows[a:b]].tolist() for a, b in itertools.pairwise(starts)]
    assert spelled == [[term_id("养老")], [term_id("老"), term_id("保")], [], [term_id("养老")]]


def write_jsonl(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def made_up_corpus(shared: Path) -> None:
    """Writes the layout of the shared folder with a made-up law for each subject."""
    for subject in SUBJECTS:
        law = shared / "corpora" / "laws" / "社会法" / f"{subject}办法(2020-01-01).md"
        law.parent.mkdir(parents=True, exist_ok=True)
        body = [f"# {subject}办法", "2020年1月1日通过", "<!-- INFO END -->", "## 第一章 总则"]
        body += [f"第{'一二三四五六'[i]}条 {subject}的{deed}{TAILS[i % 4]}。" for i, deed in enumerate(DEEDS)]
        law.write_text("\n\n".join(body), encoding="utf-8")
    policy = "某市关于加强就业服务的通知\n一、强化培训\n对参加职业技能培训的人员按规定给予培训补贴。"
    write_jsonl(shared / "corpora" / "policy_text.jsonl", [{"path": "a/b.txt", "text": policy}])
    report = {"title": "2020年政府工作报告", "content": "过去一年，全市经济平稳运行，居民收入稳步增长。"}
    write_jsonl(shared / "corpora" / "government_work_reports.jsonl", [report])
    articles: list[dict[str, object]] = [
        {
            "id": i,
            "law": f"{subject}办法",
            "article": f"第{'一二三四五六'[j]}条",
            "content": f"{subject}的{deed}{TAILS[j % 4]}。",
        }
        for i, (subject, j, deed) in enumerate((s, j, d) for s in SUBJECTS for j, d in enumerate(DEEDS))
    ]
    stard = shared / "benchmarks" / "stard"
    write_jsonl(stard / "articles.jsonl", articles)
    asked: list[dict[str, object]] = [
        {
            "query_id": i,
            "question": f"我想问问{subject}怎么{deed}呀",
            "gold_ids": [i],
            # The real file writes a missing answer as the number NaN.
            "answer": float("nan") if i % 7 == 0 else f"您好，{subject}的{deed}需要本人到窗口办理。",
        }
        for i, (subject, deed) in enumerate((s, d) for s in SUBJECTS for d in DEEDS)
    ]
    write_jsonl(stard / "questions_train.jsonl", asked)
    scenario: dict[str, object] = {
        "id": 0,
        "question": "张先生搭了一个烟花摊子，消防人员上门查看，他可以拒绝吗？",
        "answer": "根据消防检查办法第三条的规定，张先生应当配合消防人员的审查。",
        "gold": [{"law": "根据消防检查办法", "article": "第三条"}],
    }
    write_jsonl(shared / "benchmarks" / "lawbench" / "3-2.jsonl", [scenario])


def test_the_command_trains_measures_and_writes_a_card(tmp_path: Path) -> None:
    made_up_corpus(tmp_path / "shared")
    out = tmp_path / "model"
    arguments = f"--shared {tmp_path / 'shared'} --out {out} --dim 16 --epochs 2 --vocabulary 1000 --batch-size 16"
    result = CliRunner().invoke(train_encoder, arguments.split(), catch_exceptions=False)
    assert result.exit_code == 0
    assert "全部法条：recall@1" in result.output
    assert PairEncoder(out, name="tiny").encode_queries(["地震预警怎么申请"]).any()
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "| 全部法条 | 0." in card and "--dim 16" in card
    # Machine paths stay out of what is committed.
    assert str(tmp_path) not in card


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(train_encoder, ["--shared", str(tmp_path), "--out", str(tmp_path / "model")])
    assert result.exit_code == 1
    assert "不完整" in result.output and not (tmp_path / "model").exists()


def test_provisions_follow_articles_headings_and_paragraphs() -> None:
    lines = [
        "## 第二章　扶持措施",
        "第四条 有下列情形之一的，给予补贴：",
        "（一）首次创业的；",  # an item belongs to its article
        "第四条之一 补贴不得重复申领。",  # 之一 is an article of its own
        "### 第一节 标准",
        "对获得有机农产品认证的企业，一次性给予奖励三万元。",  # a paragraph outside any article
        "（三）资金保障",  # short and without a stop: a heading
        "",
        "各县区人民政府应当将所需资金列入本级财政预算，确保按时拨付到位。",
        "附件",  # too short to say anything
    ]
    found = [(one.heading, one.text) for one in split_provisions("某办法", lines)]
    assert found == [
        ("第二章扶持措施", "有下列情形之一的，给予补贴：\n（一）首次创业的；"),
        ("第二章扶持措施", "补贴不得重复申领。"),
        ("第一节标准", lines[5]),
        ("资金保障", lines[8]),
    ]


def test_a_sentence_query_is_taken_out_of_most_passages() -> None:
    pairs = [pair for pair in provision_pairs(provisions(), random.Random(5)) if pair.kind == "sentence"]
    kept = sum(pair.query in pair.passage for pair in pairs)
    assert len(pairs) == len(provisions()) and 0 < kept < len(pairs) / 2
    assert all(pair.query in " ".join(one.text for one in provisions()) for pair in pairs)


def test_questions_pair_with_articles_and_answers() -> None:
    articles = [Article(0, "甲法", "第一条", "甲的内容。"), Article(1, "乙法", "第二条", "乙的内容。")]
    asked = Question("q", "问什么", "律师的答复有十几个字那么长。", (1,))
    assert list(question_pairs([asked], articles)) == [
        Pair("问什么", "乙法第二条\n乙的内容。", "question"),
        Pair("问什么", asked.answer, "answer"),
        Pair(asked.answer, "乙法第二条\n乙的内容。", "answer"),
    ]


def test_the_folds_are_by_id_and_even() -> None:
    folds = [fold_of(f"stard-{n}", seed=7) for n in range(2000)]
    assert all(340 < folds.count(fold) < 460 for fold in range(5))
    assert folds == [fold_of(f"stard-{n}", seed=7) for n in range(2000)]


def test_questions_that_repeat_a_held_out_one_are_left_out() -> None:
    held = [Question("h", "房东不退押金怎么办？", "", (0,))]
    others = [
        Question("same", "房东不退押金怎么办", "", (0,)),  # the same but for the mark
        Question("near", "请问房东不退押金怎么办呢", "", (0,)),  # the same with courtesies
        Question("other", "公司拖欠工资怎么办？", "", (1,)),  # only 怎么办 in common
    ]
    assert [question.question_id for question in without_repeats(others, held)] == ["other"]


def test_sentences_end_at_full_stops_and_semicolons() -> None:
    found = sentences("一是加强领导工作；二是保障资金到位。三", shortest=5)
    assert found == ["一是加强领导工作；", "二是保障资金到位。"]


def test_bags_give_back_their_texts_in_any_order() -> None:
    bags = TokenBags(np.array([5, 6, 7, 8]), np.array([0, 2, 2, 4]))
    tokens, lengths = bags.take(np.array([2, 1, 0]))
    assert tokens.tolist() == [7, 8, 5, 6] and lengths.tolist() == [2, 0, 2]


def test_keywords_come_from_their_own_bag_and_prefer_weight() -> None:
    rng = np.random.default_rng(0)
    tokens, lengths = np.array([0, 1, 2, 3, 4, 5] * 200), np.array([6] * 200)
    weights = np.array([0.01, 0.01, 0.01, 5, 5, 5])
    drawn, counts = keywords(tokens, lengths, weights, rng, most=3)
    assert set(counts.tolist()) <= {2, 3} and counts.sum() == len(drawn)
    assert (drawn >= 3).mean() > 0.9


def test_a_batch_has_one_kind_and_each_pair_comes_once_an_epoch() -> None:
    texts = provisions()
    vocabulary = learn_vocabulary([one.text for one in texts], 300, rarest=2)
    bags = tokenised(vocabulary, list(provision_pairs(texts, random.Random(1))), SMALL)
    seen: dict[str, list[int]] = {}
    for group, rows in batches(bags, 16, 4, np.random.default_rng(1)):
        seen.setdefault(group.kind, []).extend(rows.tolist())
    assert {kind: sorted(rows) for kind, rows in seen.items()} == {
        group.kind: list(range(group.n_pairs)) for group in bags
    }


def test_a_pair_holds_its_characters() -> None:
    vocabulary = learn_vocabulary(["养老"] * 20, 50, rarest=2)
    place = {name: int(vocabulary.rows_of(np.array([term_id(name)], np.uint64))[0]) for name in ("养老", "养", "老")}
    matrix = piece_matrix(vocabulary, 0.5).to_dense().numpy()
    assert matrix[place["养老"], place["养老"]] == matrix[place["养"], place["养"]] == 1
    np.testing.assert_allclose(matrix[place["养老"], [place["养"], place["老"]]], 0.5 / 2**0.5)
    assert (matrix != 0).sum() == 5


def test_quantising_moves_a_value_by_half_a_step_at_most() -> None:
    table = np.random.default_rng(4).normal(size=(50, 8)).astype(np.float32)
    table[0] = 0
    rows, factors = quantised(table)
    assert rows.dtype == np.int8 and not rows[0].any()
    assert (np.abs(rows * factors[:, None] - table) <= factors[:, None] * 0.5001).all()


def test_embed_equals_the_saved_encoder_but_for_quantising(tmp_path: Path) -> None:
    vocabulary, table = trained(SMALL)
    write_model(tmp_path, vocabulary, table, "")
    texts = [one.text for one in provisions()] + [""]
    here = embed(table, TokenBags.of(vocabulary, texts, longest=1000))
    saved = PairEncoder(tmp_path, name="tiny").encode_passages(texts)
    np.testing.assert_allclose(here, saved, atol=0.02)


# recall@k counts all gold articles; the reciprocal rank only the first found, and only up to rank 10.
@pytest.mark.parametrize(
    ("ranking", "gold", "recall_at_1", "recall_at_5", "reciprocal_rank"),
    [
        ([3, 1, 2], [3], 1.0, 1.0, 1.0),  # found first
        ([3, 1, 2], [2], 0.0, 1.0, 1 / 3),  # found third
        ([3, 1, 2], [1, 9], 0.0, 0.5, 1 / 2),  # one of two
        ([3, 1, 2], [7], 0.0, 0.0, 0.0),  # not found
        (list(range(20)), [10], 0.0, 0.0, 0.0),  # found eleventh: too late for MRR@10
    ],
)
def test_measures_by_hand(
    ranking: list[int], gold: list[int], recall_at_1: float, recall_at_5: float, reciprocal_rank: float
) -> None:
    scores = measure([np.array(ranking)], [gold], len(ranking))
    assert (scores.recall_at[1], scores.recall_at[5]) == (recall_at_1, recall_at_5)
    assert scores.mrr_at_10 == pytest.approx(reciprocal_rank)


def test_written_questions_are_many_name_their_clauses_and_repeat_little() -> None:
    questions = read_written()
    assert len(questions) > 30_000
    assert {question.collection for question in questions} == {"laws", "policies", "regulations"}
    assert all(question.clauses and 4 <= len(question.text) <= 200 for question in questions)
    assert len({question.text for question in questions}) > 0.95 * len(questions)


SHARED = Path(__file__).parents[3] / "shared"


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "benchmarks" / "stard").is_dir(), reason="../shared is absent")
def test_every_written_question_finds_its_clauses() -> None:
    from embeddings.train.sources import read_articles

    some = [question for n, question in enumerate(read_written()) if n % 200 == 0]
    assert len({question.collection for question in some}) == 3
    for question, found in passages(SHARED, some, read_articles(SHARED)):
        assert len(found) == len(question.clauses), question


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "benchmarks" / "stard").is_dir(), reason="../shared is absent")
def test_no_training_question_repeats_a_held_out_one() -> None:
    from embeddings.train.cli import SPLIT_SEED
    from embeddings.train.sources import read_articles, read_questions, read_scenarios

    questions = read_questions(SHARED)
    held = [question for question in questions if fold_of(question.question_id, SPLIT_SEED) == 0]
    rest = [question for question in questions if fold_of(question.question_id, SPLIT_SEED) != 0]
    kept = without_repeats([*rest, *read_scenarios(SHARED, read_articles(SHARED))], held)
    assert len(held) == 245 and len(kept) == 1305
    assert not {question.text for question in kept} & {question.text for question in held}
