from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import IngestError, UnreadableFile, UnsupportedFormat
from ingest.readers import doc_binary, docx, office
from tests.conftest import SHARED
from tests.ingest.builders import squash
from tests.ingest.readers.word_files import docx_file, p, r

#: Written by LibreOffice from parts of ours: numbered articles, a property field, a table and a date field.
WORD97 = Path(__file__).parents[2] / "data" / "word97.doc"
DATA = WORD97.read_bytes()
RTF = rb"{\rtf1\ansi\ansicpg936 \u31532?\u19968?\u26465? A\par B\par}"
NO_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600

needs_soffice = pytest.mark.skipif(not office.find_soffice(), reason="no LibreOffice on this machine")
needs_shell = pytest.mark.skipif(os.name != "posix", reason="fakes are shell scripts")


def field(instruction: str, result: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without converters; programs put into the folder are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GAZETTE_SOFFICE", raising=False)
    return tmp_path


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\nPATH=/usr/bin:/bin\n" + script, encoding="utf-8")
    path.chmod(0o755)
    return path


#: How a fake LibreOffice finds where to write: the argument after --outdir.
OUT = 'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; '


def test_the_characters_of_a_word_97_file_need_no_converter() -> None:
    assert doc_binary.paragraphs(doc_binary.raw_text(DATA)) == [
        "某市公园管理办法", "某府发〔2016〕3号", "为了加强公园管理，制定本办法。", "本办法适用于本市公园。", "综合公园；", "专类公园。",
        "年份\t公园（个）", "2015年\t12", "2016年\t15", "2016年12月20日",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "results"),
    [
        # variables and properties by name, whatever the spelling
        ('\x13 DOCPROPERTY  "文号" \\* MERGEFORMAT \x143号\x15', {"name: 文号": ["3号"]}),
        ("\x13docvariable flYear\x142016\x15\x13 DOCVARIABLE flYear\x142017\x15", {"name: FLYEAR": ["2016", "2017"]}),
        # a title over two paragraphs
        ("\x13 DOCVARIABLE T \x14关于\r通知\x15", {"name: T": ["关于\x0b通知"]}),
        # what LibreOffice leaves alone is left alone
        ("\x13 REF a \x14第三条\x15", {}),
        # the date of printing, inside another field
        ("\x13 IF a \x14\x13 DATE \\@ y \x142016年\x15\x15", {"DATE": ["2016年"]}),
        # no result, no end, no beginning
        ("\x13 DATE \x15\x15\x14\x13 DATE \x142016", {}),
    ],
)
def test_stored_results_of_fields(raw: str, results: dict[str, list[str]]) -> None:
    assert doc_binary.field_results(raw) == results


@pytest.mark.parametrize(
    ("raw", "paragraphs"),
    [
        ("甲\r乙\r", ["甲", "乙"]),
        # a row ends with an empty cell
        ("前\r一\x07二\x07\x07三\x07四\x07\x07后\r", ["前", "一\t二", "三\t四", "后"]),
        # a cell of two paragraphs
        ("一\x07二\r三\x07\x07", ["一\t二 三"]),
        # a table cut off loses nothing
        ("一\x07二\r三", ["一", "二", "三"]),
        # pictures and notes leave no mark, instructions none either
        ("甲\x01\x02乙\x13 PAGE \x147\x15\r", ["甲乙7"]),
    ],
)
def test_paragraphs_and_rows(raw: str, paragraphs: list[str]) -> None:
    assert doc_binary.paragraphs(raw) == paragraphs


