"""``gazette eval``: answer once, then score, compare, report and gate from the store."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from evals.errors import EvaluationError

P = ParamSpec("P")
_DIRECTORY = click.Path(path_type=Path, file_okay=False)
_part = click.option("--part", type=click.Choice(["tune", "held"]), help="只取注明 tune（调参）或 held（报告）的一半。")
_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """Turns the errors of this package into one Chinese line and exit status 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except EvaluationError as error:
            raise click.ClickException(str(error)) from error

    return run


@click.group(name="eval", help="评测：作答一次存下来，再反复计分、比较、出报告、把关。")
def evaluate() -> None:
    pass


@evaluate.command("run", help="对题目文件 CASES 逐题作答，存入 RUN；中断后重跑同一命令会接着答。")
@click.argument("cases_file", metavar="CASES", type=click.Path(path_type=Path))
@click.option("--out", "directory", required=True, type=_DIRECTORY, help="评测目录。")
@click.option("--store", type=_DIRECTORY, help="库所在目录，默认取 GAZETTE_HOME。")
@click.option("--bundled", is_flag=True, help="在 RUN 里另建一个只收随带公报的库来答，不受现有库影响。")
@click.option("--url", help="改为通过 HTTP 询问正在运行的服务，如 http://127.0.0.1:7860。")
@click.option("--limit", type=click.IntRange(min=1), help="只答前若干题。")
@click.option("--fresh", is_flag=True, help="丢弃 RUN 里已有的答案，从头作答。")
@_part
@_json
@reported
def run_command(
    cases_file: Path, directory: Path, store: Path | None, bundled: bool, url: str | None, limit: int | None, fresh: bool,
    part: str | None, as_json: bool,
) -> None:  # fmt: skip
    from evals.answering import Answerer, HttpAnswerer, open_in_process
    from evals.cases import load_cases
    from evals.running import answer_cases, describe_run
    from evals.runs import clear_run, exclusive, open_run, own_store, start_run

    if sum(map(bool, (url, store, bundled))) > 1:
        raise click.UsageError("--url、--store、--bundled 只能给一个：它们各指一个库")
    cases = [case for case in load_cases(cases_file) if part is None or case.part == part][:limit]
    if not cases:
        raise click.ClickException(f"{cases_file.name} 里没有注明 {part} 的题")
    with exclusive(directory):
        if fresh:
            clear_run(directory)
        if url:
            answerer: Answerer = HttpAnswerer(url)
        else:
            answerer = open_in_process(own_store(directory) if bundled else store, fill=bundled)
        run = start_run(directory, cases, describe_run(cases_file, cases, answerer, part))
        todo = run.missing
        if len(todo) < len(cases):
            click.echo(f"接着答：已有 {len(cases) - len(todo)} 道，还差 {len(todo)} 道。", err=True)
        n_failed = 0
        with _progress(len(todo)) as advance:
            for record in answer_cases(directory, todo, answerer):
                n_failed += record.error is not None
                advance()
    finished = open_run(directory)
    _print_run(finished, n_failed, as_json)
    if n_failed:
        sys.exit(1)


@evaluate.command("score", help="给 RUN 计分。")
@click.argument("directory", metavar="RUN", type=_DIRECTORY)
@_part
@_json
@reported
def score_command(directory: Path, part: str | None, as_json: bool) -> None:
    from evals.printing import print_scores

    scores = _scored(directory, part)
    if as_json:
        _echo_json({**scores.as_json(), "cases": {one.case.id: one.scores for one in scores.cases}})
    else:
        print_scores(_console(), scores)


@evaluate.command("compare", help="比较 A 与 B：哪些题由错变对、由对变错、答复变了，各指标差多少。")
@click.argument("before", metavar="A", type=_DIRECTORY)
@click.argument("after", metavar="B", type=_DIRECTORY)
@click.option("--gate", is_flag=True, help="有指标下降超出噪声时以 1 退出。")
@_part
@_json
@reported
def compare_command(before: Path, after: Path, gate: bool, part: str | None, as_json: bool) -> None:
    from evals.comparing import Side, compare
    from evals.printing import print_comparison

    scored_before, scored_after = _scored(before, part), _scored(after, part)
    a, b = Side.of(scored_before), Side.of(scored_after)
    comparison = compare(a, b)
    if as_json:
        _echo_json(comparison.as_json())
    else:
        print_comparison(_console(), comparison, a, b, scored_after.cases)
    if gate:
        _require_complete(scored_after)
        if not comparison.n_common:
            raise click.ClickException("两次评测没有相同的题，无从把关")
        _fail_on_fall(comparison.fallen)


