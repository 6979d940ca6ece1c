"""Explicit references in a question: which document and clause it names. A reference is looked up, never searched."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.normalise import fold
from assistant.understanding.clause_lookup import resolve_clause
from assistant.understanding.directory import Directory, DocumentMention
from assistant.understanding.places import foreign_place
from ingest import ClausePath, Document, DocumentNumber
from ingest.refs import SpokenLabel, find_spoken_paths, label_kind, read_spoken_path

#: A document's name right before its clause.
_TITLE_END = re.compile(r"(?:法|条例|办法|规定|细则|意见|制度|方案|决定|纲要)》?的?\s*$")
#: What joins two addresses of one sentence: 第八条、第九条; 第十六条第一款和第二款.
_JOINED = re.compile(r"(?:[\s、,，]|以及|和|及|与|跟|或者?)*")
#: A part after a document's name; a numeral or 通知 only where nothing follows (余府办发〔2023〕28号通知 is the document).
_PART = re.compile(
    r"[\s)）》]*的?(?P<part>前言|目录|结尾|(?:(?<=[\s)）》])通知|[一二三四五六七八九十]+)(?=[\s?？。]*\Z))"
)


@dataclass(frozen=True)
class ClauseMention:
    """A clause that a question names, with every held clause that it can mean."""

    raw: str
    labels: tuple[SpokenLabel, ...]
    targets: tuple[tuple[Document, ClausePath], ...]


@dataclass(frozen=True)
class ExplicitReferences:
    """All that a question names outright.

    ``documents`` are the named documents, ``unknown`` numbers that are not held, ``clauses`` named clauses;
    ``rest`` is the question without the names, for telling a look-up from a question about the named text.
    """

    mentions: tuple[DocumentMention, ...]
    documents: tuple[Document, ...]
    unknown: tuple[DocumentNumber, ...]
    clauses: tuple[ClauseMention, ...]
    rest: str
    #: Titles that stand before a clause and that no held document bears.
    unheld_titles: tuple[str, ...] = ()

    @property
    def is_ambiguous_document(self) -> bool:
        return any(len(m.matches) > 1 for m in self.mentions)


def _read_with_headings(text: str, position: int, documents: Sequence[Document]) -> tuple[tuple[SpokenLabel, ...], int]:
    """Labels from ``position``, stepping over the headings that people copy along: 三、保障措施 5.落实支持政策 第三点."""
    labels, end = read_spoken_path(text, position, opener=True)
    while labels:
        skipped = None
        for document in documents:
            for path in resolve_clause(document, labels)[:1]:
                clause = document.by_path.get(str(path))
                heading = fold(clause.heading) if clause and clause.heading else ""
                tail = text[end : end + 60]
                if heading and (at := _heading_end(tail, heading)):
                    skipped = end + at
        if skipped is None:
            break
        more, further = read_spoken_path(text, re.compile(r"[\s,，。、/]*").match(text, skipped).end())  # type: ignore[union-attr]
        if not more:
            end = skipped
            break
        labels, end = (*labels, *more), further
    return labels, end


def _first_address(
    text: str, position: int, labels: tuple[SpokenLabel, ...], end: int
) -> tuple[tuple[SpokenLabel, ...], int]:
    """The labels up to a comma with a label of a kind already read after it: 第八条、第九条 are two addresses."""
    at = position
    for i, label in enumerate(labels):
        at = text.index(label.text, at)
        listed = text[:at].rstrip().endswith(("、", ",", "，"))
        if listed and any(label.kind == earlier.kind for earlier in labels[:i]):
            return labels[:i], at
        at += len(label.text)
    return labels, end


def _inherited(
    between: str, before: tuple[SpokenLabel, ...], labels: tuple[SpokenLabel, ...]
) -> tuple[SpokenLabel, ...]:
    """第二款 after 第十六条第一款和 is 第十六条第二款: ``labels`` with what they leave out of the address before."""
    kinds = [label.kind for label in before]
    if not labels or not _JOINED.fullmatch(between) or labels[0].kind not in kinds:
        return labels
    return before[: kinds.index(labels[0].kind)] + labels


def _named_part(question: str, mention: DocumentMention) -> ClauseMention | None:
    """余府发〔2023〕19号前言, (余府发〔2023〕19号)一: a part without 第, named right after its document."""
    match = _PART.match(question, mention.end)
    if not match:
        return None
    path = ClausePath.parse(match["part"])
    targets = tuple((d, path) for d in mention.matches if str(path) in d.by_path)
    kind, number = label_kind(path.last)
    return ClauseMention(match["part"], (SpokenLabel(kind, number, match["part"]),), targets) if targets else None


def _heading_end(tail: str, heading: str) -> int:
    """Where ``heading`` ends in ``tail`` when the tail opens with it; 0 otherwise."""
    for end in range(1, len(tail) + 1):
        folded = fold(tail[:end])
        if folded == heading:
            return end
        if not heading.startswith(folded):
            return 0
    return 0


def read_references(
    question: str, directory: Directory, context: Sequence[Document] = (), context_clause: ClausePath | None = None
) -> ExplicitReferences:
    """The documents and clauses that a cleaned question names.

    Args:
        context: documents of the conversation, most recent first; they resolve 第十条呢.
        context_clause: clause of the conversation in ``context[0]``; it resolves 第二款呢.
    """
    mentions = directory.mentions(question)
    clauses: list[ClauseMention] = []
    taken: list[tuple[int, int]] = [(m.start, m.end) for m in mentions]
    unheld: list[str] = []
    position = 0
    starts = deque(s.start for s in find_spoken_paths(_blank(question, taken)))
    while starts:
        start = starts.popleft()
        if start < position:
            continue
        before = [m for m in mentions if m.end <= start]
        owners = list(before[-1].matches) if before else [d for m in mentions[:1] for d in m.matches]
        named = bool(mentions)
        pool = owners if named else list(context[:1])
        read, whole_end = _read_with_headings(question, start, pool)
        labels, end = _first_address(question, start, read, whole_end)
        if clauses and not any(position < m.end <= start for m in mentions):
            labels = _inherited(question[position:start], clauses[-1].labels, labels)
        if not labels or not _is_reference(labels, named=named, in_context=bool(context)):
            continue
        if _counts(labels, question[:start], question[end:]):
            continue
        targets = _targets(labels, pool, context_clause if not named else None)
        title = _title_before(question[:start]) if not named else ""
        if title or (not named and _is_elsewhere(question[:start], directory)):
            targets = []  # 萍乡的抗震设防办法第五条, 民法典第三条: no clause of ours, whatever its number.
            unheld += [title] if title else []
        elif not targets and not named:
            targets = _targets(labels, list(directory.documents), None)
            targets = [t for t in targets if labels[0].kind != "article" or t[1].labels[0].startswith("第")]
        clauses.append(ClauseMention(question[start:end].strip("、,， "), labels, tuple(targets)))
        taken.append((start, end))
        position = end
        if end < whole_end:
            starts.appendleft(end)
    if not clauses:
        for mention in mentions:
            if part := _named_part(question, mention):
                clauses.append(part)
                taken.append((mention.end, question.index(part.raw, mention.end) + len(part.raw)))
    documents = tuple(dict.fromkeys(d for m in mentions for d in m.matches))
    unknown = tuple(m.number for m in mentions if m.number and not m.matches)
    return ExplicitReferences(
        tuple(mentions), documents, unknown, tuple(clauses), _rest(question, taken), tuple(unheld)
    )


_QUOTED_TITLE = re.compile(r"《(?P<name>[^《》]{2,60})》\s*的?\s*$")
_BARE_TITLE = re.compile(
    r"(?P<name>[一-鿿]{1,20}(?:法典|[^办方做想看说用没]法|条例|规定|细则|章程|准则|办法))(?:\([^()]{1,8}\))?的?\s*$"
)
#: 本办法第三条, 这个规定第五条: the document spoken of, not one by that name.
_POINTING = re.compile(
    r"(?:^|.*)(?:本|该|这|那|此|上述|前述|刚才|这个|那个|这份|那份|个|份)(?:暂行|管理|实施)?(?:法|条例|规定|细则|章程|准则|办法)$"
)


def _title_before(before: str) -> str:
    """The title that ends where a clause reference begins (民法典|第三条); empty for 本办法, 这个规定 and for none."""
    quoted = _QUOTED_TITLE.search(before)
    if quoted:
        return quoted["name"]
    bare_title = _BARE_TITLE.search(before)
    if not bare_title or _POINTING.match(bare_title["name"]):
        return ""
    return re.sub(r"^.*?(?:请问|按照|根据|依据|查一?下|看看?|问一?下)", "", bare_title["name"])


def _is_elsewhere(before: str, directory: Directory) -> bool:
    """Whether what stands before a clause names a document of a place that no held title names."""
    place = foreign_place(before, directory.home) if _TITLE_END.search(before) else None
    return place is not None and not any(place in d.title for d in directory.documents)


def _is_reference(labels: Sequence[SpokenLabel], *, named: bool, in_context: bool) -> bool:
    """A number in a sentence is a clause only beside a document's name, or where 条款项目 was typed."""
    kinds = {label.kind for label in labels}
    if kinds & {"article", "bracketed_article", "paragraph", "subitem"}:
        return True
    if kinds & {"item"}:
        return named or in_context
    if (
        not named
        and len(labels) >= 2
        and kinds <= {"chinese", "bracketed_chinese", "arabic", "bracketed_arabic", "point"}
    ):
        return kinds >= {"chinese", "bracketed_chinese"}  # 二、(一) can only be an address.
    return named and bool(kinds & {"chinese", "bracketed_chinese", "section", "ordinal", "annex", "point", "arabic"})


