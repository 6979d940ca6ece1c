"""How often a term typed with a wrong character of its sound is put right, and how often a right question is changed.

``python -m evals.homophones``: over the project's written questions (seeded). A mistyped question is one whose official
term has one character replaced by another of the same sound that the questions use at least twenty times.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import click

from assistant.lexicon import Homophones, Lexicon
from assistant.lexicon.homophones import TERM, sound
from embeddings.pair_encoder import usual_terms
from embeddings.train.written import read_written

_USUAL = 20


def mistyped(questions: Sequence[str], terms: frozenset[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yields each question that holds a term as ``(mistyped, right)``, one character of one term replaced."""
    counts = Counter(character for question in questions for character in question)
    alike: dict[str, list[str]] = defaultdict(list)
    for character in sorted(c for c, n in counts.items() if n >= _USUAL and "一" <= c <= "鿿"):
        alike[sound(character)].append(character)
    for question in questions:
        held = sorted(term for term in terms if term in question)
        if not held:
            continue
        term = rng.choice(held)
        at = rng.randrange(len(term))
        others = [c for c in alike[sound(term[at])] if c != term[at]]
        if others:
            yield question.replace(term, f"{term[:at]}{rng.choice(others)}{term[at + 1 :]}", 1), question


@click.command(help="用语按同音字打错时改回来的比例,以及没有错的问题被改动的比例。")
@click.option("--seed", default=3, show_default=True)
def main(seed: int) -> None:
    terms = Lexicon.load().terms
    officials = frozenset(o for term in terms for o in term.officials if TERM.fullmatch(o))
    homophones = Homophones.of(terms, usual_terms().__contains__)
    questions = [question.text for question in read_written()]
    began = time.perf_counter()
    changed = [q for q in questions if homophones.correct(q) != q]
    each = (time.perf_counter() - began) / len(questions)
    pairs = list(mistyped(questions, officials, random.Random(seed)))
    right = sum(homophones.correct(wrong) == question for wrong, question in pairs)
    click.echo(f"没有错的问题 {len(questions)} 个,被改动 {len(changed)} 个,每个 {each * 1000:.2f} 毫秒")
    for question in changed:
        click.echo(f"  {question} → {homophones.correct(question)}")
    click.echo(f"打错一个字的问题 {len(pairs)} 个,改对 {right} 个({right / len(pairs):.3f})")


if __name__ == "__main__":
    main()
