"""Text becomes terms: the readable definition on cases, and the fast one against it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.terms import analyze, characters_of, count_pairs, is_pair, is_single, term_id, term_ids


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("养老金", ["养", "老", "金", "养老", "老金"]),
        ("款", ["款"]),
        # A stop parts words: 老。金 is no pair.
        ("老。金", ["老", "金"]),
        # Numbers stay whole, with decimals, thousands and percent; full width is half width.
        ("３.5％", ["3.5%"]),
        ("1,000元", ["1,000", "元"]),
        ("20个", ["20", "个"]),
        # Near miss: a number at the end of a sentence keeps its digits only.
        ("共20.", ["共", "20"]),
        # Latin in lower case; 2.5 belongs to PM.
        ("PM2.5和COD", ["pm2.5", "和", "cod"]),
        ("〔2023〕19号", ["2023", "19", "号"]),
        # Circled and compatibility forms are their plain ones.
        ("㎡", ["m2"]),
        # A blank between Chinese characters is the printer's, one beside other letters parts.
        ("养 老", ["养", "老", "养老"]),
        ("a b", ["a", "b"]),
        ("", []),
        ("。、 \n", []),
    ],
)
def test_tokens(text, tokens):
    assert analyze(text) == tokens


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), max_size=30) | st.text("养老金 \n，3.5%ab豈𠀀", max_size=20), max_size=6
    )
)
def test_many_texts_at_once_give_the_terms_of_each(texts):
    rows, ids = term_ids(texts)
    assert rows.dtype == np.int64 and ids.dtype == np.uint64
    for row, text in enumerate(texts):
        expected = Counter(map(term_id, analyze("。".join(text.split("\n")))))
        assert Counter(ids[rows == row].tolist()) == expected


@given(st.text("养老金 ，3.5%ab", max_size=20))
def test_without_singles_a_character_stands_only_where_it_has_no_neighbour(text):
    _, ids = term_ids([text], singles=False)
    assert len(ids) == count_pairs(text)
    every = Counter(term_ids([text])[1].tolist())
    assert not Counter(ids.tolist()) - every


def test_ids_tell_what_they_are():
    ids = np.array([term_id("养"), term_id("养老"), term_id("3.5%"), term_id("cod")], dtype=np.uint64)
    assert is_single(ids).tolist() == [True, False, False, False]
    assert is_pair(ids).tolist() == [False, True, False, False]
    first, second = characters_of(ids[1:2])
    assert (first[0], second[0]) == (term_id("养"), term_id("老"))
    assert len({*ids.tolist()}) == 4
