"""Signals, fusion and hits, with vectors that can be worked out by hand; and STARD where it is at hand."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from embeddings.passages import PassageConfig
from embeddings.search import FusionConfig, Snapshot, fuse
from embeddings.store import Store
from ingest.refs import ClausePath, ClauseRef
from tests.embeddings.builders import WordEncoder, batch, clause, document, encoder, output_table


def opened(folder: Path, *documents, config: PassageConfig | None = None, encoder_=None) -> Snapshot:
    store = Store(folder, config)
    store.ingest([batch(*documents)], encoder_ or encoder())
    return store.open(encoder_ or encoder())


def refs(found) -> list[str]:
    return [str(one.ref) for one in found]


def test_fused_score_worked_by_hand():
    # Dense 0.2 .. 0.6 becomes 0 .. 1, lexical 0 .. 4 becomes 0 .. 1.
    scores = fuse(np.array([0.2, 0.6, 0.4]), np.array([4.0, 0.0, 1.0]), 0.75)
    np.testing.assert_allclose(scores, [0.25, 0.75, 0.75 * 0.5 + 0.25 * 0.25], rtol=1e-6)


@pytest.mark.parametrize(
    ("dense", "lexical", "expected"),
    [
        # A pool of one, or equal dense scores, says nothing either way.
        ([0.3], [2.0], [0.5]),
        ([0.3, 0.3], [0.0, 0.0], [0.0, 0.0]),
        ([], [], []),
    ],
)
def test_fusing_without_a_spread(dense, lexical, expected):
    assert fuse(np.array(dense), np.array(lexical), 0.5).tolist() == expected


def test_signals_worked_by_hand(tmp_path):
    snapshot = opened(
        tmp_path,
        document(
            "余府发〔2023〕1号", ("第一条", "第一条 养老。"), ("第二条", "第二条 养老抗震。"), ("第三条", "第三条 无。")
        ),
    )
    by_path = {str(c.ref.path): c for c in snapshot.candidates("养老")}
    assert by_path["第一条"].dense == pytest.approx(1.0)
    assert by_path["第二条"].dense == pytest.approx(2**-0.5)
    assert by_path["第一条"].dense == by_path["第一条"].dense_clause
    assert by_path["第一条"].lexical["body"] > by_path["第二条"].lexical["body"] > 0
    assert by_path["第一条"].lexical["heading"] == 0


def test_best_piece_of_a_long_clause_is_found(tmp_path):
    body = "第一条 " + "抗震检查。" * 3 + "养老补贴。"
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", ("第一条", body)), config=PassageConfig(max_tokens=10))
    (found,) = snapshot.candidates("养老补贴")
    assert body[found.start : found.end] == "养老补贴。"
    # One piece says nothing else, the whole clause says other things too.
    assert found.dense == pytest.approx(1.0)
    assert found.dense_clause == pytest.approx(2 / (2**0.5 * (3**2 + 3**2 + 1 + 1) ** 0.5))


def test_item_is_found_by_the_words_that_lead_it_in(tmp_path):
    items = [
        ("第四条", "第四条 失业补贴按下列标准发放:"),
        ("第四条/(一)", "(一)一类地区每月一千元;"),
        ("第五条", "第五条 抗震设防每月检查。"),
    ]
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", *items))
    assert refs(snapshot.search("失业补贴每月多少", 2))[1] == "余府发〔2023〕1号#第四条/(一)"


def test_table_row_is_a_hit(tmp_path):
    doc = document("余府发〔2023〕1号", ("附件", "目标任务分解表"), tables=(output_table(),))
    hit = opened(tmp_path, doc).search("分宜县2026年农产品加工业产值", 1)[0]
    assert (str(hit.ref.path), hit.candidate.kind) == ("附件/分宜县", "row")


def test_best_first_ranked_from_one_and_repeatable(tmp_path):
    texts = [(f"第{n}条", f"第{n}条 {'养老' * k}补贴{'检查' * (9 - k)}。") for k, n in enumerate("一二三四五六七八九")]
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", *texts))
    hits = snapshot.search("养老补贴", 9)
    assert [h.rank for h in hits] == list(range(1, 10))
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert hits == snapshot.search("养老补贴", 9)
    assert hits[:3] == snapshot.search("养老补贴", 3)


def test_equal_texts_with_different_refs_come_in_order_of_ref(tmp_path):
    same = [(f"第{n}条", "养老保险补贴。") for n in ("十二", "二十", "十二")]
    same[2] = ("第十二条之一", "养老保险补贴。")
    documents = [document(f"余府发〔2023〕{n}号", *same) for n in (2, 1)]
    hits = opened(tmp_path, *documents).search("养老保险", 10)
    assert refs(hits) == [
        f"余府发〔2023〕{n}号#{path}" for n in (1, 2) for path in ("第十二条", "第十二条之一", "第二十条")
    ]
    assert len({h.score for h in hits}) == 1


def test_ties_hold_through_faiss_for_many_clauses(tmp_path):
    """900 equal clauses: more than the index fetches, more than the pool takes."""
    many = [document(f"余府发〔2023〕{n}号", *((str(k), "养老保险。") for k in range(1, 31))) for n in range(1, 31)]
    hits = opened(tmp_path, *many).search("养老", 40)
    assert [h.ref for h in hits] == sorted(h.ref for h in hits)
    assert hits[0].ref == min(ClauseRef(d.document_id, ClausePath(("1",))) for d in many)


def test_label_that_a_document_prints_twice_is_one_hit(tmp_path):
    twice = document(
        "余府发〔2023〕1号", clause("第一条", "第一条 抗震。"), clause("第一条", "第一条 养老保险。", start=50)
    )
    (hit,) = opened(tmp_path, twice).search("养老保险", 5)
    assert hit.candidate.dense == pytest.approx(1.0)


@pytest.mark.parametrize("query", ["", " ", "。", "zzz"])
def test_query_that_says_nothing_has_no_hits(tmp_path, query):
    assert opened(tmp_path, document("余府发〔2023〕1号", ("第一条", "第一条 养老。"))).search(query, 5) == []


def test_k_above_the_corpus(tmp_path):
    snapshot = opened(
        tmp_path, document("余府发〔2023〕1号", ("第一条", "第一条 养老。"), ("第二条", "第二条 养老抗震。"))
    )
    assert len(snapshot.search("养老", 5000)) == 2


def test_clause_without_a_known_token_is_found_by_its_words(tmp_path):
    """A zero vector on one side must not keep the other side from speaking."""
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", ("第一条", "第一条 殡葬。"), ("第二条", "第二条 养老。")))
    assert refs(snapshot.search("殡葬", 1)) == ["余府发〔2023〕1号#第一条"]


def test_documents_are_looked_up_by_id(tmp_path):
    doc = document("余府发〔2023〕1号", ("第一条", "第一条 养老。"))
    snapshot = opened(tmp_path, doc)
    assert snapshot.document("余府发〔2023〕1号") == doc
    assert snapshot.document("余府发〔2023〕2号") is None
    assert snapshot.documents() is not None and snapshot.document("余府发〔2023〕1号") == doc
    assert snapshot.clause_count == 1


def test_reloaded_snapshot_gives_the_same_hits(tmp_path):
    doc = document("余府发〔2023〕1号", *((f"{n}", f"{n}.养老{'检查' * (n % 5)}。") for n in range(1, 60)))
    one, other = opened(tmp_path, doc), Store(tmp_path).open(encoder())
    assert one.candidates("养老检查") == other.candidates("养老检查")


def test_pool_search_agrees_with_scoring_every_clause(tmp_path):
    """The reference: fuse over all clauses with exact scores. The pool holds them all here."""
    words = ["养老", "抗震", "检查", "补贴", "转移", "失业"]
    rng = np.random.default_rng(7)
    texts = [(f"{n}", f"{n}." + "".join(rng.choice(words, 6))) for n in range(1, 80)]
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", *texts))
    query, config = "养老补贴检查", FusionConfig()
    vectors = encoder().encode_passages([f"某办法\n{text}" for _, text in texts])
    dense = vectors @ encoder().encode_queries([query])[0]
    lexical = sum(weight * snapshot._lexical.scores(query, field) for field, weight in config.fields)
    expected = fuse(dense, np.asarray(lexical, np.float32), config.dense)
    found = {int(h.ref.path.last): h.score for h in snapshot.search(query, 100)}
    np.testing.assert_allclose([found[n] for n in range(1, 80)], expected, atol=1e-6)


def test_threads_share_a_snapshot(tmp_path):
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", *((f"{n}", f"{n}.养老检查。") for n in range(1, 50))))
    expected, found = snapshot.search("养老检查", 10), []
    threads = [threading.Thread(target=lambda: found.append(snapshot.search("养老检查", 10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


STARD = Path(os.environ.get("STARD", ""))


@pytest.mark.shared
@pytest.mark.skipif("STARD" not in os.environ, reason="STARD=FOLDER runs the measurement of DESIGN.md (2 minutes)")
def test_fused_search_beats_either_signal_on_stard(tmp_path, capsys):
    """On the questions that the bundled encoder was not trained on; prints the table of DESIGN.md."""
    from embeddings.encoder import load_encoder
    from embeddings.train.cli import SPLIT_SEED
    from embeddings.train.sources import is_held_out

    def rows(name: str) -> list[dict]:
        return [json.loads(line) for line in (STARD / name).read_text(encoding="utf-8").splitlines()]

    laws: dict[str, list[tuple[str, str]]] = {}
    for article in rows("articles.jsonl"):
        text = f"{article['article']} {article['content']}"
        laws.setdefault(article["law"], []).append((f"{article['id']}", text))
    questions = [q for q in rows("questions_train.jsonl") if is_held_out(f"stard-{q['query_id']}", SPLIT_SEED)]
    bundled = load_encoder()
    store = Store(tmp_path)
    store.ingest([batch(*(document(None, *articles, title=law) for law, articles in laws.items()))], bundled)
    snapshot = store.open(bundled)
    means: dict[str, tuple[float, float]] = {}
    for name, share in (("lexical", 0.0), ("dense", 1.0), ("fused", FusionConfig().dense)):
        snapshot.config = FusionConfig(dense=share)
        recalls, reciprocals = [], []
        for question in questions:
            gold = {str(i) for i in question["gold_ids"]}
            found = [hit.ref.path.last for hit in snapshot.search(question["question"], 10)]
            recalls.append(len(gold & set(found)) / len(gold))
            reciprocals.append(next((1 / rank for rank, one in enumerate(found, 1) if one in gold), 0.0))
        means[name] = float(np.mean(recalls)), float(np.mean(reciprocals))
    with capsys.disabled():
        print(f"\n{len(questions)} questions, {snapshot.clause_count} articles, {bundled.encoder_id}")
        for name, (recall, reciprocal) in means.items():
            print(f"{name:8s} recall_at_10 {recall:.3f}  mrr_at_10 {reciprocal:.3f}")
    assert means["fused"][0] > max(means["lexical"][0], means["dense"][0])


def test_builder_vectors_are_unit_rows_or_zero():
    """The scripted encoder keeps the protocol, or nothing above means anything."""
    rows = WordEncoder("养老", "抗震").encode_passages(["养老养老抗震", "无"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0], atol=1e-7)
