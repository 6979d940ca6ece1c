"""The command line's frame: lazy commands, Chinese help, and one way to fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tests.ui.conftest import ROOT
from ui.cli import SUMMARIES, Commands, main


class StoreBroken(Exception):
    code = "broken_snapshot"


@click.command(help="试验命令。")
@click.argument("how")
@click.option("--times", type=int, default=1)
@click.option("--json", "as_json", is_flag=True)
def trial(how: str, times: int, as_json: bool) -> Any:
    match how:
        case "known":
            raise StoreBroken("打开库 var:文件缺失。请重新执行 gazette ingest。")
        case "unknown":
            raise ZeroDivisionError("秘密的问题")
        case "value":
            return 7
        case "exit":
            sys.exit(3)
        case "click":
            raise click.ClickException("参数之外的错误。")
        case "abort":
            raise click.Abort
    click.echo(f"{how} {times}")
    return None


LOADED: list[str] = []


def entry(name: str, command: click.Command) -> Any:
    return SimpleNamespace(name=name, load=lambda: (LOADED.append(name), command)[1])


@pytest.fixture(autouse=True)
def commands(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    found = [entry("extra", trial), entry("ask", trial), entry("serve", trial)]
    monkeypatch.setattr("ui.cli.entry_points", lambda group: found if group == "gazette.commands" else [])
    main.__dict__.pop("_entries", None)
    LOADED.clear()
    yield
    main.__dict__.pop("_entries", None)


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


def test_help_is_chinese_lists_in_order_and_imports_nothing() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "用法:" in result.stdout and "选项:" in result.stdout and "命令:" in result.stdout
    assert "Usage" not in result.output and "Show this" not in result.output and "Commands" not in result.output
    lines = [line.split()[0] for line in result.stdout.split("命令:")[1].splitlines() if line.startswith("  ")]
    assert [w for w in lines if w in ("serve", "ask", "extra")] == ["serve", "ask", "extra"]
    assert LOADED == []


def test_only_the_called_command_is_imported() -> None:
    assert run("ask", "x", "--times", "2").stdout == "x 2\n"
    assert LOADED == ["ask"]


def test_help_of_a_command_is_chinese_too() -> None:
    result = run("ask", "--help")
    assert "用法:gazette ask [选项] HOW" in result.stdout and "显示本说明" in result.stdout


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("known", 1, "错误:打开库 var:文件缺失。请重新执行 gazette ingest。"),
        ("unknown", 70, "错误:程序内部出错(ZeroDivisionError)。"),
        ("exit", 3, ""),
        ("click", 1, "错误:参数之外的错误。"),
        ("abort", 130, "已中断。"),
        # a returned value is no exit status
        ("value", 0, ""),
    ],
)
def test_failures(how: str, status: int, words: str) -> None:
    result = run("ask", how)
    assert result.exit_code == status
    assert words in result.stderr
    assert "Traceback" not in result.output and "秘密" not in result.output
    assert result.stdout == ""


def test_traceback_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAZETTE_DEBUG", "1")
    result = run("ask", "unknown")
    assert result.exit_code == 70 and "Traceback" in result.stderr


@pytest.mark.parametrize(("how", "code"), [("known", "broken_snapshot"), ("unknown", "internal"), ("click", "failed")])
def test_with_json_the_error_object_goes_to_stdout(how: str, code: str) -> None:
    result = run("ask", how, "--json")
    body = json.loads(result.stdout)
    assert set(body["error"]) == {"code", "message", "detail"} and body["error"]["code"] == code
    assert result.stderr.startswith("错误:")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nope"], "没有命令 'nope'"),
        (["ask"], "缺少"),
        (["ask", "x", "--tims", "2"], "没有选项 --tims,是不是 --times?"),
        (["ask", "x", "--times", "many"], "的值不正确:'many' 不是整数。"),
        (["ask", "x", "--times"], "--times"),
    ],
)
def test_usage_errors_are_chinese_and_name_the_help(args: list[str], words: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert words in result.stderr and "--help" in result.stderr
    assert "Error" not in result.output and "No such" not in result.output


def test_every_registered_command_has_a_summary() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["entry-points"]["gazette.commands"]) <= set(SUMMARIES)


def test_command_line_imports_no_framework_before_it_is_needed() -> None:
    code = (
        "import sys, ui.cli; from click.testing import CliRunner; CliRunner().invoke(ui.cli.main, ['--help']);"
        "print([m for m in ('fastapi', 'gradio', 'numpy', 'pydantic', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_group_is_what_the_entry_point_names() -> None:
    assert isinstance(main, Commands)


@pytest.mark.parametrize(
    ("environment", "arguments", "words"),
    [
        ({"GAZETTE_MAX_QUESTION": "abc"}, ["ask", "你好"], "GAZETTE_MAX_QUESTION(现为“abc”)"),
        ({}, ["ingest", "--store", "/dev/null/store", "GAZETTE"], "无法读写"),
    ],
)
def test_a_wrong_setting_or_an_unusable_folder_is_said_in_chinese(environment, arguments, words):
    gazette = str(ROOT / "ingest" / "gazettes" / "xinyu-2023-04.txt")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from ui.cli import main; main()",
            *(gazette if a == "GAZETTE" else a for a in arguments),
        ],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr and "程序内部出错" not in done.stderr
    assert words in done.stderr
    assert done.returncode == 1
