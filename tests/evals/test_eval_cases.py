"""The loader: every fault of a question file is named with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cases import Case, cases_sha256, load_cases, parse_cases, split_of
from evals.errors import CaseFileError

GOOD = {
    "id": "T-1",
    "question": "多久公开",
    "history": [],
    "type": "number",
    "expect": "answer",
    "citations": [{"document": "余府办发〔2023〕19号", "clause": "第十六条"}],
    "alternatives": [],
    "must_include": ["20个工作日"],
    "must_not_include": [],
    "audience": "citizen",
    "note": "",
}


def _lines(*rows: dict) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _without(name: str) -> dict:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        # a case without its question cannot be asked
        (_without("question"), ["question", "缺少"]),
        # a type that is not one of the thirteen would vanish from the table by type
        (GOOD | {"type": "numbers"}, ["type", "numbers"]),
        (GOOD | {"expect": "guess"}, ["expect", "guess"]),
        # a misspelt field would pass as a case without facts
        (GOOD | {"must_inclde": ["x"]}, ["must_inclde", "拼错"]),
        # an answerable case without gold would be right whatever is cited
        (GOOD | {"citations": []}, ["citations"]),
        # a case to be refused has no gold; what may be cited is an alternative
        (GOOD | {"expect": "refuse"}, ["alternatives"]),
        # an empty string is in every answer
        (GOOD | {"must_include": [""]}, ["空字符串"]),
        (GOOD | {"citations": [{"document": "余府办发〔2023〕19号"}]}, ["clause", "缺少"]),
        (GOOD | {"citations": [{"document": "余府办发〔2023〕19号", "clause": "第四条//1"}]}, ["空的一级"]),
        (GOOD | {"history": [{"role": "system", "content": "x"}]}, ["history.0.role"]),
    ],
)
def test_fault_is_named_with_its_line(row: dict, words: list[str]) -> None:
    with pytest.raises(CaseFileError) as caught:
        parse_cases(_lines(GOOD, row | {"id": "T-2"}), Path("q.jsonl"))
    assert caught.value.line == 2
    assert "q.jsonl 第2行" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_line_that_is_not_json_is_named() -> None:
    with pytest.raises(CaseFileError, match=r"第2行.*JSON"):
        parse_cases(_lines(GOOD) + "\n{坏的", Path("q.jsonl"))


def test_id_used_twice_names_both_lines() -> None:
    with pytest.raises(CaseFileError, match=r"第3行.*T-1.*第1行"):
        parse_cases(_lines(GOOD) + "\n\n" + _lines(GOOD), Path("q.jsonl"))


def test_empty_and_missing_files_are_faults(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n \n", encoding="utf-8")
    with pytest.raises(CaseFileError, match="没有一道题"):
        load_cases(tmp_path / "empty.jsonl")
    with pytest.raises(CaseFileError, match="没有这个文件"):
        load_cases(tmp_path / "absent.jsonl")
    (tmp_path / "gbk.jsonl").write_bytes(_lines(GOOD).encode("gbk"))
    with pytest.raises(CaseFileError, match="UTF-8"):
        load_cases(tmp_path / "gbk.jsonl")


def test_line_separator_inside_a_string_does_not_end_the_line() -> None:
    row = GOOD | {"question": "第一行\u2028第二行"}
    assert parse_cases(_lines(row), Path("q.jsonl"))[0].question == "第一行\u2028第二行"


def test_fingerprint_ignores_the_note_and_nothing_else() -> None:
    case = Case.model_validate(GOOD)
    assert case.fingerprint == Case.model_validate(GOOD | {"note": "tune", "audience": "civil_servant"}).fingerprint
    for change in ({"question": "多久公布"}, {"must_include": ["20日"]}, {"alternatives": [GOOD["citations"]]}):
        assert case.fingerprint != Case.model_validate(GOOD | change).fingerprint


def test_hash_of_cases_ignores_order_but_not_content() -> None:
    first, second = Case.model_validate(GOOD), Case.model_validate(GOOD | {"id": "T-2"})
    assert cases_sha256([first, second]) == cases_sha256([second, first])
    assert cases_sha256([first]) != cases_sha256([second])


@pytest.mark.parametrize(
    ("note", "part"),
    [("tune", "tune"), ("held；方言", "held"), ("tuned", None), ("", None), ("方言；held", None)],
)
def test_part_is_the_first_word_of_the_note(note: str, part: str | None) -> None:
    assert Case.model_validate(GOOD | {"note": note}).part == part


def test_split_depends_on_the_id_alone() -> None:
    assert [split_of(f"C-{n:03d}") for n in (1, 2, 3)] == ["held", "held", "tune"]
