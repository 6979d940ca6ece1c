"""The same document as txt, html, docx and pdf: the same facts, the same clauses, the same words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import Document, SourceFile
from ingest.patterns import squash
from ingest.reader import parse_source
from ingest.sources import read_bytes
from tests.ingest.builders import altered_paragraphs, lost_characters
from tests.ingest.same_document import WRITERS, Blocks, Printed, Ruled

#: Paths and printed paragraphs of a random document; a heading of a chapter has no path.
Outline = tuple[tuple[str, str], ...]

NUMBER = Printed("某府办发〔2024〕7号", "centred")
TITLE = Printed("某市人民政府办公室关于印发某市公园管理办法的通知", "title")
COVER: Blocks = (
    Printed("各县（区）人民政府，市政府各部门，市直各单位：", "flush"),
    Printed("《某市公园管理办法》已经市政府第30次常务会议审议通过，现印发给你们，请认真贯彻执行。"),
    Printed("某市人民政府办公室", "right"),
    Printed("2024年3月15日", "right"),
)
MEASURES: Blocks = (
    Printed("某市公园管理办法", "title"),
    Printed("第一章　总　则", "centred"),
    Printed(
        "第一条　为了规范公园的规划、建设、保护和管理，改善生态环境，满足公众游览休憩的需要，"
        "根据有关法律、法规，结合本市实际，制定本办法。"
    ),
    Printed("第二条　本市行政区域内公园的规划、建设、保护和管理，适用本办法。"),
    Printed("第三条　本办法所称公园，是指具有良好园林环境、向公众开放的场所，包括下列类型："),
    Printed("（一）综合公园；"),
    Printed("（二）植物园、动物园、儿童公园等专类公园；"),
    Printed("（三）社区公园和游园。"),
    Printed("公园的具体名录由市园林主管部门编制，报市人民政府批准后向社会公布，并根据实际情况及时调整。"),
    Printed("第四条　公园管理应当遵循政府主导、社会参与、保护优先、方便群众的原则。"),
    Printed("第二章　管理与服务", "centred"),
    Printed("第五条　市园林主管部门负责全市公园的监督管理工作，并组织实施本办法。"),
    Printed(
        "发展改革、财政、自然资源、生态环境、城市管理、市场监督管理等部门按照各自职责，"
        "做好公园管理的相关工作，并于每年12月底前向市人民政府报告。"
    ),
    Printed("乡镇人民政府、街道办事处协助做好本辖区内公园的管理工作。"),
    Printed("第六条　公园应当每日开放，开放时间不得少于12小时。因故不能开放的，应当提前3日公告。"),
    Printed("第七条　公园管理机构应当履行下列职责："),
    Printed("（一）建立健全管理制度，落实安全责任："),
    Printed("1．每日巡查不少于2次；"),
    Printed("2．每月检查游乐设施，并做好记录。"),
    Printed("（二）保持园容整洁，维护设施完好；"),
    Printed("（三）法律、法规规定的其他职责。"),
    Printed("第八条　公园养护经费按照下列标准安排："),
    Printed("单位：万元", "right"),
    Ruled(
        (
            ("类型", "2024年", "2025年", "牵头单位"),
            ("综合公园", "120", "150.5", "市园林局"),
            ("专类公园", "80", "96", "市财政局"),
        )
    ),
    Printed("第九条　禁止在公园内从事下列行为："),
    Printed("（一）攀折花木、损毁草坪；"),
    Printed("（二）违反规定携带犬只入园；"),
    Printed("（三）在非指定区域游泳、垂钓、烧烤。"),
    Printed("违反前款规定的，由公园管理机构劝阻；拒不改正的，移交城市管理部门依法处理。"),
    Printed("第十条　在公园内举办大型活动的，主办单位应当依照第九条的规定制定方案，并报公安机关许可。"),
    Printed("第十一条　公园管理机构的工作人员玩忽职守、滥用职权、徇私舞弊的，依法给予处分。"),
    Printed("第十二条　本办法由市园林主管部门负责解释。"),
    Printed("第十三条　本办法自2024年5月1日起施行，有效期5年。"),
)
ANNEX: Blocks = (
    Printed("附件1", "flush"),
    Printed("某市公园名录", "title"),
    Ruled(
        (
            ("序号", "名称", "类型", "面积"),
            ("1", "东湖公园", "综合公园", "12公顷"),
            ("2", "北山植物园", "专类公园", "35公顷"),
        )
    ),
    Printed("附件2", "flush"),
    Printed("公园开放申请须知", "title"),
    Printed("一、申请人应当提交下列材料："),
    Printed("（一）申请书；"),
    Printed("（二）活动方案及安全措施。"),
    Printed("二、受理机关自收到材料之日起10个工作日内作出决定。"),
)
NUMBER_FIRST: Blocks = (NUMBER, TITLE, *COVER, *MEASURES, *ANNEX)
TITLE_FIRST: Blocks = (TITLE, NUMBER, *COVER, *MEASURES, *ANNEX)
MEASURES_PATHS = """
通知 第一条 第二条 第三条 第三条/(一) 第三条/(二) 第三条/(三) 第四条 第五条 第六条 第七条 第七条/(一) 第七条/(一)/1 第七条/(一)/2
第七条/(二) 第七条/(三) 第八条 第九条 第九条/(一) 第九条/(二) 第九条/(三) 第十条 第十一条 第十二条 第十三条
附件1 附件2 附件2/一 附件2/一/(一) 附件2/一/(二) 附件2/二
"""

OPINIONS: Blocks = (
    Printed("某府发〔2023〕12号", "centred"),
    Printed("某市人民政府关于加快推进养老服务发展的实施意见", "title"),
    Printed("各县（区）人民政府，市政府有关部门：", "flush"),
    Printed("为贯彻落实国务院决策部署，加快推进我市养老服务发展，现提出如下实施意见。"),
    Printed("一、总体要求"),
    Printed(
        "坚持以人民为中心的发展思想，到2025年，全市养老机构护理型床位占比不低于60%，"
        "居家社区机构相协调、医养康养相结合的养老服务体系更加健全。"
    ),
    Printed("二、主要任务"),
    Printed("（一）完善服务设施"),
    Printed(
        "1．新建住宅区按每百户不少于30平方米的标准配建养老服务用房，与住宅同步规划、同步建设、同步验收、同步交付。"
    ),
    Printed("（1）配建用房应当设在首层；"),
    Printed("（2）配建用房移交民政部门管理。"),
    Printed("2．支持利用闲置厂房、学校改建养老机构。（责任单位：市民政局、市自然资源局）"),
    Printed("（二）培育服务力量。鼓励社会力量举办养老机构，每张床位给予2000元的一次性建设补贴。"),
    Printed("1．落实税费优惠。"),
    Printed("2．加强人员培训，每年培训护理员不少于500人次。"),
    Printed("三、保障措施"),
    Printed("（一）加强组织领导。各县（区）人民政府要建立协调机制，将养老服务纳入年度考核。"),
    Printed("（二）强化资金保障。市、县财政每年安排专项资金，并列入预算。"),
    Printed("本意见自印发之日起施行。"),
    Printed("某市人民政府", "right"),
    Printed("2023年9月4日", "right"),
)
OPINIONS_PATHS = """
前言 一 二 二/(一) 二/(一)/1 二/(一)/1/(1) 二/(一)/1/(2) 二/(一)/2 二/(二) 二/(二)/1 二/(二)/2 三 三/(一) 三/(二) 结尾
"""


def read_source_as(writer: str, blocks: Blocks) -> SourceFile:
    ending = writer.split()[-1]
    source = read_bytes(WRITERS[writer](blocks), f"下载文件.{ending}")
    assert source.format == ending
    return source


def read_as(writer: str, blocks: Blocks) -> Document:
    """The one document of ``blocks`` written by ``writer`` and read."""
    documents = parse_source(read_source_as(writer, blocks))
    assert len(documents) == 1, [d.document_id for d in documents]
    return documents[0]


def facts(document: Document) -> dict[str, Any]:
    return {
        "document_number": str(document.document_number),
        "title": document.title,
        "issuer": document.issuer,
        "signed_on": str(document.signed_on),
        "attached_title": document.attached_title,
    }


def paragraphs(document: Document) -> list[tuple[str, list[str]]]:
    """Each clause's path and its paragraphs without white space."""
    return [(str(c.path), [squash(p.text) for p in c.paragraphs]) for c in document.clauses]


