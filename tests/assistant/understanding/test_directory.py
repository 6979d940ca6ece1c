"""Which document people mean: every spelling of a number or title leads to its document, and to no other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AmbiguousClause, AmbiguousDocument, UnknownClause, UnknownDocument
from assistant.understanding.clause_lookup import find_clause, outline_hint
from assistant.understanding.directory import Directory, short_title
from ingest import DocumentNumber
from ingest.numerals import chinese_numeral

SOCIAL, WEATHER, QUAKE = "余府发〔2023〕19号", "余府发〔2023〕15号", "余府办发〔2023〕19号"
FARM, REVIEW, POST = "余府办发〔2023〕28号", "余府办字〔2023〕32号", "余府字〔2023〕25号"
LITHIUM = "关于我市锂电产业发展情况的调研与思考"
JOBS = "我市2023年上半年就业形势分析"
DIGITAL = '"数字+智慧"双驱动 提升政务服务"智"与"质"——新余市推进政务数据共享探索分析'

SPELLINGS = [
    # brackets of every kind, half and full width
    ("余府发〔2023〕19号", SOCIAL),
    ("余府发[2023]19号", SOCIAL),
    ("余府发(2023)19号", SOCIAL),
    ("余府发（2023）19号", SOCIAL),
    ("余府发【2023】19号", SOCIAL),
    ("余府发﹝2023﹞19号", SOCIAL),
    ("余府发［2023］19号", SOCIAL),
    ("余府发「2023」19号", SOCIAL),
    # 余府办发 beside 余府发, with the same serial
    ("余府办发〔2023〕19号", QUAKE),
    ("余府办发【2023】19号", QUAKE),
    # spaces and invisible characters
    ("余府发 〔2023〕 19 号", SOCIAL),
    ("  余府发〔2023〕19号\n", SOCIAL),
    ("余府发〔2023〕\u200b19号", SOCIAL),
    ("余府办发[2023]28 号", FARM),
    # full-width digits, Chinese numerals, leading zeros
    ("余府发〔２０２３〕１９号", SOCIAL),
    ("余府发〔二〇二三〕19号", SOCIAL),
    ("余府发〔二零二三〕19号", SOCIAL),
    ("余府发〔二〇二三〕十九号", SOCIAL),
    ("余府办发〔2023〕第十九号", QUAKE),
    ("余府发〔2023〕015号", WEATHER),
    # no brackets
    ("余府发2023年第19号", SOCIAL),
    ("余府发2023年19号", SOCIAL),
    ("余府发2023 19号", SOCIAL),
    ("余府发2023-19", SOCIAL),
    ("余府发二〇二三19号", SOCIAL),
    ("余府办字2023年第32号", REVIEW),
    ("余府字2023-25", POST),
    # 号 left out
    ("余府发〔2023〕19", SOCIAL),
    ("余府办发[2023]28", FARM),
    # Traditional characters
    ("余府發〔2023〕15號", WEATHER),
    ("余府辦發【二〇二三】十九號", QUAKE),
    ("余府辦字〔2023〕32號", REVIEW),
    # the region left out, where only one code ends so
    ("府办发〔2023〕19号", QUAKE),
    ("府发〔2023〕19号", SOCIAL),
    ("府办字〔2023〕32号", REVIEW),
    ("办发〔2023〕28号", FARM),
    # the year left out
    ("余府发19号", SOCIAL),
    ("余府办发19号", QUAKE),
    ("余府发第19号", SOCIAL),
    ("余府发19", SOCIAL),
    ("余府办发19", QUAKE),
    ("余府办发28号文", FARM),
    ("余府字25号", POST),
    # only a serial, where one document has it
    ("32号文", REVIEW),
    ("28号文件", FARM),
    ("15号文", WEATHER),
    ("25号", POST),
    # a serial that two documents have, told apart by a word of the title
    ("社保19号文", SOCIAL),
    ("抗震19号文", QUAKE),
    ("农业28号文", FARM),
    # titles: whole, in title marks, forwarded, with half and full width brackets
    ("新余市人民政府关于加快完善覆盖全民的多层次社会保障体系的实施意见", SOCIAL),
    ("新余市人民政府办公室关于印发新余市建设工程抗震设防监管暂行办法的通知", QUAKE),
    ("《新余市建设工程抗震设防监管暂行办法》", QUAKE),
    ("新余市政府信息公开审查制度(试行)", REVIEW),
    ("政府信息公开审查制度（试行）", REVIEW),
    ("關於我市鋰電產業發展情況的調研與思考", LITHIUM),
    ("“数字+智慧”双驱动提升政务服务“智”与“质”——新余市推进政务数据共享探索分析", DIGITAL),
    # short titles
    ("抗震办法", QUAKE),
    ("抗震暂行办法", QUAKE),
    ("《抗震暂行办法》", QUAKE),
    ("抗震设防监管办法", QUAKE),
    ("新余抗震办法", QUAKE),
    ("社保意见", SOCIAL),
    ("社保实施意见", SOCIAL),
    ("社会保障意见", SOCIAL),
    ("信息公开审查制度", REVIEW),
    ("政府信息公开审查制度", REVIEW),
    ("审查制度", REVIEW),
    ("气象意见", WEATHER),
    ("气象高质量发展意见", WEATHER),
    # a place that the title itself names
    ("江西省气象高质量发展纲要的实施意见", WEATHER),
    ("农业方案", FARM),
    ("农业产业化方案", FARM),
    ("农业产业化高质量发展工作方案", FARM),
    ("任职通知", POST),
    ("张四根同志正式任职的通知", POST),
    # meetings and articles
    ("第40次常务会", "市政府召开第40次常务会"),
    ("第40次常务会议", "市政府召开第40次常务会"),
    ("第四十次常务会", "市政府召开第40次常务会"),
    ("第 39 次常务会", "市政府召开第39次常务会"),
    ("市政府召开第38次常务会", "市政府召开第38次常务会"),
    ("锂电那篇调研", LITHIUM),
    ("锂电调研", LITHIUM),
    ("就业形势分析", JOBS),
    ("新余市人民政府公报2023年第4期", "新余市人民政府公报2023年第4期"),
]


@pytest.mark.parametrize(("spelling", "document"), SPELLINGS)
def test_a_spelling_leads_to_its_document(directory, spelling, document):
    assert directory.find(spelling).document_id == document


def test_the_table_of_spellings_is_broad():
    assert len(SPELLINGS) >= 60
    assert len({d for _, d in SPELLINGS}) >= 10


def test_every_document_is_found_by_id_title_and_short_title(directory):
    for document in directory.documents:
        for name in (document.document_id, document.title, document.attached_title or document.title):
            assert directory.find(name) is document


UNKNOWN = [
    # another year, another serial, another code: neighbours of what is held
    "余府发〔2024〕19号",
    "余府发〔2023〕18号",
    "余府发〔2023〕190号",
    "余府办字〔2023〕19号",
    "余府令〔2023〕19号",
    "赣府发〔2022〕23号",
    "余府发18",
    # meetings that are not reported
    "第41次常务会",
    "第4次常务会",
    # another place's, although a held title ends the same
    "江西省信息公开审查制度",
    "萍乡市抗震办法",
    "南昌的信息公开审查制度",
    "《江西省信息公开审查制度》",
    # laws that are not held
    "民法典",
    "消费者权益保护法实施办法",
    "劳动合同法",
    "不存在的办法",
    # nothing
    "",
    "  ",
    "号",
    "19",
]


@pytest.mark.parametrize("spelling", UNKNOWN)
def test_what_is_not_held_is_unknown(directory, spelling):
    with pytest.raises(UnknownDocument) as caught:
        directory.find(spelling)
    assert caught.value.code == "unknown_document"
    assert "请核对" in str(caught.value)


AMBIGUOUS = [
    ("19号", {SOCIAL, QUAKE}),
    ("19号文", {SOCIAL, QUAKE}),
    ("第19号", {SOCIAL, QUAKE}),
    ("19号文件", {SOCIAL, QUAKE}),
    ("十九号文", {SOCIAL, QUAKE}),
    # words that both titles have, or neither, do not tell them apart
    ("新余19号文", {SOCIAL, QUAKE}),
    ("那个19号文", {SOCIAL, QUAKE}),
    ("意见", {SOCIAL, WEATHER}),
    ("实施意见", {SOCIAL, WEATHER}),
]


@pytest.mark.parametrize(("spelling", "candidates"), AMBIGUOUS)
def test_a_name_of_several_documents_names_them_all(directory, spelling, candidates):
    with pytest.raises(AmbiguousDocument) as caught:
        directory.find(spelling)
    assert set(caught.value.candidates) == candidates
    assert all(c in str(caught.value) for c in candidates)


def test_a_code_typed_whole_must_fit_whole(held):
    """Another organ's code may end in ours: 分宜余府发 is not 余府发."""
    other = replace(
        held(SOCIAL), document_number=DocumentNumber("分宜余府发", 2023, 19), title="甲", attached_title=None
    )
    directory = Directory([other, held(SOCIAL)])
    for spelling in ("余府发19号", "余府发19", "余府发〔2023〕19号"):
        assert directory.find(spelling).document_id == SOCIAL
    assert directory.find("分宜余府发19号") is other


