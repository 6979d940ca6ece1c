"""Each command on a store, as text and as JSON, with its exit codes and errors."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from assistant import cli
from assistant.errors import AmbiguousDocument, UnknownClause, UnknownDocument
from assistant.models import Answer, ClauseView, DocumentSummary, QuoteCheck, SearchHit
from embeddings.store import EmptyStore
from ingest.reader import bundled_gazettes

SOCIAL, QUAKE, REVIEW = "余府发〔2023〕19号", "余府办发〔2023〕19号", "余府办字〔2023〕32号"


@pytest.fixture
def invoke(store_settings):
    """Runs a command on the shared store, or on another."""

    def run(command, *arguments, store=None):
        home = store or store_settings.home
        return CliRunner().invoke(getattr(cli, command), [*map(str, arguments), "--store", str(home)])

    return run


def loaded(result):
    return json.loads(result.stdout)


def test_documents_lists_what_is_held(invoke):
    text = invoke("documents")
    assert text.exit_code == 0
    assert SOCIAL in text.stdout and "(无文号)" in text.stdout and "时效性未核实" in text.stdout
    records = loaded(invoke("documents", "--json"))
    assert len(records) == 14
    assert {DocumentSummary(**r).id for r in records} >= {SOCIAL, QUAKE, REVIEW}


def test_show_prints_an_outline_or_a_clause_in_any_spelling(invoke):
    outline = invoke("show", "社保实施意见")
    assert outline.exit_code == 0 and "195元" not in outline.stdout[:200]
    clause = invoke("show", "余府办发[2023]19", "第16条第2款")
    assert clause.exit_code == 0
    assert clause.stdout.startswith("《新余市建设工程抗震设防监管暂行办法》(余府办发〔2023〕19号)第十六条第二款\n")
    view = ClauseView(**loaded(invoke("show", "抗震办法", "第十六条第二款", "--json")))
    assert (view.clause, view.document) == ("第十六条/第2款", QUAKE)
    record = loaded(invoke("show", "抗震办法", "--json"))
    assert record["document_number"] == QUAKE
    assert "/" not in record["source"]["path"]


def test_show_prints_the_items_under_a_clause(invoke):
    shown = invoke("show", "抗震办法", "第四条第(一)项").stdout
    assert "大跨度桥" in shown or "公路" in shown
    assert shown.count("\n") > 3


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("余府发〔2024〕19号",), UnknownDocument),
        (("19号文",), AmbiguousDocument),
        (("抗震办法", "第二十二条"), UnknownClause),
    ],
)
def test_show_fails_for_what_is_not_held(invoke, arguments, error):
    result = invoke("show", *arguments)
    assert result.exit_code != 0
    assert isinstance(result.exception, error)


def test_search_gives_ranked_hits(invoke):
    hits = [SearchHit(**r) for r in loaded(invoke("search", "养老金", "-k", 3, "--json"))]
    assert [h.rank for h in hits] == [1, 2, 3]
    assert hits == sorted(hits, key=lambda h: -h.score)
    text = invoke("search", "养老金", "-k", 2)
    assert text.exit_code == 0
    assert text.stdout.startswith(" 1. ") and "\n 2. " in text.stdout and " 3. " not in text.stdout


@pytest.mark.parametrize("k", [0, 101, "x"])
def test_search_refuses_an_impossible_k(invoke, k):
    assert invoke("search", "养老金", "-k", k).exit_code == 2


def test_ask_prints_the_answer_with_its_citations(invoke):
    text = invoke("ask", "余府办发〔2023〕19号第三条")
    assert text.exit_code == 0
    assert "[1] 《" in text.stdout and "第三条" in text.stdout
    answer = Answer(**loaded(invoke("ask", "余府办发〔2023〕19号第三条", "--json")))
    assert (answer.state, answer.citations[0].clause) == ("answered", "第三条")


def test_a_question_after_others_is_made_whole(invoke):
    text = invoke("ask", "--after", "工伤保险哪个局牵头", "那失业保险呢")
    assert text.exit_code == 0
    assert text.stdout.startswith("按此查找:失业保险哪个局牵头")


def test_a_refusal_is_an_outcome_and_no_failure(invoke):
    result = invoke("ask", "余府发〔2023〕99号第三条", "--json")
    assert result.exit_code == 0
    assert Answer(**loaded(result)).state == "refused"


@pytest.mark.parametrize(
    ("text", "verdict", "exit_code", "shown"),
    [
        ("未经审查的政府信息不得公开", "identical", 0, "与原文一致"),
        ("涉密信息不上网、上网信息不涉密", "punctuation_only", 0, "仅标点不同"),
        ("未经审核的政府信息不得公开", "altered", 2, "[-查-]{+核+}"),
        ("今天天气很好我想去公园玩", "not_found", 2, "未找到"),
    ],
)
def test_check_tells_the_wording_by_its_exit_code(invoke, text, verdict, exit_code, shown):
    printed = invoke("check", text)
    assert (printed.exit_code, shown in printed.stdout) == (exit_code, True)
    result = invoke("check", text, "--json")
    assert (result.exit_code, QuoteCheck(**loaded(result)).verdict) == (exit_code, verdict)


def test_check_keeps_to_the_named_document(invoke):
    assert invoke("check", "未经审查的政府信息不得公开", "--document", "抗震办法").exit_code == 2
    assert invoke("check", "未经审查的政府信息不得公开", "--document", "信息公开审查制度").exit_code == 0


def test_settings_lists_every_setting_with_its_variable():
    text = CliRunner().invoke(cli.settings)
    records = json.loads(CliRunner().invoke(cli.settings, ["--json"]).stdout)
    names = {r["name"] for r in records}
    assert {"GAZETTE_HOME", "GAZETTE_ENCODER", "GAZETTE_MAX_QUESTION", "GAZETTE_MAX_CITATIONS"} <= names
    assert all(r["meaning"] for r in records)
    assert all(name in text.stdout for name in names)


def test_ingest_again_embeds_nothing_and_withdraw_removes(invoke, own_store):
    home = own_store.home
    again = loaded(invoke("ingest", bundled_gazettes()[0], "--json", store=home))
    assert (again["embedded"], again["documents"]["created"], again["errors"]) == (0, 0, [])
    assert again["documents"]["unchanged"] == 14
    text = invoke("ingest", bundled_gazettes()[0], store=home)
    assert text.exit_code == 0 and "未变 14" in text.stdout and "疑点" in text.stdout

    gone = invoke("withdraw", "信息公开审查制度", "--reason", "测试", "--json", store=home)
    assert gone.exit_code == 0
    assert (loaded(gone)["document_id"], loaded(gone)["reason"]) == (REVIEW, "测试")
    assert len(loaded(invoke("documents", "--json", store=home))) == 13
    twice = invoke("withdraw", REVIEW, store=home)
    assert twice.exit_code != 0 and isinstance(twice.exception, UnknownDocument)
    assert invoke("withdraw", "抗震办法", store=home).stdout.startswith(f"已撤下 {QUAKE}")


def test_ingest_names_every_file_that_it_cannot_read_and_fails(invoke, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.txt").write_text("", encoding="utf-8")
    (tmp_path / "in" / "broken.txt").write_bytes(b"\xff\xfe\x00\xd8\x00")
    result = invoke("ingest", tmp_path / "in", "--json", store=tmp_path / "store")
    assert result.exit_code == 1
    record = loaded(result)
    assert record["documents"] is None
    assert len(record["errors"]) == 2 and all(e["code"] and e["message"] for e in record["errors"])
    text = invoke("ingest", tmp_path / "in", store=tmp_path / "store")
    assert text.exit_code == 1 and text.stderr.count("错误:") == 2


@pytest.mark.parametrize(
    ("command", "arguments"),
    [("documents", ()), ("show", ("抗震办法",)), ("ask", ("养老金",)), ("search", ("x",)), ("check", ("甲乙丙",)),
     ("withdraw", (QUAKE,))],
)  # fmt: skip
def test_an_empty_store_is_an_error_that_says_what_to_do(invoke, tmp_path, command, arguments):
    result = invoke(command, *arguments, store=tmp_path / "none")
    assert result.exit_code != 0
    assert isinstance(result.exception, EmptyStore)
    assert "ingest" in str(result.exception)


@pytest.mark.parametrize("command", ["ask", "check", "search", "show", "withdraw", "ingest"])
def test_a_missing_argument_is_a_usage_error(invoke, command):
    assert invoke(command).exit_code == 2
