"""Vectors for the terms, learned so that a query lies near its passage (contrastive, in-batch negatives)."""

from __future__ import annotations

import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings.pair_encoder import Vocabulary
from embeddings.terms import characters_of, is_pair
from embeddings.train.pairs import Pair

if TYPE_CHECKING:
    import torch

Progress = Callable[[str], None]

QUESTION_KINDS = frozenset({"question", "answer"})


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe. The defaults are those of the committed model.

    Attributes:
        dim: Length of a vector.
        epochs: Passes over the pairs of documents.
        batch_size: Pairs that compete with each other.
        learning_rate: Of Adam at its height; it warms up over a tenth of the steps, then falls to zero.
        temperature: Divides the cosines of a batch before the softmax.
        question_repeats: How often an epoch sees each pair of a question. They are few (about two thousand)
            and the only ones in everyday words.
        token_dropout: Share of a query's tokens that a step leaves out.
        passage_dropout: The same for passages.
        neighbours: Provisions that stand together in a document and compete in one batch. The index is asked
            about a few documents, so near misses come from the same document; 1 means any provisions.
        piece_share: Weight with which a pair's vector contains those of its characters (see `piece_matrix`).
        near_duplicate: Cosine from which another passage of the batch counts as the same text, not as a negative:
            old and new versions of one law coexist.
        longest_passage: Characters of a passage that a step reads at most.
        hard_negatives: Wrong articles that a step adds for each question.
        mined_from: The wrong articles are drawn from this many that the model ranks first, anew in each epoch.
        seed: Of every draw.
    """

    dim: int = 256
    epochs: int = 2
    batch_size: int = 2048
    learning_rate: float = 0.01
    temperature: float = 0.05
    question_repeats: int = 4
    token_dropout: float = 0.1
    passage_dropout: float = 0.0
    neighbours: int = 32
    piece_share: float = 0.5
    near_duplicate: float = 0.9
    longest_passage: int = 320
    hard_negatives: int = 2
    mined_from: int = 100
    seed: int = 20261123


@dataclass(frozen=True)
class TokenBags:
    """The tokens of many texts in one flat array; text i is `flat[starts[i]:starts[i + 1]]`."""

    flat: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, vocabulary: Vocabulary, texts: Sequence[str], longest: int) -> TokenBags:
        """Returns the texts' rows, each text cut after `longest` characters."""
        return cls(*vocabulary.bags([text[:longest] for text in texts]))

    def take(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns (tokens, lengths) of the texts `rows`, one after another."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        ends = np.cumsum(lengths)
        place = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        return self.flat[np.repeat(self.starts[rows], lengths) + place], lengths


@dataclass(frozen=True)
class PairBags:
    """The pairs of one kind as token bags.

    Equal texts have equal keys: a question's other gold articles are not its negatives.
    """

    kind: str
    queries: TokenBags
    passages: TokenBags
    query_keys: np.ndarray
    passage_keys: np.ndarray
    repeats: int

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.query_keys)


