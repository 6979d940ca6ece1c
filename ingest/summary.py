"""One file in one line: what it is, what came out of it, whether the numbering runs on and no character is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.batch import Reading
from ingest.conservation import Shares, account
from ingest.documents import IngestError
from ingest.numbering import Gap, count_article_lines, count_articles, find_gaps
from ingest.sources import shown_name

SEVERITIES = {"error": "错误", "warning": "警告", "notice": "提示"}


@dataclass(frozen=True)
class FileSummary:
    """What a parse made of one file. ``error`` and ``message`` are set where nothing was made of it."""

    path: str
    format: str | None = None
    documents: int = 0
    clauses: int = 0
    #: 第X条 among the clauses, and as counted line by line in the text.
    articles: int = 0
    article_lines: int = 0
    gaps: tuple[Gap, ...] = ()
    shares: Shares | None = None
    findings: dict[str, int] | None = None
    finding_codes: dict[str, int] | None = None
    seconds: float = 0.0
    error: str | None = None
    message: str | None = None

    @property
    def is_contiguous(self) -> bool:
        return not self.gaps

    @property
    def counts_agree(self) -> bool:
        return self.articles == self.article_lines

    @property
    def badness(self) -> tuple[float, ...]:
        """Sorts the worst file first when descending: unread, characters lost, numbers lost, findings."""
        shares, findings = self.shares, self.findings or {}
        return (
            self.error is not None,
            (shares.unaccounted + shares.repeated + len(shares.altered)) if shares else 0,
            len(self.gaps) + abs(self.articles - self.article_lines),
            findings.get("error", 0),
            findings.get("warning", 0),
            findings.get("notice", 0),
        )

    def to_json(self) -> dict[str, Any]:
        record = asdict(self)
        record["gaps"] = [{**vars(gap)} for gap in self.gaps]
        record["contiguous"] = self.is_contiguous
        record["seconds"] = round(self.seconds, 3)
        record["shares"] = self.shares.to_json() if self.shares else None
        return record


def summarise(reading: Reading) -> FileSummary:
    """The summary of a file that was read; its ``seconds`` are for whoever watched the clock to fill in."""
    source, documents = reading.source, reading.documents
    findings = [f for d in documents for f in d.findings]
    return FileSummary(
        path=source.path,
        format=source.format,
        documents=len(documents),
        clauses=sum(len(d.clauses) for d in documents),
        articles=sum(count_articles(d.clauses) for d in documents),
        article_lines=count_article_lines(source.text),
        gaps=tuple(gap for d in documents for gap in find_gaps(d)),
        shares=account(source, documents),
        findings=dict(Counter(f.severity for f in findings)),
        finding_codes=dict(Counter(f.code for f in findings)),
    )


def failed(path: Path, error: IngestError | None, seconds: float = 0.0) -> FileSummary:
    """The summary of a file that could not be read."""
    code = error.code if error else "ingest_failed"
    return FileSummary(shown_name(path), seconds=seconds, error=code, message=str(error) if error else None)


def worst_first(summaries: Iterable[FileSummary]) -> list[FileSummary]:
    return sorted(summaries, key=lambda s: (s.badness, s.path), reverse=True)


# ----------------------------------------------------------------------------------------------------- printing


def describe_summary(s: FileSummary) -> list[str]:
    """A file's summary as lines of text: one, and one more for each thing that is wrong (three of a kind at most)."""
    if s.error:
        return [f"✗ {s.message or s.path}"]
    assert s.shares is not None
    sound = s.is_contiguous and s.counts_agree and s.shares.is_conserved
    facts = [
        s.format or "",
        f"{s.documents} 份 {s.clauses} 条",
        numbering_words(s),
        conservation_words(s.shares),
        findings_words(s.findings or {}),
        f"{s.seconds:.2f} 秒",
    ]
    lines = [f"{'✓' if sound else '△'} {s.path}", "    " + " · ".join(facts)]
    lines += [f"    ! 编号:{gap}({gap.document})" for gap in s.gaps[:3]]
    lines += [f"    ! 未归属:第 {p.start} 字起“{_short(p.text)}”" for p in s.shares.unaccounted_places[:3]]
    lines += [f"    ! 重复归属:第 {p.start} 字起“{_short(p.text)}”" for p in s.shares.repeated_places[:3]]
    lines += [f"    ! 与原文不符:第 {p.start} 字起“{_short(p.text)}”" for p in s.shares.altered[:3]]
    return lines


