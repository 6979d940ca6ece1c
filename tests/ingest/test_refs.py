from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import ClausePath, ClauseRef, DocumentNumber
from ingest.numerals import chinese_numeral
from ingest.refs import find_document_numbers, find_spoken_paths, label_kind, read_spoken_path

# ---------------------------------------------------------------------------------------------- document numbers

SPELLINGS = [
    # as the standard wants it, and as our gazette prints it
    "余府发〔2023〕19号",
    "余府发[2023]19号",
    "余府发[2023]19 号",
    "余府发 [2023]19号",
    "余府发[ 2023 ] 19号",
    # every other bracket seen in official answers, half and full width, and one of each kind
    "余府发(2023)19号",
    "余府发（2023）19号",
    "余府发【2023】19号",
    "余府发﹝2023﹞19号",
    "余府发［2023］19号",
    "余府发「2023」19号",
    "余府发〔2023]19号",
    # spread out as letterheads set it, and broken over lines
    "余 府 发 〔2023〕 19 号",
    "余府发〔2023〕\n19号",
    "  余府发〔2023〕19号\n",
    # full-width digits
    "余府发〔２０２３〕１９号",
    "余府发２０２３年第１９号",
    # Chinese numerals, with each zero
    "余府发〔二〇二三〕十九号",
    "余府发〔二○二三〕19号",
    "余府发〔二零二三〕一九号",
    "余府发二〇二三年第十九号",
    # 年, 第 and padding that the standard forbids
    "余府发〔2023年〕19号",
    "余府发〔2023〕第19号",
    "余府发〔2023〕019号",
    "余府发(2023年)第19号",
    # no brackets, as people type it
    "余府发2023年第19号",
    "余府发2023年19号",
    "余府发2023第19号",
    "余府发2023 19号",
    "余府发2023-19",
    "余府发2023-19号",
    "余府发-2023-19",
    "余府发2023/19号",
    # Traditional characters
    "余府發〔2023〕19號",
    "余府發2023年第19號",
    "余府發二〇二三年第十九號",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_is_the_same_number(text: str) -> None:
    assert str(DocumentNumber.parse(text)) == "余府发〔2023〕19号"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("余府字2023-25", "余府字〔2023〕25号"),
        ("余府辦發[2023]28號", "余府办发〔2023〕28号"),
        ("余府辦發2023年第28號", "余府办发〔2023〕28号"),
        ("余府办字二〇二三年第三十二号", "余府办字〔2023〕32号"),
        ("贛府廳發〔2023〕3號", "赣府厅发〔2023〕3号"),
        # codes of two characters, and codes that end in none of the usual ones
        ("国发〔2022〕22号", "国发〔2022〕22号"),
        ("國發〔2022〕22號", "国发〔2022〕22号"),
        ("赣发[2023]1号", "赣发〔2023〕1号"),
        ("财税〔2023〕1号", "财税〔2023〕1号"),
        ("人社部发〔2021〕102号", "人社部发〔2021〕102号"),
        ("发改价格〔2023〕526号", "发改价格〔2023〕526号"),
        # 办 is a code's character, also at its end
        ("国办〔1999〕5号", "国办〔1999〕5号"),
    ],
)
def test_other_codes_read_too(text: str, printed: str) -> None:
    assert str(DocumentNumber.parse(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        "",
        # no code, or only words that lead to one
        "〔2023〕19号",
        "根据〔2023〕19号",
        "请按照〔2023〕19号",
        "19号",
        "2023年19号",
        # a building, a day, a number of things
        "2023年19号楼",
        "余府发2023年19号楼",
        "余府发2023年5月1日",
        "余府发2023年19个",
        # two numbers, or more than a number
        "余府发〔2023〕15号、余府发〔2023〕19号",
        "余府发〔2023〕19号文第八条",
        # parts missing or misshapen
        "余府发〔2023〕",
        "余府发〔2023〕号",
        "余府发〔2023〕19",
        "余府发〔2023〕19条",
        "余府发19号",
        "余府发〔23〕19号",
        "余府发〔3023〕19号",
        "余府发〔20230〕19号",
        "余府发〔2023〕123456号",
        "余府发〔2023〕十百号",
        # 书名号 and braces bracket no year
        "余府发《2023》19号",
        "余府发{2023}19号",
    ],
)
def test_near_misses_are_no_document_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        DocumentNumber.parse(text)


