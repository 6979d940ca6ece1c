"""A file becomes documents: the whole of reading, in the order it happens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from ingest import patterns
from ingest.addressees import read_addressees
from ingest.clauses import ClauseTree
from ingest.documents import (
    Clause,
    Document,
    Finding,
    Furniture,
    GazetteIssue,
    NoClauseFound,
    Paragraph,
    SourceFile,
    Table,
)
from ingest.duties import duties_of_tables, read_duties
from ingest.findings import find_problems
from ingest.holding import Holdings, names_of
from ingest.joining import Block, grids_in, join_lines
from ingest.layout import Layout, Line, read_layout
from ingest.metadata import Evidence, read_kind, read_metadata
from ingest.page_facts import facts_of_rows
from ingest.patterns import squash, tidy
from ingest.references import read_references
from ingest.refs import ClausePath
from ingest.sections import Sections, read_sections
from ingest.settling import settle_labels
from ingest.sources import read_source, shown_name
from ingest.split import Segment, split_documents
from ingest.tables import read_grid

_CONTENTS_HEAD = re.compile(r"目\s*[录錄]$")
_CONTENTS_LINE = re.compile(r"[(（]\s*[0-9]{1,3}\s*[)）]$")
#: 单位：万元, above a table.
_UNIT_LINE = re.compile(r"[(（]?\s*(?:计量)?单位\s*[:：]\s*(?P<unit>[^()（）\s]{1,12})\s*[)）]?$")


def read_documents(path: Path | str) -> list[Document]:
    """The documents of the file at ``path``, in print order.

    Raises:
        IngestError: the file cannot be read, is empty, or holds no clause; the message says what to do.
    """
    source, _ = read_source(path)
    return parse_source(source)


def parse_source(source: SourceFile) -> list[Document]:
    """The documents of a file already read. Linear in the length of its text.

    Raises:
        NoClauseFound: nothing in the text could be addressed.
    """
    layout = read_layout(source.text, source.read)
    stem = shown_name(Path(source.path).stem)
    segments, issue = split_documents(layout, source.read, stem)
    parsed = [_read_segment(s, layout, source, issue, i == 0) for i, s in enumerate(segments)]
    documents = _report_empty(parsed)
    if not any(d.kind != "masthead" for d in documents) or not documents:
        raise NoClauseFound(
            source.path, "没有读出任何条款或正文", "请确认文件内容是公文或公报正文,而不是目录、图片说明或乱码。"
        )
    if source.read and source.read.findings:
        first = documents[0]
        findings = (*source.read.findings, *first.findings)
        documents[0] = replace(first, findings=tuple(sorted(findings, key=lambda f: f.start or 0)))
    return _with_resolved_references(_number_twins(documents))


def _report_empty(documents: list[Document]) -> list[Document]:
    """A title without a text cannot be addressed: the document printed before it (or after) reports it."""
    held = [d for d in documents if d.clauses]
    if not held:
        return []
    for empty in (d for d in documents if not d.clauses and d.furniture):
        at = empty.furniture[0].start
        i = max((i for i, d in enumerate(held) if d.clauses[0].start < at), default=0)
        advice = "请核对原件是否缺页。"
        finding = Finding("empty_document", "error", f"只有标题,没有读出正文:{empty.title}", None, at, advice)
        held[i] = replace(
            held[i],
            findings=tuple(sorted([*held[i].findings, finding], key=lambda f: f.start or 0)),
            furniture=tuple(sorted([*held[i].furniture, *empty.furniture], key=lambda f: f.start)),
        )
    return held


def _with_resolved_references(documents: list[Document]) -> list[Document]:
    """References to documents of the same file are held; of any other, only who holds a corpus can say."""
    holdings = Holdings({name: d.document_id for d in documents for name in names_of(d)})
    return [replace(d, references=holdings.resolve(d.references)) for d in documents]


def _number_twins(documents: list[Document]) -> list[Document]:
    """Two documents of one file under one address: the later one is reported, so that nothing is lost silently."""
    seen: Counter[str] = Counter()
    result = []
    for document in documents:
        seen[document.document_id] += 1
        n = seen[document.document_id]
        if n > 1:
            message = f"同一文件中第 {n} 次出现 {document.document_id}"
            advice = "请核对是否重复收录;后一份以标题加序号区分。"
            finding = Finding("repeated_document", "error", message, None, document.clauses[0].start, advice)
            document = replace(
                document, title=f"{document.title}({n})", document_number=None, findings=(*document.findings, finding)
            )
        result.append(document)
    return result


@dataclass
class _Text:
    """What the texts of one document (cover, body, annexes) came to."""

    clauses: list[Clause] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)


def _read_segment(
    segment: Segment, layout: Layout, source: SourceFile, issue: GazetteIssue | None, is_first: bool
) -> Document:
    if segment.is_masthead:
        return _masthead(segment, layout, source, issue)
    sections = read_sections(segment, source, layout)
    if not segment.title:
        # A text that prints no title is known by what it forwards, or by the name of its file.
        segment = replace(segment, title=sections.attached_title or _file_title(source))
    text = _Text()
    _read_body(sections, segment, layout, source, text)
    for label, lines in sections.annexes:
        _read_annex(label, lines, layout, text)
    furniture = [*_head_furniture(segment, source), *sections.furniture, *text.furniture]
    furniture.sort(key=lambda f: f.start)
    titles = [t for t in (segment.title, sections.attached_title) if t]
    evidence = _evidence(segment, sections, source, text.clauses, is_first)
    metadata = read_metadata(evidence)
    number = segment.number or metadata.document_number
    references = read_references(text.clauses, titles, str(number) if number else None)
    problems = find_problems(text.clauses, references, furniture, source.text, titles)
    findings = [*sections.findings, *text.findings, *problems]
    kind = read_kind(segment)
    is_official = kind in ("policy", "appointment")
    return Document(
        title=segment.title,
        document_number=number,
        document_number_raw=segment.number_raw or metadata.document_number_raw,
        issuer="、".join(metadata.issuers) or None if is_official else None,
        signed_on=metadata.signed_on,
        kind=kind,
        openness=sections.openness or metadata.openness,
        attached_title=sections.attached_title if sections.attached_title != segment.title else None,
        addressees=metadata.addressees,
        gazette=issue,
        source_path=source.path,
        source_sha256=source.sha256,
        source_format=source.format,
        clauses=tuple(text.clauses),
        tables=tuple(text.tables),
        duties=(*read_duties(text.clauses), *duties_of_tables(text.tables, text.clauses)),
        references=references,
        findings=tuple(sorted(findings, key=lambda f: f.start or 0)),
        furniture=tuple(furniture),
        metadata=metadata,
    )


def _file_title(source: SourceFile) -> str:
    """The file's name without its ending and without the number that a collection sorts by: 136_…, 03-…."""
    stem = shown_name(Path(source.path).stem)
    return re.sub(r"^[0-9]{1,4}\s*[_\-.、]\s*(?=\D)", "", stem) or stem


