"""The bundled encoder: both loaders agree, texts of every kind have a vector, errors say what to do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from embeddings.encoder import BUNDLED, Encoder, EncoderError, SentenceTransformersEncoder, fingerprint, load_encoder

ROOT = Path(__file__).parents[2]

# Real printed text with all its scanning damage; bundled with the project.
GAZETTE = next((ROOT / "ingest" / "gazettes").glob("*.txt"), None)

EDGES = [
    "",  # nothing at all
    "   \n\t　",  # spaces of both widths
    "，。！？（）〔〕",  # punctuation only: no token, so a zero row
    "龘靐齉爩",  # characters that no document of the corpora holds
    "养老保险龘",  # one such beside known ones
    "１０００元（大写：壹仟元整）",  # full-width digits and brackets
    "余府办发〔2023〕19号",
    "余府办发[2023]19 号",
    "GB 18306—2015 mm/s² ℃ ㎡",
    "ＡＢＣ abc Abc",
    "x",
    "😀🏛️",
    "a\u0301 e\u0301",  # combining marks
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def real_texts() -> list[str]:
    assert GAZETTE is not None, "the bundled gazette is missing"
    text = GAZETTE.read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if line.strip()]
    # Lines as printed, paragraphs of ten lines, and the whole issue as one very long text.
    return lines[:600] + ["".join(lines[i : i + 10]) for i in range(0, len(lines), 10)] + [text, text * 3]


def test_it_is_an_encoder_with_a_stable_id(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.encoder_id == f"gazette-default-{fingerprint(BUNDLED)}" == load_encoder().encoder_id
    assert encoder.dim == encoder.encode_passages(["养老保险"]).shape[1]
    assert encoder.max_tokens > 100


def test_the_id_follows_the_weights_and_not_the_card(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    before = fingerprint(folder)
    (folder / "README.md").write_text("另一张卡片", encoding="utf-8")
    assert fingerprint(folder) == before
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert fingerprint(folder) != before


def test_rows_have_length_one_and_texts_without_a_known_token_have_length_zero(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(EDGES)
    assert vectors.dtype == np.float32 and vectors.shape == (len(EDGES), encoder.dim)
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0))
    assert lengths[:4].tolist() == [0, 0, 0, 0]
    assert lengths[4] > 0
    assert encoder.encode_passages([]).shape == encoder.encode_queries([]).shape == (0, encoder.dim)


# Spellings of one thing that printers and keyboards mix.
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("余府办发〔2023〕19号", "余府办发[2023] 19 号"),
        ("最低１０００元，按月发放。", "最低1000元,按月发放"),
        ("基 本 养 老 保 险", "基本养老保险"),
        ("APP", "ａｐｐ"),
        ("㈠城镇职工", "(一)城镇职工"),
    ],
)
def test_width_spaces_and_punctuation_do_not_matter(encoder: Encoder, one: str, other: str) -> None:
    vectors = encoder.encode_queries([one, other])
    assert float(vectors[0] @ vectors[1]) == pytest.approx(1, abs=1e-5)


def test_numbers_do_matter(encoder: Encoder) -> None:
    vectors = encoder.encode_queries(["余府办发〔2023〕19号", "余府办发〔2023〕28号"])
    assert float(vectors[0] @ vectors[1]) < 0.99


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    texts = real_texts()[:300]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_everyday_questions_lie_nearest_to_their_clause(encoder: Encoder) -> None:
    clauses = [
        "灵活就业人员和新就业形态劳动者可以按规定参加企业职工基本养老保险。",
        "建设单位应当对重大建设工程进行地震安全性评价，并按照抗震设防要求进行抗震设防。",
        "政府信息公开审查应当遵循先审查、后公开的原则，未经审查不得公开。",
        "对获得有机农产品认证的企业，一次性给予奖励三万元。",
    ]
    questions = ["灵活就业能不能参加养老保险", "盖楼要不要做抗震评价", "信息公开之前谁来审查", "有机认证给多少钱奖励"]
    scores = encoder.encode_queries(questions) @ encoder.encode_passages(clauses).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_a_word_the_corpora_hardly_know_does_not_outweigh_the_rest(encoder: Encoder) -> None:
    clauses = [
        "灵活就业人员和新就业形态劳动者可以按规定参加企业职工基本养老保险。",
        "对获得有机农产品认证的企业，一次性给予奖励三万元。",
    ]
    scores = encoder.encode_queries(["跑外卖的能不能交养老保险"]) @ encoder.encode_passages(clauses).T
    assert scores[0, 0] > scores[0, 1]


def test_half_a_surrogate_pair_is_no_reason_to_fail(encoder: Encoder) -> None:
    assert np.linalg.norm(encoder.encode_queries(["养老\ud83d"])[0]) == pytest.approx(1, abs=1e-5)


def test_tokens_are_counted_without_a_limit(encoder: Encoder) -> None:
    assert encoder.count_tokens("") == encoder.count_tokens("，。") == 0
    assert encoder.count_tokens("养老保险" * 5000) >= 5000


def test_loading_needs_neither_torch_nor_sentence_transformers() -> None:
    script = (
        "import sys, time; began = time.perf_counter();"
        "from embeddings.encoder import load_encoder; load_encoder().encode_queries(['养老']);"
        "seconds = time.perf_counter() - began;"
        "heavy = {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules);"
        "print(sorted(heavy), seconds)"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy, seconds = found.stdout.rsplit(" ", 1)
    assert heavy == "[]"
    # Measured 0.25 s; the bound leaves room for a busy machine.
    assert float(seconds) < 3


def test_a_thousand_passages_take_less_than_half_a_second_of_work(encoder: Encoder) -> None:
    texts = (real_texts()[:500] * 3)[:1000]
    encoder.encode_passages(texts)
    began = time.process_time()
    encoder.encode_passages(texts)
    assert time.process_time() - began < 0.5


def test_the_folder_stays_small_enough_for_git() -> None:
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) <= 25_000_000


def test_an_absent_folder_is_named_with_advice() -> None:
    with pytest.raises(EncoderError, match="没有这个文件夹") as caught:
        load_encoder("./no/such/folder")
    assert "default" in caught.value.advice and caught.value.asked == "./no/such/folder"


def test_a_model_id_that_is_not_here_fails_without_asking_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(EncoderError, match="gazette-tests/no-such-model") as caught:
        load_encoder("gazette-tests/no-such-model")
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("cut", [0, 1, 100, 1_000_000])
def test_a_damaged_file_is_reported_as_an_encoder_error(tmp_path: Path, cut: int) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:cut])
    with pytest.raises(EncoderError, match="损坏"):
        load_encoder(str(folder))


def test_tensors_that_do_not_fit_together_are_an_encoder_error(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    tensors = load_file(folder / "model.safetensors")
    for name, change in (("terms", tensors["terms"][::-1].copy()), ("rows", tensors["rows"][:-1].copy())):
        save_file({**tensors, name: change}, folder / "model.safetensors")
        with pytest.raises(EncoderError):
            load_encoder(str(folder))


def test_a_model_of_other_terms_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**settings, "analyzer": 1}), encoding="utf-8")
    with pytest.raises(EncoderError, match="第 1 版"):
        load_encoder(str(folder))


def test_a_folder_that_is_no_model_is_an_encoder_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"modules\.json"):
        load_encoder(str(tmp_path))


@pytest.fixture(scope="module")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder as any user may have one: a static embedding with random weights, and prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    torch.manual_seed(1)
    names = ["[UNK]", *"养老保险检索问题："]
    tokenizer = Tokenizer(models.WordLevel({name: n for n, name in enumerate(names)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    folder = tmp_path_factory.mktemp("sentence-model")
    prompts = {"query": "检索问题：", "document": ""}
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)], prompts=prompts).save(str(folder))
    return folder


def test_any_sentence_transformers_folder_is_an_encoder(sentence_model: Path) -> None:
    other = load_encoder(str(sentence_model))
    assert isinstance(other, SentenceTransformersEncoder) and isinstance(other, Encoder)
    assert (other.dim, other.count_tokens("养老保险")) == (8, 4)
    assert other.encoder_id == f"{sentence_model.name}-{fingerprint(sentence_model)}"
    vectors = other.encode_passages(["养老保险", "保险"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert other.encode_passages([]).shape == (0, 8)


def test_prompts_of_a_model_are_used(sentence_model: Path) -> None:
    other = load_encoder(str(sentence_model))
    asked, told = other.encode_queries(["养老保险"]), other.encode_passages(["检索问题：养老保险"])
    np.testing.assert_allclose(asked, told, atol=1e-6)
    assert np.abs(asked - other.encode_passages(["养老保险"])).max() > 1e-3