def cells(document: Document) -> list[tuple[str, str, str | None]]:
    return [(str(cell.path), cell.raw, cell.unit) for table in document.tables for cell in table.cells]


MEASURES_FACTS = {
    "document_number": "某府办发〔2024〕7号",
    "title": "某市人民政府办公室关于印发某市公园管理办法的通知",
    "issuer": "某市人民政府办公室",
    "signed_on": "2024-03-15",
    "attached_title": "某市公园管理办法",
}
OPINIONS_FACTS = {
    "document_number": "某府发〔2023〕12号",
    "title": "某市人民政府关于加快推进养老服务发展的实施意见",
    "issuer": "某市人民政府",
    "signed_on": "2023-09-04",
    "attached_title": None,
}
DOCUMENTS = [
    # the number over the title, as in a file with a letterhead
    pytest.param(NUMBER_FIRST, MEASURES_FACTS, MEASURES_PATHS, id="number first"),
    # the number under the title, as gazettes and sites print it
    pytest.param(TITLE_FIRST, MEASURES_FACTS, MEASURES_PATHS, id="title first"),
    # no articles: 一、（一）1．（1）, signed at the end
    pytest.param(OPINIONS, OPINIONS_FACTS, OPINIONS_PATHS, id="opinions"),
]


@pytest.mark.parametrize("file_format", WRITERS)
@pytest.mark.parametrize(("blocks", "wanted", "wanted_paths"), DOCUMENTS)
def test_every_format_gives_the_facts_and_the_paths_that_are_printed(
    blocks: Blocks, wanted: dict[str, Any], wanted_paths: str, file_format: str
) -> None:
    document = read_as(file_format, blocks)
    assert facts(document) == wanted
    assert [str(c.path) for c in document.clauses] == wanted_paths.split()
    assert not document.findings


