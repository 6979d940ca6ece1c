"""The commands on a store: ingest, documents, show, withdraw, search, ask, check, settings."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from assistant.privacy import MaskingFilter
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.models import Answer

F = TypeVar("F", bound=Callable[..., Any])

_STAGES = {"parse": "解析", "passages": "切分", "embed": "向量化", "lexical": "词索引", "write": "写入"}


def store_options(command: F) -> F:
    """``--store`` and ``--json``, which every command on a store has."""
    command = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")(command)
    return click.option("--store", type=click.Path(path_type=Path), help="库所在文件夹(默认 GAZETTE_HOME 或 var/)。")(
        command
    )


def settings_for(store: Path | None) -> Settings:
    return Settings(home=store) if store else Settings()


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


class ProgressBar:
    """A progress bar on stderr, one task a stage; silent where stderr is no terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(stderr=True), transient=True)
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Callable[[str, int, int], None]:
        if self._progress.console.is_terminal:
            self._progress.start()
        return self._update

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _update(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(_STAGES.get(stage, stage), total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)


@click.command(help="读入文件或文件夹:解析、入库、建索引。未变的条款不重复向量化。")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_options
def ingest(paths: tuple[Path, ...], store: Path | None, as_json: bool) -> None:
    from assistant.service import ingest as run

    settings = settings_for(store)
    if settings.debug:
        logging.basicConfig(stream=sys.stderr)
        logging.getLogger().handlers[0].addFilter(MaskingFilter())
    with ProgressBar() as progress:
        summary, documents, errors = run(settings, paths, progress)
    if as_json:
        print_json(
            {
                "documents": vars(summary.documents) if summary else None,
                "clauses": vars(summary.clauses) if summary else None,
                "embedded": summary.n_embedded if summary else 0,
                "index": summary.revision if summary else None,
                "repeated": list(summary.collisions) if summary else [],
                "findings": [{"document": d.document_id, **vars(f)} for d in documents for f in d.findings],
                "errors": [{"code": e.code, "path": e.path, "message": str(e)} for e in errors],
            }
        )
    elif summary:
        for name, changes in (("文件", summary.documents), ("条款", summary.clauses)):
            click.echo(
                f"{name}:新增 {changes.created},更新 {changes.updated},删除 {changes.deleted},未变 {changes.unchanged}"
            )
        click.echo(f"本次向量化 {summary.n_embedded} 段,索引版本 {summary.revision}")
        for repeated in summary.collisions:
            click.echo(f"注意:{repeated} 在本次导入中出现不止一份,只保留最后一份;请核对是否同一文件。", err=True)
        findings = [(d, f) for d in documents for f in d.findings]
        if findings:
            click.echo(f"疑点 {len(findings)} 处(文字均按原样保留):")
            for document, finding in findings[:50]:
                place = f" {finding.path}" if finding.path else ""
                click.echo(f"  - {document.document_id}{place}:{finding.message}")
    for error in errors:
        if not as_json:
            click.echo(f"错误:{error}", err=True)
    if errors:
        sys.exit(1)


@click.command(help="列出已收录的文件。")
@store_options
def documents(store: Path | None, as_json: bool) -> None:
    from assistant.service import Assistant
    from ingest.cli import KIND_NAMES

    held = Assistant.open(settings_for(store)).documents()
    if as_json:
        print_json([d.model_dump() for d in held])
        return
    for d in held:
        facts = [
            KIND_NAMES.get(d.kind, d.kind),
            d.signed_on,
            f"{d.n_clauses} 条",
            f"疑点 {d.n_findings}" if d.n_findings else None,
        ]
        click.echo(
            f"{d.document_number or '(无文号)'}  {d.title}\n    {' · '.join(f for f in facts if f)} · 时效性{d.validity}"
        )


@click.command(help="显示文件提纲,或一条的原文。DOCUMENT、CLAUSE 可用任何写法。")
@click.argument("document")
@click.argument("clause", required=False)
@store_options
def show(document: str, clause: str | None, store: Path | None, as_json: bool) -> None:
    from assistant.service import Assistant
    from ingest.cli import describe

    assistant = Assistant.open(settings_for(store))
    if clause is None:
        held = assistant.document(document)
        if as_json:
            record = held.to_json()
            record["source"]["path"] = Path(record["source"]["path"]).name
            print_json(record)
        else:
            click.echo("\n".join(describe(held)))
        return
    view = assistant.clause(document, clause)
    if as_json:
        print_json(view.model_dump())
        return
    click.echo(view.citation)
    if view.chapter:
        click.echo(view.chapter)
    click.echo(f"\n{view.text}")
    for child in view.children:
        click.echo(child.text)


@click.command(help="撤下一份文件:从下一个问题起不再出现。")
@click.argument("document")
@click.option("--reason", default="命令行撤下", show_default=True, help="撤下的原因,记入台账。")
@store_options
def withdraw(document: str, reason: str, store: Path | None, as_json: bool) -> None:
    from assistant.service import withdraw as run

    withdrawal = run(settings_for(store), document, reason)
    if as_json:
        print_json(vars(withdrawal))
    else:
        click.echo(f"已撤下 {withdrawal.document_id}。误撤可用 gazette ingest 重新收录原文件恢复。")


@click.command(help="只检索,不作答。")
@click.argument("query")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 100), help="条数。")
@store_options
def search(query: str, k: int, store: Path | None, as_json: bool) -> None:
    from assistant.service import Assistant

    hits = Assistant.open(settings_for(store)).search(query, k)
    if as_json:
        print_json([h.model_dump() for h in hits])
        return
    for hit in hits:
        click.echo(f"{hit.rank:2d}. {hit.document_number or hit.title} {hit.label}  ({hit.score:.3f})")
        click.echo(f"    {hit.text[:80].replace(chr(10), ' ')}")
        if hit.alike:
            also = "、".join(f"{a.document_number or a.title} {a.label}" for a in hit.alike[:5])
            click.echo(f"    相同规定还有 {len(hit.alike)} 处:{also}{'等' if len(hit.alike) > 5 else ''}")


