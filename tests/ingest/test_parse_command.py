"""``gazette parse`` as the command line calls it; the contract is DESIGN.md, section 4."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest import Document
from ingest.cli import parse
from ingest.reader import bundled_gazettes

TEXT = "某市公园管理办法\n\n第一条 为了管理公园,制定本办法。\n"
#: Section 4's names, in its order; ``addressees`` and ``furniture`` are ours besides.
PROMISED = [
    "document_number", "document_number_raw", "title", "issuer", "signed_on", "kind", "openness", "attached_title",
    "gazette", "source", "clauses", "tables", "duties", "references", "findings",
]  # fmt: skip


def run(*arguments: Path | str) -> Result:
    return CliRunner().invoke(parse, [str(a) for a in arguments])


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.txt"
    path.touch()
    return path


def test_json_is_a_list_of_documents_with_every_promised_fact(good: Path) -> None:
    result = run("--json", good)
    assert result.exit_code == 0 and result.stderr == ""
    (record,) = json.loads(result.stdout)
    assert [key for key in record if key in PROMISED] == PROMISED
    assert record["title"] == "某市公园管理办法"
    assert {"path", "sha256"} <= set(record["source"])
    (clause,) = record["clauses"]
    assert {"path", "label", "heading", "chapter", "text", "start", "end"} <= set(clause)
    assert TEXT[clause["start"] : clause["end"]] == clause["text"] == "第一条 为了管理公园,制定本办法。"


def test_absent_facts_are_null(good: Path) -> None:
    (record,) = json.loads(run("--json", good).stdout)
    absent = ("document_number", "document_number_raw", "issuer", "signed_on", "openness", "attached_title", "gazette")
    assert {key: record[key] for key in absent} == dict.fromkeys(absent)


def test_json_of_the_gazette_reads_back_as_its_documents(gazette_documents: tuple[Document, ...]) -> None:
    result = run("--json", bundled_gazettes()[0])
    assert result.exit_code == 0
    assert tuple(Document.from_json(record) for record in json.loads(result.stdout)) == gazette_documents
    # Chinese stays readable
    assert "余府发〔2023〕19号" in result.stdout


def test_json_names_the_gazette_issue() -> None:
    record = json.loads(run("--json", bundled_gazettes()[0]).stdout)[1]
    assert record["gazette"] == {"name": "新余市人民政府公报", "year": 2023, "issue": 4}


def test_plain_output_shows_outline_findings_and_count() -> None:
    result = run(bundled_gazettes()[0])
    assert result.exit_code == 0
    assert "[二/(六)/15] 15.加速数字化转型升级。" in result.stdout
    assert "! 数值疑有识别残留:1_" in result.stdout
    assert result.stdout.rstrip().endswith("共 1 个文件,14 份文件,267 条。")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_bad_file_fails_the_command_and_the_others_go_on(good: Path, empty: Path, options: list[str]) -> None:
    result = run(*options, empty, good)
    assert result.exit_code == 1
    assert "错误:无法读取" in result.stderr and "empty.txt" in result.stderr
    assert "第一条" in result.stdout
    if options:
        assert len(json.loads(result.stdout)) == 1


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_missing_path_fails_the_command_and_the_others_go_on(good: Path, options: list[str]) -> None:
    result = run(*options, good.parent / "没有.txt", good)
    assert result.exit_code == 1
    assert "文件不存在" in result.stderr
    assert "第一条" in result.stdout


def test_nothing_readable_still_prints_a_json_list(empty: Path) -> None:
    result = run("--json", empty)
    assert result.exit_code == 1
    assert json.loads(result.stdout) == []


def test_a_folder_is_read_file_by_file(good: Path) -> None:
    (good.parent / "second.md").write_text(TEXT.replace("公园", "广场"), encoding="utf-8")
    assert [d["title"] for d in json.loads(run("--json", good.parent).stdout)] == [
        "某市公园管理办法",
        "某市广场管理办法",
    ]


def test_no_path_is_a_usage_error() -> None:
    assert run().exit_code == 2