def test_one_character_of_the_code_makes_another_document() -> None:
    numbers = {DocumentNumber.parse(t) for t in ("余府发〔2023〕19号", "余府办发〔2023〕19号", "赣府发〔2022〕19号")}
    assert len(numbers) == 3


@pytest.mark.parametrize(
    ("text", "strict", "loose"),
    [
        # two in a sentence, raw forms kept
        (
            "根据余府发〔2023〕19号和余府办发[2023]28 号",
            ["余府发〔2023〕19号", "余府办发[2023]28 号"],
            ["余府发〔2023〕19号", "余府办发[2023]28 号"],
        ),
        ("《纲要》(赣府发[2022]23号)精神", ["赣府发[2022]23号"], ["赣府发[2022]23号"]),
        ("按照国发〔2022〕22号执行", ["国发〔2022〕22号"], ["国发〔2022〕22号"]),
        # without brackets only where the text is a question
        ("请看余府办字2023年第32号", [], ["余府办字2023年第32号"]),
        ("余府办发2023年19号第十六条第二款", [], ["余府办发2023年19号"]),
        # none
        ("在通告2023年19号楼要拆", [], []),
        ("我家在2023年19号楼", [], []),
        ("余府发2023年有19个", [], []),
        ("19号文第八条", [], []),
    ],
)
def test_numbers_are_found_in_sentences(text: str, strict: list[str], loose: list[str]) -> None:
    assert [m.raw for m in find_document_numbers(text)] == strict
    assert [m.raw for m in find_document_numbers(text, loose=True)] == loose
    for mention in find_document_numbers(text, loose=True):
        assert text[mention.start : mention.end] == mention.raw
        assert DocumentNumber.parse(mention.raw) == mention.number


CODES = st.sampled_from(
    ["余府发", "余府办发", "余府字", "余府办字", "赣府发", "赣府厅发", "国发", "国办发", "财税", "人社部发"]
)
NUMBERS = st.builds(DocumentNumber, CODES, st.integers(1000, 2999), st.integers(1, 99999))


@given(NUMBERS)
def test_number_parsing_and_printing_are_inverses(number: DocumentNumber) -> None:
    assert DocumentNumber.parse(str(number)) == number


@given(st.text("余府发办辦發字国的查按通知法辦〔〕[]()年第号 2023一九〇19-", max_size=16))
def test_any_number_that_parses_prints_as_one_that_parses_to_itself(text: str) -> None:
    try:
        number = DocumentNumber.parse(text)
    except ValueError:
        return
    assert DocumentNumber.parse(str(number)) == number


@given(st.lists(NUMBERS, min_size=2, max_size=4))
def test_numbers_sort_by_code_year_and_serial(numbers: list[DocumentNumber]) -> None:
    keys = [(n.code, n.year, n.serial) for n in sorted(numbers)]
    assert keys == sorted(keys)


# ------------------------------------------------------------------------------------------------- clause paths

SMALL = st.integers(1, 120)
CHINESE = SMALL.map(chinese_numeral)
LABELS = st.one_of(
    CHINESE.map("第{}条".format),
    st.builds("第{}条之{}".format, CHINESE, st.integers(1, 10).map(chinese_numeral)),
    SMALL.map("第{}款".format),
    CHINESE,
    CHINESE.map("({})".format),
    SMALL.map(str),
    SMALL.map("({})".format),
    st.sampled_from("①②⑨⑳"),
    st.integers(1, 10).map(lambda n: f"{chinese_numeral(n)}是"),
    SMALL.map("问{}".format),
    st.sampled_from(["通知", "前言", "目录", "结尾", "附件", "附件1", "渝水区", "2025年", "农产品加工业产值(亿元)"]),
    st.text(st.characters(exclude_characters="/#", exclude_categories=["Cs"]), min_size=1, max_size=8),
)
PATHS = st.lists(LABELS, min_size=1, max_size=5).map(lambda labels: ClausePath(tuple(labels)))


@given(PATHS)
def test_path_parsing_and_printing_are_inverses(path: ClausePath) -> None:
    assert ClausePath.parse(str(path)) == path
    assert str(ClausePath.parse(str(path))) == str(path)


@given(st.one_of(NUMBERS.map(str), st.text(min_size=1, max_size=20)), PATHS)
def test_ref_parsing_and_printing_are_inverses(document: str, path: ClausePath) -> None:
    # a title may hold a #, a path never does
    assert ClauseRef.parse(str(ClauseRef(document, path))) == ClauseRef(document, path)