@click.command(help="提问,得到逐条注明出处的回答。接着问时用 --after 依次给出前面的问题。")
@click.argument("question")
@click.option("--after", "before", multiple=True, help="此前问过的问题,可重复,从早到晚。")
@click.option("--trace", is_flag=True, help="附上作答过程:改写、候选条款及得分、逐句核对、用时。")
@store_options
def ask(question: str, before: tuple[str, ...], trace: bool, store: Path | None, as_json: bool) -> None:
    from assistant.models import Turn
    from assistant.normalise import bare
    from assistant.service import Assistant
    from assistant.sources import quoted_title
    from assistant.tracing import trace_lines

    assistant = Assistant.open(settings_for(store))
    history: list[Turn] = []
    for earlier in before:
        said = assistant.ask(earlier, history)
        history += [Turn(role="user", content=earlier), Turn(role="assistant", content=_as_turn(said))]
    answer = assistant.ask(question, history, trace=trace)
    if as_json:
        print_json(answer.model_dump())
        return
    if bare(answer.query) != bare(question):
        click.echo(f"按此查找:{answer.query}\n")
    click.echo(answer.answer)
    if answer.citations:
        click.echo("")
    for citation in answer.citations:
        number = f"({citation.document_number})" if citation.document_number else ""
        click.echo(f"[{citation.handle[1:]}] {quoted_title(citation.title)}{number}{citation.label}")
    if answer.notice:
        click.echo(f"\n{answer.notice}")
    if answer.trace:
        click.echo("\n作答过程")
        for line in trace_lines(answer.trace):
            click.echo(f"  {line}")


def _as_turn(answer: Answer) -> str:
    """An answer as the next question looks back on it: its text and what it cited."""
    cited = ";".join(f"{c.document_number or c.title}{c.label}" for c in answer.citations[:1])
    return f"{answer.answer[:1000]}\n{cited}"


@click.command(help="核对一段话是否为文件原文。不是原文时退出码为 2。")
@click.argument("text")
@click.option("--document", help="只在这份文件中核对。")
@store_options
def check(text: str, document: str | None, store: Path | None, as_json: bool) -> None:
    from assistant.service import Assistant
    from assistant.sources import quoted_title

    result = Assistant.open(settings_for(store)).check(text, document)
    if as_json:
        print_json(result.model_dump())
    else:
        names = {
            "identical": "与原文一致",
            "punctuation_only": "仅标点不同",
            "altered": "与原文不一致",
            "not_found": "未找到",
        }
        click.echo(names[result.verdict])
        for match in result.matches:
            number = f"({match.document_number})" if match.document_number else ""
            click.echo(f"{quoted_title(match.title)}{number}{match.label}")
            if result.verdict == "altered":
                signs = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
                click.echo("    " + "".join(signs[p.op].format(p.text) for p in match.diff))
    if result.verdict in ("altered", "not_found"):
        sys.exit(2)


@click.command(help="列出全部设置及其环境变量。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def settings(as_json: bool) -> None:
    from importlib.metadata import entry_points

    rows = Settings.describe()
    for entry in entry_points(group="gazette.settings"):
        rows += entry.load()()
    if as_json:
        print_json([{"name": n, "default": d, "meaning": m} for n, d, m in rows])
        return
    for name, default, meaning in rows:
        click.echo(f"{name}  (默认 {default or '无'})\n    {meaning}")
