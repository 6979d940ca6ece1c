"""How fast parsing is, beside the splitter that most systems use, on the same texts in the same run.

    python -m evals.parse_speed ../shared/corpora/laws [--limit N] [--json out.json]

Four measures, each said with what was measured:

- characters a second of parsing, and of ``RecursiveCharacterTextSplitter`` with Chinese separators, one process, one
  thread, texts already extracted, the two taking turns file by file so that a busy machine is busy for both;
- files and characters a second of ``read_many`` with a worker for each core, from bytes on disk to documents here;
- the exponent b of seconds = a * length ** b, fitted over texts of doubled length (1 is linear);
- the largest memory of this process and of any worker.
"""

from __future__ import annotations

import json
import math
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from ingest.batch import Limits, Reading, read_many
from ingest.documents import IngestError, SourceFile
from ingest.reader import parse_source
from ingest.sources import find_files, read_source

#: As its documentation gives them for Chinese: paragraphs, lines, sentences, clauses, characters.
SEPARATORS = ["\n\n", "\n", "。", "；", "，", ""]
#: Characters of the shortest text of the series, and how often it doubles.
SHORTEST, DOUBLINGS = 125_000, 5


@dataclass(frozen=True)
class Throughput:
    """``seconds`` for ``characters`` in ``files``; ``pieces`` are clauses or chunks that came out."""

    name: str
    files: int
    characters: int
    pieces: int
    seconds: float

    @property
    def characters_per_second(self) -> float:
        return self.characters / self.seconds if self.seconds else math.inf


@dataclass(frozen=True)
class Speed:
    parse: Throughput
    splitter: Throughput
    side_by_side: Throughput
    workers: int
    failed: int
    #: (characters, seconds) of texts of doubled length, and the exponent fitted to them.
    series: tuple[tuple[int, float], ...]
    exponent: float
    peak_mb: float
    peak_worker_mb: float


def read_texts(paths: Sequence[Path]) -> tuple[list[SourceFile], int]:
    """The sources that can be read, and how many files could not."""
    sources, failed = [], 0
    for path in paths:
        try:
            sources.append(read_source(path)[0])
        except IngestError:
            failed += 1
    return sources, failed


def compare(sources: Sequence[SourceFile]) -> tuple[Throughput, Throughput]:
    """Parsing and splitting of the same texts, by turns."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=SEPARATORS, chunk_size=500, chunk_overlap=50, keep_separator="end"
    )
    spent = [0.0, 0.0]
    pieces = [0, 0]
    for source in sources:
        started = time.perf_counter()
        pieces[0] += _n_clauses(source)
        turned = time.perf_counter()
        pieces[1] += len(splitter.split_text(source.text))
        spent[0] += turned - started
        spent[1] += time.perf_counter() - turned
    characters = sum(len(s.text) for s in sources)
    return (
        Throughput("gazette parse", len(sources), characters, pieces[0], spent[0]),
        Throughput("RecursiveCharacterTextSplitter", len(sources), characters, pieces[1], spent[1]),
    )


def _n_clauses(source: SourceFile) -> int:
    try:
        return sum(len(d.clauses) for d in parse_source(source))
    except IngestError:
        return 0


def count(reading: Reading) -> tuple[int, int]:
    """Characters and clauses of a file; run in the worker."""
    return len(reading.source.text), sum(len(d.clauses) for d in reading.documents)


def in_parallel(paths: Sequence[Path], limits: Limits) -> Throughput:
    """The whole of reading, from disk, with a worker for each core."""
    from evals.parse_speed import count  # run as __main__, this module has a name that workers cannot import

    started = time.perf_counter()
    counts = [outcome.value for outcome in read_many(paths, count, limits) if outcome.value]
    seconds = time.perf_counter() - started
    return Throughput("read_many", len(counts), sum(c for c, _ in counts), sum(n for _, n in counts), seconds)


def doubled(sources: Sequence[SourceFile], shortest: int = SHORTEST, doublings: int = DOUBLINGS) -> list[str]:
    """Texts of ``shortest`` · 2**i characters, cut from the sources one behind the other (repeated where they end)."""
    longest = shortest * 2**doublings
    whole: list[str] = []
    length = 0
    while length < longest:
        for source in sources:
            whole.append(source.text)
            length += len(source.text) + 1
            if length >= longest:
                break
    text = "\n".join(whole)
    return [text[: shortest * 2**i] for i in range(doublings + 1)]


def time_series(texts: Sequence[str], parse: Callable[[SourceFile], object] = parse_source) -> list[tuple[int, float]]:
    """(characters, seconds) for each text; the better of two runs."""
    series = []
    for text in texts:
        runs = []
        for _ in range(2):
            started = time.perf_counter()
            parse(SourceFile("series.md", "0" * 64, text, "md"))
            runs.append(time.perf_counter() - started)
        series.append((len(text), min(runs)))
    return series


def fitted_exponent(series: Sequence[tuple[int, float]]) -> float:
    """The slope of log seconds over log characters, by least squares.

    Raises:
        ValueError: fewer than two lengths.
    """
    points = [(math.log(n), math.log(max(s, 1e-9))) for n, s in series]
    if len({x for x, _ in points}) < 2:
        raise ValueError("an exponent needs two lengths")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def _peak_mb(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def measure(paths: Sequence[Path], workers: int | None = None) -> Speed:
    """All four measures over the files at ``paths``."""
    limits = Limits(workers=workers)
    together = in_parallel(paths, limits)
    worker_mb = _peak_mb(resource.RUSAGE_CHILDREN)
    sources, failed = read_texts(paths)
    parse, splitter = compare(sources)
    series = time_series(doubled(sources))
    return Speed(
        parse, splitter, together, limits.n_workers, failed, tuple(series), fitted_exponent(series),
        _peak_mb(resource.RUSAGE_SELF), worker_mb,
    )  # fmt: skip


def describe(speed: Speed) -> str:
    """The figures as a table in words."""
    lines = [f"{'':32}{'文件':>8}{'字符':>14}{'条款/片段':>10}{'秒':>9}{'字符/秒':>12}"]
    for t in (speed.parse, speed.splitter, speed.side_by_side):
        lines.append(
            f"{t.name:32}{t.files:>10,}{t.characters:>16,}{t.pieces:>12,}{t.seconds:>10.2f}{t.characters_per_second:>14,.0f}"
        )
    together = speed.side_by_side
    lines += [
        f"read_many:{speed.workers} 个进程,每秒 {together.files / together.seconds:,.0f} 个文件(含读盘、解码、传回计数)",
        "倍长:" + ",".join(f"{n:,} 字 {s:.2f} 秒" for n, s in speed.series),
        f"秒数 ∝ 长度的 {speed.exponent:.3f} 次方(1 为线性)",
        f"内存峰值:本进程 {speed.peak_mb:,.0f} MB,单个读取进程 {speed.peak_worker_mb:,.0f} MB",
    ]
    if speed.failed:
        lines.append(f"另有 {speed.failed} 个文件未能读取。")
    return "\n".join(lines)


@click.command(help="测解析速度:与 RecursiveCharacterTextSplitter 同一批文本、同一次运行相比。")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--limit", type=click.IntRange(min=1), help="只取前若干个文件。")
@click.option("--workers", type=click.IntRange(min=1), help="并行进程数,默认与处理器核数相同。")
@click.option("--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="另将数字写入此文件。")
def main(paths: tuple[Path, ...], limit: int | None, workers: int | None, json_path: Path | None) -> None:
    speed = measure(list(find_files(paths))[:limit], workers)
    click.echo(describe(speed))
    if json_path:
        json_path.write_text(json.dumps(asdict(speed), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
