"""The assistant as the pages, the API and the command line use it: one store, kept fresh, and everything asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.alike import grouped
from assistant.answering import Answerer
from assistant.cards import card_of, clause_card
from assistant.errors import AssistantError, UnknownClause
from assistant.lexicon import Homophones, Lexicon
from assistant.models import (
    AlikeClause,
    Answer,
    ClauseView,
    DocumentSummary,
    Gazette,
    QuoteCheck,
    QuoteMatch,
    SearchHit,
    Turn,
)
from assistant.normalise import clean_question, strip_invisible
from assistant.retrieve import Ranked, retrieve
from assistant.settings import Settings
from assistant.sources import citation_text
from assistant.understanding.clause_lookup import find_clause
from assistant.understanding.directory import Directory
from embeddings.encoder import Encoder, load_encoder
from embeddings.pair_encoder import usual_terms
from embeddings.search import Snapshot
from embeddings.store import IngestSummary, Store, Withdrawal
from ingest import ClausePath, Document, IngestError
from ingest.batch import Limits, read_many, whole_reading
from ingest.documents import SourceFile
from ingest.holding import names_of, resolve
from ingest.reader import bundled_gazettes
from ingest.refs import label_kind
from ingest.sources import find_files

Progress = Callable[[str, int, int], None]


class QuestionTooLong(AssistantError):
    code = "question_too_long"


class Assistant:
    """Answers from the current snapshot of a store; safe to share between threads.

    ``refresh`` swaps in a newer snapshot; answers under way finish on the one they began with.
    """

    def __init__(self, settings: Settings, store: Store, encoder: Encoder, snapshot: Snapshot, lexicon: Lexicon):
        self.settings, self.store, self.encoder, self.lexicon = settings, store, encoder, lexicon
        self._homophones = Homophones.of(lexicon.terms, usual_terms().__contains__)
        self._swap = threading.Lock()
        self._answerer = self._build(snapshot)

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """The assistant on the store that ``settings.home`` names.

        Raises:
            StoreError: empty, broken, or made with another encoder; the message says what to do.
            EncoderError: the encoder cannot be loaded.
        """
        encoder = load_encoder(settings.encoder)
        store = Store(settings.home)
        lexicon = Lexicon.load(*([settings.lexicon] if settings.lexicon else []))
        return cls(settings, store, encoder, store.open(encoder), lexicon)

    def _spell(self, text: str) -> str:
        """``text`` with listed misspellings put right, then terms typed by their sound."""
        return self._homophones.correct(self.lexicon.spell(text))

    def _build(self, snapshot: Snapshot) -> Answerer:
        answerer = Answerer(
            snapshot,
            self.encoder,
            self.lexicon.official_terms,
            spell=self._spell,
            max_citations=self.settings.max_citations,
        )
        # 4 s for all laws: not at the first check that somebody waits for, and not on the way to the first answer.
        threading.Thread(target=answerer.holdings.wording.prepare, name="gazette-wording", daemon=True).start()
        return answerer

    def refresh(self) -> bool:
        """Takes up a newer snapshot, where there is one; True when it did. Reads one short file otherwise."""
        if self.store.current_revision() in (None, self.revision):
            return False
        with self._swap:
            if self.store.current_revision() != self.revision:
                self._answerer = self._build(self.store.open(self.encoder))
                return True
        return False

    @property
    def revision(self) -> str:
        return self._answerer.snapshot.revision

    @property
    def answerer(self) -> Answerer:
        """What answers at present; replaced by ``refresh``."""
        return self._answerer

    @property
    def _directory(self) -> Directory:
        return self._answerer.directory

    # ------------------------------------------------------------------------------------------------- asking

    def ask(self, question: str, history: Sequence[Turn] = (), *, trace: bool = False) -> Answer:
        """The answer to ``question`` in the conversation ``history``; with ``trace``, also how it came about.

        Raises:
            QuestionTooLong: longer than ``settings.max_question`` characters.
        """
        if len(question) > self.settings.max_question:
            raise QuestionTooLong(
                f"问题有 {len(question)} 字,最长 {self.settings.max_question} 字。请只写要问的事,背景可以略去。"
            )
        self.refresh()
        return self._answerer.ask(question, list(history)[-20:], trace=trace)

    def search(self, query: str, k: int = 10) -> list[SearchHit]:
        """The ``k`` clauses nearest to ``query``, best first, one for each wording; no answer is composed."""
        self.refresh()
        query = clean_question(query)
        answerer = self._answerer
        ranked = retrieve(
            query, self.lexicon.official_terms(query), answerer.snapshot, home=answerer.directory.home,
            config=answerer.rank,
        )  # fmt: skip
        return [
            SearchHit(
                **clause_card(group.best.document, group.best.clause).model_dump(),
                rank=i,
                score=round(group.best.score, 6),
                alike=[_alike(other) for other in group.alike],
            )
            for i, group in enumerate(grouped(ranked, query, k), start=1)
        ]

    def check(self, text: str, document: str | None = None) -> QuoteCheck:
        """Whether ``text`` is the printed wording, and of which clause.

        Raises:
            UnknownDocument, AmbiguousDocument: ``document`` names none or several.
        """
        self.refresh()
        pool = [self._directory.find(document)] if document else None
        wording = self._answerer.holdings.wording.check(strip_invisible(text), pool)
        matches = []
        for m in wording.matches:
            clause = m.document.by_path[str(m.path)]
            matches.append(
                QuoteMatch(
                    document_number=str(m.document.document_number) if m.document.document_number else None,
                    title=m.document.title,
                    clause=str(m.path),
                    label=clause.display,
                    text=clause.text,
                    diff=list(m.diff),
                )
            )
        return QuoteCheck(verdict=wording.verdict, matches=matches)

    # ------------------------------------------------------------------------------------------------ reading

    def documents(self) -> list[DocumentSummary]:
        """What is held, in print order."""
        self.refresh()
        return [
            DocumentSummary(
                id=d.document_id,
                document_number=str(d.document_number) if d.document_number else None,
                title=d.title,
                issuer=d.issuer,
                signed_on=d.signed_on,
                kind=d.kind,
                openness=d.openness,
                attached_title=d.attached_title,
                gazette=Gazette(**vars(d.gazette)) if d.gazette else None,
                n_clauses=len(d.clauses),
                n_findings=len(d.findings),
            )
            for d in self._answerer.documents
        ]

    def document(self, spelling: str) -> Document:
        """The document that ``spelling`` names, its references marked as held here or not (未收录).

        Raises:
            UnknownDocument, AmbiguousDocument: none or several; the message says what to do.
        """
        self.refresh()
        directory = self._directory
        found = directory.find(spelling)
        held = {name: d.document_id for d in directory.documents for name in names_of(d)}
        return replace(found, references=resolve(found.references, held))

    def clause(self, document: str, clause: str) -> ClauseView:
        """One clause with its place, both names in any spelling.

        Raises:
            UnknownDocument, AmbiguousDocument, UnknownClause, AmbiguousClause.
        """
        self.refresh()
        held = self._directory.find(document)
        path = find_clause(held, clause)
        return view_clause(held, path)


def _alike(ranked: Ranked) -> AlikeClause:
    number = ranked.document.document_number
    return AlikeClause(
        document_number=str(number) if number else None,
        title=ranked.document.title,
        clause=str(ranked.clause.path),
        label=ranked.clause.display,
    )


def view_clause(document: Document, path: ClausePath) -> ClauseView:
    """A clause, one of its 款, or a table cell, with what stands around it."""
    clause = document.by_path.get(str(path))
    text, display, heading, chapter = "", path.display(), None, None
    holder = clause
    if clause is None and path.parent and label_kind(path.last)[0] == "paragraph":
        holder = document.by_path[str(path.parent)]
        text = holder.paragraphs[label_kind(path.last)[1][0] - 1].text
        display = path.display(holder.lead_in_paragraph)
        heading, chapter = holder.heading, holder.chapter
    elif clause is None:
        cells = [c for p, c in document.cells_by_path.items() if p == str(path) or p.startswith(f"{path}/")]
        if not cells:
            raise UnknownClause(f"{document.document_id} 没有“{path}”。")
        text = ";".join(f"{c.row}{f'{c.year}年' if c.year else ''}{c.column}:{c.raw}" for c in cells)
        holder = document.by_path.get(path.labels[0])
    if clause is not None:
        text, display, heading, chapter = clause.text, clause.display, clause.heading, clause.chapter
    order = [str(c.path) for c in document.clauses]
    at = order.index(str(holder.path)) if holder is not None else -1
    parent = document.by_path.get(str(path.parent)) if path.parent else None
    return ClauseView(
        **card_of(document, str(path), display, text, heading, chapter),
        document=document.document_id,
        attached_title=document.attached_title,
        citation=citation_text(document, display),
        lead_in=parent.text if parent is not None and clause is not None else None,
        previous=order[at - 1] if at > 0 else None,
        next=order[at + 1] if 0 <= at < len(order) - 1 else None,
        children=[clause_card(document, c) for c in document.children(path)],
    )


# ------------------------------------------------------------------------------------------------ filling a store


def read_batches(
    paths: Iterable[Path | str], progress: Progress | None = None, limits: Limits | None = None
) -> tuple[list[tuple[SourceFile, bytes, list[Document]]], list[IngestError]]:
    """Every file under ``paths``, read and parsed, and the errors of those that could not be; the others go on.

    Each file is read in a worker process, bounded in time and memory by ``limits``.
    """
    batches: list[tuple[SourceFile, bytes, list[Document]]] = []
    errors: list[IngestError] = []
    files: list[Path] = []
    for path in paths:
        try:
            files += find_files([path])
        except IngestError as error:
            errors.append(error)
    for done, outcome in enumerate(read_many(files, whole_reading, limits), start=1):
        if outcome.value is not None:
            batches.append((outcome.value.source, outcome.value.data, outcome.value.documents))
        elif outcome.error is not None:
            errors.append(outcome.error)
        if progress:
            progress("parse", done, len(files))
    return batches, errors


def ingest(
    settings: Settings, paths: Iterable[Path | str], progress: Progress | None = None
) -> tuple[IngestSummary | None, list[Document], list[IngestError]]:
    """Reads ``paths`` into the store; the summary (``None`` where nothing could be read), the documents, the errors.

    Raises:
        StoreError, EncoderError: the store is left as it was.
    """
    limits = Limits(settings.parse_timeout, settings.parse_memory_mb)
    batches, errors = read_batches([Path(p).resolve() for p in paths], progress, limits)
    if not batches:
        return None, [], errors
    encoder = load_encoder(settings.encoder)
    summary = Store(settings.home).ingest(batches, encoder, progress)
    return summary, [d for _, _, documents in batches for d in documents], errors


def withdraw(settings: Settings, document: str, reason: str) -> Withdrawal:
    """Removes the document that ``document`` names; gone from the next question on.

    Raises:
        UnknownDocument, AmbiguousDocument, StoreError.
    """
    encoder = load_encoder(settings.encoder)
    store = Store(settings.home)
    snapshot = store.open(encoder)
    try:
        held = Directory(snapshot.documents()).find(document)
    finally:
        snapshot.close()
    return store.withdraw(held.document_id, reason)


def bootstrap(settings: Settings, progress: Progress | None = None) -> bool:
    """Fills a store that holds nothing with the bundled gazette; True when it did, False where something is held."""
    if Store(settings.home).current_revision() is not None:
        return False
    ingest(settings, bundled_gazettes(), progress)
    return True
