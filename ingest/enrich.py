"""What clauses say beyond their wording: who must act, what they refer to, and what looks wrong in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest import patterns
from ingest.documents import Clause, Duty, Finding, Reference
from ingest.numerals import LARGEST_NUMBER, chinese_numeral
from ingest.refs import find_document_numbers, find_spoken_paths

_UNIT_TAIL = re.compile(r"等?(?:分别)?按(?:照)?(?:各自)?职责(?:分工)?(?:负责|落实)?$|(?:等)?(?:分工)?负责$|等$")
_LEAD = ("牵头单位", "牵头部门", "主办单位")
_SELF = re.compile(r"(?:本办法|本规定|本条例|本细则|本意见|本方案|本制度)")
_MISSING_ANNEX = re.compile(r"[(（]?见附件\s*(\d*)[)）]?")
_ID_CARD = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_SECRET = re.compile(r"(?:绝密|机密|秘密)★")


def _units(text: str) -> tuple[str, ...]:
    """市财政局、市卫健委,各县[区]人民政府、管委会 → its organs, in print order."""
    parts = re.split(r"[、,，;；]", text)
    units: list[str] = []
    for part in parts:
        unit = _UNIT_TAIL.sub("", part.strip().strip(":：。")).strip()
        if unit == "管委会" and units and units[-1].endswith("人民政府"):
            # 各县[区]人民政府、管委会 is one party, printed as two words.
            units[-1] += "、管委会"
        elif 2 <= len(unit) <= 30 and unit not in units:
            units.append(unit)
    return tuple(units)


def read_duties(clauses: Sequence[Clause]) -> tuple[Duty, ...]:
    """牵头单位 and 责任单位 of each clause that names them in brackets.

    Where the text says 以下责任单位均涉及…,不再单独列出, those organs are ``inherited`` by the clauses that follow.
    """
    duties: list[Duty] = []
    inherited: tuple[str, ...] = ()
    for clause in clauses:
        for bracket in re.finditer(
            r"[(（]((?:牵头|责任|主办|配合|协办|参与)(?:单位|部门)\s*[:：].*?)[)）]\s*$", clause.text, re.S
        ):
            body = bracket[1]
            scope = patterns.SCOPE_NOTE.search(body)
            own = body[: scope.start()] if scope else body
            roles = list(patterns.DUTY_ROLE.finditer(own))
            for i, role in enumerate(roles):
                end = roles[i + 1].start() if i + 1 < len(roles) else len(own)
                units = _units(own[role.end() : end])
                if units:
                    kind = "lead" if role["role"] in _LEAD else "responsible"
                    extra = tuple(u for u in inherited if u not in units) if kind == "responsible" else ()
                    duties.append(Duty(clause.path, kind, units, extra))
            if scope:
                inherited = _units(scope["units"])
    return tuple(duties)


def read_references(clauses: Sequence[Clause], own_titles: Sequence[str]) -> tuple[Reference, ...]:
    """Documents (《…》, 文号) and own clauses (本办法第X条, 前款) that clauses name.

    ``target`` is filled for own clauses that exist; documents are resolved by whoever holds the corpus.
    """
    paths = {str(c.path) for c in clauses}
    found: list[Reference] = []
    for clause in clauses:
        seen: set[str] = set()
        for match in patterns.TITLE_REFERENCE.finditer(clause.text):
            title = match["title"]
            if title in own_titles or title in seen:
                continue
            seen.add(title)
            after = find_document_numbers(clause.text[match.end() : match.end() + 40])
            number = str(after[0].number) if after and after[0].start <= 2 else None
            found.append(Reference(clause.path, match[0], number or title, None))
        for own in _SELF.finditer(clause.text):
            tail = clause.text[own.end() : own.end() + 20]
            spoken = next(iter(find_spoken_paths(tail)), None)
            if spoken and spoken.start == 0 and spoken.labels[0].kind == "article":
                article, suffix = spoken.labels[0].number
                if max(article, suffix) > LARGEST_NUMBER:
                    continue
                target = f"第{chinese_numeral(article)}条" + (f"之{chinese_numeral(suffix)}" if suffix else "")
                raw = own[0] + tail[: spoken.end]
                found.append(Reference(clause.path, raw, None, target if target in paths else None))
    return tuple(found)


def find_problems(clauses: Sequence[Clause]) -> list[Finding]:
    """What a careful reader would ask about: annexes that are missing, mixed terms, personal data, secrecy marks."""
    findings: list[Finding] = []
    text = "\n".join(c.text for c in clauses)
    has_annex = any(c.path.labels[0].startswith("附件") for c in clauses)
    for clause in clauses:
        if not has_annex and (match := _MISSING_ANNEX.search(clause.text)):
            findings.append(
                Finding(
                    "missing_annex",
                    "warning",
                    f"提到“{match[0].strip('()（）')}”,但未随文刊登附件",
                    str(clause.path),
                    clause.start,
                )
            )
        for code, pattern, message in (
            ("personal_data", _ID_CARD, "疑似身份证号"),
            ("personal_data", _MOBILE, "疑似手机号"),
            ("secrecy_mark", _SECRET, "带有密级标志"),
        ):
            if pattern.search(clause.text):
                findings.append(Finding(code, "error", message, str(clause.path), clause.start))
    for first, second in (("审批表", "审核表"), ("登记表", "备案表"), ("申请表", "审批表")):
        if first in text and second in text:
            places = [c for c in clauses if first in c.text or second in c.text]
            findings.append(
                Finding(
                    "mixed_terms",
                    "notice",
                    f"“{first}”与“{second}”混用,请核对是否同一张表",
                    str(places[0].path),
                    places[0].start,
                )
            )
    return findings
