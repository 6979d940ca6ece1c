"""The store: what an ingest changes, what a crash leaves, what is refused."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from tqdm import tqdm

from embeddings.passages import PassageConfig
from embeddings.store import (
    BrokenSnapshot,
    Changes,
    EmptyStore,
    EncoderMismatch,
    Store,
    StoreBusy,
    StoreError,
    UnknownDocument,
    UnsupportedFormat,
)
from embeddings.terms import term_id
from tests.embeddings.builders import batch, document, encoder, output_table

NOTICE = ("余府发〔2023〕19号", ("第一条", "第一条 养老保险。"), ("第二条", "第二条 失业保险补贴。"))
QUAKE = ("余府办发〔2023〕19号", ("第一条", "第一条 抗震检查。"), ("第二条", "第二条 检查结果。"))


def first() -> list:
    return [batch(document(*NOTICE), document(*QUAKE))]


def second() -> list:
    """The same source, corrected: one clause reworded, one document gone, one new."""
    reworded = ("余府发〔2023〕19号", ("第一条", "第一条 养老保险。"), ("第二条", "第二条 失业补贴标准。"))
    new = ("余府字〔2023〕25号", ("通知", "人员转移。"))
    return [batch(document(*reworded, content=b"b"), document(*new, content=b"b"), content=b"b")]


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "home")


def ids(store: Store) -> list[str]:
    return [d.document_id for d in store.open(encoder()).documents()]


# ------------------------------------------------------------------------------------------------------- ingesting


def test_documents_come_back_as_they_went_in(store):
    given = [document(*NOTICE, tables=(output_table(),)), document(*QUAKE)]
    store.ingest([batch(*given)], encoder())
    assert store.open(encoder()).documents() == tuple(given)


def test_first_ingest_counts_what_it_created(store):
    summary = store.ingest(first(), encoder())
    assert (summary.documents, summary.clauses) == (Changes(created=2), Changes(created=4))
    assert summary.n_embedded == 4
    assert summary.revision == store.current_revision()


def test_same_again_changes_nothing_embeds_nothing_and_writes_nothing(store):
    store.ingest(first(), encoder())
    before = {p: p.stat().st_mtime_ns for p in store.home.rglob("*") if p.is_file() and p.name != "lock"}
    again = encoder()
    summary = store.ingest(first(), again)
    assert (summary.documents, summary.clauses) == (Changes(unchanged=2), Changes(unchanged=4))
    assert summary.n_embedded == again.n_texts == 0
    assert {p: p.stat().st_mtime_ns for p in store.home.rglob("*") if p.is_file() and p.name != "lock"} == before


def test_new_version_of_a_source_updates_deletes_and_embeds_only_what_changed(store):
    store.ingest(first(), encoder())
    summary = store.ingest(second(), encoder())
    assert summary.documents == Changes(created=1, updated=1, deleted=1)
    assert summary.clauses == Changes(created=1, updated=1, deleted=2, unchanged=1)
    assert summary.n_embedded == 2
    assert ids(store) == ["余府发〔2023〕19号", "余府字〔2023〕25号"]


def test_text_that_only_moved_on_its_page_is_unchanged_but_its_place_is_kept(store):
    store.ingest([batch(document("余府发〔2023〕1号", ("第一条", "第一条 养老。")))], encoder())
    moved = document("余府发〔2023〕1号", ("前言", "新。"), ("第一条", "第一条 养老。"), content=b"b")
    moved = type(moved)(**{**vars(moved), "clauses": moved.clauses[1:]})
    summary = store.ingest([batch(moved, content=b"b")], encoder())
    assert (summary.documents, summary.n_embedded) == (Changes(unchanged=1), 0)
    assert store.open(encoder()).documents()[0].clauses[0].start == moved.clauses[0].start


def test_other_sources_stay(store):
    store.ingest([batch(document(*NOTICE))], encoder())
    store.ingest([batch(document(*QUAKE, source="b.txt"), source="b.txt")], encoder())
    assert ids(store) == ["余府发〔2023〕19号", "余府办发〔2023〕19号"]


def test_order_of_ingests_does_not_matter(tmp_path):
    one, other = batch(document(*NOTICE)), batch(document(*QUAKE, source="b.txt"), source="b.txt")
    stores = [Store(tmp_path / "1"), Store(tmp_path / "2")]
    for each, batches in zip(stores, ([one, other], [other, one]), strict=True):
        for given in batches:
            each.ingest([given], encoder())
    assert stores[0].current_revision() == stores[1].current_revision()


def test_document_that_moves_to_another_source_is_neither_lost_nor_doubled(store):
    store.ingest([batch(document(*NOTICE), document(*QUAKE))], encoder())
    moved = [batch(document(*NOTICE)), batch(document(*QUAKE, source="b.txt"), source="b.txt")]
    assert store.ingest(moved, encoder()).documents == Changes(unchanged=2)
    assert len(ids(store)) == 2


def test_two_documents_of_one_id_are_reported(store):
    twins = [batch(document(*QUAKE), document(*NOTICE)), batch(document(*NOTICE, source="b.txt"), source="b.txt")]
    assert store.ingest(twins, encoder()).collisions == ("余府发〔2023〕19号",)
    assert store.ingest(twins, encoder()).documents == Changes(unchanged=2)


def test_reused_vectors_equal_fresh_ones(store, tmp_path):
    store.ingest(first(), encoder())
    store.ingest(second(), encoder())
    fresh = Store(tmp_path / "fresh")
    fresh.ingest(second(), encoder())
    for name in ("vectors.npy", "passages.npy", "offsets.npy"):
        old, new = (s.home / "snapshots" / str(s.current_revision()) / name for s in (store, fresh))
        assert old.read_bytes() == new.read_bytes(), name


def test_other_passage_config_embeds_anew(store):
    store.ingest(first(), encoder())
    assert Store(store.home, PassageConfig(max_tokens=5)).ingest([], encoder()).n_embedded > 0


def test_source_bytes_are_kept_and_verified(store):
    store.ingest([batch(document(*NOTICE, content="公报".encode()), content="公报".encode())], encoder())
    sha256 = store.open(encoder()).documents()[0].source_sha256
    assert store.source_bytes(sha256) == "公报".encode()
    source, _, documents = batch(document(*NOTICE))
    with pytest.raises(ValueError, match="sha256"):
        store.ingest([(source, b"other", documents)], encoder())


def test_progress_reaches_its_total_in_every_stage(store):
    seen: dict[str, tuple[int, int]] = {}
    store.ingest(first(), encoder(), lambda stage, done, total: seen.update({stage: (done, total)}))
    assert list(seen) == ["passages", "embed", "lexical", "write"]
    assert all(done == total > 0 for done, total in seen.values())


def test_encoder_that_breaks_its_protocol_leaves_the_old_snapshot(store):
    store.ingest(first(), encoder())
    revision = store.current_revision()
    broken = encoder("broken-1")
    broken.encode_passages = lambda texts: np.full((len(texts), 6), np.nan)  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="broken-1"):
        store.ingest(second(), broken)
    assert store.current_revision() == revision and len(ids(store)) == 2


# ------------------------------------------------------------------------------------------------------ withdrawing


def test_withdrawn_document_is_gone_after_reopen_and_from_disk(store):
    store.ingest(first(), encoder())
    done = store.withdraw("余府发〔2023〕19号", "重复收录")
    assert (done.n_clauses, done.revision) == (2, store.current_revision())
    snapshot = Store(store.home).open(encoder())
    assert snapshot.document("余府发〔2023〕19号") is None
    assert all(hit.ref.document != "余府发〔2023〕19号" for hit in snapshot.search("养老保险失业补贴", 10))
    assert [(t.document_id, t.reason) for t in snapshot.tombstones()] == [("余府发〔2023〕19号", "重复收录")]
    assert snapshot.clause_count == 2
    assert [p.name for p in (store.home / "snapshots").iterdir()] == [snapshot.revision]
    held = b"".join(p.read_bytes() for p in store.home.rglob("*") if p.is_file())
    assert "失业保险".encode() not in held


def test_a_withdrawn_document_is_gone_from_every_index(store):
    """Not a term of it is in the lexical files, not a vector, and its entry ids are nowhere."""
    store.ingest(first(), encoder())
    before = snapshot_arrays(store)
    gone = {int(entry) for entry in before["entries"]["id"][:]} - entry_ids_of(store, "余府办发〔2023〕19号")
    store.withdraw("余府发〔2023〕19号", "重复收录")
    after = snapshot_arrays(store)
    for name in ("险", "保险", "补贴"):
        assert term_id(name) in before["lexical/vocabulary"] and term_id(name) not in after["lexical/vocabulary"]
    assert len(gone) == 2 and not gone & {int(entry) for entry in after["entries"]["id"]}
    assert len(after["vectors"]) == len(after["passages"]) == int(after["offsets"][-1]) < len(before["vectors"])
    assert len(after["titles"]) == len(after["documents"]) == 1


def test_entry_ids_are_the_same_in_every_snapshot_and_store(store, tmp_path):
    store.ingest(first(), encoder())
    ids_before = entry_ids_of(store, "余府发〔2023〕19号")
    store.ingest(
        [batch(document("余府发〔2022〕1号", ("一", "一、养老。"), source="0.txt"), source="0.txt")], encoder()
    )
    other = Store(tmp_path / "other")
    other.ingest([batch(document(*NOTICE))], encoder())
    assert entry_ids_of(store, "余府发〔2023〕19号") == ids_before == entry_ids_of(other, "余府发〔2023〕19号")
    assert all(0 <= one < 2**63 for one in ids_before) and len(ids_before) == 2


def test_a_label_printed_twice_has_two_ids(store):
    store.ingest([batch(document("余府发〔2023〕1号", ("一", "一、养老。"), ("一", "一、检查。")))], encoder())
    assert len(set(snapshot_arrays(store)["entries"]["id"].tolist())) == 2


def snapshot_arrays(store: Store) -> dict[str, np.ndarray]:
    folder = store.snapshot_folder()
    return {str(p.relative_to(folder).with_suffix("")): np.load(p, allow_pickle=False) for p in folder.rglob("*.npy")}


def entry_ids_of(store: Store, document_id: str) -> set[int]:
    found = store.open(encoder()).candidates("养老失业抗震检查", 50)
    return {candidate.id for candidate in found if candidate.ref.document == document_id}


def test_a_large_store_searches_approximately_and_says_how_well(store, monkeypatch):
    monkeypatch.setattr("embeddings.snapshot_files.EXACT_UP_TO", 3000)
    clauses = [(str(n), f"{n}.养老{'检查' * (n % 7)}{'补贴' * (n % 5)}{'失业' * (n % 3)}") for n in range(1, 3100)]
    store.ingest([batch(document("余府发〔2023〕1号", *clauses))], encoder())
    snapshot = store.open(encoder())
    said = snapshot.manifest["vector_search"]
    assert said["kind"] == "approximate" and 0.5 < said["recall_at_100"] <= 1
    assert snapshot.search("养老检查", 5)
    store.ingest([batch(document("余府发〔2023〕1号", *clauses[:50], content=b"b"), content=b"b")], encoder())
    assert store.open(encoder()).manifest["vector_search"] == {"kind": "exact", "recall_at_100": None}


def test_last_document_of_a_source_takes_the_source_with_it(store):
    store.ingest([batch(document(*NOTICE)), *second_source()], encoder())
    store.withdraw("余府办发〔2023〕19号", "撤稿")
    assert len(list((store.home / "sources").iterdir())) == 1
    store.withdraw("余府发〔2023〕19号", "撤稿")
    assert list((store.home / "sources").iterdir()) == []
    assert store.open(encoder()).search("养老", 5) == []


def second_source() -> list:
    return [batch(document(*QUAKE, source="b.txt", content=b"b"), source="b.txt", content=b"b")]


def test_withdrawn_document_comes_back_when_ingested_and_its_history_stays(store):
    store.ingest(first(), encoder())
    store.withdraw("余府发〔2023〕19号", "误收")
    summary = store.ingest(first(), encoder())
    assert summary.documents == Changes(created=1, unchanged=1)
    snapshot = store.open(encoder())
    assert snapshot.document("余府发〔2023〕19号") is not None
    assert [t.reason for t in snapshot.tombstones()] == ["误收"]


def test_unknown_document_is_not_withdrawn(store):
    store.ingest(first(), encoder())
    with pytest.raises(UnknownDocument, match="gazette documents"):
        store.withdraw("余府发〔2023〕20号", "")


# --------------------------------------------------------------------------------------------------------- refusing


def test_empty_store_is_refused(store):
    assert store.current_revision() is None
    with pytest.raises(EmptyStore, match="gazette ingest") as caught:
        store.open(encoder())
    assert (caught.value.code, caught.value.retryable) == ("empty_store", False)


def test_other_encoder_is_refused_by_both_names_and_ingest_brings_it_over(store):
    store.ingest(first(), encoder())
    with pytest.raises(EncoderMismatch, match=r"words-1.*words-2.*gazette ingest.*GAZETTE_ENCODER"):
        store.open(encoder("words-2"))
    summary = store.ingest([], encoder("words-2"))
    assert summary.n_embedded == 4
    assert len(store.open(encoder("words-2")).documents()) == 2


def snapshot_files(store: Store) -> list[Path]:
    folder = store.home / "snapshots" / str(store.current_revision())
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_one_changed_byte_in_any_file_is_refused(store):
    store.ingest(first(), encoder())
    for path in snapshot_files(store):
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(StoreError) as caught:
                store.open(encoder())
            assert caught.value.code in ("broken_snapshot", "unsupported_format"), (path, place)
        path.write_bytes(whole)
    store.open(encoder())


def test_missing_file_is_refused_and_ingest_repairs_all_but_the_corpus(store):
    store.ingest(first(), encoder())
    for path in snapshot_files(store):
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(BrokenSnapshot, match=r"缺失|无法读取"):
            store.open(encoder())
        if path.name in ("corpus.sqlite", "manifest.json"):
            with pytest.raises(BrokenSnapshot, match=r"gazette ingest|重新收录"):
                store.ingest([], encoder())
            path.write_bytes(whole)
        else:
            store.ingest([], encoder())
        assert len(ids(store)) == 2


@pytest.mark.parametrize(("shift", "advice"), [(1, "升级程序"), (-1, "gazette ingest")])
def test_newer_and_older_formats_are_told_apart(store, shift, advice):
    store.ingest(first(), encoder())
    path = store.home / "snapshots" / str(store.current_revision()) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["format"]["format_version"] += shift
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(UnsupportedFormat, match=advice):
        store.open(encoder())
    if shift < 0:
        assert store.ingest([], encoder()).n_embedded == 4
        assert len(ids(store)) == 2


def test_second_writer_is_told_to_wait_while_readers_go_on(store):
    store.ingest(first(), encoder())
    with FileLock(store.home / "lock"):
        with pytest.raises(StoreBusy, match="另一个进程正在写入") as caught:
            store.ingest(second(), encoder())
        assert caught.value.retryable
        assert len(ids(store)) == 2


def test_no_file_of_the_store_is_a_pickle(store):
    store.ingest([batch(document(*NOTICE, tables=(output_table(),)))], encoder())
    names = {p.suffix for p in snapshot_files(store)}
    assert names == {".json", ".npy", ".sqlite"}
    for path in snapshot_files(store):
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)


# --------------------------------------------------------------------------------------------- readers and crashes


def test_two_open_readers_keep_answering_while_the_store_moves_on(store):
    store.ingest(first(), encoder())
    readers = [store.open(encoder()), Store(store.home).open(encoder())]
    before = [r.search("抗震检查", 5) for r in readers]
    for _ in range(2):
        store.ingest(second(), encoder())
        store.withdraw("余府字〔2023〕25号", "撤稿")
        store.ingest(first(), encoder())
    assert [r.search("抗震检查", 5) for r in readers] == before
    assert [len(r.documents()) for r in readers] == [2, 2]
    assert readers[0].revision != store.current_revision()


def test_previous_snapshot_is_kept_and_older_ones_are_swept(store):
    store.ingest(first(), encoder())
    old = store.current_revision()
    store.ingest(second(), encoder())
    kept = {p.name for p in (store.home / "snapshots").iterdir()}
    assert kept == {old, store.current_revision()}
    store.ingest([batch(document("余府发〔2023〕3号", ("通知", "转移。"), content=b"c"), content=b"c")], encoder())
    assert old not in {p.name for p in (store.home / "snapshots").iterdir()}


def test_going_back_to_an_earlier_state(store):
    """A, B, A again: the third snapshot has the revision of the first, which is still on disk."""
    revisions = [store.ingest(batches, encoder()).revision for batches in (first(), second(), first())]
    assert revisions[0] == revisions[2] != revisions[1]
    assert ids(store) == ["余府发〔2023〕19号", "余府办发〔2023〕19号"]


def killed(work: Callable[[], object], when: Callable[[], None]) -> int:
    """Forks, runs ``when`` then ``work`` in the child; returns the signal that ended it, 0 where it finished."""
    child = os.fork()
    if child == 0:
        try:
            when()
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def kill_at(nth: int, *, after: bool) -> Callable[[], None]:
    """In this process: SIGKILL right before or right after the ``nth`` call that makes something durable or visible."""
    calls = 0

    def counted(original):
        def call(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls == nth and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return original(*args, **kwargs)
            finally:
                if calls == nth and after:
                    os.kill(os.getpid(), signal.SIGKILL)

        return call

    def install() -> None:
        for name in ("rename", "replace", "fsync", "unlink", "rmdir", "mkdir"):
            setattr(os, name, counted(getattr(os, name)))

    return install


@pytest.fixture
def no_waiting(monkeypatch):
    """Without the wait for the disk: a killed process loses nothing that it wrote, so only the order of calls matters."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    # bm25s makes a silent progress bar, whose lock forked processes share: one that is killed holding it stops us all.
    tqdm.set_lock(threading.RLock())


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked writer")


