"""Who must act: 牵头单位 and 责任单位 of clauses and of tables, with the scope that the text declares once for many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.documents import Clause, Duty, Table
from ingest.refs import ClausePath

_OPEN, _CLOSE = "([（【〔﹝", ")]）】〕﹞"
_WORD = "牵头|主办|主责|责任|配合|协办|协助|协同|参与|参加|承办|实施|落实"
_KIND = "单位|部门|机构|处室|科室|股室|主体"
#: 牵头单位:, 市级责任单位：, 牵头(责任)单位:, 责任部门(单位):. Miss: 责任人:, 赔偿责任:, 单位:.
_ROLE = rf"(?:[省市县区]级|[省市]直|主要|第一|共同|具体)?(?:{_WORD})(?:[及和、/]?[(（]?(?:{_WORD})[)）]?)?"
_KINDS = rf"(?:{_KIND})(?:[(（/](?:{_KIND})[)）]?)?"
#: What stands in the same bracket and is no organ: (责任单位:市教育局;完成时限:2025年底前;责任人:张三).
_OTHER = (
    r"(?:完成|办结|整改|推进|实施|启动|工作)?(?:时限|时间|期限|日期|节点)(?:要求|安排)?|(?:[一-鿿]{0,4}领导|[一-鿿]{0,4}责任人|联系人|联络员)"
    r"|(?:工作|主要|年度)?(?:目标|任务|进度|要求|安排|依据|举措|措施|成果)|备注|(?:联系)?(?:电话|方式)"
)
_LABEL = re.compile(rf"(?<![一-鿿])(?:(?P<role>{_ROLE})(?:{_KINDS})?|{_OTHER})\s*[:：]")
#: Outside brackets a label needs its 单位 and must be one that never opens a site's footer (主办单位:…政府办公室).
_LINE_LABEL = re.compile(
    rf"(?P<role>(?:[省市县区]级|[省市]直)?(?:牵头|责任|配合)(?:[及和]?(?:责任|配合))?){_KINDS}\s*[:：]"
)
#: Ways to say who acts without a role word in front: (市教育局牵头,市财政局、各县(区)按职责分工负责).
_DOING = re.compile(
    r"(?:等(?:各?有关|相关)?(?:部门|单位)?)?(?:分别)?(?:按照?(?:各自)?(?:职责|职能)?(?:分工)?)?(?:分别|共同|具体|组织)?"
    r"(?P<verb>牵头|主办|负责|配合|参加|参与|协助|协同|落实|实施|承办)(?:负责|落实|实施|组织|推进|配合)?\s*(?=[,，;；。]|$)"
)
#: 由市教育局牵头,市财政局配合. Miss: 由牵头单位…, 由市教育局牵头的…
_LED_BY = re.compile(r"(?:^|[。；;，,:：])由(?P<units>[^。；;，,由]{2,60}?)牵头(?!的|单位|部门|人)")
_UNIT_TAIL = re.compile(
    r"(?:等)?(?:分别|共同)?按(?:照)?(?:各自)?(?:职责|职能)?(?:分工)?(?:负责|落实|配合|实施)?$"
    r"|(?:等)?(?:分别|共同|分工|具体)?(?:负责|落实)$|等(?:各?有关|相关)?(?:部门|单位)?$"
)
_UNIT_HEAD = re.compile(r"^(?:以及|及|和|与|由|会同|并|为)(?=[省市县区各国中人新])")
#: How the name of an organ, or of a class of organs, ends.
_ORGAN = re.compile(
    r"(?:[局委办厅部院署会处科室股队站所校馆组团行台省市区县州盟旗镇乡村关]|政府|公司|集团|单位|部门|机构|企业|街道|中心|社区|乡镇|联社|"
    r"妇联|残联|文联|侨联|科协|工商联|军分区|运营商|园区|法院|口岸|报社|供销社|通讯社|出版社|新华社)"
    r"(?:[(（\[〔【][^()（）]{1,20}[)）\]〕】])?$"
)
#: Words that stand in sentences and never in a name.
_SENTENCE = re.compile(r"[的了是把被须或。:：!！?？0-9]|以上学历|本人|签字|盖章|除外|以下简称")
#: 各市、县(区)人民政府 is one party, printed as two words; so is 各县[区]人民政府、管委会.
_AREA_HEAD = re.compile(r"各(?:设区)?[省市区县州盟乡镇]{1,2}$")
_AREA_TAIL = re.compile(
    r"(?:自治)?[区县市州旗镇乡盟](?:[(（\[〔][^()（）]{1,10}[)）\]〕])?(?:人民政府|政府|管委会|党委)?$|街道(?:办事处)?$"
)
_JOINT = re.compile(
    r"(?<=[局委办厅部院署会室府心位门司团队区县市])(?:以及|及其|及|和|与|会同)(?!政府|人民政府)(?=[一-鿿]{2})"
)

_SCOPE_HEAD = re.compile(
    r"(?P<where>以下|下列|下述|以上|上述|各项|所有|除[一-鿿]{2,8}外[,，]?)(?:各|所有)?(?:[一-鿿]{0,8}?)"
    rf"(?P<role>(?:{_ROLE})(?:{_KIND})(?:[、和及](?:{_ROLE})(?:{_KIND}))?)?(?:中)?(?:均|都)(?:还)?(?:(?:需|须|应)(?:由|涉及|包括)?|涉及|包括|包含|含|为|有|由)"
)
_SCOPE_STOP = re.compile(r"[。；;]|[,，](?=不再|不另|不一一|以下|以上|另有|请|并)")

#: (承办部门:基础教育处,联系电话:…) behind a signature names whom to ask, not who must act.
_CONTACT = re.compile(r"电话\s*[:：]|邮编|邮箱")
_LEADS = ("牵头", "主办", "主责")
#: What a bracket of organs follows, where it does not close the paragraph.
_SENTENCE_END = '。；;！!”"」'
_MAX_BRACKET = 1500


@dataclass(frozen=True)
class _Scope:
    """Organs that the text names once: for the clauses before this one (``backward``) or for those that follow."""

    units: tuple[str, ...]
    backward: bool


def read_duties(clauses: Sequence[Clause]) -> tuple[Duty, ...]:
    """牵头单位 (``lead``) and 责任单位, 配合单位 … (``responsible``) of each clause that names them, in print order.

    Read are brackets with role words (牵头单位:…;责任单位:…) or with what organs do (市教育局牵头,市财政局配合), closing
    lines of an item (责任单位:…), and 由市教育局牵头. What is no organ (完成时限, persons) is left out; a bracket that is
    not surely a list of organs gives no duty.

    Where the text says 以下责任单位均涉及…,不再单独列出, those organs are ``inherited`` by the responsible duties of the
    clauses that follow, within the same annex; 以上…均由… reaches back over the clauses under the same parent.
    """
    duties: list[Duty] = []
    inherited: tuple[str, ...] = ()
    home: str | None = None
    for clause in clauses:
        top = _annex(clause.path)
        if top != home:
            home, inherited = top, ()
        scopes: list[_Scope] = []
        for index, paragraph in enumerate(clause.paragraphs):
            text = paragraph.text.removeprefix(clause.label).lstrip() if index == 0 else paragraph.text
            for role, units in _paragraph_duties(text, is_item=bool(clause.label)):
                extra = tuple(u for u in inherited if u not in units) if role == "responsible" else ()
                duty = Duty(clause.path, role, units, extra)
                if duty not in duties[-8:]:
                    duties.append(duty)
            scopes += _scopes(text)
        for scope in scopes:
            if scope.backward:
                duties = [_with_scope(d, scope.units, clause.path) for d in duties]
            else:
                inherited = scope.units
    return tuple(duties)


def duties_of_tables(tables: Iterable[Table], clauses: Sequence[Clause] = ()) -> tuple[Duty, ...]:
    """Duties from cells whose column is a role (牵头单位, 市级责任单位, 责任部门(单位)); ``path`` is the cell's.

    ``clauses`` say which scope (以下各项任务责任单位均包括…) was declared before the table.
    """
    duties = []
    for table in tables:
        for cell in table.cells:
            column = re.sub(r"\s+", "", cell.column)
            match = re.search(rf"(?P<role>{_ROLE}){_KINDS}$", column)
            if not match:
                continue
            body = _unglued(cell.raw)
            found = list(_labelled(body)) or [(_kind(match["role"]), _units(body))]
            scope: tuple[str, ...] = ()
            for clause in clauses:
                if clause.start < cell.start and _annex(clause.path) in (_annex(table.path), None):
                    for declared in _scopes(clause.text):
                        scope = scope if declared.backward else declared.units
            for role, units in found:
                if units:
                    extra = tuple(u for u in scope if u not in units) if role == "responsible" else ()
                    duties.append(Duty(cell.path, role, units, extra))
    return tuple(duties)


def _annex(path: ClausePath) -> str | None:
    return path.labels[0] if path.labels[0].startswith("附件") else None


def _with_scope(duty: Duty, units: tuple[str, ...], at: ClausePath) -> Duty:
    holder = at.parent
    reached = _annex(duty.path) == _annex(at) and (holder is None or duty.path.is_within(holder))
    if duty.role != "responsible" or not reached:
        return duty
    return replace(duty, inherited=(*duty.inherited, *(u for u in units if u not in (*duty.units, *duty.inherited))))


def _kind(role: str) -> str:
    return "lead" if any(word in role for word in _LEADS) else "responsible"


# ----------------------------------------------------------------------------------------------- where duties stand


def _paragraph_duties(text: str, *, is_item: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Role and organs of one paragraph, in print order."""
    if "\t" in text or not re.search(_WORD + "|负责", text):
        return
    found: list[tuple[int, list[tuple[str, tuple[str, ...]]]]] = []
    last = len(text.rstrip("。;； "))
    for start, end in _brackets(text):
        body = text[start + 1 : end - 1].strip()
        before = text[max(0, start - 3) : start].rstrip()[-1:]
        closes = end >= last
        opens = before in _SENTENCE_END if before else start < 3
        if not (closes or opens):
            continue
        stated = list(_labelled(body)) if _LABEL.match(body) else _doing(body)
        if stated:
            found.append((start, stated))
    if is_item and not found:
        found += _line(text)
    if not found:
        found += _led_by(text)
    for _, stated in sorted(found, key=lambda f: f[0]):
        yield from stated


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Spans of matched brackets that may hold organs; 各县(区) inside one does not end it."""
    opened: list[int] = []
    for match in re.finditer(r"[(\[（【〔﹝)\]）】〕﹞]", text):
        if match[0] in _OPEN:
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            if 4 <= match.end() - start <= _MAX_BRACKET:
                yield start, match.end()


def _labelled(body: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """牵头单位:A、B;责任单位:C;完成时限:… → roles and organs."""
    if _CONTACT.search(body):
        return
    scope = _SCOPE_HEAD.search(body)
    own = body[: scope.start()] if scope else body
    labels = list(_LABEL.finditer(own))
    for i, label in enumerate(labels):
        end = labels[i + 1].start() if i + 1 < len(labels) else len(own)
        if label["role"] and (units := _units(own[label.end() : end])):
            yield _kind(label["role"]), units


def _doing(body: str) -> list[tuple[str, tuple[str, ...]]]:
    """市教育局牵头,市财政局配合 → roles and organs; nothing where any part is not surely an organ."""
    found = []
    position = 0
    for match in _DOING.finditer(body):
        units = _units(body[position : match.start()].lstrip(",，;； "), strict=True)
        if not units:
            return []
        found.append((_kind(match["verb"]), units))
        position = match.end()
    return found if not body[position:].strip("。,，;； ") else []


def _line(text: str) -> list[tuple[int, list[tuple[str, tuple[str, ...]]]]]:
    """责任单位:… as a line of its own, or behind the last sentence of an item; every word of it an organ."""
    for match in _LINE_LABEL.finditer(text):
        before = text[max(0, match.start() - 3) : match.start()].rstrip()
        if before and before[-1] not in "。；;":
            continue
        stated, rest = [], text[match.start() :]
        labels = list(_LABEL.finditer(rest))
        for i, label in enumerate(labels):
            end = labels[i + 1].start() if i + 1 < len(labels) else len(rest)
            if not label["role"]:
                continue
            units = _units(rest[label.end() : end], strict=True)
            if not units:
                return []
            stated.append((_kind(label["role"]), units))
        return [(match.start(), stated)]
    return []


def _led_by(text: str) -> list[tuple[int, list[tuple[str, tuple[str, ...]]]]]:
    leads: list[str] = []
    helpers: list[str] = []
    for match in _LED_BY.finditer(text):
        leads += (u for u in _units(match["units"], strict=True) if u not in leads)
        following = re.match(
            r"[,，](?P<units>[^。；;，,]{2,200}?)(?:共同)?(?:配合|参与|参加|协助)(?=[。；;，,]|$)", text[match.end() :]
        )
        if following:
            helpers += (u for u in _units(following["units"], strict=True) if u not in helpers)
    roles = [("lead", tuple(leads)), ("responsible", tuple(helpers))]
    return [(0, [(role, units) for role, units in roles if units])] if leads else []


def _scopes(text: str) -> list[_Scope]:
    if "均" not in text and "都" not in text:
        return []
    found = []
    for match in _SCOPE_HEAD.finditer(text):
        where = match["where"]
        if not match["role"] and where not in ("以下", "下列", "下述", "以上", "上述"):
            continue
        depth, end = 0, match.end()
        while end < len(text) and depth >= 0:
            depth += (text[end] in _OPEN) - (text[end] in _CLOSE)
            if depth < 0 or (depth == 0 and _SCOPE_STOP.match(text, end)):
                break
            end += 1
        if units := _units(text[match.end() : end], strict=True):
            found.append(_Scope(units, where in ("以上", "上述")))
    return found


# ------------------------------------------------------------------------------------------------- organs of a list


def _unglued(raw: str) -> str:
    """A table cell whose lines lost their breaks: 市教育局市财政局 → 市教育局、市财政局."""
    return (
        re.sub(r"(?<=[局办厅院署室心府司])\s*(?=[省市县区各][一-鿿]{2})(?!市直)", "、", raw) if "、" not in raw else raw
    )


def _split(text: str) -> list[str]:
    """``text`` at its commas, those inside brackets (各县(市、区)) left alone."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in _OPEN) - (c in _CLOSE)
        if depth <= 0 and c in "、,，;；/\n":
            parts.append(text[start:i])
            start = i + 1
    parts.append(text[start:])
    return parts


