"""doc, wps and rtf: through LibreOffice as docx; without it, the characters alone, with a finding that says so.

LibreOffice is found at run time (``GAZETTE_SOFFICE``, else the path). It runs in a folder of its own that is removed
afterwards: a profile that runs no macros, updates no links and reaches no network, so that calls can run side by side
and a hostile file finds nothing to use.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.documents import Finding, ReadText, UnreadableFile, UnsupportedFormat
from ingest.formats import detect_format
from ingest.readers import doc_binary, docx
from ingest.readers.assembling import TextBuilder

#: A start takes about a second, the largest file of the corpus two; a hostile one must end.
TIMEOUT_SECONDS = 60
_LARGEST_OUTPUT = 300 * 1024 * 1024
_KILL_WAIT_SECONDS = 5

#: (path below org.openoffice, name, value): no macros, no links, no fields filled anew, and a proxy that is nobody.
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "CheckDocumentEvents", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Writer/Content/Update", "Field", "false"),
    ("Office.Writer/Content/Update", "Chart", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
    + "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _SETTINGS
    )
    + "</oor:items>\n"
)
#: Small converters that give plain text, where LibreOffice is absent and the file is older than Word 97.
_PLAIN_CONVERTERS = (
    ("antiword", ("-w", "0", "-m", "UTF-8.txt")),
    ("catdoc", ("-w", "-d", "utf-8")),
)
_INSTALL = "请安装 LibreOffice(Debian/Ubuntu: apt install libreoffice-writer),或用 Word、WPS 另存为 docx 后再导入。"


def find_soffice() -> str | None:
    """The LibreOffice to run: ``GAZETTE_SOFFICE`` where it names one, else the first on the path."""
    return shutil.which(os.environ.get("GAZETTE_SOFFICE", "")) or shutil.which("soffice") or shutil.which("libreoffice")


def read(data: bytes, name: str) -> ReadText:
    """The text of a doc, wps or rtf file: what ``docx.read`` gives, or plain paragraphs where there is no converter.

    Raises:
        UnsupportedFormat: it needs LibreOffice, and there is none.
        UnreadableFile: no converter could read it.
        EmptyFile: pictures without text.
    """
    file_format = detect_format(data, ".doc")
    raw = _raw_text(data)
    soffice = find_soffice()
    # The name's end only hints; Word 2003 also saved plain XML.
    suffix = "rtf" if file_format == "rtf" else "xml" if data.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<") else "doc"
    if soffice and (converted := _to_docx(soffice, data, suffix)):
        with contextlib.suppress(UnreadableFile):
            return docx.read(converted, name, doc_binary.field_results(raw) if raw else None)
    if raw and (text := _plain(doc_binary.paragraphs(raw), bool(soffice))):
        return text
    if file_format != "rtf":
        for program, arguments in _PLAIN_CONVERTERS:
            if (found := shutil.which(program)) and (text := _plain(_to_lines(found, arguments, data), bool(soffice))):
                return text
    if not soffice:
        raise UnsupportedFormat(name, f"这是 {file_format} 文件,本机没有能读它的转换程序", _INSTALL)
    raise UnreadableFile(name, f"转换程序读不出这个 {file_format} 文件", "请用 Word 或 WPS 打开,另存为 docx 后再导入。")


def _raw_text(data: bytes) -> str | None:
    try:
        return doc_binary.raw_text(data)
    except doc_binary.NotWord:
        return None


def _plain(paragraphs: Sequence[str], has_office: bool) -> ReadText | None:
    builder = TextBuilder(is_paragraphed=True)
    for line, text in enumerate(paragraphs, 1):
        # A soft break ends nothing here: without the look of the page there is no telling.
        builder.paragraph(text.replace("\x0b", " "), line=line)
    if not builder.position:
        return None
    why = "LibreOffice 读不出这个文件" if has_office else "本机没有 LibreOffice"
    builder.findings.append(
        Finding(
            "plain_text_only",
            "warning",
            f"{why},只读出了文字:自动编号、表格和修订痕迹没有读入",
            None,
            None,
            _INSTALL,
        )
    )
    return builder.finish()


def _to_docx(soffice: str, data: bytes, suffix: str) -> bytes | None:
    """What LibreOffice makes of the file, ``None`` where it fails, hangs or makes nothing."""
    with tempfile.TemporaryDirectory(prefix="gazette-office-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        (home / "profile" / "user").mkdir(parents=True)
        (home / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        source = home / f"in.{suffix}"
        source.write_bytes(data)
        command = [
            soffice,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
            *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(home / "out"), str(source)),
        ]
        if _run(command, home) is None:
            return None
        made = home / "out" / "in.docx"
        return made.read_bytes() if made.is_file() and 0 < made.stat().st_size <= _LARGEST_OUTPUT else None


def _to_lines(program: str, arguments: Sequence[str], data: bytes) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="gazette-office-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "in.doc"
        source.write_bytes(data)
        output = _run([program, *arguments, str(source)], Path(folder))
        return output.decode("utf-8", "replace").split("\n") if output else []


def _run(command: Sequence[str], home: Path) -> bytes | None:
    """The output of a program that was given ``home`` for everything it keeps; ``None`` where it failed or hung.

    The program and all that it started are ended at the time limit, and on any way out.
    """
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "ANTIWORDHOME")}
    environment: Mapping[str, str] = {**kept, "HOME": str(home), "TMPDIR": str(home), "SAL_USE_VCLPLUGIN": "svp"}
    output = home / "output"
    with output.open("wb") as sink:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd=home,
                start_new_session=True,
            )
        except OSError:
            return None
        try:
            _limit(process.pid)
            code = process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            _end(process)
    if code != 0 or output.stat().st_size > _LARGEST_OUTPUT:
        return None
    return output.read_bytes()


def _limit(pid: int) -> None:
    """Bounds the largest file that the program may write, where the system can."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_LARGEST_OUTPUT, _LARGEST_OUTPUT))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and its children: LibreOffice's launcher leaves its worker behind when it is killed alone."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_KILL_WAIT_SECONDS)
