"""The held documents of one snapshot and what every kind of answer does with them: rank clauses, state one."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from assistant.compose import Draft, state_clause
from assistant.normalise import bare
from assistant.retrieve import RankConfig, Ranked, retrieve
from assistant.understanding.directory import Directory
from assistant.understanding.question import Question
from embeddings.encoder import Encoder
from embeddings.search import Snapshot
from ingest import Clause, Document


class Expander(Protocol):
    """Everyday words to official terms; empty where it knows none."""

    def __call__(self, text: str) -> str: ...


class Holdings:
    """What answers are made from: documents, their directory, the places they govern, the row names of their tables.

    Read-only once made, so threads may share it.
    """

    def __init__(self, snapshot: Snapshot, encoder: Encoder, expand: Expander, config: RankConfig):
        self.snapshot, self.encoder, self.expand, self.config = snapshot, encoder, expand, config
        self.documents = snapshot.documents()
        self.directory = Directory(self.documents)
        self.home = self.directory.home
        #: Longest first.
        self.table_rows = sorted(
            {bare(c.row) for d in self.documents for t in d.tables for c in t.cells}, key=len, reverse=True
        )

    def rank(self, question: Question, text: str | None = None) -> list[Ranked]:
        """The clauses nearest to ``question``, or to ``text``, one part of it; best first.

        A follow-up is ranked together with the question before it, and its own words count once more.
        """
        query = text or question.query
        follow = question.is_follow_up
        named = question.references.documents if not question.references.is_ambiguous_document else ()
        ranked = retrieve(
            query,
            self.expand(query),
            self.snapshot,
            asks=question.asks,
            named=named,
            context_documents=question.context.documents if follow else (),
            context_clause=question.context.clause if follow else None,
            home=self.home,
            config=self.config,
        )
        if follow and question.context.question and text is None:
            alone = retrieve(
                question.text, self.expand(question.text), self.snapshot, asks=question.asks,
                context_documents=question.context.documents, context_clause=question.context.clause,
                home=self.home, config=self.config,
            )  # fmt: skip
            other = {r.ref: r.score for r in alone}
            ranked = sorted(
                (replace(r, score=r.score + 1.2 * other.get(r.ref, 0.0)) for r in ranked),
                key=lambda r: (-r.score, r.ref),
            )
        return ranked

    def state(self, document: Document, clause: Clause, question: Question, text: str | None = None) -> Draft:
        """What ``clause`` says on ``question``, or on ``text``, one part of it; verbatim."""
        query = text or question.query
        return state_clause(
            document,
            clause,
            query,
            self.expand(query),
            self.encoder.encode_queries,
            self.encoder.encode_passages,
            question.asks,
        )
