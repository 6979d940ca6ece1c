"""From a question to ranked clauses: what the index finds, re-ranked by what the question asks for.

The index gives signals (vectors, words by field); this module adds what only documents know: which document is named,
what kind of text it is, whether a clause holds what is asked for, and how a clause stands to its parent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.figures import arabic, quantities
from assistant.normalise import bare
from embeddings.search import Candidate, Snapshot
from ingest import Clause, ClausePath, ClauseRef, Document
from ingest.numerals import read_numeral

#: The masthead is searched only by who asks about the gazette itself.
_MASTHEAD = re.compile(r"公报|本期|这期|期刊|编委|编辑|主办|印数|投稿|目录|刊号|准印")
_CUES = {
    "research": re.compile(r"调研|研究|分析|文章|作者|建议对策|对策|问题"),
    "meeting": re.compile(r"常务会|会议|会上|开会|报道|强调|审议"),
}


@dataclass(frozen=True)
class RankConfig:
    """Weights of the ranking features; chosen on the tuning half of evals/cases (assistant/DESIGN.md)."""

    dense: float = 0.7
    dense_clause: float = 0.0
    body: float = 1.2
    heading: float = 0.3
    title: float = 0.15
    context: float = 0.15
    expanded: float = 0.5
    coverage: float = 1.5
    document: float = 0.35
    slot: float = 0.15
    bare_heading: float = -0.5
    not_policy: float = -0.1
    named_document: float = 3.0
    named_heading: float = 0.6
    counted: float = 0.5
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
    #: The part of ``score`` that every clause of a named document has; it says nothing between them.
    shared: float = 0.0

    @property
    def own_score(self) -> float:
        return self.score - self.shared

    @property
    def ref(self) -> ClauseRef:
        return self.document.ref(self.clause.path)


def _marks(text: str) -> set[str]:
    text = bare(arabic(text)).lower()
    marks = {text[i : i + 2] for i in range(len(text) - 1) if not text[i : i + 2].isdigit()}
    return marks | set(re.findall(r"\d+(?:\.\d+)?%?", text))


#: Question words and courtesies: their absence from a clause says nothing.
_EMPTY_WORDS = re.compile(
    r"请问|是不是|有没有|能不能|可不可以|要不要|会不会|算不算|行不行|到底|究竟|什么|怎么|怎样|如何|哪些|哪个|哪里|哪儿|哪|多少|好多|几多|几个|几|谁|吗|呢|啊|呀|吧|嘛|么|的|了|着|我们|我|你们|你|您|他们|他|她|它|这个|那个|这|那|咋|啥|一下|一个|就|都|也|还|又|才|要|想|知道|听说|现在|市里"
)


def content_marks(text: str) -> set[str]:
    """What is left of a question without its question words, as character pairs and numbers."""
    marks: set[str] = set()
    for piece in _EMPTY_WORDS.split(text):
        marks |= _marks(piece)
    return marks


_STARTS = re.compile(r"施行|执行|实施|生效|算起|起算|开始")


def _slot_fit(query: str, asks: frozenset[str], clause: Clause, document: Document) -> float:
    text = clause.text
    fit = 0.0
    if "number" in asks or "money" in asks:
        fit += 1.0 if quantities(text) else -0.5
    if "who" in asks:
        has_duty = any(d.path == clause.path for d in document.duties)
        fit += 1.0 if has_duty or re.search(r"负责|牵头|主管|责任人", text) else 0.0
    if "when" in asks:
        fit += (
            1.0 if re.search(r"\d+年|\d+月|工作日|[一二三四五六七八九十\d]+日|期限|之日|届满|以内|年内", text) else -0.3
        )
    if "list" in asks:
        lists = max((sentence.count("、") for sentence in re.split(r"[。;；]", text)), default=0)
        fit += 1.0 if lists >= 3 or document.children(clause.path) or re.search(r"下列|包括|如下", text) else 0.0
    if "when" in asks and _STARTS.search(query):
        fit += 3.0 if re.search(r"(?:自|从).{0,20}(?:施行|执行|实施|生效|计算)", text) else 0.0
    if "definition" in asks:
        fit += 1.0 if re.search(r"是指|所称|指的是|包括|即", text) else 0.0
    return fit


def _spread(values: Sequence[float]) -> list[float]:
    """Values brought to 0..1 within the pool; equal values all become 0."""
    low, high = min(values), max(values)
    return [(v - low) / (high - low) if high > low else 0.0 for v in values]


def _share(values: Sequence[float]) -> list[float]:
    top = max(values)
    return [v / top if top > 0 else 0.0 for v in values]


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
    found: dict[ClauseRef, Candidate] = {c.ref: c for c in snapshot.candidates(query, config.pool)}
    wide: dict[ClauseRef, Candidate] = {}
    if expansion:
        wide = {c.ref: c for c in snapshot.candidates(expansion, config.pool)}
    refs = sorted({*found, *wide})
    entries: list[tuple[ClauseRef, Document, Clause]] = []
    for ref in refs:
        document = snapshot.document(ref.document)
        if document is None:
            continue
        clause = document.by_path.get(str(ref.path)) or document.by_path.get(str(ref.path.parent))
        if clause is not None and (document.kind != "masthead" or _MASTHEAD.search(query)):
            entries.append((ref, document, clause))
    if not entries:
        return []

    def column(source: dict[ClauseRef, Candidate], read: str, missing: float = 0.0) -> list[float]:
        values = []
        for ref, _, _ in entries:
            candidate = source.get(ref)
            if candidate is None:
                values.append(missing)
            elif read in ("dense", "dense_clause"):
                values.append(getattr(candidate, read))
            else:
                values.append(candidate.lexical.get(read, 0.0))
        return values

    floor = min((c.dense for c in found.values()), default=0.0)
    dense_raw = column(found, "dense", floor)
    dense = _spread(dense_raw)
    whole = _spread(column(found, "dense_clause", floor))
    fields = {name: _share(column(found, name)) for name in ("body", "heading", "title", "context")}
    if wide:
        wide_floor = min((c.dense for c in wide.values()), default=0.0)
        e_dense = _spread(column(wide, "dense", wide_floor))
        e_body = _share(column(wide, "body"))
        e_heading = _share(column(wide, "heading"))
    asked_text = bare(query)
    counted = _asked_count(query) if "list" in asks else 0
    asked = content_marks(re.sub("|".join(map(re.escape, home)), " ", query) if home else query)
    extra = _marks(expansion)
    weight = _mark_weights(asked | extra, entries)
    asked_total = sum(weight[m] for m in asked) or 1.0
    rows: dict[ClauseRef, Ranked] = {}
    document_best: dict[str, list[float]] = {}
    partial: list[tuple[float, float, float]] = []
    for i, (_ref, document, clause) in enumerate(entries):
        text_marks = _marks(clause.text + (clause.heading or ""))
        coverage = sum(weight[m] for m in asked if m in text_marks) / asked_total
        score = (
            config.dense * dense[i]
            + config.dense_clause * whole[i]
            + sum(getattr(config, name) * values[i] for name, values in fields.items())
            + config.coverage * coverage
        )
        gained = 0.0
        if wide:
            gained = sum(weight[m] for m in extra if m in text_marks) / (sum(weight[m] for m in extra) or 1.0)
            score += config.expanded * (0.5 * e_dense[i] + e_body[i] + 0.35 * e_heading[i] + gained)
        document_best.setdefault(document.document_id, []).append(score)
        partial.append((score, coverage, gained))
    top_of = {d: sum(sorted(s, reverse=True)[:3]) / min(3, len(s)) for d, s in document_best.items()}
    best_document = max(top_of.values())
    for i, (_ref, document, clause) in enumerate(entries):
        score, coverage, gained = partial[i]
        score += config.document * (top_of[document.document_id] / best_document if best_document > 0 else 0.0)
        score += config.slot * _slot_fit(query, asks, clause, document)
        if clause.heading and len(bare(clause.text)) <= len(bare(clause.heading)) + 5 and "list" not in asks:
            score += config.bare_heading
        heading = bare(clause.heading or "")
        if len(heading) >= 4 and heading in asked_text:
            score += config.named_heading
        if counted and len(document.children(clause.path)) == counted:
            score += config.counted
        if document.kind in _CUES:
            score += config.not_policy if not _CUES[document.kind].search(query) else -config.not_policy
        shared = config.named_document if document in named else 0.0
        if document in named:
            score += shared
        elif document in context_documents:
            score += 0.5
            if context_clause is not None and clause.path.is_within(context_clause):
                score += 0.35
        span = (0, len(clause.text))
        if (c := found.get(_ref)) and c.kind != "row":
            span = (c.start, c.end)
        ranked = Ranked(document, clause, score, coverage, dense_raw[i], span, gained, shared)
        held = rows.get(ranked.ref)
        if held is None or ranked.score > held.score:
            rows[ranked.ref] = ranked
    return sorted(rows.values(), key=lambda r: (-r.score, r.ref))


_COUNT = re.compile(
    r"(?:哪|这|分成|分为|共|有)?(?P<n>[二三四五六七八九十]|十[一二三四五六七八九]|\d{1,2})\s*(?:大块|大项|大类|个方面|方面|个|项|条|种|类|样|大|块|道|点)"
)


def _asked_count(query: str) -> int:
    """How many things a question asks to list (四个方面都是哪四个); 0 where it names no number above two."""
    for match in _COUNT.finditer(query):
        n = read_numeral(match["n"])
        if n >= 3:
            return n
    return 0


def _mark_weights(marks: set[str], entries: Sequence[tuple[ClauseRef, Document, Clause]]) -> dict[str, float]:
    """Rare wording weighs more: log of the pool's size over how many of its clauses hold the mark."""
    texts = [bare(clause.text).lower() for _, _, clause in entries]
    n = len(texts)
    weights = {}
    for mark in marks:
        held = sum(mark in t for t in texts)
        weights[mark] = math.log((n + 1) / (held + 0.5))
    return weights
