"""What stands beside the numbers says which code answered and gives nothing away."""

from __future__ import annotations

from pathlib import Path

from evals.answering import ClauseView, held_texts
from evals.provenance import code_sha256, git_state, public_settings
from tests.evals.scripted import cited, reply


def test_code_hash_follows_code_word_lists_and_names(tmp_path: Path) -> None:
    for package in ("ingest", "embeddings", "assistant"):
        (tmp_path / package).mkdir()
    (tmp_path / "assistant" / "answer.py").write_text("a = 1", encoding="utf-8")
    first = code_sha256(tmp_path)
    (tmp_path / "assistant" / "answer.pyc").write_text("x", encoding="utf-8")
    assert code_sha256(tmp_path) == first
    (tmp_path / "assistant" / "lexicon.tsv").write_text("退休金\t养老金", encoding="utf-8")
    second = code_sha256(tmp_path)
    (tmp_path / "assistant" / "lexicon.tsv").rename(tmp_path / "ingest" / "lexicon.tsv")
    assert len({first, second, code_sha256(tmp_path)}) == 3


def test_outside_a_repository_the_commit_is_unknown(tmp_path: Path) -> None:
    assert git_state(tmp_path) == (None, None)


def test_secrets_and_paths_stay_out_of_the_record() -> None:
    settings = {
        "model_api_key": "sk-1", "auth_token": "t", "home": Path("/srv/var"), "encoder": "/models/bge-small", "k": 3,
        "model": "qwen", "lexicon": None,
    }  # fmt: skip
    assert public_settings(settings) == {"encoder": "bge-small", "k": 3, "model": "qwen", "lexicon": None}


def test_held_text_is_the_clause_with_all_below_it() -> None:
    views: dict[tuple[str, str], ClauseView] = {
        ("甲", "第四条"): {"text": "重大工程：", "children": [{"clause": "第四条/(一)", "text": "交通"}]},
        ("甲", "第四条/(一)"): {"text": "交通", "children": [{"clause": "第四条/(一)/1", "text": "桥梁"}]},
        ("甲", "第四条/(一)/1"): {"text": "桥梁", "children": []},
    }
    held = held_texts(
        reply(cited("第四条", "甲"), cited("第五条", "甲"), cited("", "甲"), cited("第四条/(一)/1", None, title="甲")),
        lambda document, clause: views.get((document, clause)),
    )
    assert held == ("重大工程：\n交通\n桥梁", None, None, "桥梁")