@pytest.mark.parametrize("file_format", [f for f in WRITERS if f != "txt"])
@pytest.mark.parametrize(("blocks", "wanted", "wanted_paths"), DOCUMENTS)
def test_every_clause_has_the_same_paragraphs_in_every_format(
    blocks: Blocks, wanted: dict[str, Any], wanted_paths: str, file_format: str
) -> None:
    assert paragraphs(read_as(file_format, blocks)) == paragraphs(read_as("txt", blocks))


TABLE_CELLS = [
    ("第八条/综合公园/2024年", "120", "万元"),
    ("第八条/综合公园/2025年", "150.5", "万元"),
    ("第八条/综合公园/牵头单位", "市园林局", None),
    ("第八条/专类公园/2024年", "80", "万元"),
    ("第八条/专类公园/2025年", "96", "万元"),
    ("第八条/专类公园/牵头单位", "市财政局", None),
    ("附件1/东湖公园/类型", "综合公园", None),
    ("附件1/东湖公园/面积", "12公顷", "公顷"),
    ("附件1/北山植物园/类型", "专类公园", None),
    ("附件1/北山植物园/面积", "35公顷", "公顷"),
]


# tables whose lines a page broke have no tabs that an editor would keep, so wrapped text is left out
@pytest.mark.parametrize("file_format", WRITERS)
def test_the_cells_of_a_table_are_the_same_in_every_format(file_format: str) -> None:
    assert cells(read_as(file_format, NUMBER_FIRST)) == TABLE_CELLS


@pytest.mark.parametrize("file_format", WRITERS)
@pytest.mark.parametrize("blocks", [NUMBER_FIRST, OPINIONS], ids=["measures", "opinions"])
def test_no_character_is_lost_in_any_format(blocks: Blocks, file_format: str) -> None:
    source = read_source_as(file_format, blocks)
    documents = parse_source(source)
    assert lost_characters(source.text, documents) == ""
    assert [altered_paragraphs(source.text, d) for d in documents] == [[]]


#: Words that sentences of random documents are made of: no labels, no numbers, no names of other documents.
_WORDS = """
公园管理机构 应当 建立健全 管理制度 落实 安全责任 市园林主管部门 会同 有关部门 加强 监督检查 公布 服务信息 做好 养护工作
组织 志愿者 参与 公众 提出 意见建议 及时 处理 投诉 保持 设施完好 环境整洁 不得 擅自 改变 用途 按照 规定 报告 市人民政府
"""
sentences = st.lists(st.sampled_from(_WORDS.split()), min_size=2, max_size=14).map("".join)


def _numeral(n: int) -> str:
    return "一二三四五六七八九十"[n - 1]


