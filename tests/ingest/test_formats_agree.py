"""The same document as txt, html, docx and pdf: the same facts, the same clauses, the same words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import Document
from ingest.patterns import squash
from ingest.reader import parse_source
from ingest.sources import read_bytes
from tests.ingest.same_document import WRITERS, Blocks, Printed, Ruled

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
    Ruled((("序号", "名称", "类型", "面积"), ("1", "东湖公园", "综合公园", "12公顷"), ("2", "北山植物园", "专类公园", "35公顷"))),
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
    Printed("1．新建住宅区按每百户不少于30平方米的标准配建养老服务用房，与住宅同步规划、同步建设、同步验收、同步交付。"),
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


def read_as(file_format: str, blocks: Blocks) -> Document:
    """The one document of ``blocks`` written and read as ``file_format``."""
    source = read_bytes(WRITERS[file_format](blocks), f"下载文件.{file_format}")
    assert source.format == file_format
    documents = parse_source(source)
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


def clauses(document: Document) -> list[tuple[str, str]]:
    return [(str(c.path), squash(c.text)) for c in document.clauses]


def paths(document: Document) -> list[str]:
    return [str(c.path) for c in document.clauses]


def records(document: Document) -> list[tuple[str, object]]:
    return [(str(t.clause), t.columns, t.rows) for t in document.tables]


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
    assert paths(document) == wanted_paths.split()


@pytest.mark.parametrize("file_format", [f for f in WRITERS if f != "txt"])
@pytest.mark.parametrize(("blocks", "wanted", "wanted_paths"), DOCUMENTS)
def test_every_clause_has_the_same_words_in_every_format(
    blocks: Blocks, wanted: dict[str, Any], wanted_paths: str, file_format: str
) -> None:
    assert clauses(read_as(file_format, blocks)) == clauses(read_as("txt", blocks))
