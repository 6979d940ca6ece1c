"""The wording benchmark cuts what it says it cuts, and its linear way is the reference of the index."""

from __future__ import annotations

import random

from assistant.normalise import bare
from assistant.quotes import WordingIndex
from evals.wording_speed import linear, quotations


def test_quotations_are_what_their_kind_says(gazette_documents):
    documents = list(gazette_documents)
    made = quotations(documents, 12, random.Random(3))
    texts = {d.document_id: bare("\n".join(c.text for c in d.clauses)) for d in documents}
    assert {kind for kind, _, _ in made} == {"printed", "one character", "border", "foreign"}
    for kind, text, home in made:
        assert len(bare(text)) >= 12
        assert (bare(text) in texts[home]) == (kind in ("printed", "border"))


def test_the_index_finds_what_reading_everything_finds(gazette_documents):
    documents = list(gazette_documents)
    index = WordingIndex(documents)
    texts = [bare("\n".join(c.text for c in d.clauses)) for d in documents]
    for kind, text, _ in quotations(documents, 15, random.Random(5)):
        verdict = index.check(text).verdict
        assert (verdict in ("identical", "punctuation_only")) == (linear(text, documents, texts) == "found"), text
        if kind == "one character":
            assert verdict == "altered"
