"""The held documents of one snapshot and what every kind of answer does with them: rank clauses, state one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from assistant.compose import state_clause, state_run
from assistant.normalise import bare
from assistant.quotes import WordingIndex
from assistant.retrieve import RankConfig, Ranked, retrieve
from assistant.sentence_choice import Wanted
from assistant.sources import Draft
from assistant.tracing import note_ranking, stage
from assistant.understanding.directory import Directory, short_title
from assistant.understanding.follow_up import step_asked
from assistant.understanding.question import Question
from embeddings.encoder import Encoder
from embeddings.search import Snapshot
from ingest import Clause, ClausePath, ClauseRef, Document

#: What is left between the names that a comparison joins.
_JOINING = re.compile(r"^(?:[\s,，、;；]|和|跟|与|同|及|还有|以及|分别|各自?|都)+")


#: Clauses in whose neighbourhood an altered wording is looked for, and how much of it is searched with.
_NEAREST, _QUOTED = 24, 200


#: What a follow-up's own words count beside the question as it was made whole; 1.2, 0.6 and 0 were worse.
_OWN_WORDS = 0.3


#: A step asked for by its place comes before what its wording finds.
_STEP = 2.0
#: What points back to the clause before, and how short a message that can only do so is.
_POINTS = re.compile(r"这(?:条|个|项|款|事|里|块)|该(?:条|项)|它|其中|上述|刚才|那个|此")
_POINTING = 8


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
        self.wording = WordingIndex(self.documents, self._nearest_wording)

    def _nearest_wording(self, text: str) -> list[tuple[Document, ClausePath]]:
        """The clauses that hold most of a wording, whatever was altered in it."""
        found = self.snapshot.candidates(text[:_QUOTED], _NEAREST)
        return [(d, c.ref.path) for c in found if (d := self.snapshot.document(c.ref.document)) is not None]

    def rank(self, question: Question) -> list[Ranked]:
        """The clauses nearest to ``question``, best first.

        A follow-up is ranked as it was made whole, and its own words count a little once more.
        """
        with stage("retrieve"):
            ranked = self._rank(question)
        note_ranking(ranked)
        return ranked

    def rank_side(self, question: Question, side: str) -> list[Ranked]:
        """The clauses nearest to ``side``, one of the things that ``question`` joins."""
        with stage("retrieve"):
            return self._rank(replace(question, text=side, query=side))

    def _rank(self, question: Question) -> list[Ranked]:
        query = question.query
        follow = question.is_follow_up
        named = question.references.documents if not question.references.is_ambiguous_document else ()
        ranked = retrieve(
            query,
            self.expand(query),
            self.snapshot,
            asks=question.asks,
            named=named,
            context_documents=question.context.documents if follow else (),
            context_clause=self._clause_spoken_of(question),
            home=self.home,
            config=self.config,
        )
        if follow and question.context.question:
            alone = retrieve(
                question.text, self.expand(question.text), self.snapshot, asks=question.asks,
                context_documents=question.context.documents, context_clause=self._clause_spoken_of(question),
                home=self.home, config=self.config,
            )  # fmt: skip
            other = {r.ref: r.score for r in alone}
            step = self._step_asked(question)
            ranked = sorted(
                (
                    replace(r, score=r.score + _OWN_WORDS * other.get(r.ref, 0.0) + _STEP * (r.ref == step))
                    for r in ranked
                ),
                key=lambda r: (-r.score, r.ref),
            )
        return ranked

    def _clause_spoken_of(self, question: Question) -> ClausePath | None:
        """The clause that a follow-up points back to (这条谁负责); one with matter of its own looks elsewhere too."""
        if not question.is_follow_up or (len(bare(question.text)) > _POINTING and not _POINTS.search(question.text)):
            return None
        return question.context.clause

    def _step_asked(self, question: Question) -> ClauseRef | None:
        """The item that a follow-up asks for by its place beside, or under, the one spoken of (第二道谁审)."""
        step, spoken_of = step_asked(question.text), question.context.clause
        if step is None or spoken_of is None or not question.context.documents:
            return None
        document = question.context.documents[0]
        under = [c.path for c in document.children(spoken_of)]
        beside = [c.path for c in document.children(spoken_of.parent)] if spoken_of.parent else []
        if step == 0:
            step = beside.index(spoken_of) + 2 if spoken_of in beside else 0
            under = []
        items = under or beside
        return document.ref(items[step - 1]) if 1 <= step <= len(items) else None

    def rank_within(self, question: Question, document: Document) -> list[Ranked]:
        """The clauses of one document, nearest first to what the question asks besides naming it."""
        rest = _JOINING.sub("", question.references.rest) or question.query
        found: list[Ranked] = []
        # The title beside it, where the corpus holds so much that the rest alone does not reach into the document.
        for query in (rest, f"{short_title(document)} {rest}"):
            ranked = retrieve(
                query, self.expand(rest), self.snapshot, asks=question.asks, named=(document,), home=self.home,
                config=self.config,
            )  # fmt: skip
            found = [r for r in ranked if r.document is document]
            if len(found) >= min(3, len(document.clauses)):
                break
        return found

    def state(self, document: Document, clause: Clause, question: Question) -> list[Draft]:
        """What ``clause`` says on ``question``, verbatim: the sentence that answers, then what goes with it."""
        return state_clause(document, clause, self._wanted(question))

    def state_run(self, document: Document, clause: Clause, question: Question) -> Draft:
        """The same as one run of sentences."""
        return state_run(document, clause, self._wanted(question))

    def _wanted(self, question: Question) -> Wanted:
        return Wanted(
            query=question.query,
            encode_query=self.encoder.encode_queries,
            encode=self.encoder.encode_passages,
            expansion=self.expand(question.query),
            asks=question.asks,
            follow_up=question.text if question.is_follow_up else "",
        )
