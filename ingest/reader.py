"""A file becomes documents: the whole of reading, in the order it happens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from ingest import patterns
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
from ingest.enrich import find_problems, read_duties, read_references
from ingest.joining import Block, join_lines
from ingest.layout import Layout, Line, read_layout
from ingest.metadata import attached_name, is_attached_title, read_date, read_issuer, read_kind, signature
from ingest.numerals import read_numeral
from ingest.patterns import squash, tidy
from ingest.refs import ClausePath
from ingest.settling import settle_labels
from ingest.sources import read_source, shown_name
from ingest.split import Segment, split_documents
from ingest.tables import read_table

_CONTENTS_HEAD = re.compile(r"目\s*[录錄]$")
_CONTENTS_LINE = re.compile(r"[(（]\s*\d{1,3}\s*[)）]$")


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
    segments, issue = split_documents(layout)
    documents = _report_empty([_read_segment(_named(s, source), layout, source, issue) for s in segments])
    if not any(d.kind != "masthead" for d in documents) or not documents:
        raise NoClauseFound(
            source.path, "没有读出任何条款或正文", "请确认文件内容是公文或公报正文,而不是目录、图片说明或乱码。"
        )
    return _number_twins(documents)


def _report_empty(documents: list[Document]) -> list[Document]:
    """A title without a text cannot be addressed: the document printed before it (or after) reports it."""
    held = [d for d in documents if d.clauses]
    if not held:
        return []
    for empty in (d for d in documents if not d.clauses and d.furniture):
        at = empty.furniture[0].start
        i = max((i for i, d in enumerate(held) if d.clauses[0].start < at), default=0)
        finding = Finding("empty_document", "error", f"只有标题,没有读出正文:{empty.title}", None, at)
        held[i] = replace(
            held[i],
            findings=tuple(sorted([*held[i].findings, finding], key=lambda f: f.start or 0)),
            furniture=tuple(sorted([*held[i].furniture, *empty.furniture], key=lambda f: f.start)),
        )
    return held


def _named(segment: Segment, source: SourceFile) -> Segment:
    """A text that prints no title is known by the name of its file."""
    return segment if segment.title else replace(segment, title=shown_name(Path(source.path).stem))


def _number_twins(documents: list[Document]) -> list[Document]:
    """Two documents of one file under one address: the later one is reported, so that nothing is lost silently."""
    seen: Counter[str] = Counter()
    result = []
    for document in documents:
        seen[document.document_id] += 1
        n = seen[document.document_id]
        if n > 1:
            finding = Finding(
                "repeated_document",
                "error",
                f"同一文件中第 {n} 次出现 {document.document_id}",
                None,
                document.clauses[0].start,
            )
            document = replace(
                document, title=f"{document.title}({n})", document_number=None, findings=(*document.findings, finding)
            )
        result.append(document)
    return result


class _Body:
    """The lines of one document sorted into what they are."""

    def __init__(self, segment: Segment, source: SourceFile):
        self.source = source
        self.furniture: list[Furniture] = []
        self.findings: list[Finding] = []
        self.openness: str | None = None
        self.issuer: str | None = None
        self.signed_on: str | None = None
        self.cover: list[Line] = []
        self.main: list[Line] = []
        self.annexes: list[tuple[str, list[Line]]] = []
        self.attached_title: str | None = None
        self._sort(segment)

    def keep(self, kind: str, line: Line) -> None:
        self.furniture.append(Furniture(kind, line.start, line.end, self.source.text[line.start : line.end]))

    def _sort(self, segment: Segment) -> None:
        name = attached_name(segment.title)
        names = [name] if name else []
        section = self.main
        numbered = segment.number is not None
        lines = list(segment.body)
        for index, line in enumerate(lines):
            if line.furniture:
                self.keep(line.furniture, line)
                continue
            compact = squash(line.text)
            at_top = not self.main and not self.attached_title
            is_byline = patterns.BYLINE.match(line.text) or patterns.CHAIRED.match(compact)
            if at_top and not numbered and is_byline and not patterns.PART_HEADING.match(line.text):
                self.keep("byline", line)
                continue
            for part in self._without_openness(line):
                compact = squash(part.text)
                if not compact:
                    continue
                if patterns.AUTHOR_NOTE.match(part.text) or (
                    compact.startswith(("(作者", "（作者")) and index >= len(lines) - 3
                ):
                    self.keep("author_note", part)
                    names.append("\0")
                elif "\0" in names:
                    self.keep("author_note", part)
                elif (
                    names
                    and self.attached_title is None
                    and is_attached_title(part, names)
                    and self._is_title_place(lines, index)
                ):
                    self.attached_title = tidy(part.text).strip("《》")
                    self.cover, self.main = self.main, []
                    section = self.main
                    self.keep("attached_title", part)
                elif patterns.ANNEX_HEAD.match(part.text) and (self.main or self.cover):
                    number = squash(patterns.ANNEX_HEAD.match(part.text)["n"])  # type: ignore[index]
                    section = self._annex_section(f"附件{_arabic(number)}", part)
                    section.append(part)
                elif patterns.ANNEX_NOTE.match(part.text) and len(compact) <= 80 and not self.annexes and part.gap:
                    self.keep("annex_note", part)
                else:
                    section.append(part)
        self._take_signature()

    def _annex_section(self, label: str, head: Line) -> list[Line]:
        """Where the lines of an annex go. A repeated number stays with the annex that has it, as in a clause tree."""
        for known, section in self.annexes:
            if known == label:
                self.findings.append(Finding("repeated_number", "warning", f"编号重复:{label}", label, head.start))
                return section
        self.annexes.append((label, []))
        return self.annexes[-1][1]

    def _is_title_place(self, lines: Sequence[Line], index: int) -> bool:
        """《…办法》 alone on a line may be the notice's own sentence, broken; the title stands after a closed one."""
        line = lines[index]
        return line.gap and not line.text.startswith("《")

    def _without_openness(self, line: Line) -> list[Line]:
        match = patterns.OPENNESS_NOTE.search(line.text)
        if not match or match.end() < len(line.text.rstrip()):
            return [line]
        self.openness = match["openness"]
        self.keep(
            "openness_note", Line(match[0], line.start + match.start(), line.start + match.end(), False, False, 0)
        )
        if match.start() == 0:
            return []
        text = line.text[: match.start()].rstrip()
        return [Line(text, line.start, line.start + len(text), line.gap, line.bullet, line.indent)]

    def _take_signature(self) -> None:
        for section in (self.cover, self.main):
            n, organ, date = signature(section)
            if n and len(section) > n:
                for line in section[-n:]:
                    self.keep("signature", line)
                del section[-n:]
                self.issuer, self.signed_on = self.issuer or organ, self.signed_on or date


