"""Is this the wording? Exact over every line break and clause border; one changed character is never identical."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.normalise import bare, fold
from assistant.quotes import WordingIndex, check_wording, diff_of
from ingest.documents import SourceFile
from ingest.reader import parse_source

SOCIAL, WEATHER, QUAKE = "余府发〔2023〕19号", "余府发〔2023〕15号", "余府办发〔2023〕19号"
FARM, REVIEW = "余府办发〔2023〕28号", "余府办字〔2023〕32号"


@pytest.fixture
def check(gazette_documents):
    """The verdict, the place of the best match, and its changes."""

    def run(text, documents=gazette_documents):
        found = check_wording(text, documents)
        if not found.matches:
            return found.verdict, None, []
        best = found.matches[0]
        return (
            found.verdict,
            (best.document.document_id, str(best.path)),
            [(p.op, p.text) for p in best.diff if p.op != "equal"],
        )

    return run


IDENTICAL = [
    ("未经审查的政府信息不得公开", (REVIEW, "第四条")),
    # quotation marks around it, width, white space and line damage
    ("“未经审查的政府信息不得公开”", (REVIEW, "第四条")),
    ("未经审查的\n政府 信息不得公开", (REVIEW, "第四条")),
    ("涉密信息不上网，上网信息不涉密", (REVIEW, "第五条")),
    ("应当依法回避", (QUAKE, "第十三条")),
    ("每年将城乡居民基本养老保险基金新增结余８０％以上上解省级", (SOCIAL, "二/(六)/16")),
    # across the border of two clauses
    ("矿山、化工、石化、钢铁、有色金属等工程;2.市级领导机关办公楼;", (QUAKE, "第四条/(四)/1")),
]
PUNCTUATION = [
    ("涉密信息不上网、上网信息不涉密", (REVIEW, "第五条")),
    ("涉密信息不上网上网信息不涉密", (REVIEW, "第五条")),
    ("未经审查的政府信息，不得公开", (REVIEW, "第四条")),
]
#: (as quoted, place, what the print loses and gains)
ALTERED = [
    ("未经审核的政府信息不得公开", (REVIEW, "第四条"), [("delete", "查"), ("insert", "核")]),
    (
        "每年将城乡居民基本养老保险基金新增结余90%以上上解省级",
        (SOCIAL, "二/(六)/16"),
        [("delete", "8"), ("insert", "9")],
    ),
    ("可能影响公正执行公务情形的，可以依法回避", (QUAKE, "第十三条"), [("delete", "应当"), ("insert", "可以")]),
    ("月分析、月通报、年总结", (FARM, "三/6"), [("delete", "季"), ("insert", "月")]),
]
NOT_FOUND = [
    "今天天气很好我想去公园玩",
    "本法自2021年1月1日起施行,婚姻法同时废止",
    # too short to be an alteration of anything
    "可以回避",
    # no wording at all
    "",
    "。",
    "“”",
    "的",
]  # fmt: skip


@pytest.mark.parametrize(("text", "place"), IDENTICAL)
def test_printed_wording_is_identical_over_line_damage_and_borders(check, text, place):
    assert check(text) == ("identical", place, [])


@pytest.mark.parametrize(("text", "place"), PUNCTUATION)
def test_other_marks_alone_are_punctuation_only(check, text, place):
    verdict, where, changes = check(text)
    assert (verdict, where) == ("punctuation_only", place)
    assert changes and all(bare(t) == "" for _, t in changes)


@pytest.mark.parametrize(("text", "place", "changes"), ALTERED)
def test_changed_wording_is_altered_and_the_change_is_shown(check, text, place, changes):
    assert check(text) == ("altered", place, changes)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_foreign_wording_is_not_found(check, text):
    assert check(text) == ("not_found", None, [])


def test_a_moved_decimal_point_is_an_alteration_and_no_matter_of_punctuation(check):
    assert check("基本养老保险参保率达到95.5%")[0] == "identical"
    verdict, place, changes = check("基本养老保险参保率达到955%")
    assert (verdict, place) == ("altered", (SOCIAL, "一"))
    assert changes == [("delete", ".")]


def test_only_the_given_documents_are_compared(check, held):
    assert check("未经审查的政府信息不得公开", [held(QUAKE)])[0] == "not_found"
    assert check("未经审查的政府信息不得公开", [])[0] == "not_found"


def test_a_wording_that_several_documents_print_names_each(gazette_documents):
    found = check_wording("织密扎牢社会保障安全网", gazette_documents)
    assert found.verdict == "identical"
    assert {m.document.document_id for m in found.matches} == {SOCIAL, "市政府召开第40次常务会"}


def test_an_altered_wording_gives_at_most_the_asked_number_of_matches_best_first(gazette_documents):
    found = check_wording("自发布之日起开始施行", gazette_documents, limit=2)
    assert len(found.matches) <= 2
    assert [m.similarity for m in found.matches] == sorted((m.similarity for m in found.matches), reverse=True)


def test_every_clause_is_identical_to_itself(gazette_documents):
    for document in gazette_documents:
        for clause in document.clauses:
            if len(bare(clause.text)) < 2:
                continue
            found = check_wording(clause.text, [document])
            assert found.verdict == "identical", (document.document_id, str(clause.path))
            assert fold(found.matches[0].text) == fold(clause.text).strip('"')


def _runs(documents):
    return [(d, c.text) for d in documents for c in d.clauses if len(bare(c.text)) >= 24]


@settings(max_examples=60)
@given(st.data())
def test_one_changed_character_is_never_identical(gazette_documents, data):
    document, text = data.draw(st.sampled_from(_runs(gazette_documents)))
    start = data.draw(st.integers(0, len(text) - 20))
    run = list(text[start : start + 20])
    at = data.draw(st.sampled_from([i for i, c in enumerate(run) if c.isalnum()] or [0]))
    run[at] = data.draw(st.sampled_from("市县应当可以不查核0189甲乙"))
    changed = "".join(run)
    assume(fold(changed) not in fold("\n".join(c.text for c in document.clauses)))
    found = check_wording(changed, [document])
    assert found.verdict in ("altered", "not_found")


@settings(max_examples=60)
@given(st.data())
def test_a_run_cut_out_anywhere_is_identical(gazette_documents, data):
    document = data.draw(st.sampled_from(gazette_documents))
    text = "\n".join(c.text for c in document.clauses)
    start = data.draw(st.integers(0, max(0, len(text) - 12)))
    run = text[start : start + data.draw(st.integers(12, 60))]
    assume(len(bare(run)) >= 6)
    assert check_wording(run, [document]).verdict == "identical"


WORDS = st.text(st.sampled_from("应当可以依法回避审查核,。、12%"), max_size=24)


@given(WORDS, WORDS)
def test_a_diff_reconstructs_both_wordings(printed, given_text):
    parts = diff_of(printed, given_text)
    assert "".join(p.text for p in parts if p.op != "insert") == fold(printed)
    assert "".join(p.text for p in parts if p.op != "delete") == fold(given_text)
    assert all(p.text for p in parts)


def test_the_diff_of_a_match_reconstructs_the_print_and_the_question(gazette_documents):
    text = "力争到2025年，全市农业产业化省级示范联合体达到10家"
    match = check_wording(text, gazette_documents).matches[0]
    assert "".join(p.text for p in match.diff if p.op != "insert") == fold(match.text)
    assert "".join(p.text for p in match.diff if p.op != "delete") == fold(text)


# -- many documents: altered wording is looked for only where the index points -------------------------------------

#: Few characters, so that random documents share wording.
_TEXTS = st.lists(st.text("甲乙丙丁戊,。;-—1.", min_size=8, max_size=60), min_size=1, max_size=4)


def _document(texts, name):
    clauses = [f"第{'一二三四'[i]}条 {text}" for i, text in enumerate(texts)]
    source = SourceFile(path=f"{name}.txt", sha256=name, text="\n".join([f"{name}办法", *clauses]))
    return parse_source(source)[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=3), st.text("甲乙丙丁戊,。;-—1.", min_size=2, max_size=12))
def test_the_scan_agrees_with_reading_every_document(bodies, wanted):
    documents = [_document(texts, f"明川市{'天地人'[i]}事") for i, texts in enumerate(bodies)]
    verdict = WordingIndex(documents).check(wanted).verdict
    prints = [fold("".join(c.text + "\n" for c in d.clauses)) for d in documents]
    bares = [bare("".join(c.text + "\n" for c in d.clauses)) for d in documents]
    if len(bare(wanted)) < 2:
        assert verdict == "not_found"
    elif any(fold(wanted).strip('"') in text for text in prints):
        assert verdict == "identical"
    elif any(bare(wanted) in text for text in bares):
        assert verdict in ("punctuation_only", "altered")
    else:
        assert verdict in ("altered", "not_found")


def test_an_altered_wording_is_found_where_the_index_points(gazette_documents):
    sentence = "未经审核的政府信息不得公开"
    review = next(d for d in gazette_documents if d.document_id == REVIEW)
    path = review.by_path["第三条"].path  # A neighbour of the clause that holds it.
    asked = []
    many = (
        *gazette_documents,
        *(replace(gazette_documents[0], title=f"第{i}份", document_number=None) for i in range(60)),
    )

    def nearest(text):
        asked.append(text)
        return [(review, path)]

    found = WordingIndex(many, nearest).check(sentence)
    assert asked and found.verdict == "altered"
    assert (found.matches[0].document.document_id, str(found.matches[0].path)) == (REVIEW, "第四条")
    # Exact wording needs no pointing.
    assert WordingIndex(many, lambda text: []).check("未经审查的政府信息不得公开").verdict == "identical"


@pytest.mark.parametrize("text", ["的" * 1000, "规定" * 500, "，。；" * 300, "政府信息公开" * 160])
def test_hostile_wording_is_dealt_with_in_bounded_time(gazette_documents, text):
    index = WordingIndex(gazette_documents)
    index.prepare()
    started = time.perf_counter()
    assert index.check(text).verdict in ("altered", "not_found", "identical")
    assert time.perf_counter() - started < 5