def _lists(labels: Sequence[Callable[[int], tuple[str, str]]], ending: str = "；") -> st.SearchStrategy[Outline]:
    """No list, or two to four numbered items, each perhaps with a list of the next level."""
    if not labels:
        return st.just(())
    item = st.tuples(sentences, _lists(labels[1:]))

    def numbered(items: list[tuple[str, Outline]]) -> Outline:
        outline: list[tuple[str, str]] = []
        for n, (words, inner) in enumerate(items, 1):
            printed, label = labels[0](n)
            end = "：" if inner else "。" if n == len(items) else ending
            outline += [(label, printed + words + end), *((f"{label}/{path}", text) for path, text in inner)]
        return tuple(outline)

    return st.just(()) | st.lists(item, min_size=2, max_size=4).map(numbered)


def _bracketed(n: int) -> tuple[str, str]:
    return f"（{_numeral(n)}）", f"({_numeral(n)})"


def _counted(n: int) -> tuple[str, str]:
    return f"{n}．", str(n)


def _counted_in_brackets(n: int) -> tuple[str, str]:
    return f"（{n}）", f"({n})"


@st.composite
def measures(draw: st.DrawFn) -> Outline:
    """Articles in chapters or not, some of several 款, some with items, and with a 款 behind the items."""
    outline: list[tuple[str, str]] = []
    has_chapters = draw(st.booleans())
    n_articles, chapter = draw(st.integers(3, 10)), 0
    for n in range(1, n_articles + 1):
        if has_chapters and (n == 1 or draw(st.integers(0, 3)) == 0):
            chapter += 1
            outline.append(
                (
                    "",
                    f"第{_numeral(chapter)}章　{draw(st.sampled_from(['总　则', '管理与服务', '法律责任', '附　则']))}",
                )
            )
        article = f"第{_numeral(n)}条"
        items = draw(_lists((_bracketed, _counted)))
        outline.append((article, f"{article}　{draw(sentences)}{'：' if items else '。'}"))
        outline += [(f"{article}/{path}", text) for path, text in items]
        outline += [(article, draw(sentences) + "。") for _ in range(draw(st.integers(0, 2)))]
    return tuple(outline)


@st.composite
def opinions(draw: st.DrawFn) -> Outline:
    """一、（一）1．（1）, each level with or without the next."""
    outline: list[tuple[str, str]] = [("前言", f"为{draw(sentences)}，现提出如下意见。")]
    for n in range(1, draw(st.integers(3, 5)) + 1):
        label = _numeral(n)
        outline.append((label, f"{label}、{draw(st.sampled_from(['总体要求', '主要任务', '工作措施', '组织保障']))}"))
        inner = draw(_lists((_bracketed, _counted, _counted_in_brackets), ending="。"))
        outline += [(f"{label}/{path}", text) for path, text in inner] or [(label, draw(sentences) + "。")]
    return tuple(outline)


def printed(outline: Outline, title: str) -> Blocks:
    body = [Printed(text, "text" if path else "centred") for path, text in outline]
    return (Printed(title, "title"), Printed("某府办发〔2024〕7号", "centred"), *body)


def words_by_path(outline: Outline) -> list[tuple[str, list[str]]]:
    """What a reader must find: each clause with its paragraphs, in print order of its first."""
    found: dict[str, list[str]] = {}
    for path, text in outline:
        if path:
            found.setdefault(path, []).append(squash(text))
    return list(found.items())


#: Wrapped text shows its habits only in documents of some length; those of chance may have one broken line.
#: A page shows its margins by lines that fill it: chance makes pages of short lines only, which show none.
_SETTLED = [name for name in WRITERS if name != "wrapped txt" and "pdf" not in name]
_random = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("file_format", _SETTLED)
@given(outline=measures())
@_random
def test_random_measures_come_out_as_they_were_made(file_format: str, outline: Outline) -> None:
    assert paragraphs(read_as(file_format, printed(outline, "某市公园管理办法"))) == words_by_path(outline)


@pytest.mark.parametrize("file_format", _SETTLED)
@given(outline=opinions())
@_random
def test_random_opinions_come_out_as_they_were_made(file_format: str, outline: Outline) -> None:
    title = "某市人民政府关于加强公园管理的实施意见"
    assert paragraphs(read_as(file_format, printed(outline, title))) == words_by_path(outline)