def _arabic(number: str) -> str:
    """附件二 is 附件2; what is no numeral stays as printed."""
    try:
        return str(read_numeral(number)) if number else ""
    except ValueError:
        return number


def _read_segment(segment: Segment, layout: Layout, source: SourceFile, issue: GazetteIssue | None) -> Document:
    if segment.is_masthead:
        return _masthead(segment, layout, source, issue)
    body = _Body(segment, source)
    kind = read_kind(segment)
    is_notice = squash(segment.title).endswith(("通知", "通知(试行)"))
    findings = body.findings
    tables: list[Table] = []
    clauses: list[Clause] = []
    addressees: str | None = None

    for lines, unlabelled in ((body.cover, "通知"), (body.main, "前言")):
        if not lines:
            continue
        blocks, found = _split_addressees(_blocks(lines, layout), source.text)
        addressees = addressees or found
        tree = ClauseTree(unlabelled)
        tree.add_all(blocks)
        tree.close()
        body.furniture += _part_headings(tree)
        new = tree.clauses()
        if lines is body.main and not body.cover and is_notice and [str(c.path) for c in new] == ["前言"]:
            new = [_renamed(new[0], ClausePath(("通知",)))]
        if lines is body.cover and any(str(c.path) != "通知" for c in new):
            # A covering notice with numbers of its own keeps them apart from those of the document it forwards.
            new = [c if str(c.path) == "通知" else _renamed(c, ClausePath(("通知", *c.path.labels))) for c in new]
        clauses += new
        findings += tree.findings
        tables += _tables_in(lines, clauses, findings)
        if lines is body.cover:
            findings += _order_findings([b.paragraph for b in blocks])

    for label, lines in body.annexes:
        annex = _read_annex(label, lines, layout)
        clauses += annex.clauses
        tables += annex.tables
        findings += annex.findings
        body.furniture += annex.part_headings

    if not body.annexes and (note := next((f for f in body.furniture if f.kind == "annex_note"), None)):
        findings.append(Finding("missing_annex", "warning", f"列有“{tidy(note.text)}”,但未随文刊登", None, note.start))
    signed_on = read_date(segment.number_line.text) if segment.number_line else None
    number_furniture = [Furniture("title", t.start, t.end, source.text[t.start : t.end]) for t in segment.title_lines]
    for line in segment.letterhead:
        number_furniture.append(Furniture("letterhead", line.start, line.end, source.text[line.start : line.end]))
    if segment.number_line:
        line = segment.number_line
        number_furniture.append(Furniture("document_number", line.start, line.end, source.text[line.start : line.end]))
    printed = [
        *segment.title_lines,
        *segment.letterhead,
        *([segment.number_line] if segment.number_line else []),
        *segment.body,
    ]
    number_furniture += _list_marks(printed, source)
    openness = body.openness or _labelled_fact(segment.letterhead, "公开属性")
    return Document(
        title=segment.title,
        document_number=segment.number,
        document_number_raw=segment.number_raw,
        issuer=read_issuer(segment.title) or body.issuer if kind in ("policy", "appointment") else None,
        signed_on=signed_on or body.signed_on,
        kind=kind,
        openness=openness,
        attached_title=body.attached_title,
        addressees=addressees,
        gazette=issue,
        source_path=source.path,
        source_sha256=source.sha256,
        clauses=tuple(clauses),
        tables=tuple(tables),
        duties=read_duties(clauses),
        references=read_references(clauses, [t for t in (segment.title, body.attached_title) if t]),
        findings=tuple(sorted([*findings, *find_problems(clauses)], key=lambda f: f.start or 0)),
        furniture=tuple(sorted([*number_furniture, *body.furniture], key=lambda f: f.start)),
    )