def test_an_exact_title_wins_over_a_part_of_it(directory):
    short = "新余市政府信息公开审查制度(试行)"
    assert directory.find(short) is directory.by_id[REVIEW]


@given(st.integers(1990, 2030), st.integers(1, 300), st.sampled_from(["余府发", "余府办发", "余府办字", "余府字"]))
def test_only_a_held_number_is_found(gazette_documents, year, serial, code):
    directory = Directory(gazette_documents)
    number = str(DocumentNumber(code, year, serial))
    for spelling in (number, f"{code}[{year}]{serial}号", f"{code}({year})第{chinese_numeral(serial)}号"):
        if number in directory.by_id:
            assert directory.find(spelling).document_id == number
        else:
            with pytest.raises(UnknownDocument):
                directory.find(spelling)


# -- in a sentence -----------------------------------------------------------------------------------------------

SENTENCES = [
    ("请问余府发〔2023〕19号里养老金多少", [(SOCIAL,)]),
    ("余府发19里养老金多少", [(SOCIAL,)]),
    ("根据余府办发[2023]19号,谁来检查", [(QUAKE,)]),
    ("抗震那个办法和信息公开审查制度,分别归谁解释", [(QUAKE,), (REVIEW,)]),
    ("抗震办法跟信息公开审查制度各从什么时候起施行", [(QUAKE,), (REVIEW,)]),
    ("农业28号文和社保19号文是不是同一次会上过的", [(FARM,), (SOCIAL,)]),
    ("19号文第六条", [(SOCIAL, QUAKE)]),
    ("《新余市政府信息公开审查制度(试行)》第三条", [(REVIEW,)]),
    ("第38次和第39次常务会分别审议了哪些方案", [("市政府召开第38次常务会",), ("市政府召开第39次常务会",)]),
    # near misses: numbers and words that name no document
    ("养老金195元", []),
    ("我家住19号楼", []),
    ("19岁能不能参保", []),
    ("2023年19个项目", []),
    ("办法总比困难多", []),
    ("江西省信息公开审查制度第三条", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "documents"), SENTENCES)