@given(PATHS, PATHS, PATHS)
def test_order_of_paths_is_total(a: ClausePath, b: ClausePath, c: ClausePath) -> None:
    assert (a < b) + (b < a) + (a == b) == 1
    if a <= b <= c:
        assert a <= c
    assert a < a.child("(一)") and a.child("(一)").parent == a


@given(PATHS)
def test_every_path_can_be_shown_and_sorted(path: ClausePath) -> None:
    assert path.display() and path.display(2)
    assert path.is_within(path) and path.child("1").is_within(path)
    assert path.last == path.labels[-1]


@pytest.mark.parametrize("text", ["", "/", "二/", "/二", "二//1", "第一条#2"])
def test_paths_with_empty_labels_or_marks_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ClausePath.parse(text)


@pytest.mark.parametrize("text", ["", "第一条", "#第一条", "余府发〔2023〕19号#", "余府发〔2023〕19号"])
def test_refs_without_document_or_path_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ClauseRef.parse(text)


IN_ORDER = [
    "通知", "前言", "前言/第2款", "第一条", "第四条", "第四条/第2款", "第四条/(一)", "第四条/(一)/1", "第四条/(一)/2",
    "第四条/(一)/10", "第四条/(二)", "第五条", "第十条", "第十二条", "第十二条之一", "第十二条之二", "第十三条", "第二十条",
    "一", "二", "二/(一)", "二/(一)/1", "二/(一)/1/(1)", "二/(一)/1/①", "二/(一)/2", "二/(二)", "二/(十)", "二/(十一)",
    "三", "三/5", "三/5/一是", "三/5/二是", "三/6", "十", "结尾", "附件", "附件1", "附件2", "附件10",
]  # fmt: skip


def test_paths_sort_in_document_order() -> None:
    paths = [ClausePath.parse(text) for text in IN_ORDER]
    shuffled = random.Random(7).sample(paths, len(paths))
    assert [str(p) for p in sorted(shuffled)] == IN_ORDER
    assert all(a < b for a, b in pairwise(paths))


def test_refs_sort_by_document_and_then_by_path() -> None:
    refs = [ClauseRef.parse(t) for t in ("乙#第十条", "甲#第十条", "甲#第二条")]
    assert [str(r) for r in sorted(refs)] == ["乙#第十条", "甲#第二条", "甲#第十条"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        # the table of DESIGN.md, section 3
        ("二/(六)/15", "二、(六)15."),
        ("第四条/(二)/3", "第四条第(二)项第3目"),
        ("第十六条/第2款", "第十六条第二款"),
        ("第十二条之一", "第十二条之一"),
        ("第七条/1/(1)", "第七条第1项(1)"),
        ("三/5/一是", "三、5.一是"),
        ("前言", "前言"),
        ("前言/第2款", "前言第二款"),
        ("通知", "通知"),
        ("附件", "附件"),
        ("附件1", "附件1"),
        ("结尾", "结尾"),
        ("问3", "问3"),
        ("附件/渝水区/2025年/农产品加工业产值(亿元)", "附件 渝水区 2025年 农产品加工业产值(亿元)"),
        # levels alone
        ("二", "二"),
        ("二/(六)", "二、(六)"),
        ("第十条/(一)", "第十条第(一)项"),
    ],
)
def test_paths_are_shown_as_the_design_says(path: str, shown: str) -> None:
    assert ClausePath.parse(path).display() == shown


def test_item_of_an_article_with_several_paragraphs_names_the_one_that_leads_it_in() -> None:
    assert ClausePath.parse("第十条/(一)").display(2) == "第十条第二款第(一)项"
    # a 款 is no item, and nothing outside articles has 款 in its citation
    assert ClausePath.parse("第十条/第2款").display(2) == "第十条第二款"
    assert ClausePath.parse("二/(六)").display(2) == "二、(六)"


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("第十二条", ("article", (12, 0))),
        ("第十二条之一", ("article", (12, 1))),
        ("第2款", ("paragraph", (2,))),
        ("二", ("chinese", (2,))),
        ("(十八)", ("bracketed_chinese", (18,))),
        ("15", ("arabic", (15,))),
        ("1.2", ("arabic", (1, 2))),
        ("(3)", ("bracketed_arabic", (3,))),
        ("③", ("circled", (3,))),
        ("四是", ("point", (4,))),
        ("问3", ("question", (3,))),
        ("附件", ("annex", (0,))),
        ("附件2", ("annex", (2,))),
        ("结尾", ("closing", (0,))),
        # near misses are names
        ("第二款", ("name", (0,))),
        ("（三）", ("name", (0,))),
        ("十百", ("name", (0,))),
        ("第十百条", ("name", (0,))),
        ("2025年", ("name", (0,))),
        ("全市", ("name", (0,))),
    ],
)
def test_labels_are_known_by_their_form(label: str, kind: tuple[str, tuple[int, ...]]) -> None:
    assert label_kind(label) == kind