def _part_headings(tree: ClauseTree) -> list[Furniture]:
    return [Furniture("part_heading", h.start, h.end, h.text) for h in tree.part_headings]


def _list_marks(lines: Iterable[Line], source: SourceFile) -> list[Furniture]:
    """The bullets and heading marks that a converter set before its lines (-, ##)."""
    marks = []
    for line in lines:
        marks += [Furniture("list_mark", start, end, source.text[start:end]) for start, end in line.marks]
    return marks


def _labelled_fact(lines: Sequence[Line], name: str) -> str | None:
    for line in lines:
        match = re.match(rf"{name}\s*[:：]\s*(\S+)", line.text)
        if match:
            return match[1]
    return None


def _renamed(clause: Clause, path: ClausePath) -> Clause:
    return replace(clause, path=path)


def _blocks(lines: Sequence[Line], layout: Layout) -> list[Block]:
    """The natural paragraphs of one text, with the numbers that open them."""
    return join_lines(settle_labels(lines), layout, layout.grids)


def _split_addressees(blocks: list[Block], source: str) -> tuple[list[Block], str | None]:
    """The first paragraph's 主送机关 as a paragraph of its own, also where the printer ran the text on behind it."""
    if not blocks or blocks[0].label is not None or blocks[0].is_row:
        return blocks, None
    match = patterns.ADDRESSEES.match(blocks[0].text)
    if not match:
        return blocks, None
    first, rest = blocks[0].paragraph, blocks[0].text[match.end() :].strip()
    if not rest:
        return blocks, match["who"]
    # Cleaning took out white space only, so the colon is as many printed characters away in the source.
    wanted, end = len(squash(first.text[: match.end()])), first.start
    while wanted:
        wanted -= not source[end].isspace()
        end += 1
    start = end + len(source[end : first.end]) - len(source[end : first.end].lstrip())
    head = Paragraph(first.text[: match.end()], first.start, end)
    return [Block(head), Block(Paragraph(rest, start, first.end)), *blocks[1:]], match["who"]


