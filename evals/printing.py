"""Scores and comparisons as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from evals.comparing import Comparison, Side
from evals.measures import BY_NAME
from evals.scoring import ALL, CaseScores, Scores, Summary

TYPE_LABELS = {
    "number": "数字", "responsibility": "责任单位", "benefit": "待遇资格", "procedure": "办事流程", "definition": "定义口径",
    "list": "列举", "table": "表格", "exact_reference": "指定条款", "wording": "原文核对", "cross_document": "跨文件",
    "follow_up": "追问", "false_premise": "前提有误", "out_of_scope": "超出范围", ALL: "全部",
}  # fmt: skip
STATE_LABELS = {
    "answered": "已答", "partial": "部分答", "refused": "拒答", "clarify": "反问", "error": "失败", "answer": "应答", "refuse": "应拒",
}  # fmt: skip
#: The measures of the table by type; all of them are in the first table and in ``--json``.
_BY_TYPE = ("correct", "clause_recall", "clause_found", "first_citation", "citation_precision", "fact_inclusion")


def number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def print_scores(console: Console, scores: Scores) -> None:
    """The means with intervals, the table by type, latency, and what is missing."""
    config = scores.run.config
    console.print(
        f"[bold]{scores.run.directory.name}[/]：{config.cases_file}，{len(scores.cases)} 题，{config.started_at}"
    )
    overall = Table(box=None, pad_edge=False)
    for heading in ("指标", "", "均值", "95% 区间", "计分", "未计分"):
        overall.add_column(heading, justify="left" if heading in ("指标", "") else "right")
    for summary in scores.summaries:
        if summary.group == ALL:
            label = BY_NAME[summary.measure].label
            overall.add_row(
                label,
                summary.measure,
                number(summary.mean),
                _interval(summary),
                str(summary.n),
                str(summary.n_unscored),
            )
    console.print(overall)
    by_type = Table(box=None, pad_edge=False)
    by_type.add_column("题型")
    by_type.add_column("题数", justify="right")
    for name in _BY_TYPE:
        by_type.add_column(BY_NAME[name].label, justify="right")
    for group in scores.groups:
        if group != ALL:
            found = [scores.summary(name, group) for name in _BY_TYPE]
            n = sum(one.case.type == group for one in scores.cases)
            by_type.add_row(TYPE_LABELS.get(group, group), str(n), *(number(s.mean if s else None) for s in found))
    console.print(by_type)
    p50, p95 = scores.latency["p50"], scores.latency["p95"]
    if p50 is not None and p95 is not None:
        console.print(f"用时 p50 {p50 * 1000:.0f} ms，p95 {p95 * 1000:.0f} ms")
    if scores.n_missing or scores.n_errors:
        console.print(f"[yellow]没问 {scores.n_missing} 道（未计分），失败 {scores.n_errors} 道（按失败计）[/]")
    if len(scores.run.revisions) > 1:
        console.print("[yellow]作答期间语料变过，答案来自不止一个版本[/]")


def print_comparison(
    console: Console, comparison: Comparison, before: Side, after: Side, cases: Sequence[CaseScores]
) -> None:
    """Differences with intervals, then the cases gained, lost and changed."""
    table = Table(box=None, pad_edge=False)
    for heading in ("指标", "", "之差", "95% 区间", "题数", ""):
        table.add_column(heading, justify="left" if heading in ("指标", "") else "right")
    for name, d in comparison.differences.items():
        verdict = "[red]下降[/]" if d.fell else "[green]上升[/]" if d.rose else ""
        table.add_row(BY_NAME[name].label, name, f"{d.mean:+.3f}", f"{d.low:+.3f} … {d.high:+.3f}", str(d.n), verdict)
    console.print(f"[bold]{comparison.before} → {comparison.after}[/]：共有 {comparison.n_common} 题")
    console.print(table)
    questions = {one.case.id: one.case.question for one in cases}
    for title, ids in (
        ("答对了的", comparison.gained),
        ("答错了的", comparison.lost),
        ("对错没变、答复变了的", comparison.changed),
    ):
        console.print(f"[bold]{title}[/] {len(ids)}")
        for case_id in ids:
            console.print(f"  {case_id}  {questions.get(case_id, '')}", markup=False, highlight=False)
    for title, ids in (
        ("只在前者", comparison.only_before),
        ("只在后者", comparison.only_after),
        ("题目改过，不比", comparison.edited),
    ):
        if ids:
            console.print(f"{title} {len(ids)}：{'、'.join(ids)}", markup=False)


def _interval(summary: Summary) -> str:
    return "—" if summary.low is None or summary.high is None else f"{summary.low:.3f} … {summary.high:.3f}"