def assert_whole(store: Store, states: dict[str, list[str]]) -> str:
    """The store opens, verified, in exactly one of ``states`` (revision to documents) and answers."""
    snapshot = store.open(encoder())
    assert [d.document_id for d in snapshot.documents()] == states[snapshot.revision]
    assert snapshot.search("养老 检查", 5)
    return snapshot.revision


@needs_fork
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("action", ["ingest", "repair", "withdraw"])
def test_writer_killed_at_any_step_leaves_the_old_snapshot_or_the_new_one(tmp_path, no_waiting, action, after):
    """kill -9 at every rename, replace, fsync, unlink, rmdir and mkdir in turn, until a run gets through."""
    nth, outcomes = 0, []
    while True:
        nth += 1
        store = Store(tmp_path / f"{nth}")
        old = store.ingest(first(), encoder()).revision
        states = {old: ["余府发〔2023〕19号", "余府办发〔2023〕19号"]}

        def work(store: Store = store) -> object:
            if action == "withdraw":
                return store.withdraw("余府办发〔2023〕19号", "撤稿")
            return store.ingest(second() if action == "ingest" else [], encoder())

        if action == "repair":
            (store.home / "snapshots" / old / "vectors.npy").write_bytes(b"")
        signal_ = killed(work, kill_at(nth, after=after))
        if store.current_revision() != old:
            new = ["余府发〔2023〕19号"] if action == "withdraw" else ["余府发〔2023〕19号", "余府字〔2023〕25号"]
            states[str(store.current_revision())] = new
        if action != "repair":
            outcomes.append(assert_whole(store, states) == old)
        # The next writer takes the lock that the kernel freed, sweeps, and gets through.
        third = [batch(document("余府发〔2023〕3号", ("通知", "养老检查。"), source="c.txt"), source="c.txt")]
        assert store.ingest(third, encoder()).documents == Changes(created=1)
        assert not list(store.home.rglob(".tmp-*"))
        assert len(ids(store)) == len(states[max(states, key=lambda r: r != old)]) + 1
        if not signal_:
            break
    assert nth > 20
    if action != "repair":
        # Both sides of the swap were hit, and the swap happened once.
        assert outcomes[0] and not outcomes[-1] and outcomes == sorted(outcomes, reverse=True)