#: 哪五条, 提了五条建议, 五条狗: a number of things, not the number of one.
_COUNTED_BEFORE = re.compile(r"(?:哪|几|共|有|了|出|列|提|这|那|前|后|头|分|按|凭|养)$")
#: What may follow the number of a clause typed without 第.
_NUMBERED_AFTER = re.compile(
    r"\s*(?:$|[,，。?？、;；:：的)）]|第|原文|规定|讲|说|写|内容|是|呢|里|怎么|到|至|和|跟|与)"
)


def _counts(labels: Sequence[SpokenLabel], before: str, after: str) -> bool:
    """Whether a lone 五条 without 第 says how many there are."""
    first = labels[0]
    if len(labels) > 1 or first.kind not in ("article", "item") or first.text.startswith(("第", "(", "（")):
        return False
    return bool(_COUNTED_BEFORE.search(before.rstrip())) or not _NUMBERED_AFTER.match(after)


def _targets(
    labels: Sequence[SpokenLabel], documents: Sequence[Document], context_clause: ClausePath | None
) -> list[tuple[Document, ClausePath]]:
    found = []
    if context_clause is not None and documents and labels[0].kind in ("paragraph", "item", "subitem", "ordinal"):
        document = documents[0]
        for base in (context_clause, context_clause.parent):
            if base is None or str(base) not in document.by_path:
                continue
            if labels[0].kind == "paragraph":
                n = labels[0].number[0]
                if n <= len(document.by_path[str(base)].paragraphs):
                    return [(document, base.child(f"第{n}款"))]
            else:
                below = [(document, p) for p in resolve_clause(document, labels) if p.is_within(base) and p != base]
                if below:
                    return below[:1]
    for document in documents:
        found += [(document, path) for path in resolve_clause(document, labels)]
    return found


def _blank(text: str, spans: Sequence[tuple[int, int]]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = "\u0001" * (end - start)
    return "".join(characters)


def _rest(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return re.sub("\u0001+", " ", _blank(text, spans)).strip()
