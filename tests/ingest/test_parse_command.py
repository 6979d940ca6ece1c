"""``gazette parse`` as the command line calls it; the contract is DESIGN.md, section 4."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest import Document
from ingest.cli import parse
from ingest.reader import bundled_gazettes

ROOT = Path(__file__).parents[2]
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


@pytest.fixture
def gap(tmp_path: Path) -> Path:
    path = tmp_path / "gap.txt"
    path.write_text(TEXT + "\n第三条 公园免费。\n", encoding="utf-8")
    return path


def test_json_gives_the_shares_of_each_document(good: Path) -> None:
    (record,) = json.loads(run("--json", good).stdout)
    assert record["shares"] == {
        "clause": 16, "heading": 0, "title": 8, "table": 0, "furniture": 0, "furniture_kinds": {}
    }  # fmt: skip


def test_summary_gives_one_line_a_file_and_totals(good: Path, gap: Path, empty: Path) -> None:
    result = run("--summary", good, gap, empty)
    assert result.exit_code == 1 and result.stderr == ""
    lines = result.stdout.splitlines()
    assert [line[0] for line in lines if line[:1] in "✓△✗" and line] == ["✓", "△", "✗"]
    assert "    ! 编号:第三条 前缺 第二条(某市公园管理办法)" in lines
    assert lines[-2].startswith("txt:2 个文件") and lines[-1].startswith(
        "合计:3 个文件(未能读取 1),2 份,3 条;编号连续 1/2"
    )


def test_summary_of_sound_files_succeeds(good: Path) -> None:
    assert run("--summary", good).exit_code == 0


def test_summary_as_json_names_files_and_totals(good: Path, gap: Path, empty: Path) -> None:
    result = run("--summary", "--json", good, gap, empty)
    record = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(Path(f["path"]).name, f["error"]) for f in record["files"]] == [
        ("good.txt", None), ("gap.txt", None), ("empty.txt", "empty_file")
    ]  # fmt: skip
    assert record["files"][1]["gaps"][0]["found"] == "第三条" and record["files"][0]["contiguous"] is True
    assert record["totals"][-1]["format"] == "all" and record["totals"][-1]["files"] == 3


def test_the_worst_files_alone_come_first(good: Path, gap: Path, empty: Path) -> None:
    result = run("--summary", "--worst", "2", good, gap, empty)
    heads = [line for line in result.stdout.splitlines() if line[:1] in ("✓", "△", "✗")]
    assert [head[0] for head in heads] == ["✗", "△"] and "gap.txt" in heads[1]
    assert "合计:3 个文件" in result.stdout
    assert run("--worst", "2", good).exit_code == 2


def test_report_is_written_beside_what_is_printed(good: Path, empty: Path) -> None:
    out = good.parent / "out.html"
    result = run("--report", out, good, empty)
    assert result.exit_code == 1
    page = out.read_text(encoding="utf-8")
    assert "为了管理公园" in page and "文件是空的" in page
    assert f"核对报告已写入 {out}" in result.stderr and "错误:无法读取" in result.stderr
    assert len(json.loads(run("--json", "--report", out, good).stdout)) == 1
    assert len(json.loads(run("--json", "--summary", "--report", out, good).stdout)["files"]) == 1


def test_a_report_in_a_folder_that_is_not_there_is_a_usage_error(good: Path) -> None:
    result = run("--report", good.parent / "没有" / "out.html", good)
    assert result.exit_code == 2 and "没有文件夹" in result.stderr


@pytest.mark.parametrize("options", [["--workers", "1"], ["--workers", "2"]])
def test_any_number_of_workers_prints_the_same(good: Path, gap: Path, options: list[str]) -> None:
    assert run(*options, good, gap).stdout == run(good, gap).stdout


def test_limits_come_from_the_environment(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAZETTE_PARSE_TIMEOUT", "0.001")
    assert run(good).exit_code == 2
    monkeypatch.setenv("GAZETTE_PARSE_TIMEOUT", "30")
    assert run(good).exit_code == 0


def start(*arguments: Path | str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ui.cli", "parse", *map(str, arguments)]
    # A shell that runs the tests in the background has them ignore interrupts, and so would the command.
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, preexec_fn=heed)


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(tmp_path: Path) -> None:
    for i in range(60):
        (tmp_path / f"{i}.txt").write_text(TEXT * 200, encoding="utf-8")
    process = start("--json", tmp_path)
    assert process.stdout and process.stderr
    process.stdout.read(10)
    process.stdout.close()
    # click ends on a broken pipe with 1
    assert process.wait(timeout=60) in (0, 1)
    assert process.stderr.read() == b""
    process.stderr.close()


def test_an_interrupt_ends_the_command_with_a_word(tmp_path: Path) -> None:
    for i in range(400):
        (tmp_path / f"{i}.txt").write_text(TEXT * 400, encoding="utf-8")
    process = start("--json", tmp_path)
    assert process.stdout and process.stderr
    process.stdout.read(10)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 130 and words.decode().strip() == "已中断。"