@needs_fork
def test_writer_killed_at_a_random_moment(tmp_path, no_waiting):
    """Thirty writers, each killed from outside after a random time, one after the other on the same store."""
    rng = random.Random(20231123)
    store = Store(tmp_path / "home")
    revisions = {store.ingest(batches, encoder()).revision: batches for batches in (second(), first())}
    documents = {r: [d.document_id for _, _, ds in batches for d in ds] for r, batches in revisions.items()}
    started = time.perf_counter()
    store.ingest(second(), encoder())
    store.ingest(first(), encoder())
    usual = (time.perf_counter() - started) / 2
    killed_before_the_end = 0
    for _ in range(30):
        current = assert_whole(store, documents)
        (other,) = (batches for revision, batches in revisions.items() if revision != current)
        child = os.fork()
        if child == 0:
            store.ingest(other, encoder())
            os._exit(0)
        time.sleep(rng.random() * usual * 1.5)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed_before_the_end += os.WIFSIGNALED(status)
        assert_whole(store, documents)
    assert killed_before_the_end > 5
    store.ingest(second(), encoder())
    assert not list(store.home.rglob(".tmp-*"))


@needs_fork
def test_readers_never_see_half_while_a_writer_swaps(tmp_path, no_waiting):
    """Two readers open over and over, verifying every file, while a writer goes back and forth and withdraws."""
    store = Store(tmp_path / "home")
    store.ingest(first(), encoder())
    stop = tmp_path / "stop"

    def read() -> None:
        opened = 0
        while not stop.exists():
            assert Store(store.home).open(encoder()).search("养老 检查", 3)
            opened += 1
        assert opened > 3

    readers = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            try:
                read()
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        readers.append(child)
    try:
        for _ in range(12):
            store.ingest(second(), encoder())
            store.withdraw("余府字〔2023〕25号", "撤稿")
            store.ingest(first(), encoder())
    finally:
        stop.touch()
        statuses = [os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) for reader in readers]
    assert statuses == [0, 0]