@evaluate.command("report", help="把 RUN 写成一个自足的 HTML 文件，并在终端给出摘要。")
@click.argument("directory", metavar="RUN", type=_DIRECTORY)
@click.option("--out", "path", type=click.Path(path_type=Path, dir_okay=False), help="默认 RUN/report.html。")
@_part
@_json
@reported
def report_command(directory: Path, path: Path | None, part: str | None, as_json: bool) -> None:
    from evals.printing import print_scores
    from evals.report import render_report
    from evals.runs import REPORT

    scores = _scored(directory, part)
    target = path or directory / REPORT
    target.write_text(render_report(scores), encoding="utf-8")
    if as_json:
        _echo_json({**scores.as_json(), "report": str(target)})
    else:
        print_scores(_console(), scores)
        click.echo(f"报告：{target}")


@evaluate.command("gate", help="与提交的基线比较，有指标下降超出噪声时以 1 退出。")
@click.argument("directory", metavar="RUN", type=_DIRECTORY)
@click.option(
    "--baseline",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="默认按题目文件名取 evals/baseline/ 下的基线。",
)
@click.option("--update", is_flag=True, help="不比较，把 RUN 作为新的基线。")
@_json
@reported
def gate_command(directory: Path, path: Path | None, update: bool, as_json: bool) -> None:
    from evals.baseline import load_baseline, path_for, save_baseline
    from evals.comparing import Side, compare
    from evals.printing import print_comparison

    scores = _scored(directory, None)
    target = path or path_for(scores.run.config.cases_file)
    if update:
        save_baseline(target, scores)
        _echo_json({"baseline": str(target)}) if as_json else click.echo(f"基线已更新：{target.name}")
        return
    _require_complete(scores)
    before, after = load_baseline(target).side, Side.of(scores)
    comparison = compare(before, after)
    if as_json:
        _echo_json(comparison.as_json())
    else:
        print_comparison(_console(), comparison, before, after, scores.cases)
    if stale := (*comparison.edited, *comparison.only_before, *comparison.only_after):
        raise click.ClickException(
            f"有 {len(stale)} 道题与基线不一致（{'、'.join(stale[:5])}…）；确认后用 --update 更新基线"
        )
    _fail_on_fall(comparison.fallen)


def _scored(directory: Path, part: str | None) -> Any:
    from evals.runs import open_run
    from evals.scoring import score_run

    scores = score_run(open_run(directory), part)
    if not scores.cases:
        raise click.ClickException(f"{directory.name} 里没有注明 {part} 的题")
    return scores


def _require_complete(scores: Any) -> None:
    if scores.n_missing:
        raise click.ClickException(f"还有 {scores.n_missing} 道没问，先用 gazette eval run 补完再把关")


def _fail_on_fall(fallen: list[str]) -> None:
    if fallen:
        raise click.ClickException(f"下降超出噪声的指标：{'、'.join(fallen)}")
    click.echo("把关通过：没有指标下降超出噪声。", err=True)


def _print_run(run: Any, n_failed: int, as_json: bool) -> None:
    n_answered = len(run.cases) - len(run.missing)
    if as_json:
        _echo_json(
            {"run": str(run.directory), "n_cases": len(run.cases), "n_answered": n_answered, "n_failed": n_failed}
        )
        return
    click.echo(f"{run.directory.name}：{len(run.cases)} 题，已答 {n_answered}，失败 {n_failed}")
    for case in run.missing[:5]:
        record = run.records.get(case.id)
        click.echo(f"  {case.id} {record.error if record else '没问到'}", err=True)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("作答"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = _console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def _console(stderr: bool = False) -> Any:
    from rich.console import Console

    return Console(stderr=stderr)


def _echo_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))
