"""The real assistant over the real gazette, driven in process: the plumbing holds, whatever the answers are worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.cli import evaluate

CASES = Path(__file__).resolve().parents[2] / "evals" / "cases" / "xinyu-2023-04.jsonl"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from assistant.cli import settings_for
    from assistant.service import bootstrap

    home = tmp_path_factory.mktemp("store")
    assert bootstrap(settings_for(home))
    return home


def _json(*arguments: object) -> dict:
    result = CliRunner().invoke(evaluate, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_run_over_the_real_store_is_identified_and_its_citations_are_held(store: Path, tmp_path: Path) -> None:
    _json("run", CASES, "--out", tmp_path / "run", "--store", store, "--limit", 6, "--json")
    scored = _json("score", tmp_path / "run", "--json")
    assert scored["n_errors"] == scored["n_missing"] == 0
    assert scored["revisions"] == [scored["run"]["corpus_revision"]]
    assert scored["run"]["encoder"] and scored["run"]["code_sha256"]
    assert str(store) not in json.dumps(scored)
    assert scored["measures"]["citation_resolves"]["mean"] == 1.0


def test_same_questions_get_the_same_answers(store: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        _json("run", CASES, "--out", tmp_path / name, "--store", store, "--limit", 6, "--json")
    comparison = _json("compare", tmp_path / "a", tmp_path / "b", "--json")
    assert comparison["n_common"] == 6
    assert comparison["gained"] == comparison["lost"] == comparison["changed"] == []


def test_bundled_run_has_a_store_of_its_own_and_can_be_repeated(tmp_path: Path) -> None:
    arguments = ("run", CASES, "--out", tmp_path / "run", "--bundled", "--limit", 2, "--json")
    first = _json(*arguments)
    assert first["n_answered"] == 2
    assert (tmp_path / "run" / "store").is_dir()
    assert _json(*arguments, "--fresh")["n_answered"] == 2


def test_invented_clause_of_a_held_document_is_not_held(store: Path) -> None:
    from evals.answering import held_texts, open_in_process
    from tests.evals.scripted import SEISMIC, cited, reply

    answerer = open_in_process(store)
    held = held_texts(
        reply(
            cited("第四条/(四)"),
            cited("第十六条/第2款"),
            cited("第九十九条"),
            cited("第十六条", "余府办发〔2029〕1号"),
            cited("第16条"),
            cited("第四条第(四)项"),
        ),
        answerer.look,
    )
    assert held[0] is not None and "五百张以上床位" in held[0], "a clause is held with its children"
    assert held[1] is not None and held[1].startswith("重大建设工程抗震设防检查实施部门"), SEISMIC
    assert held[2:] == (None, None, None, None), "a spelling that only a person can read is no citation"


def test_empty_store_is_one_chinese_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        evaluate, ["run", str(CASES), "--out", str(tmp_path / "run"), "--store", str(tmp_path / "empty")]
    )
    assert result.exit_code == 1
    assert "打不开库" in result.output