def test_documents_named_in_a_sentence(directory, text, documents):
    mentions = directory.mentions(text)
    assert [tuple(d.document_id for d in m.matches) for m in mentions] == documents
    assert all(text[m.start : m.end] == m.raw for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_a_full_number_that_is_not_held_is_a_mention_without_matches(directory):
    (mention,) = directory.mentions("余府发〔2024〕19号讲的什么")
    assert (mention.number, mention.matches) == (DocumentNumber("余府发", 2024, 19), ())


# -- clauses of one document -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "spelling", "path"),
    [
        (QUAKE, "第十六条第二款", "第十六条/第2款"),
        (QUAKE, "第16条第2款", "第十六条/第2款"),
        (QUAKE, "第四条第(四)项第4目", "第四条/(四)/4"),
        (SOCIAL, "二、(六)15.", "二/(六)/15"),
        (SOCIAL, "二、（六）15", "二/(六)/15"),
        (SOCIAL, "第15项", "二/(六)/15"),
        (WEATHER, "第(九)条", "四/(九)"),
        (FARM, '三、5."二是"', "三/5/二是"),
        (FARM, "附件1", "附件"),
        (FARM, "附件/渝水区/2025年", "附件/渝水区/2025年"),
        (FARM, "附件/渝水区/2025年/农产品加工业产值(亿元)", "附件/渝水区/2025年/农产品加工业产值(亿元)"),
        (FARM, "通知第二段", "通知/第2款"),
        (REVIEW, "第七条1.(2)", "第七条/1/(2)"),
        # a document of one paragraph: its first 款 is the clause
        (QUAKE, "第三条第一款", "第三条"),
    ],
)
def test_a_clause_is_found_in_its_document(held, document, spelling, path):
    assert str(find_clause(held(document), spelling)) == path


@pytest.mark.parametrize(
    ("document", "spelling"),
    [
        (QUAKE, "第二十二条"),
        (QUAKE, "第十二条之一"),
        (QUAKE, "第十六条第三款"),
        (QUAKE, "第四条第(九)项"),
        (QUAKE, "第〇条"),
        (REVIEW, "第十九条"),
        (WEATHER, "第29条"),
        (FARM, "附件2"),
        (FARM, "附件/渝水区/2026年"),
        (FARM, "通知第三段"),
        (QUAKE, ""),
        (QUAKE, "随便什么"),
    ],
)
def test_a_clause_that_does_not_exist_is_unknown_and_the_message_says_what_exists(held, document, spelling):
    with pytest.raises(UnknownClause) as caught:
        find_clause(held(document), spelling)
    assert outline_hint(held(document)) in str(caught.value)


def test_an_item_number_without_its_parent_is_ambiguous(held):
    with pytest.raises(AmbiguousClause) as caught:
        find_clause(held(QUAKE), "第四条第1目")
    assert "第四条第(一)项第1目" in caught.value.candidates


def test_every_cell_address_of_every_table_resolves(gazette_documents):
    cells = [(d, p) for d in gazette_documents for p in d.cells_by_path]
    assert len(cells) == 108
    assert all(str(find_clause(d, p)) == p for d, p in cells)


def test_the_short_title_of_a_forwarding_notice_is_what_it_forwards(held):
    assert short_title(held(QUAKE)) == "新余市建设工程抗震设防监管暂行办法"
    assert short_title(held(SOCIAL)).endswith("实施意见")


def test_the_outline_hint_counts_articles_or_lists_parts(held):
    assert "共21条(第一条至第二十一条)" in outline_hint(held(QUAKE))
    assert outline_hint(held(SOCIAL)) == "该文件的一级编号为:前言、一、二、三。"
