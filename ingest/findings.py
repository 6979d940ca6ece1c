"""What looks wrong in a document's clauses, each with its place and what a person should do; nothing is repaired."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ingest.documents import Clause, Finding, Furniture, Paragraph, Reference
from ingest.form_names import find_mixed_terms
from ingest.holding import name_key
from ingest.numerals import read_numeral
from ingest.patterns import tidy
from ingest.personal_data import find_sensitive
from ingest.places import Places
from ingest.recognition import Doubt, PairChecker, find_doubts

#: More than these of one code and kind in one document say nothing new; the last one gives the count.
_MOST = 20
_SEES_ANNEX = re.compile(r"(?:见|参见|详见|[(（])\s*附件\s*(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,3})?(?!\s*[:：])")
_LISTED = re.compile(r"(?:^|[\s:：;；。])(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,2})\s*[.．、](?![0-9])")


def find_problems(
    clauses: Sequence[Clause],
    references: Sequence[Reference] = (),
    furniture: Sequence[Furniture] = (),
    source: str | None = None,
    own_titles: Sequence[str] = (),
) -> list[Finding]:
    """What a careful reader would ask about, in print order.

    Codes: ``missing_annex``, ``dangling_reference``, ``mixed_terms``, ``doubtful_recognition``, ``repeated_text``,
    ``unmatched_mark``, ``personal_data``, ``secrecy_mark``. ``start`` is the character itself where ``source`` (the
    reader's text) is given, else its paragraph. ``own_titles`` are the titles under which the document prints what it
    forwards. What is personal is never repeated in a message.
    """
    places = Places(source, furniture)
    found = [*_in_paragraphs(clauses, places), *_secret_furniture(furniture)]
    found += _dangling(clauses, references, places)
    found += _missing_annexes(clauses, furniture, places, {name_key(t) for t in own_titles})
    found += [
        Finding(
            "mixed_terms",
            "notice",
            t.message,
            str(clauses[t.clause].path),
            _at(clauses[t.clause], t.start, places),
            t.advice,
        )
        for t in find_mixed_terms([c.text for c in clauses])
    ]
    return _capped(sorted(found, key=lambda f: f.start or 0))


def _at(clause: Clause, index: int, places: Places) -> int:
    """The source offset of ``clause.text[index]``."""
    for paragraph in clause.paragraphs:
        if index <= len(paragraph.text):
            return places.at(paragraph, index)
        index -= len(paragraph.text) + 1
    return clause.start


def _in_paragraphs(clauses: Sequence[Clause], places: Places) -> Iterator[Finding]:
    pairs: PairChecker[tuple[Clause, Paragraph]] = PairChecker()

    def unmatched(lost: Iterable[tuple[tuple[Clause, Paragraph], Doubt]]) -> Iterator[Finding]:
        for (clause, paragraph), doubt in lost:
            at = places.at(paragraph, doubt.start)
            yield Finding(doubt.code, "notice", doubt.message, str(clause.path), at, doubt.advice)

    for clause in clauses:
        for paragraph in clause.paragraphs:
            text = paragraph.text
            for doubt in find_doubts(text):
                at = places.at(paragraph, doubt.start)
                severity = "notice" if doubt.code == "repeated_text" else "warning"
                yield Finding(doubt.code, severity, doubt.message, str(clause.path), at, doubt.advice)
            for thing in find_sensitive(text):
                at = places.at(paragraph, thing.start)
                yield Finding(thing.code, thing.severity, thing.name, str(clause.path), at, thing.advice)
            yield from unmatched(pairs.add(text, (clause, paragraph)))
        yield from unmatched(pairs.end_clause())
    yield from unmatched(pairs.end_document())


def _secret_furniture(furniture: Sequence[Furniture]) -> Iterator[Finding]:
    """机密★1年 at the head of a page stands in no clause."""
    for piece in furniture:
        for thing in find_sensitive(piece.text):
            if thing.code == "secrecy_mark":
                yield Finding(thing.code, thing.severity, thing.name, None, piece.start + thing.start, thing.advice)


def _dangling(clauses: Sequence[Clause], references: Sequence[Reference], places: Places) -> Iterator[Finding]:
    by_path = {c.path: c for c in clauses}
    seen: set[tuple[object, int | None]] = set()
    for reference in references:
        clause = by_path.get(reference.path)
        if reference.status != "dangling" or clause is None or (reference.path, reference.start) in seen:
            continue
        # 第(十九)、(二十)项 is one place, printed once.
        seen.add((reference.path, reference.start))
        yield Finding(
            "dangling_reference",
            "warning",
            f"所引“{tidy(reference.raw)}”在本文件中不存在",
            str(reference.path),
            _at(clause, reference.start or 0, places),
            "请核对条款编号,或确认是否引用其他文件。",
        )


# ---------------------------------------------------------------------------------------------------------- annexes


def _missing_annexes(
    clauses: Sequence[Clause], furniture: Sequence[Furniture], places: Places, own: set[str]
) -> list[Finding]:
    """Annexes that are listed or referred to and do not follow, each once, at the first place that names it."""
    printed = {c.path.labels[0] for c in clauses if c.path.labels[0].startswith("附件")}
    found: dict[str, Finding] = {}
    advice = "请补入附件后重新导入;附件另有载体的,可以忽略。"
    for note in (f for f in furniture if f.kind == "annex_note"):
        for name in _listed(note.text):
            if not _is_printed(name, printed):
                message = f"列有“{tidy(note.text)[:40]}”,但{name}未随文刊登"
                found.setdefault(name, Finding("missing_annex", "warning", message, None, note.start, advice))
    for clause in clauses:
        if clause.path.labels[0] in printed or "附件" not in clause.text:
            continue
        for paragraph in clause.paragraphs:
            for match in _SEES_ANNEX.finditer(paragraph.text):
                name = "附件" + (str(read_numeral(match["n"])) if match["n"] else "")
                if _is_printed(name, printed) or name in found or (name == "附件" and found):
                    continue
                titled = re.search(r"《([^《》]+)》\Z", paragraph.text[max(0, match.start() - 90) : match.start()])
                if titled and name_key(titled[1]) in own:
                    # 现将《…办法》(附件1)印发给你们: the 办法 that follows is that annex.
                    continue
                at = places.at(paragraph, match.start())
                said = match[0].strip("(（")
                message = f"提到“{said}”,但未随文刊登"
                found[name] = Finding("missing_annex", "warning", message, str(clause.path), at, advice)
    return list(found.values())


def _is_printed(name: str, printed: set[str]) -> bool:
    return name in printed or (name == "附件" and bool(printed)) or (name == "附件1" and "附件" in printed)


def _listed(note: str) -> list[str]:
    """附件:1.甲表 2.乙表 → 附件1, 附件2; a note with no numbers lists one."""
    body = re.sub(r"^\s*附\s*件\s*(?P<n>[0-9]{0,2})", "", note)
    head = re.match(r"\s*附\s*件\s*([0-9]{1,2})", note)
    if head:
        return [f"附件{int(head[1])}"]
    numbers: list[int] = []
    for match in _LISTED.finditer(body):
        try:
            number = read_numeral(match["n"])
        except ValueError:
            continue
        if number == len(numbers) + 1:
            numbers.append(number)
    return [f"附件{n}" for n in numbers] or ["附件"]


def _capped(findings: list[Finding]) -> list[Finding]:
    """At most twenty of one code and kind: a document in a broken encoding has thousands."""
    seen: Counter[tuple[str, str]] = Counter()
    total = Counter(_kind(f) for f in findings)
    kept = []
    for finding in findings:
        kind = _kind(finding)
        seen[kind] += 1
        if seen[kind] < _MOST or total[kind] <= _MOST:
            kept.append(finding)
        elif seen[kind] == _MOST:
            message = f"{finding.message}(同类问题本文件共 {total[kind]} 处,其余不再列出)"
            kept.append(Finding(finding.code, finding.severity, message, finding.path, finding.start, finding.advice))
    return kept


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message.partition(":")[0] if finding.code == "doubtful_recognition" else ""
