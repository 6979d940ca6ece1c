"""A question becomes an answer: look up, read tables, check wording or retrieve; compose, verify, or decline.

``Answerer`` works on one snapshot and is safe to share between threads; the same question on the same snapshot gives
the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from assistant.declining import REFUSALS, decline, greet, no_subject, unknown_number, validity
from assistant.holdings import Expander, Holdings
from assistant.joining import join_answers
from assistant.lookup import look_up
from assistant.models import Answer, Turn
from assistant.retrieve import RankConfig, Ranked
from assistant.search_answer import search_and_state
from assistant.table_answer import names_row, read_table, state_table
from assistant.tracing import note_question, recording, stage
from assistant.understanding.question import Question, understand
from assistant.wording_answer import answer_wording, not_printed
from embeddings.encoder import Encoder
from embeddings.search import Snapshot


class Answerer:
    """Answers questions from one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        expand: Expander,
        *,
        spell: Callable[[str], str] = str,
        max_citations: int = 3,
        rank: RankConfig | None = None,
    ):
        self.snapshot, self.max_citations, self.rank = snapshot, max_citations, rank or RankConfig()
        self._spell = spell
        self.holdings = Holdings(snapshot, encoder, expand, self.rank)
        self.documents, self.directory = self.holdings.documents, self.holdings.directory

    def ask(self, message: str, history: Sequence[Turn] = (), *, trace: bool = False) -> Answer:
        """The answer to ``message``; looked up before searched, declined rather than guessed.

        Args:
            trace: also say how the answer came about.
        """
        with recording() if trace else nullcontext() as recorder, stage("total"):
            with stage("understand"):
                question = understand(message, history, self.directory, self._spell)
            note_question(question)
            answer = self._answer_parts(question) if question.parts else self._answer(question, self.max_citations)
        return answer.model_copy(
            update={
                "query": _shown_query(question),
                "index": self.snapshot.revision,
                "trace": recorder.finish(self.snapshot.revision, self.holdings.encoder.encoder_id)
                if recorder
                else None,
            }
        )

    def _answer_parts(self, question: Question) -> Answer:
        """Each single question by itself; one answer where all come to the same."""
        limit = 2 if len(question.parts) == 2 else 1
        answers = [self._answer(part, limit) for part in question.parts]
        return join_answers(question.parts, answers)

    def _answer(self, question: Question, max_citations: int) -> Answer:
        holdings = self.holdings
        if question.intent in ("empty", "small_talk"):
            return greet(holdings.documents)
        if question.intent in REFUSALS:
            near = holdings.rank(question) if question.intent in ("prediction", "opinion") else []
            return decline(near, REFUSALS[question.intent])
        if question.intent == "wording":
            return answer_wording(holdings, question) or not_printed(
                question, search_and_state(holdings, question, None, max_citations)
            )
        references = question.references
        if references.unknown and not references.documents:
            return unknown_number(holdings, question)
        if answer := look_up(holdings, question):
            return answer
        if "validity" in question.asks:
            return validity(holdings, question)
        if not question.has_subject and not question.is_follow_up and not references.documents:
            return no_subject(holdings, question)
        table = read_table(holdings, question)
        if table is not None and (table.score >= 0.9 or names_row(holdings, question)):
            return state_table(table)
        return search_and_state(holdings, question, table, max_citations)

    def rank_for(self, question: Question) -> list[Ranked]:
        """The clauses that an understood question ranks, best first; what an answer is composed from."""
        return self.holdings.rank(question)


def _shown_query(question: Question) -> str:
    """What was searched: of several questions, each as it was completed."""
    return ";".join(part.query or part.text for part in question.parts) or question.query or question.text
