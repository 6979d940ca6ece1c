"""How quick the wording check is on a large store, and how often it finds what reading everything would find.

``python -m evals.wording_speed --store DIR``: quotations are cut from clauses of the store (seeded): as printed, with one
character changed, over the border of two clauses, and sentences of one clause with every second character replaced, which
nobody should find. The old way, every document aligned, runs on a sample in the same process.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
from rapidfuzz import fuzz

from assistant.normalise import bare
from assistant.quotes import MIN_SIMILARITY, WordingIndex
from assistant.service import Assistant
from assistant.settings import Settings
from ingest import Document

T = TypeVar("T")
_KINDS = ("printed", "one character", "border", "foreign")
_CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"


def quotations(documents: list[Document], n: int, rng: random.Random) -> list[tuple[str, str, str]]:
    """``(kind, text, document id)``, ``n`` of each kind, 10 to 300 characters long."""
    made: list[tuple[str, str, str]] = []
    for kind in _KINDS:
        while sum(k == kind for k, _, _ in made) < n:
            document = rng.choice(documents)
            at = rng.randrange(len(document.clauses))
            text = document.clauses[at].text
            if kind == "border":
                if at + 1 >= len(document.clauses) or len(text) < 12 or len(document.clauses[at + 1].text) < 12:
                    continue
                text = text[-rng.randrange(8, 40) :] + document.clauses[at + 1].text[: rng.randrange(8, 40)]
            else:
                start = rng.randrange(max(1, len(text) - 10))
                text = text[start : start + rng.randrange(10, 300)]
            if len(bare(text)) < 12:
                continue
            if kind == "one character":
                text = _changed(text, [rng.choice([i for i, c in enumerate(text) if bare(c)])], rng)
            elif kind == "foreign":
                text = _changed(text, list(range(0, len(text), 2)), rng)
            made.append((kind, text, document.document_id))
    return made


def _changed(text: str, places: list[int], rng: random.Random) -> str:
    characters = list(text)
    for at in places:
        if bare(characters[at]):
            characters[at] = rng.choice(_CHARACTERS.replace(characters[at], ""))
    return "".join(characters)


def linear(text: str, documents: list[Document], texts: list[str]) -> str:
    """The verdict of reading everything: a scan, then an alignment with every document that shares enough pairs."""
    wanted = bare(text)
    if any(wanted in held for held in texts):
        return "found"
    pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}
    for held in texts:
        shared = sum(p in held for p in pairs) >= 0.4 * len(pairs)
        if shared and fuzz.partial_ratio_alignment(wanted, held, score_cutoff=MIN_SIMILARITY):
            return "altered"
    return "not_found"


def timed(call: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    result = call()
    return 1000 * (time.perf_counter() - started), result


@click.command(help="测量原文核对在大库上的速度与查全。")
@click.option("--store", type=click.Path(exists=True, path_type=Path), required=True, help="库所在目录。")
@click.option("-n", default=60, show_default=True, help="每类取多少段。")
@click.option("--linear", "n_linear", default=6, show_default=True, help="每类多少段同时用逐份比对的老办法。")
@click.option("--seed", default=1, show_default=True)
def main(store: Path, n: int, n_linear: int, seed: int) -> None:
    answerer = Assistant.open(Settings(home=store)).answerer
    documents = list(answerer.documents)
    index: WordingIndex = answerer.holdings.wording
    cold, _ = timed(lambda: index.check("本办法自发布之日起施行"))
    n_clauses = sum(len(d.clauses) for d in documents)
    click.echo(f"{len(documents)} 份文件,{n_clauses} 条;第一次核对 {cold:.0f} ms")
    texts = [bare("\n".join(c.text for c in d.clauses)) for d in documents]
    made = quotations(documents, n, random.Random(seed))
    for kind in _KINDS:
        times, verdicts, ratios, agreed = [], [], [], []
        for i, (_, text, home) in enumerate(m for m in made if m[0] == kind):
            ms, found = timed(partial(index.check, text))
            times.append(ms)
            verdicts.append((found.verdict, any(m.document.document_id == home for m in found.matches)))
            if i < n_linear:
                slow, verdict = timed(partial(linear, text, documents, texts))
                ratios.append(ms / slow)
                agreed.append((found.verdict in ("identical", "punctuation_only")) == (verdict == "found"))
        times.sort()
        shares = {v: sum(v == w for w, _ in verdicts) / len(verdicts) for v in sorted({w for w, _ in verdicts})}
        click.echo(
            f"{kind:14s} p50 {times[len(times) // 2]:.0f} ms, p95 {times[int(0.95 * len(times)) - 1]:.0f} ms; "
            + "、".join(f"{v} {s:.3f}" for v, s in shares.items())
            + f";原处 {sum(h for _, h in verdicts) / len(verdicts):.3f}"
            + f";用时为老办法的 {sum(ratios) / len(ratios):.3f} 倍,判定一致 {sum(agreed)}/{len(agreed)}"
        )
    for name, text in (("一个字重复", "的" * 1000), ("常用字", _CHARACTERS * 16), ("标点", "，。；" * 333)):
        ms, found = timed(partial(index.check, text[:1000]))
        click.echo(f"{name}(1000 字):{ms:.0f} ms,{found.verdict}")


if __name__ == "__main__":
    main()