def _order_findings(paragraphs: Sequence[Paragraph]) -> list[Finding]:
    """A cover note whose halves changed places: 印发给你们… stands before 现将《…》."""
    texts = [p.text for p in paragraphs]
    for i, text in enumerate(texts):
        if text.startswith(("印发给你们", "现印发给你们")) and any(t.startswith("现将") for t in texts[i + 1 :]):
            return [
                Finding(
                    "misplaced_text",
                    "warning",
                    "印发语句前后颠倒,疑为分栏识别错位,文字按原样保留",
                    "通知",
                    paragraphs[i].start,
                )
            ]
    return []


def _tables_in(lines: Sequence[Line], clauses: Sequence[Clause], findings: list[Finding]) -> list[Table]:
    """Tables inside the body, each on the clause that holds its rows."""
    tables: list[Table] = []
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and line.is_table_row:
            run.append(line)
            continue
        if len(run) >= 2:
            holder = next(
                (c for c in reversed(clauses) if any(p.start <= run[0].start <= p.end for p in c.paragraphs)), None
            )
            if holder:
                printed = read_table(run, holder.path, None)
                findings += printed.findings
                if printed.table:
                    tables.append(printed.table)
        run = []
    return tables


@dataclass(frozen=True)
class _Annex:
    clauses: list[Clause]
    tables: list[Table]
    findings: list[Finding]
    part_headings: list[Furniture]


def _read_annex(label: str, lines: Sequence[Line], layout: Layout) -> _Annex:
    """One annex: its title, text, tables and, where it is numbered, its own clauses under its label."""
    path = ClausePath((label,))
    tree = ClauseTree("前言", prefix=path)
    rest = list(lines[1:])
    title = None
    own = [Paragraph(tidy(lines[0].text), lines[0].start, lines[0].end)]
    if rest and not rest[0].is_table_row:
        block = [rest.pop(0)]
        while rest and not rest[0].gap and not rest[0].is_table_row:
            block.append(rest.pop(0))
        joined = [b.paragraph for b in join_lines(block, layout, layout.grids)]
        if len(joined) == 1 and not patterns.TERMINAL.search(joined[0].text):
            title = joined[0].text
            own += joined
        else:
            rest = [*block, *rest]
    tables: list[Table] = []
    findings: list[Finding] = []
    for is_table, run in groupby(rest, key=lambda line: line.is_table_row):
        if not is_table:
            tree.add_all(_blocks(list(run), layout))
            continue
        printed = read_table(list(run), path, title)
        own += printed.rows
        findings += printed.findings
        if printed.table:
            tables.append(printed.table)
    inner = tree.clauses()
    preface = next((c for c in inner if c.path == path.child("前言")), None)
    if preface:
        own = sorted([*own, *preface.paragraphs], key=lambda p: p.start)
    clause = Clause(path, lines[0].text, title, None, tuple(own))
    return _Annex(
        [clause, *(c for c in inner if c is not preface)], tables, [*findings, *tree.findings], _part_headings(tree)
    )


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
