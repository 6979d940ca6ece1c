"""``gazette parse``: reads and prints, touches no store."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import click

from ingest.documents import Document, IngestError

if TYPE_CHECKING:
    from ingest.batch import Outcome, Reading
    from ingest.report import Report
    from ingest.summary import FileSummary

KIND_NAMES = {
    "policy": "政策文件", "appointment": "人事任免", "research": "调查研究", "meeting": "政务动态", "masthead": "公报信息", "other": "其他",
}  # fmt: skip


def describe(document: Document) -> list[str]:
    """A document as a few lines of text: what it is, its outline, and what looks wrong."""
    head = f"{document.document_number or '(无文号)'}  {document.title}"
    facts = [KIND_NAMES.get(document.kind, document.kind), document.issuer, document.signed_on, document.openness]
    lines = [head, "  " + " · ".join(f for f in facts if f) + f" · {len(document.clauses)} 条"]
    for clause in document.clauses:
        indent = "    " + "  " * (len(clause.path.labels) - 1)
        text = clause.text.replace("\n", " ")
        lines.append(f"{indent}[{clause.path}] {text[:60]}{'…' if len(text) > 60 else ''}")
    for table in document.tables:
        lines.append(f"    表 {table.title or table.path}:{len(table.cells)} 个单元格")
    for finding in document.findings:
        lines.append(f"    ! {finding.message}" + (f"({finding.path})" if finding.path else ""))
    return lines


@dataclass(frozen=True)
class Product:
    """What is wanted of one file, made by the worker that read it."""

    printed: str
    n_documents: int
    n_clauses: int
    summary: FileSummary | None
    section: str | None


def make_product(reading: Reading, *, printed: str, summary: bool, section: bool) -> Product:
    """``printed`` is ``json``, ``text`` or empty; ``summary`` and ``section`` say whether these are wanted."""
    text = ""
    if printed == "json":
        text = ",\n".join(indent(json.dumps(r, ensure_ascii=False, indent=1), " ") for r in _records(reading))
    elif printed == "text":
        text = "".join("\n".join(describe(d)) + "\n\n" for d in reading.documents)
    short = html = None
    if summary or section:
        from ingest.summary import summarise

        short = summarise(reading)
    if section and short:
        from ingest.report import section as make_section

        html = str(make_section(reading, short))
    return Product(text, len(reading.documents), sum(len(d.clauses) for d in reading.documents), short, html)


def _records(reading: Reading) -> Iterator[dict[str, Any]]:
    """Section 4's record of each document, with the shares of its own characters."""
    from ingest.conservation import account_alone

    for document in reading.documents:
        shares = account_alone(reading.source, document).to_json()
        # What this document does not hold may well be held by the next: only the whole file can tell what is lost.
        kept = ("clause", "heading", "title", "table", "furniture", "furniture_kinds")
        yield {**document.to_json(), "shares": {name: shares[name] for name in kept}}


@click.command("parse", help="只读取和解析,打印文件与条款,不写入任何库。")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON(设计第 4 节的格式)。")
@click.option(
    "--summary", is_flag=True, help="每个文件只打印一行小结:编号是否连续、字符是否无遗漏、疑点,末尾按格式合计。"
)
@click.option("--worst", type=click.IntRange(min=1), help="小结只列最需要核对的若干个文件,最差的在前。")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="另写一个网页,原文与条款并排,供人核对。"
)
@click.option("--workers", type=click.IntRange(min=1, max=256), help="同时读取的文件数,默认与处理器核数相同。")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=120, envvar="GAZETTE_PARSE_TIMEOUT",
    help="每个文件最多读多少秒(默认 120,或取环境变量 GAZETTE_PARSE_TIMEOUT)。",
)  # fmt: skip
@click.option(
    "--memory-mb", type=click.IntRange(min=128), default=2048, envvar="GAZETTE_PARSE_MEMORY_MB",
    help="每个文件最多用多少 MB 内存(默认 2048,或取环境变量 GAZETTE_PARSE_MEMORY_MB)。",
)  # fmt: skip
@click.option("--debug", is_flag=True, envvar="GAZETTE_DEBUG", hidden=True)
def parse(
    paths: tuple[Path, ...], as_json: bool, summary: bool, worst: int | None, report: Path | None, workers: int | None,
    timeout: float, memory_mb: int, debug: bool,
) -> None:  # fmt: skip
    from ingest.batch import Limits, read_many

    if worst and not summary:
        raise click.UsageError("--worst 须与 --summary 同用。")
    if debug:
        logging.basicConfig(stream=sys.stderr)
    page = _open_report(report)
    files, failures = _find(paths)
    printed = "" if summary or (page and not as_json) else "json" if as_json else "text"
    make = partial(make_product, printed=printed, summary=summary or page is not None, section=page is not None)
    outcomes = read_many(files, make, Limits(timeout, memory_mb, workers))
    printer = _Printer(as_json=as_json, summary=summary, worst=worst, page=page)
    with closing(outcomes):  # type: ignore[type-var]
        printer.missing(failures)
        for outcome in _tracked(outcomes, len(files)):
            printer.take(outcome)
    printer.finish(len(files))
    if printer.failures:
        sys.exit(1)