def _evidence(
    segment: Segment, sections: Sections, source: SourceFile, clauses: Sequence[Clause], is_first: bool
) -> Evidence:
    """What the metadata of a document are read from; what the file says of itself speaks for its first document."""
    read = source.read if is_first else None
    head = [*segment.letterhead, *([segment.number_line] if segment.number_line else [])]
    grids = {x.grid for x in (*segment.letterhead, *segment.body[:40]) if x.grid is not None} if read else set()
    rows = {g: [x.text.split("\t") for x in (*segment.letterhead, *segment.body) if x.grid == g] for g in grids}
    facts = [*(read.facts if read else ()), *(pair for g in sorted(grids) for pair in facts_of_rows(rows[g]))]
    names = (Path(source.path).stem, *(v for k, v in facts if k == "网页标题")) if is_first else ()
    return Evidence(
        title=segment.title,
        title_lines=tuple(x.text for x in segment.title_lines),
        head=tuple(x.text for x in head if x.furniture is None),
        facts=tuple(facts),
        lines=tuple(x.text for x in segment.body if x.furniture is None and x.grid is None),
        clauses=tuple((str(c.path), c.text) for c in clauses),
        attached_title=sections.attached_title,
        openness=sections.openness,
        names=names,
    )


def _read_body(sections: Sections, segment: Segment, layout: Layout, source: SourceFile, text: _Text) -> None:
    """The covering note and the text proper."""
    is_notice = squash(segment.title).endswith(("通知", "通知(试行)"))
    for lines, unlabelled in ((sections.cover, "通知"), (sections.main, "前言")):
        if not lines:
            continue
        blocks = _split_addressees(join_lines(settle_labels(lines), layout, layout.grids), source.text)
        tree = ClauseTree(unlabelled)
        tree.add_all(blocks)
        tree.close()
        text.furniture += _part_headings(tree)
        new = tree.clauses()
        if lines is sections.main and not sections.cover and is_notice and [str(c.path) for c in new] == ["前言"]:
            new = [replace(new[0], path=ClausePath(("通知",)))]
        if lines is sections.cover and any(str(c.path) != "通知" for c in new):
            # A covering notice with numbers of its own keeps them apart from those of the document it forwards.
            new = [c if str(c.path) == "通知" else replace(c, path=ClausePath(("通知", *c.path.labels))) for c in new]
        text.clauses += new
        text.findings += tree.findings
        _read_tables(lines, layout, new, text)
        if lines is sections.cover:
            text.findings += _order_findings([b.paragraph for b in blocks])


