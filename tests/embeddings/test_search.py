"""Signals, features and hits, with vectors that can be worked out by hand."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import load_encoder
from embeddings.passages import PassageConfig
from embeddings.ranking import FEATURES
from embeddings.search import SearchConfig, Snapshot, fuse
from embeddings.store import Store
from ingest.refs import ClausePath, ClauseRef
from tests.embeddings.builders import WordEncoder, batch, clause, document, encoder, output_table


def opened(folder: Path, *documents, config: PassageConfig | None = None, encoder_=None, batches=()) -> Snapshot:
    store = Store(folder, config)
    store.ingest([batch(*documents), *batches], encoder_ or encoder())
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
    query, config = "养老补贴检查", SearchConfig()
    vectors = encoder().encode_passages([f"某办法\n{text}" for _, text in texts])
    dense = vectors @ encoder().encode_queries([query])[0]
    lexical = snapshot._pool.lexical.scores(snapshot._pool.lexical.terms(query))
    expected = fuse(dense, lexical, config.dense)
    found = {int(h.ref.path.last): h.score for h in snapshot.search(query, 100)}
    np.testing.assert_allclose([found[n] for n in range(1, 80)], expected, atol=1e-6)


def test_official_terms_bring_clauses_that_the_question_has_no_word_of(tmp_path):
    texts = [(f"{n}", f"{n}.{'检查' * n}。") for n in range(1, 5)]
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", *texts, ("5", "5.龙潭居民领取办法。")))
    assert "余府发〔2023〕1号#5" not in refs(snapshot.search("老来钱", 5))
    assert "余府发〔2023〕1号#5" in refs(snapshot.search("老来钱", 5, expansion="领取办法"))


def feature(snapshot: Snapshot, query: str, name: str, expansion: str = "") -> dict[str, float]:
    """One feature of every candidate, by clause path."""
    found, features = snapshot.features(query, expansion)
    return {str(ref.path): float(value) for ref, value in zip(found, features[:, FEATURES.index(name)], strict=True)}


def test_features_tell_of_neighbours_parents_and_documents(tmp_path):
    law = document(
        None,
        ("第一条", "第一条 养老。"),
        ("第二条", "第二条 下列补贴:"),
        ("第二条/(一)", "(一)抗震补贴;"),
        ("第二条/(二)", "(二)检查补贴;"),
        title="补贴条例",
    )
    other = document(
        None, ("第一条", "第一条 依照《补贴条例》和《补贴条例》办理养老。"), title="某办法", source="b.txt"
    )
    snapshot = opened(tmp_path, law, batches=[batch(other, source="b.txt")])
    query = "抗震检查养老补贴"
    assert feature(snapshot, query, "cited")["第二条"] == pytest.approx(np.log1p(2))
    kinds = feature(snapshot, query, "title_kind")
    assert kinds["第二条"] == 1 and len(kinds) >= 4
    children = feature(snapshot, query, "children")
    assert children["第二条"] == pytest.approx(np.log1p(2)) and children["第二条/(一)"] == 0
    dense, near = feature(snapshot, query, "dense"), feature(snapshot, query, "near_dense")
    # Before 第一条 stands nothing; after it two entries. An average is over the four places.
    second, third = dense["第二条"], dense["第二条/(一)"]
    assert feature(snapshot, query, "parent_dense")["第二条/(一)"] == pytest.approx(second, abs=1e-6)
    assert near["第二条/(二)"] == pytest.approx((second + third) / 4, abs=1e-6)
    assert feature(snapshot, query, "corpus")["第二条"] == pytest.approx(np.log1p(5))


def test_the_learned_model_ranks_with_its_own_encoder_only(tmp_path):
    bundled = load_encoder()
    store = Store(tmp_path / "own")
    store.ingest(
        [batch(document("余府发〔2023〕1号", ("一", "一、工资按月支付。"), ("二", "二、携犬出户应当牵引。")))], bundled
    )
    learned, weighed = store.open(bundled), store.open(bundled, SearchConfig(learned=False))
    query = "老板拖着工资不发"
    assert [str(h.ref.path) for h in learned.search(query, 2)] == ["一", "二"]
    assert 0 <= weighed.search(query, 1)[0].score <= 1
    assert learned.search(query, 1)[0].score != weighed.search(query, 1)[0].score
    foreign = opened(tmp_path / "foreign", document("余府发〔2023〕1号", ("一", "一、养老补贴。")))
    assert 0 <= foreign.search("养老", 1)[0].score <= 1


def test_threads_share_a_snapshot(tmp_path):
    snapshot = opened(tmp_path, document("余府发〔2023〕1号", *((f"{n}", f"{n}.养老检查。") for n in range(1, 50))))
    expected, found = snapshot.search("养老检查", 10), []
    threads = [threading.Thread(target=lambda: found.append(snapshot.search("养老检查", 10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


def test_builder_vectors_are_unit_rows_or_zero():
    """The scripted encoder keeps the protocol, or nothing above means anything."""
    rows = WordEncoder("养老", "抗震").encode_passages(["养老养老抗震", "无"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0], atol=1e-7)