def numbering_words(s: FileSummary) -> str:
    """编号连续, or how many places are not, and whether the second count of articles agrees."""
    words = "编号连续" if s.is_contiguous else f"编号不连续 {len(s.gaps)} 处"
    if s.articles:
        words += f"(第X条 {s.articles} 个)" if s.counts_agree else f"(第X条 {s.articles} 个,逐行数得 {s.article_lines})"
    elif not s.counts_agree:
        words += f"(未解析出第X条,逐行数得 {s.article_lines})"
    return words


def conservation_words(shares: Shares) -> str:
    if shares.is_conserved:
        return f"{shares.total} 字无遗漏"
    parts = [
        f"未归属 {shares.unaccounted} 字" if shares.unaccounted else "",
        f"重复归属 {shares.repeated} 字" if shares.repeated else "",
        f"{len(shares.altered)} 段与原文不符" if shares.altered else "",
    ]
    return f"{shares.total} 字中" + ",".join(p for p in parts if p)


def findings_words(findings: dict[str, int]) -> str:
    parts = [f"{name} {findings[key]}" for key, name in SEVERITIES.items() if findings.get(key)]
    return "疑点:" + "、".join(parts) if parts else "无疑点"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:40] + "…"


@dataclass(frozen=True)
class Total:
    """What the files of one format come to."""

    format: str
    files: int
    failed: int
    documents: int
    clauses: int
    contiguous: int
    agreeing: int
    conserved: int
    characters: int
    unaccounted: int
    findings: dict[str, int]
    seconds: float


def totals(summaries: Sequence[FileSummary]) -> list[Total]:
    """One total for each format, by name, and one named ``all``. Unread files of unknown format are under ``?``."""
    by_format: dict[str, list[FileSummary]] = {}
    for s in summaries:
        by_format.setdefault(s.format or "?", []).append(s)
    return [_total(name, by_format[name]) for name in sorted(by_format)] + [_total("all", summaries)]


def _total(name: str, summaries: Sequence[FileSummary]) -> Total:
    read = [s for s in summaries if not s.error]
    findings: Counter[str] = Counter()
    for s in read:
        findings.update(s.findings or {})
    return Total(
        format=name,
        files=len(summaries),
        failed=len(summaries) - len(read),
        documents=sum(s.documents for s in read),
        clauses=sum(s.clauses for s in read),
        contiguous=sum(s.is_contiguous for s in read),
        agreeing=sum(s.counts_agree for s in read),
        conserved=sum(s.shares is not None and s.shares.is_conserved for s in read),
        characters=sum(s.shares.total for s in read if s.shares),
        unaccounted=sum(s.shares.unaccounted for s in read if s.shares),
        findings=dict(findings),
        seconds=round(sum(s.seconds for s in summaries), 2),
    )


def describe_totals(rows: Sequence[Total]) -> list[str]:
    """The totals as lines of text."""
    lines = []
    for t in rows:
        read = t.files - t.failed
        lines.append(
            f"{'合计' if t.format == 'all' else t.format}:{t.files} 个文件"
            + (f"(未能读取 {t.failed})" if t.failed else "")
            + f",{t.documents} 份,{t.clauses} 条;编号连续 {t.contiguous}/{read},两种数法一致 {t.agreeing}/{read},"
            f"字符无遗漏 {t.conserved}/{read}({t.characters} 字中未归属 {t.unaccounted});{findings_words(t.findings)};{t.seconds:.1f} 秒"
        )
    return lines