def tokenised(vocabulary: Vocabulary, pairs: Sequence[Pair], config: TrainingConfig) -> list[PairBags]:
    """Returns the pairs by kind, in order of the kinds' names."""
    by_kind: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_kind[pair.kind].append(pair)
    repeats: Mapping[str, int] = {"question": config.question_repeats, "answer": max(1, config.question_repeats // 2)}
    return [
        PairBags(
            kind,
            TokenBags.of(vocabulary, [pair.query for pair in group], config.longest_passage),
            TokenBags.of(vocabulary, [pair.passage for pair in group], config.longest_passage),
            _keys([pair.query for pair in group]),
            _keys([pair.passage for pair in group]),
            repeats.get(kind, 1),
        )
        for kind, group in sorted(by_kind.items())
    ]


def _keys(texts: Sequence[str]) -> np.ndarray:
    numbers: dict[str, int] = {}
    return np.asarray([numbers.setdefault(text, len(numbers)) for text in texts])


def token_weights(bags: Sequence[PairBags], vocabulary_size: int) -> np.ndarray:
    """Returns (vocabulary,) float64, how much a token tells: log of texts over texts that contain it."""
    counts, n_texts = np.zeros(vocabulary_size), 0
    for group in bags:
        rows = np.repeat(np.arange(group.n_pairs), np.diff(group.passages.starts))
        unique = np.unique(rows * vocabulary_size + group.passages.flat)
        counts += np.bincount(unique % vocabulary_size, minlength=vocabulary_size)
        n_texts += group.n_pairs
    return np.log((n_texts + 1) / (counts + 1))


def keywords(
    tokens: np.ndarray, lengths: np.ndarray, weights: np.ndarray, rng: np.random.Generator, most: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """Returns (tokens, lengths) with 2 to `most` tokens of each bag, drawn by weight without putting back.

    The draw is Gumbel's: the k largest of log weight + noise (Efraimidis & Spirakis 2006, A-Res).
    """
    bag = np.repeat(np.arange(len(lengths)), lengths)
    noise = rng.gumbel(size=len(tokens))
    order = np.lexsort((-(2 * np.log(weights[tokens] + 1e-9) + noise), bag))
    rank = np.arange(len(tokens)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    kept = rank < np.repeat(rng.integers(2, most + 1, size=len(lengths)), lengths)
    return tokens[order][kept], np.bincount(bag[kept], minlength=len(lengths))


def without_some(
    tokens: np.ndarray, lengths: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns (tokens, lengths) after leaving each token out with probability `share`."""
    bag = np.repeat(np.arange(len(lengths)), lengths)
    kept = rng.random(len(tokens)) >= share
    return tokens[kept], np.bincount(bag[kept], minlength=len(lengths))


def piece_matrix(vocabulary: Vocabulary, share: float) -> torch.Tensor:
    """Returns the sparse (vocabulary, vocabulary) matrix that makes a pair of itself and its characters.

    Row 养老 holds 1 at 养老 and `share` / √n at each of its n characters that have a row, so that rare pairs learn from
    their characters. Because a text's vector is a sum over terms, the product with the learned table is the finished
    table: nothing of this is left at search time.
    """
    import torch

    pairs = np.flatnonzero(is_pair(vocabulary.terms))
    halves = np.stack([vocabulary.rows_of(part) for part in characters_of(vocabulary.terms[pairs])])
    known = halves >= 0
    weights = share / np.sqrt(np.maximum(known.sum(axis=0), 1))
    rows = np.concatenate([np.arange(len(vocabulary)), *(pairs[one] for one in known)])
    columns = np.concatenate(
        [np.arange(len(vocabulary)), *(half[one] for half, one in zip(halves, known, strict=True))]
    )
    values = np.concatenate([np.ones(len(vocabulary)), *(weights[one] for one in known)]).astype(np.float32)
    size = len(vocabulary)
    with warnings.catch_warnings():
        # torch calls its compressed layout a beta; only the product with a dense table is used, which tests check.
        warnings.simplefilter("ignore", UserWarning)
        places = torch.from_numpy(np.stack([rows, columns]))
        matrix = torch.sparse_coo_tensor(places, torch.from_numpy(values), (size, size))
        return matrix.coalesce().to_sparse_csr()


def batches(
    bags: Sequence[PairBags], batch_size: int, neighbours: int, rng: np.random.Generator
) -> Iterator[tuple[PairBags, np.ndarray]]:
    """Yields the batches of an epoch, shuffled: each of one kind, rows drawn without repeats within a batch.

    Rows come in blocks of `neighbours`, which stand together in a document because pairs are in document order.
    """
    plan: list[tuple[PairBags, np.ndarray]] = []
    for group in bags:
        for _ in range(group.repeats):
            block = 1 if group.kind in QUESTION_KINDS else neighbours
            shifted = (np.arange(group.n_pairs) + rng.integers(block)) // block
            order = np.argsort(rng.permutation(shifted[-1] + 1)[shifted], kind="stable")
            pieces = np.array_split(order, max(1, round(group.n_pairs / batch_size)))
            plan += [(group, piece) for piece in pieces if len(piece) > 1]
    for at in rng.permutation(len(plan)):
        yield plan[at]


def embed(table: np.ndarray, bags: TokenBags) -> np.ndarray:
    """Returns (n, dim) float32, rows of length 1 (zero for an empty bag): what the saved encoder would give."""
    vectors = np.zeros((len(bags.starts) - 1, table.shape[1]), dtype=np.float32)
    for at in range(0, len(vectors), 1024):
        tokens, lengths = bags.take(np.arange(at, min(at + 1024, len(vectors))))
        filled = np.flatnonzero(lengths)
        if len(filled):
            starts = (np.cumsum(lengths) - lengths)[filled]
            vectors[at + filled] = np.add.reduceat(table[tokens], starts, axis=0)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def mine(table: np.ndarray, group: PairBags, pool: TokenBags, gold: Sequence[frozenset[int]], most: int) -> np.ndarray:
    """Returns (pairs, most) places in the pool: for each query the nearest texts that are not its gold ones."""
    queries, texts = embed(table, group.queries), embed(table, pool)
    found = np.empty((group.n_pairs, most), dtype=np.int64)
    spare = min(max(map(len, gold), default=0), len(texts) - most)
    for at in range(0, group.n_pairs, 256):
        scores = queries[at : at + 256] @ texts.T
        # Which they are is asked first, their order afterwards: sorting every article takes five times as long.
        some = np.argpartition(-scores, most + spare - 1, axis=1)[:, : most + spare]
        order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
        for row, places in enumerate(np.take_along_axis(some, order, axis=1), start=at):
            found[row] = [place for place in places.tolist() if place not in gold[row]][:most]
    return found


def train_table(
    vocabulary: Vocabulary,
    pairs: Sequence[Pair],
    config: TrainingConfig,
    pool: Sequence[str] = (),
    progress: Progress = lambda line: None,
    each_epoch: Callable[[int, np.ndarray], None] | None = None,
) -> np.ndarray:
    """Returns the table (vocabulary, dim) float32 whose row means, brought to length 1, are the vectors.

    Rows keep their learned lengths: they are the terms' weights.

    Args:
        vocabulary: The terms that get a row.
        pairs: What to learn from; kinds in any order, pairs of a kind in document order.
        config: The recipe.
        pool: Passages that questions are searched in for wrong answers that look right; none if empty.
        progress: Told a line every few seconds.
        each_epoch: Called with the epoch (from 1) and the table as it stands.
    """
    import torch
    from torch.nn import functional

    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    size = len(vocabulary)
    bags = tokenised(vocabulary, pairs, config)
    pool_bags = TokenBags.of(vocabulary, pool, config.longest_passage)
    gold = _gold_places(pairs, pool)
    progress("；".join(f"{group.kind} {group.n_pairs} 对" for group in bags))
    weights = token_weights(bags, size)
    composed = _composition(piece_matrix(vocabulary, config.piece_share))
    # Starting lengths are the tokens' idf: a random table of equal lengths spends its first epoch learning that.
    start = torch.randn(size, config.dim) * torch.from_numpy(weights / weights.mean()).float()[:, None]
    table = torch.nn.Parameter(start / config.dim**0.5)
    steps_an_epoch = sum(max(1, round(group.n_pairs / config.batch_size)) * group.repeats for group in bags)
    n_steps = steps_an_epoch * config.epochs
    optimiser = torch.optim.Adam([table], lr=config.learning_rate, betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.learning_rate, total_steps=n_steps + 1, pct_start=0.1, anneal_strategy="linear"
    )

    def embedded(full: torch.Tensor, tokens: np.ndarray, lengths: np.ndarray) -> torch.Tensor:
        offsets = torch.from_numpy(np.cumsum(lengths) - lengths)
        sums = functional.embedding_bag(torch.from_numpy(tokens.astype(np.int64)), full, offsets, mode="sum")
        return functional.normalize(sums, dim=-1)

    def finished() -> np.ndarray:
        with torch.no_grad():
            return composed(table).numpy().copy()

    step, began, told = 0, time.monotonic(), time.monotonic()
    for epoch in range(1, config.epochs + 1):
        total = 0.0
        mined: np.ndarray | None = None
        for group, rows in batches(bags, config.batch_size, config.neighbours, rng):
            query, query_lengths = group.queries.take(rows)
            if group.kind == "keywords":
                query, query_lengths = keywords(query, query_lengths, weights, rng)
            else:
                query, query_lengths = without_some(query, query_lengths, config.token_dropout, rng)
            passage, passage_lengths = without_some(*group.passages.take(rows), config.passage_dropout, rng)
            if group.kind == "question" and len(pool) and config.hard_negatives:
                if mined is None:
                    mined = mine(finished(), group, pool_bags, gold, min(config.mined_from, len(pool) // 2))
                columns = rng.integers(mined.shape[1], size=(len(rows), config.hard_negatives))
                extra, extra_lengths = pool_bags.take(np.unique(mined[rows[:, None], columns]))
                passage, passage_lengths = np.r_[passage, extra], np.r_[passage_lengths, extra_lengths]
            full = composed(table)
            queries = embedded(full, query, query_lengths)
            passages = embedded(full, passage, passage_lengths)
            own = passages[: len(rows)]
            with torch.no_grad():
                same = own @ passages.T > config.near_duplicate
                for keys in (group.query_keys[rows], group.passage_keys[rows]):
                    same[:, : len(rows)] |= torch.from_numpy(keys[:, None] == keys[None, :])
                same.fill_diagonal_(False)
            scores = (queries @ passages.T / config.temperature).masked_fill(same, -1e4)
            target = torch.arange(len(rows))
            loss = functional.cross_entropy(scores, target)
            loss = (loss + functional.cross_entropy(scores[:, : len(rows)].T, target)) / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            step, total = step + 1, total + float(loss.detach())
            if time.monotonic() - told > 10:
                told = time.monotonic()
                progress(f"第 {epoch}/{config.epochs} 轮，第 {step}/{n_steps} 步，用时 {told - began:.0f} 秒")
        progress(f"第 {epoch} 轮完成，平均损失 {total / steps_an_epoch:.4f}")
        if each_epoch:
            each_epoch(epoch, finished())
    return finished()


def _composition(pieces: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    """Returns the product with `pieces` as a function that keeps the transpose: torch would rebuild it at each step."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        transposed = pieces.to_sparse_coo().t().coalesce().to_sparse_csr()

    class Composition(torch.autograd.Function):
        @staticmethod
        def forward(context: object, table: torch.Tensor) -> torch.Tensor:
            return pieces @ table

        @staticmethod
        def backward(context: object, gradient: torch.Tensor) -> torch.Tensor:
            return transposed @ gradient

    return Composition.apply


def _gold_places(pairs: Sequence[Pair], pool: Sequence[str]) -> list[frozenset[int]]:
    """Returns, for each `question` pair in order, the places in the pool of all passages its query is paired with."""
    places: dict[str, set[int]] = defaultdict(set)
    for place, text in enumerate(pool):
        places[text].add(place)
    wanted: dict[str, set[int]] = defaultdict(set)
    questions = [pair for pair in pairs if pair.kind == "question"]
    for pair in questions:
        wanted[pair.query] |= places[pair.passage]
    return [frozenset(wanted[pair.query]) for pair in questions]
