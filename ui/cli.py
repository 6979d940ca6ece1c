"""``gazette``: one command line, its commands brought by the rooms and imported only when called."""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from typing import Any, NoReturn

import click

#: In the order of use, with what ``gazette --help`` says; a command that is not listed comes last (tests/ui/test_cli.py).
SUMMARIES = {
    "serve": "启动问答服务:网页、条款查阅和 HTTP 接口",
    "ask": "提问,得到附出处的答复",
    "search": "查找条款,不作答",
    "show": "看一份文件或一个条款的原文",
    "check": "核对一句话是不是原文",
    "documents": "列出已收录的文件",
    "ingest": "读取、解析并收录文件",
    "withdraw": "撤下一份文件,下一问起不再引用",
    "parse": "只读取和解析,不收录",
    "settings": "列出全部设置及其环境变量",
    "eval": "评测:作答、计分、比较、出报告",
    "bench": "检索基准测试",
    "train-encoder": "训练随项目提供的向量模型",
}
_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}
_ENGLISH = {"Show this message and exit.": "显示本说明。"}

#: click's complaint about a value -> ours.
_VALUES = (
    (r"(.+) is not a valid integer.*", r"\1 不是整数。"),
    (r"(.+) is not a valid float.*", r"\1 不是数。"),
    (r"(.+) is not in the range (.+?)\.?", r"\1 不在 \2 的范围内。"),
    (r"(.+) is not one of (.+?)\.?", r"\1 不在可选值 \2 之中。"),
    (r"\w+ (.+) does not exist\.", r"\1 不存在。"),
    (r"\w+ (.+) is a directory\.", r"\1 是文件夹,应为文件。"),
    (r"\w+ (.+) is a file\.", r"\1 是文件,应为文件夹。"),
)


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        args = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 …")
        super().write_usage(prog, args, "用法:" if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().write_dl([(name, _ENGLISH.get(words, words)) for name, words in rows], *args, **kwargs)


class _Context(click.Context):
    formatter_class = _Formatter


class Commands(click.Group):
    """A group whose members are entry points of ``gazette.commands``: listed by name, imported one at a time."""

    context_class = _Context

    @cached_property
    def _entries(self) -> dict[str, EntryPoint]:
        return {e.name: e for e in entry_points(group="gazette.commands")}

    def list_commands(self, ctx: click.Context) -> list[str]:
        known = [name for name in SUMMARIES if name in self._entries]
        return known + sorted(set(self._entries) - set(known))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._entries:
            return None
        command = self._entries[cmd_name].load()
        command.name = cmd_name
        _speak_chinese(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, SUMMARIES.get(name, "")) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> None:
        super().invoke(ctx)  # what a command returns is no exit status

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = "gazette", **extra: Any) -> Any:  # type: ignore[override]
        standalone = extra.pop("standalone_mode", True)
        args = list(sys.argv[1:] if args is None else args)
        if not standalone:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        as_json = "--json" in (args[: args.index("--")] if "--" in args else args)
        try:
            status = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else prog_name
            fail("usage", f"{usage_words(error)} 用法见 {path} --help", 2, as_json)
        except click.ClickException as error:
            fail("failed", error.format_message(), error.exit_code, as_json)
        except (click.Abort, KeyboardInterrupt):
            click.echo("已中断。", err=True)
            sys.exit(130)
        except BrokenPipeError:  # the reader (head, less) has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:
            fail_for(error, as_json)
        sys.exit(status if isinstance(status, int) else 0)


def _speak_chinese(command: click.Command) -> None:
    command.context_class = _Context
    if isinstance(command, click.Group):
        for member in command.commands.values():
            _speak_chinese(member)


def usage_words(error: click.UsageError) -> str:
    """click's complaint in Chinese."""
    name = (
        error.param.get_error_hint(error.ctx)
        if isinstance(error, click.BadParameter) and error.param and error.ctx
        else ""
    )
    match error:
        case click.NoSuchOption():
            near = f",是不是 {'、'.join(error.possibilities)}?" if error.possibilities else ""
            return f"没有选项 {error.option_name}{near}。"
        case click.MissingParameter():
            return f"缺少 {name or error.param_hint}。"
        case click.BadParameter():
            return f"{name or error.param_hint} 的值不正确:{_value_words(error.message)}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 缺少值或写法不正确。"
    if error.message.startswith("No such command"):
        return f"没有命令 {error.message.removeprefix('No such command').rstrip('.').strip()}。"
    if error.message.startswith("Missing command"):
        return "请写明要执行的命令。"
    return error.message


def _value_words(message: str) -> str:
    for pattern, words in _VALUES:
        if match := re.fullmatch(pattern, message):
            return match.expand(words)
    return message


def fail_for(error: Exception, as_json: bool) -> NoReturn:
    """Ends the process for ``error``: its own words if it is one of ours, few words and status 70 if not."""
    from pydantic import ValidationError

    from ui.errors import family_code  # imports FastAPI: only when something failed

    if os.environ.get("GAZETTE_DEBUG") == "1":
        traceback.print_exception(error)
    if code := family_code(error):
        fail(code, str(error), 1, as_json)
    if isinstance(error, ValidationError) and error.title.endswith(("Settings", "Config")):
        fail("bad_setting", _setting_words(error), 1, as_json)
    if isinstance(error, OSError) and error.filename:
        reason = _REASONS.get(type(error), error.strerror or type(error).__name__)
        fail("file_error", f"无法读写 {error.filename}:{reason}。请检查路径、权限和磁盘空间。", 1, as_json)
    advice = "" if os.environ.get("GAZETTE_DEBUG") == "1" else "设 GAZETTE_DEBUG=1 重新执行可看到详情。"
    fail("internal", f"程序内部出错({type(error).__name__})。{advice}", 70, as_json)


#: What the system says of a file, for people.
_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "没有这个文件或文件夹,也不能在此新建",
    PermissionError: "没有权限",
    NotADirectoryError: "路径中有一段不是文件夹",
    IsADirectoryError: "这是文件夹",
}


def _setting_words(error: Any) -> str:
    """Which environment variable holds what cannot be, and where its meaning is listed."""
    wrong = "、".join(
        f"GAZETTE_{'_'.join(map(str, e['loc'])).upper().removeprefix('GAZETTE_')}(现为“{e['input']}”)"
        for e in error.errors()
    )
    return f"设置的值不正确:{wrong}。可用的设置和默认值见 gazette settings。"


def fail(code: str, message: str, status: int, as_json: bool) -> NoReturn:
    click.echo(f"错误:{message}", err=True)
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "message": message, "detail": None}}, ensure_ascii=False))
    sys.exit(status)


def _version() -> str:
    try:
        return version("gazette")
    except PackageNotFoundError:
        return "未安装"


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"gazette {_version()}")
        ctx.exit()


main = Commands(
    "gazette",
    help="政策问答:从政府公报逐条作答,每句话附文号和条款。",
    epilog="每个命令都可加 --json;文件库位置由 --store 或环境变量 GAZETTE_HOME 指定。",
    params=[
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, help="显示版本。", callback=_print_version
        )
    ],
    no_args_is_help=True,
)

if __name__ == "__main__":
    main()