def _units(text: str, *, strict: bool = False) -> tuple[str, ...]:
    """市财政局、市卫健委等,各县[区]人民政府、管委会 → its organs, in print order.

    ``strict`` gives nothing at all when one part does not end as organs do: then the text was no list of organs.
    """
    units: list[str] = []
    for part in _split(text.strip().strip(":：。;；")):
        for unit in _JOINT.split(part):
            unit = _cleaned(unit)
            if not unit:
                continue
            if units and _AREA_HEAD.match(units[-1]) and _AREA_TAIL.match(unit):
                units[-1] += f"、{unit}"
            elif unit == "管委会" and units and units[-1].endswith("政府"):
                units[-1] += "、管委会"
            elif not _is_unit(unit, strict):
                if strict:
                    return ()
            elif unit not in units:
                units.append(unit)
    return tuple(units)


def _cleaned(unit: str) -> str:
    unit = unit.strip().strip(":：。.").strip()
    while (shorter := _UNIT_TAIL.sub("", unit)) != unit:
        unit = shorter
    return _UNIT_HEAD.sub("", unit).strip()


def _is_unit(unit: str, strict: bool) -> bool:
    if not 2 <= len(unit) <= 30 or (_SENTENCE.search(unit) and not re.search(r"[0-9]{5}", unit)):
        return False
    return bool(_ORGAN.search(unit)) or not strict
