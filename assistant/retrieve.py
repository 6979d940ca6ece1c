"""From a question to ranked clauses: what the index finds, re-ranked by what the question asks for.

The index gives signals (vectors, words by field); this module adds what only documents know: which document is named,
what kind of text it is, whether a clause holds what is asked for, and how a clause stands to its parent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.marks import clause_marks, content_marks, mark_weights, marks_of
from assistant.normalise import bare
from assistant.slot_fit import asked_count, slot_fit
from embeddings.search import Candidate, Snapshot
from ingest import Clause, ClausePath, ClauseRef, Document

#: The masthead is searched only by who asks about the gazette itself.
_MASTHEAD = re.compile(r"公报|本期|这期|期刊|编委|编辑|主办|印数|投稿|目录|刊号|准印")
_MASTHEAD_FACT = re.compile(r"主办|编委|主编|印数|投稿|准印|刊号|编辑部|(?:几个?|每|多少)[天周月]出|双月刊|月刊|季刊")
#: Somebody with a case of his own, or who asks what may be done: an article's figures are no answer.
_ASKS_RULE = re.compile(
    r"我(?:是|家|妈|爸|们|在|的|想|也|有|这)|能不能|可不可以|要不要|行不行|算不算|是不是(?:得|要|还)|可以[^,，。?？]{0,12}[吗么]|能[^,，。?？]{0,12}[吗么]|怎么(?:办|领|申请|交)|有没有(?:补|奖|规定|制度|办法|政策)"
)
#: A name put in quotation marks is meant to the letter.
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,12})[”\"]")
_CUES = {
    "research": re.compile(r"调研|研究|分析|文章|作者|建议|对策|问题|毛病|不足|短板"),
    "meeting": re.compile(r"常务会|会议|会上|开会|报道|强调|审议"),
}


@dataclass(frozen=True)
class RankConfig:
    """Weights of what is added to the index's own ranking, which spans 0 to 1 over the pool; see assistant/DESIGN.md."""

    ranked: float = 3.0
    coverage: float = 0.5
    gained: float = 0.2
    slot: float = 0.1
    bare_heading: float = -0.4
    not_policy: float = -0.8
    not_policy_for_rule: float = -1.6
    named_document: float = 3.0
    named_heading: float = 0.4
    counted: float = 0.4
    quoted: float = 0.3
    masthead: float = 0.8
    pool: int = 100


@dataclass(frozen=True)
class Ranked:
    """One clause with its score; larger is nearer. ``coverage`` is the share of the question's wording it holds."""

    document: Document
    clause: Clause
    score: float
    coverage: float
    dense: float
    span: tuple[int, int]
    #: Share of the expansion's wording that it holds.
    gained: float = 0.0
    #: The table row that was found, where the clause is a table.
    row: ClausePath | None = None
    #: The part of ``score`` that every clause of a named document has; it says nothing between them.
    shared: float = 0.0

    @property
    def own_score(self) -> float:
        return self.score - self.shared

    @property
    def is_policy(self) -> bool:
        """False for a clause of research or news: no basis for anything."""
        return self.document.kind not in _CUES

    @property
    def ref(self) -> ClauseRef:
        return self.document.ref(self.clause.path)


_bare_heading = lru_cache(maxsize=4096)(bare)


def _spread(values: Sequence[float]) -> list[float]:
    """Values brought to 0..1 within the pool; equal values all become 1."""
    low, high = min(values), max(values)
    return [(v - low) / (high - low) if high > low else 1.0 for v in values]


def retrieve(
    query: str,
    expansion: str,
    snapshot: Snapshot,
    *,
    asks: frozenset[str] = frozenset(),
    named: Sequence[Document] = (),
    context_documents: Sequence[Document] = (),
    context_clause: ClausePath | None = None,
    home: frozenset[str] = frozenset(),
    config: RankConfig | None = None,
) -> list[Ranked]:
    """Clauses by how well they fit ``query``, best first, ties in order of ref; table rows count for their table.

    Args:
        expansion: official terms for the query's everyday words, searched beside it; may be empty.
        named: documents that the question names; their clauses come first.
        context_documents: documents of the conversation, preferred a little.
        home: places that the documents govern; naming one tells no clause from another.
    """
    config = config or RankConfig()
    entries: list[tuple[Candidate, Document, Clause]] = []
    for candidate in snapshot.candidates(query, config.pool, expansion):
        document = snapshot.document(candidate.ref.document)
        if document is None:
            continue
        clause = _clause_of(document, candidate.ref.path)
        if clause is not None and (document.kind != "masthead" or _MASTHEAD.search(query)):
            entries.append((candidate, document, clause))
    if not entries:
        return []
    asked_text = bare(query)
    quoted = _QUOTED.search(query)
    asks_rule = bool(_ASKS_RULE.search(query))
    counted = asked_count(query) if "list" in asks else 0
    asked = content_marks(re.sub("|".join(map(re.escape, home)), " ", query) if home else query)
    extra = marks_of(expansion)
    marks = [clause_marks(clause.text + (clause.heading or "")) for _, _, clause in entries]
    weight = mark_weights(asked | extra, marks)
    asked_total = sum(weight[m] for m in asked) or 1.0
    extra_total = sum(weight[m] for m in extra) or 1.0
    rows: dict[ClauseRef, Ranked] = {}
    bases = _spread([candidate.score for candidate, _, _ in entries])
    for (candidate, document, clause), base, held in zip(entries, bases, marks, strict=True):
        coverage = sum(weight[m] for m in asked if m in held) / asked_total
        gained = sum(weight[m] for m in extra if m in held) / extra_total
        score = config.ranked * base + config.coverage * coverage + config.gained * gained
        score += config.slot * slot_fit(query, asks, clause, document)
        heading = _bare_heading(clause.heading or "")
        short = len(clause.text) <= 2 * len(clause.heading or "") + 20
        if heading and short and len(bare(clause.text)) <= len(heading) + 5 and "list" not in asks:
            score += config.bare_heading
        if len(heading) >= 4 and heading in asked_text:
            score += config.named_heading
        if counted and len(document.children(clause.path)) == counted:
            score += config.counted
        if quoted and quoted[1] in clause.text:
            score += config.quoted
        if document.kind == "masthead" and _MASTHEAD_FACT.search(query):
            score += config.masthead
        if document.kind in _CUES:
            if _CUES[document.kind].search(query):
                score -= config.not_policy
            else:
                score += config.not_policy_for_rule if asks_rule else config.not_policy
        shared = config.named_document if document in named else 0.0
        if document in named:
            score += shared
        elif document in context_documents:
            score += 0.5
            if context_clause is not None and clause.path.is_within(context_clause):
                score += 0.35
        span = (candidate.start, candidate.end) if candidate.kind != "row" else (0, len(clause.text))
        row = candidate.ref.path if candidate.kind == "row" else None
        ranked = Ranked(document, clause, score, coverage, candidate.dense, span, gained, row, shared)
        best = rows.get(ranked.ref)
        if best is None or ranked.score > best.score:
            rows[ranked.ref] = ranked
    return sorted(rows.values(), key=lambda r: (-r.score, r.ref))


def _clause_of(document: Document, path: ClausePath | None) -> Clause | None:
    """The clause at ``path``, or the table that holds the row at it; rows may stand under groups of rows."""
    while path is not None:
        if clause := document.by_path.get(str(path)):
            return clause
        path = path.parent
    return None
