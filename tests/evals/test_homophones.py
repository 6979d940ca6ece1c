"""The benchmark of mistyped terms changes one character of one term, for another of the same sound."""

from __future__ import annotations

import random

from assistant.lexicon.homophones import sound
from evals.homophones import mistyped

QUESTIONS = ["失业保险怎么办", "显示先现限险", "今天天气好"] * 20


def test_one_character_of_the_term_is_another_of_its_sound():
    made = list(mistyped(QUESTIONS, frozenset({"失业保险"}), random.Random(1)))
    assert made
    for wrong, right in made:
        (at,) = [i for i, (a, b) in enumerate(zip(wrong, right, strict=True)) if a != b]
        assert right == "失业保险怎么办" and at < 4
        assert sound(wrong[at]) == sound(right[at])
