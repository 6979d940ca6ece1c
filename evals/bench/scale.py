"""Size, time and memory from one gazette to every law at hand, and to a million vectors; a table and a plot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.errors import EvaluationError
from ingest.reader import bundled_gazettes

#: What is compared with, and the plot.
NEEDS = ("jieba", "langchain_classic", "langchain_community", "rank_bm25", "matplotlib")
#: Every n-th file of the laws makes about ten thousand clauses.
_SHARE = 15


def measure_scale(shared: Path, work: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Ingests three sizes through the product's own command and times searches; see ``timing`` for what is timed.

    Raises:
        EvaluationError: a command failed.
    """
    laws = sorted((shared / "corpora" / "laws").rglob("*.md"))
    if not laws:
        raise EvaluationError(f"{shared} 里没有 corpora/laws；请用 --shared 指明")
    questions = shared / "benchmarks" / "stard" / "questions_train.jsonl"
    sizes = {"gazette": bundled_gazettes(), "some": laws[::_SHARE], "all": [shared / "corpora" / "laws"]}
    result: dict[str, Any] = {}
    for name, paths in sizes.items():
        store = work / f"store-{name}"
        say(f"收录 {name}")
        result[name] = {"ingest": _ingest(store, paths)}
        if name == "all":
            say("再收录一份公报")
            result[name]["one_more"] = _ingest(store, bundled_gazettes())
        result[name]["disk_mb"] = round(sum(f.stat().st_size for f in _current(store).rglob("*") if f.is_file()) / 1e6)
        for kind in ("product", "langchain"):
            say(f"{name}：{kind}")
            result[name][kind] = _timed(kind, store, questions)
    say("一百万向量")
    result["million"] = _timed("vectors", shared, questions)
    return result


def _current(store: Path) -> Path:
    return store / "snapshots" / (store / "CURRENT").read_text(encoding="utf-8").strip()


def _ingest(store: Path, paths: Sequence[Path]) -> dict[str, Any]:
    """Wall time and peak memory of ``gazette ingest``; the memory is that of its largest process."""
    command = [sys.executable, "-m", "ui.cli", "ingest", *map(str, paths), "--store", str(store), "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    summary = json.loads(printed) if printed else {}
    if summary.get("index") is None:
        raise EvaluationError(f"收录失败（退出码 {process.returncode}）：{printed[-300:]}")
    return {
        "seconds": round(seconds, 1),
        "peak_mb": usage.ru_maxrss // 1024,
        "embedded": summary["embedded"],
        "clauses": summary["clauses"],
    }


def _timed(kind: str, where: Path, questions: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "evals.bench.timing", kind, str(where), str(questions)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EvaluationError(f"{kind} 计时失败：{done.stderr.strip().splitlines()[-1:]}")
    timed: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return timed


def as_table(result: dict[str, Any]) -> str:
    """The result in Markdown."""
    sizes = [result[name] for name in ("gazette", "some", "all")]
    rows: list[tuple[str, list[str]]] = [
        ("passages", [f"{s['product']['passages']:,}" for s in sizes]),
        ("ingest, s (peak MB)", [f"{s['ingest']['seconds']} ({s['ingest']['peak_mb']:,})" for s in sizes]),
        ("snapshot on disk, MB", [f"{s['disk_mb']:,}" for s in sizes]),
        ("open, every checksum, s", [f"{s['product']['open_seconds']}" for s in sizes]),
        ("index search p50 / p95, ms", [_pair(s["product"]["index"]) for s in sizes]),
        ("product search p50 / p95, ms", [_pair(s["product"]["product"]) for s in sizes]),
        ("bare limit p50 / p95, ms", [_pair(s["product"]["limit"]) for s in sizes]),
        ("index search over the limit (p50)", [_ratio(s["product"]["index"], s["product"]["limit"]) for s in sizes]),
        ("memory after index searches, MB", [f"{s['product']['index_peak_mb']:,}" for s in sizes]),
        ("LangChain: index, s", [f"{s['langchain']['index_seconds']}" for s in sizes]),
        ("LangChain: search p50 / p95, ms", [_pair(s["langchain"]["search"]) for s in sizes]),
        (
            "LangChain over product search (p50)",
            [_ratio(s["langchain"]["search"], s["product"]["product"]) for s in sizes],
        ),
        ("LangChain: memory, MB", [f"{s['langchain']['peak_mb']:,}" for s in sizes]),
    ]
    head = " | ".join(f"{s['product']['clauses']:,} clauses" for s in sizes)
    lines = [f"| | {head} |", "|---|" + "---|" * len(sizes)]
    lines += [f"| {label} | {' | '.join(cells)} |" for label, cells in rows]
    million, more = result["million"], result["all"]["one_more"]
    lines += [
        "",
        f"One gazette more into the largest store: {more['seconds']} s, {more['embedded']} passages embedded.",
        f"{million['vectors']:,} vectors: built in {million['build_seconds']} s, search {_pair(million['search'])} ms, "
        f"exact {_pair(million['exact'])} ms, recall@100 against exact {million['recall_at_100']}.",
    ]
    return "\n".join(lines)


def plot(result: dict[str, Any], path: Path) -> None:
    """Search time over size, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [result[name]["product"]["clauses"] for name in ("gazette", "some", "all")]
    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    for label, read in (
        ("bare limit", lambda s: s["product"]["limit"]),
        ("index search", lambda s: s["product"]["index"]),
        ("product search", lambda s: s["product"]["product"]),
        ("LangChain EnsembleRetriever", lambda s: s["langchain"]["search"]),
    ):
        axes.plot(sizes, [read(result[name])["p95_ms"] for name in ("gazette", "some", "all")], marker="o", label=label)
    axes.plot(
        [result["million"]["vectors"]], [result["million"]["search"]["p95_ms"]], "k^", label="1M vectors, approximate"
    )
    axes.set(xscale="log", yscale="log", xlabel="clauses (vectors for 1M)", ylabel="search p95, ms, one core")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def _pair(timing: dict[str, float]) -> str:
    return f"{timing['p50_ms']} / {timing['p95_ms']}"


def _ratio(one: dict[str, float], other: dict[str, float]) -> str:
    return f"{one['p50_ms'] / max(other['p50_ms'], 1e-3):.1f}"