def _open_report(path: Path | None) -> Report | None:
    if path is None:
        return None
    if not path.parent.is_dir():
        raise click.UsageError(f"--report:没有文件夹 {path.parent}。")
    from ingest.report import Report

    return Report(path)


def _find(paths: Sequence[Path]) -> tuple[list[Path], list[IngestError]]:
    from ingest.sources import find_files

    files: list[Path] = []
    failures: list[IngestError] = []
    for path in paths:
        try:
            files += find_files([path])
        except IngestError as error:
            failures.append(error)
    return files, failures


def _tracked(outcomes: Iterator[Outcome[Product]], total: int) -> Iterator[Outcome[Product]]:
    """``outcomes``, with a progress bar on stderr where that is a terminal: one scanned file takes minutes too."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    hidden = not console.is_terminal
    yield from track(outcomes, total=total, description="解析", console=console, disable=hidden, transient=True)


class _Printer:
    """Prints what comes as it comes, and holds of each file no more than its summary."""

    def __init__(self, *, as_json: bool, summary: bool, worst: int | None, page: Report | None):
        self._as_json, self._summary, self._worst, self._page = as_json, summary, worst, page
        self._summaries: list[FileSummary] = []
        self._n_documents = self._n_clauses = 0
        self._has_printed = False
        self.failures: list[IngestError] = []

    def missing(self, failures: Sequence[IngestError]) -> None:
        """Paths under which no file was found."""
        from ingest.summary import failed

        for error in failures:
            self.failures.append(error)
            self._keep(failed(Path(error.path), error), None)

    def take(self, outcome: Outcome[Product]) -> None:
        from dataclasses import replace

        from ingest.summary import failed

        product = outcome.value
        if product is None:
            if outcome.error:
                self.failures.append(outcome.error)
            self._keep(failed(outcome.path, outcome.error, outcome.seconds), None)
            return
        self._n_documents += product.n_documents
        self._n_clauses += product.n_clauses
        if product.printed and self._as_json:
            _echo(
                ("" if not self._has_printed else ",\n") + product.printed, opening="" if self._has_printed else "[\n"
            )
            self._has_printed = True
        elif product.printed:
            _echo(product.printed)
        if product.summary:
            self._keep(replace(product.summary, seconds=outcome.seconds), product.section)

    def _keep(self, short: FileSummary, section: str | None) -> None:
        from ingest.summary import describe_summary

        if self._page is not None:
            self._page.add(short, section)
        if self._summary or (self._page is not None and not self._as_json):
            self._summaries.append(short)
            if not self._as_json and not self._worst:
                _echo("\n".join(describe_summary(short)) + "\n")

    def finish(self, n_files: int) -> None:
        if self._page is not None:
            self._page.write()
        if self._summary and self._as_json:
            self._finish_summary_json()
        elif self._as_json:
            _echo("\n]\n" if self._has_printed else "[]\n")
        elif self._summary or self._page is not None:
            self._finish_summary()
        elif self._n_documents:
            _echo(f"共 {n_files} 个文件,{self._n_documents} 份文件,{self._n_clauses} 条。\n")
        if self._page is not None:
            left_out = f",其中 {self._page.n_left_out} 个文件因篇幅只列入索引" if self._page.n_left_out else ""
            click.echo(f"核对报告已写入 {self._page.path}{left_out}。", err=True)
        if not self._summary:
            for failure in self.failures:
                click.echo(f"错误:{failure}", err=True)

    def _listed(self) -> list[FileSummary]:
        from ingest.summary import worst_first

        return worst_first(self._summaries)[: self._worst] if self._worst else self._summaries

    def _finish_summary_json(self) -> None:
        from ingest.summary import totals

        record = {
            "files": [s.to_json() for s in self._listed()],
            "totals": [vars(t) for t in totals(self._summaries)],
        }
        _echo(json.dumps(record, ensure_ascii=False, indent=1) + "\n")

    def _finish_summary(self) -> None:
        from ingest.summary import describe_summary, describe_totals, totals

        if self._worst:
            for short in self._listed():
                _echo("\n".join(describe_summary(short)) + "\n")
        _echo("\n" + "\n".join(describe_totals(totals(self._summaries))) + "\n")


def _echo(text: str, opening: str = "") -> None:
    """Prints ``text`` as it is; what the terminal's encoding lacks, and lone surrogates, become question marks."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo((opening + text).encode(encoding, "replace").decode(encoding), nl=False)