@given(st.integers(0, len(DATA) - 1), st.binary(min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_damage_anywhere_is_text_or_no_word_file(at: int, junk: bytes) -> None:
    with contextlib.suppress(doc_binary.NotWord):
        assert len(doc_binary.raw_text(DATA[:at] + junk + DATA[at + len(junk) :])) <= len(DATA)


@pytest.mark.parametrize("n", [0, 7, 511, 512, 1500, 6000, len(DATA) - 4000])
def test_a_file_cut_short_ends_in_no_other_error(n: int) -> None:
    with contextlib.suppress(doc_binary.NotWord):
        doc_binary.raw_text(DATA[:n])


def test_without_converters_the_characters_are_read_and_the_loss_is_reported(bare: Path) -> None:
    text = office.read(DATA, "办法.doc")
    assert text.text.split("\n")[2] == "为了加强公园管理，制定本办法。"
    assert [f.code for f in text.findings] == ["plain_text_only"]
    assert "LibreOffice" in text.findings[0].message


@pytest.mark.parametrize("data", [RTF, NO_WORD], ids=["rtf", "doc"])
def test_without_converters_the_message_says_what_to_install(bare: Path, data: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match="安装 LibreOffice") as caught:
        office.read(data, "办法.doc")
    assert caught.value.path == "办法.doc"


@needs_shell
def test_a_small_converter_reads_what_is_older_than_word_97(bare: Path) -> None:
    program(bare, "catdoc", "echo 第一条 为了公园。; echo; echo 第二条 适用。")
    text = office.read(NO_WORD, "办法.doc")
    assert text.text == "第一条 为了公园。\n第二条 适用。\n"
    assert [a.line for a in text.lines] == [1, 3]


@needs_shell
@pytest.mark.parametrize(
    ("script", "found"),
    [
        # fails, makes nothing, makes nothing of use
        ("exit 1", "plain_text_only"),
        ("exit 0", "plain_text_only"),
        (OUT + 'echo junk > "$2/in.docx"', "plain_text_only"),
        # killed by its own fault
        ("kill -9 $$", "plain_text_only"),
        # makes a docx
        (OUT + 'cp "$MADE" "$2/in.docx"', ""),
    ],
    ids=["fails", "nothing", "junk", "dies", "works"],
)
def test_the_next_reader_is_tried_where_the_converter_fails(
    bare: Path, monkeypatch: pytest.MonkeyPatch, script: str, found: str
) -> None:
    made = bare / "made.docx"
    made.write_bytes(docx_file(p("第一条 为了公园。")))
    fake = program(bare, "my-office", script.replace("$MADE", str(made)))
    monkeypatch.setenv("GAZETTE_SOFFICE", str(fake))
    text = office.read(DATA, "办法.doc")
    assert "".join(f.code for f in text.findings) == found
    with pytest.raises(UnreadableFile, match="读不出") if found else contextlib.nullcontext():
        office.read(NO_WORD, "办法.doc")


@needs_shell
def test_a_converter_that_hangs_is_ended_with_its_children(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = bare / "child"
    fake = program(bare, "soffice", f"sleep 600 & echo $! > {child}; wait")
    monkeypatch.setattr(office, "TIMEOUT_SECONDS", 1)
    begin = time.monotonic()
    assert office.read(DATA, "办法.doc").findings[0].code == "plain_text_only"
    assert time.monotonic() - begin < 10
    assert fake.exists() and not _is_running(int(child.read_text(encoding="utf-8")))


def _is_running(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.1)
    return True


@needs_shell
def test_a_converter_gets_a_folder_of_its_own_that_is_removed(bare: Path) -> None:
    seen = bare / "seen"
    program(bare, "soffice", f'echo "$HOME" >> {seen}; env >> {seen}.env; exit 1')
    os.environ["GAZETTE_CANARY"] = "secret"
    try:
        office.read(DATA, "办法.doc")
        office.read(DATA, "办法.doc")
    finally:
        del os.environ["GAZETTE_CANARY"]
    homes = seen.read_text(encoding="utf-8").split()
    assert len(set(homes)) == 2 and not any(Path(home).exists() for home in homes)
    assert "secret" not in Path(f"{seen}.env").read_text(encoding="utf-8")


def test_results_stored_in_the_old_file_stand_in_for_those_filled_anew() -> None:
    data = docx_file(
        p("某府发〔", field(' DOCPROPERTY "年份"', "年份"), "〕3号"),
        p(field(" DATE ", "2026年1月1日")),
        p(field(" REF a ", "甲")),
    )
    stored = {"name: 年份": ["2016"], "DATE": ["2016年12月20日"], "REF": ["乙"]}
    assert docx.read(data, "a.docx", stored).text.split() == ["某府发〔2016〕3号", "2016年12月20日", "甲"]


@needs_soffice
def test_a_doc_is_read_with_its_numbers_table_and_stored_fields() -> None:
    text = office.read(DATA, "办法.doc")
    assert [squash(line) for line in text.text.split("\n") if line] == [
        "某市公园管理办法", "某府发〔2016〕3号", "第一条为了加强公园管理，制定本办法。", "第二条本办法适用于本市公园。", "（一）综合公园；",
        "（二）专类公园。", "年份公园（个）", "2015年12", "2016年15",
        # a field of today's date: what was printed counts, not the day of reading
        "2016年12月20日",
    ]  # fmt: skip
    assert [len(g.cells) for g in text.grids] == [6]
    assert text.lines[0].centred and not text.findings


@needs_soffice
def test_rtf_is_read() -> None:
    assert office.read(RTF, "办法.rtf").text == "第一条 A\nB\n"


@needs_soffice
def test_links_of_a_file_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
                asked.append(connection.recv(100))
                connection.close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        rtf = (
            rf'{{\rtf1\ansi A{{\field{{\*\fldinst INCLUDEPICTURE "{url}/a.png" \\d}}{{\fldrslt x}}}}'
            rf'{{\field{{\*\fldinst INCLUDETEXT "{secret}"}}{{\fldrslt old}}}}{{\*\template {url}/t.dot}}\par END}}'
        )
        text = office.read(rtf.encode(), "a.rtf").text
    assert "END" in text and "SECRET" not in text
    assert not asked


@needs_soffice
@pytest.mark.parametrize("data", [NO_WORD, DATA[:3000], DATA[:512] + b"\xff" * 9000], ids=["empty", "cut", "junk"])
def test_bad_files_end_in_text_or_our_own_error(data: bytes) -> None:
    try:
        office.read(data, "坏.doc")
    except IngestError as error:
        assert "坏.doc" in str(error)


@pytest.mark.shared
def test_every_real_doc_gives_its_characters_without_a_converter(bare: Path) -> None:
    paths = sorted((SHARED / "corpora" / "policy").glob("*.doc"))
    assert len(paths) > 40
    for path in paths:
        assert len(squash(office.read(path.read_bytes(), path.name).text)) > 500, path.name