# ------------------------------------------------------------------------------------------- what people type


def spoken(text: str) -> list[tuple[str, tuple[int, ...]]]:
    labels, end = read_spoken_path(text)
    assert end == len(text), text[end:]
    return [(label.kind, label.number) for label in labels]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        # as the documents cite themselves
        ("第四条第(一)项第2目", [("article", (4, 0)), ("item", (1,)), ("subitem", (2,))]),
        ("第十条第二款第(一)项", [("article", (10, 0)), ("paragraph", (2,)), ("item", (1,))]),
        ("二、(六)15.", [("chinese", (2,)), ("bracketed_chinese", (6,)), ("arabic", (15,))]),
        ('三、5."一是"', [("chinese", (3,)), ("arabic", (5,)), ("point", (1,))]),
        ("第七条1.(2)", [("article", (7, 0)), ("arabic", (1,)), ("bracketed_arabic", (2,))]),
        # in any numeral, width and bracket
        ("第16条第2款", [("article", (16, 0)), ("paragraph", (2,))]),
        ("第１６条第２款", [("article", (16, 0)), ("paragraph", (2,))]),
        ("第十六條第二款", [("article", (16, 0)), ("paragraph", (2,))]),
        ("第(十八)条", [("bracketed_article", (18,))]),
        ("第四条第（二）项第3目", [("article", (4, 0)), ("item", (2,)), ("subitem", (3,))]),
        # without brackets, as courts write it
        ("第九条第二项", [("article", (9, 0)), ("item", (2,))]),
        # 项 and 款 are not each other
        ("第三项", [("item", (3,))]),
        ("第三款", [("paragraph", (3,))]),
        # the suffix is part of the article
        ("第十二条之一", [("article", (12, 1))]),
        ("第十二条", [("article", (12, 0))]),
        ("第二十条", [("article", (20, 0))]),
        # everyday words
        ("第二部分第三点", [("section", (2,)), ("ordinal", (3,))]),
        ("第十六条的第二段", [("article", (16, 0)), ("paragraph", (2,))]),
        ("二(六)15", [("chinese", (2,)), ("bracketed_chinese", (6,)), ("arabic", (15,))]),
        # canonical paths
        ("二/(六)/15", [("chinese", (2,)), ("bracketed_chinese", (6,)), ("arabic", (15,))]),
        ("第四条/(二)/3", [("article", (4, 0)), ("bracketed_chinese", (2,)), ("arabic", (3,))]),
        ("附件1", [("annex", (1,))]),
        ("前言", [("preface", (0,))]),
        ("结尾", [("closing", (0,))]),
        ("问3", [("question", (3,))]),
    ],
)
def test_typed_references_are_read_step_by_step(text: str, labels: list[tuple[str, tuple[int, ...]]]) -> None:
    assert spoken(text) == labels


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第十六条第二款是什么", ["第十六条第二款"]),
        ("余府办发19号第四条第(四)项第4目规定了啥", ["第四条第(四)项第4目"]),
        ("19号文第八条", ["第八条"]),
        ("第三项和第三款有啥区别", ["第三项", "第三款"]),
        # the numbers of a sentence are no clauses
        ("到2025年达到95.5%", []),
        ("5个1是什么", []),
        ("这是第一次吗", []),
        ("一是否合理", []),
        ("请问3天够吗", []),
        ("12月15日", []),
    ],
)
def test_references_are_found_in_questions(text: str, found: list[str]) -> None:
    mentions = list(find_spoken_paths(text))
    assert [text[m.start : m.end] for m in mentions] == found


@given(st.text('第一二十百条款项目之(（)）[]/、.的附件问是①12５ 前言"', max_size=24))
def test_reading_references_never_fails_and_moves_forward(text: str) -> None:
    last = 0
    for mention in find_spoken_paths(text):
        assert last <= mention.start < mention.end <= len(text)
        last = mention.end
    labels, end = read_spoken_path(text)
    assert bool(labels) == (end > 0)