def _head_furniture(segment: Segment, source: SourceFile) -> list[Furniture]:
    """Title, letterhead and number, and the marks that a converter set before lines."""

    def furniture(kind: str, line: Line) -> Furniture:
        return Furniture(kind, line.start, line.end, source.text[line.start : line.end])

    found = [furniture("title", line) for line in segment.title_lines]
    found += [furniture(line.furniture or "letterhead", line) for line in segment.letterhead]
    if segment.number_line:
        found.append(furniture("document_number", segment.number_line))
    printed = [*segment.title_lines, *segment.letterhead, *segment.body]
    return found + _list_marks([*printed, *([segment.number_line] if segment.number_line else [])], source)


def _part_headings(tree: ClauseTree) -> list[Furniture]:
    return [Furniture("part_heading", h.start, h.end, h.text) for h in tree.part_headings]


def _list_marks(lines: Iterable[Line], source: SourceFile) -> list[Furniture]:
    """The bullets, heading marks and stray characters beside the wording of lines."""
    return [Furniture("list_mark", a, b, source.text[a:b]) for line in lines for a, b in line.marks]


def _split_addressees(blocks: list[Block], source: str) -> list[Block]:
    """The first paragraph's 主送机关 as a paragraph of its own, also where the printer ran the text on behind it."""
    if not blocks or blocks[0].label is not None or blocks[0].is_row:
        return blocks
    first = blocks[0].paragraph
    found = read_addressees(first.text)
    if not found or found[1] >= len(first.text):
        return blocks
    head, rest = first.text[: found[1]].rstrip(), first.text[found[1] :].strip()
    # Cleaning took out white space only, so the colon is as many printed characters away in the source.
    wanted, end = len(squash(head)), first.start
    while wanted:
        wanted -= not source[end].isspace()
        end += 1
    start = end + len(source[end : first.end]) - len(source[end : first.end].lstrip())
    return [
        Block(replace(first, text=head, end=end)),
        Block(replace(first, text=rest, start=start)),
        *blocks[1:],
    ]


def _order_findings(paragraphs: Sequence[Paragraph]) -> list[Finding]:
    """A cover note whose halves changed places: 印发给你们… stands before 现将《…》."""
    texts = [p.text for p in paragraphs]
    for i, text in enumerate(texts):
        if text.startswith(("印发给你们", "现印发给你们")) and any(t.startswith("现将") for t in texts[i + 1 :]):
            message = "印发语句前后颠倒,疑为分栏识别错位,文字按原样保留"
            advice = "请对照原件;如确为错位,请用校正过的文本重新导入。"
            return [Finding("misplaced_text", "warning", message, "通知", paragraphs[i].start, advice)]
    return []


def _read_tables(lines: Sequence[Line], layout: Layout, clauses: Sequence[Clause], text: _Text) -> None:
    """Tables inside the body, each on the clause that holds its rows."""
    holders = sorted(((p.start, p.end, c) for c in clauses for p in c.paragraphs), key=lambda held: held[0])
    seen: Counter[ClausePath] = Counter()
    previous: Line | None = None
    for is_table, run in groupby(lines, key=lambda line: line.is_table_row):
        rows = list(run)
        if is_table and (len(rows) >= 2 or rows[0].grid is not None):
            for grid in grids_in(rows, layout.grids):
                holder = next(
                    (c for start, end, c in holders if start <= grid.start <= end or start == rows[0].start), None
                )
                if holder is None:
                    continue
                seen[holder.path] += 1
                title, unit = _caption(previous)
                printed = read_grid(grid, holder.path, title, unit, ordinal=seen[holder.path])
                text.findings += printed.findings
                if printed.table:
                    text.tables.append(printed.table)
        previous = rows[-1]


