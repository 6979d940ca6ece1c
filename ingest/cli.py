"""``gazette parse``: reads and prints, touches no store."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ingest.documents import Document, IngestError

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


@click.command("parse", help="只读取和解析,打印文件与条款,不写入任何库。")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON(设计第 4 节的格式)。")
def parse(paths: tuple[Path, ...], as_json: bool) -> None:
    from rich.console import Console
    from rich.progress import track

    from ingest.reader import read_documents
    from ingest.sources import find_files

    console = Console(stderr=True)
    documents: list[Document] = []
    failures: list[IngestError] = []
    files: list[Path] = []
    for path in paths:
        try:
            files += find_files([path])
        except IngestError as error:
            failures.append(error)
    for file in track(files, description="解析", console=console, disable=len(files) < 2 or not console.is_terminal):
        try:
            documents += read_documents(file)
        except IngestError as error:
            failures.append(error)
    if as_json:
        click.echo(json.dumps([d.to_json() for d in documents], ensure_ascii=False, indent=1))
    else:
        for document in documents:
            click.echo("\n".join(describe(document)) + "\n")
        if documents:
            click.echo(f"共 {len(files)} 个文件,{len(documents)} 份文件,{sum(len(d.clauses) for d in documents)} 条。")
    for failure in failures:
        click.echo(f"错误:{failure}", err=True)
    if failures:
        sys.exit(1)