def _caption(line: Line | None) -> tuple[str | None, str | None]:
    """Title and unit of a table from the line above it."""
    if line is None or line.is_table_row or line.label is not None:
        return None, None
    if match := _UNIT_LINE.search(line.text):
        return None, match["unit"]
    compact = squash(line.text)
    return (tidy(line.text), None) if len(compact) <= 40 and compact.endswith(("表", "一览", "清单")) else (None, None)


def _read_annex(label: str, lines: Sequence[Line], layout: Layout, text: _Text) -> None:
    """One annex: its title, text, tables and, where it is numbered, its own clauses under its label."""
    path = ClausePath((label,))
    tree = ClauseTree("前言", prefix=path)
    rest = list(lines[1:])
    head = lines[0]
    own = [Paragraph(tidy(head.text), head.start, head.end, head.page, head.number)]
    titled = patterns.TITLED_ANNEX_HEAD.match(head.text) if not patterns.ANNEX_HEAD.match(head.text) else None
    title = tidy(head.text[titled.end() - 1 :]) if titled else None
    if title is None and rest and not rest[0].is_table_row:
        block = [rest.pop(0)]
        while rest and not rest[0].gap and not rest[0].is_table_row and layout.wrapped:
            block.append(rest.pop(0))
        joined = [b.paragraph for b in join_lines(settle_labels(block), layout, layout.grids)]
        if len(joined) == 1 and not patterns.TERMINAL.search(joined[0].text) and not settle_labels(block)[0].label:
            title = joined[0].text
            own += joined
        else:
            rest = [*block, *rest]
    unit, n = None, 0
    for is_table, run in groupby(rest, key=lambda line: line.is_table_row):
        rows = list(run)
        if not is_table:
            unit = _caption(rows[-1])[1]
            continue
        for grid in grids_in(rows, layout.grids):
            n += 1
            printed = read_grid(grid, path, title, unit, ordinal=n)
            text.findings += printed.findings
            if printed.table:
                text.tables.append(printed.table)
    tree.add_all(join_lines(settle_labels(rest), layout, layout.grids))
    inner = tree.clauses()
    preface = next((c for c in inner if c.path == path.child("前言")), None)
    if preface:
        own = sorted([*own, *preface.paragraphs], key=lambda p: p.start)
    text.clauses.append(Clause(path, head.text, title, None, tuple(own)))
    text.clauses += [c for c in inner if c is not preface]
    text.findings += tree.findings
    text.furniture += _part_headings(tree)


def _masthead(segment: Segment, layout: Layout, source: SourceFile, issue: GazetteIssue | None) -> Document:
    """The front matter of an issue: everything before its first document, as 前言 and 目录."""
    contents: list[Line] = []
    preface: list[Line] = []
    in_contents = False
    lines = list(segment.body)
    last_entry = max((i for i, x in enumerate(lines) if _CONTENTS_LINE.search(x.text)), default=-1)
    resumed = re.compile(
        r"^(?:调查研究|政务动态|市政府文件|市政府办公室文件|部门文件|人事任免|领导讲话|大事记|政策解读)$"
    )
    for i, line in enumerate(lines):
        compact = squash(line.text)
        if _CONTENTS_HEAD.match(line.text) or (not in_contents and resumed.match(compact) and i < last_entry):
            in_contents = True
        elif i > last_entry or (line.gap and patterns.GAZETTE_NAME.fullmatch(compact)):
            in_contents = False
        (contents if in_contents else preface).append(line)
    clauses = [
        Clause(ClausePath((label,)), "", None, None, tuple(Paragraph(tidy(x.text), x.start, x.end) for x in part))
        for label, part in (("前言", preface), ("目录", contents))
        if part
    ]
    return Document(
        title=segment.title, document_number=None, document_number_raw=None, issuer=None, signed_on=None, kind="masthead",
        openness=None, attached_title=None, addressees=None, gazette=issue, source_path=source.path,
        source_sha256=source.sha256, clauses=tuple(clauses), furniture=tuple(_list_marks(lines, source)),
    )  # fmt: skip


def bundled_gazettes() -> list[Path]:
    """The gazettes that ship with the project, oldest first."""
    folder = Path(__file__).parent / "gazettes"
    return sorted(folder.glob("*.txt"))
