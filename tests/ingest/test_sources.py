from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ingest import IngestError, sources
from ingest.documents import EmptyFile, NoClauseFound, UnreadableFile, UnsupportedFormat
from ingest.reader import read_documents
from ingest.readers.plain import decode
from ingest.sources import find_files, read_source, shown_name

TEXT = "某市公园管理办法\n\n第一条 为了管理公园,制定本办法。\n"


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        # a byte order mark is no character of the text
        b"\xef\xbb\xbf" + TEXT.encode(),
        # what Windows in China writes
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        # line ends of other systems
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "crlf", "cr"],
)
def test_encodings_and_line_ends_give_the_same_text(tmp_path: Path, data: bytes) -> None:
    source, raw = read_source(write(tmp_path / "公报.txt", data))
    assert source.text == TEXT
    assert raw == data
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "error", "found"),
    [
        # nothing in it
        ("a.txt", b"", EmptyFile, "空"),
        ("a.txt", b" \n\t\n", EmptyFile, "空"),
        # full-width spaces only: known after decoding
        ("a.txt", "\u3000\n".encode(), EmptyFile, "没有文字"),
        ("a.txt", b"\xef\xbb\xbf\n", EmptyFile, "没有文字"),
        # formats by their first bytes, whatever the name says: damaged ones
        ("a.txt", b"%PDF-1.7 ...", UnreadableFile, "PDF"),
        ("a.txt", b"PK\x03\x04...word/", UnreadableFile, ""),
        # wrappings of other things
        ("a.txt", b"PK\x03\x04...", UnsupportedFormat, "压缩包"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnsupportedFormat, "表格"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            UnsupportedFormat,
            "密码",
        ),
        # no text in any encoding we know
        ("a.txt", b"\x81\xff\xff\x00\x81", UnreadableFile, "编码"),
        # text full of NULs is no text
        ("a.txt", b"a\x00b\x00c\x00d\x00", UnreadableFile, "编码"),
        ("a.txt", b"\xff\xfea", UnreadableFile, "编码"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    tmp_path: Path, name: str, data: bytes, error: type[IngestError], found: str
) -> None:
    path = write(tmp_path / name, data)
    with pytest.raises(error) as raised:
        read_source(path)
    assert found in raised.value.found
    # asked, found, advice
    assert str(path) in str(raised.value) and raised.value.advice in str(raised.value)
    assert not raised.value.retryable


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="文件不存在"):
        read_source(tmp_path / "没有.txt")
    with pytest.raises(UnreadableFile, match="这是文件夹"):
        read_source(tmp_path)


def test_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", TEXT)
    monkeypatch.setattr(sources, "MAX_BYTES", len(TEXT.encode()))
    assert read_source(path)[0].text == TEXT
    monkeypatch.setattr(sources, "MAX_BYTES", len(TEXT.encode()) - 1)
    with pytest.raises(UnreadableFile, match="超过"):
        read_source(path)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("公报.txt", "公报.txt"),
        ("余府发〔2023〕19号 (终稿).txt", "余府发〔2023〕19号 (终稿).txt"),
        # what would move the cursor, clear the screen or start a new line
        ("a\x1b[2Jb.txt", "a\\x1b[2Jb.txt"),
        ("a\nb.txt", "a\\nb.txt"),
        # turns the reading direction round: txt.exe
        ("a\u202etxt.txt", "a\\u202etxt.txt"),
        # bytes that are no UTF-8
        ("a\udcff.txt", "a\\udcff.txt"),
    ],
)
def test_hostile_names_are_shown_as_escapes(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_hostile_name_reaches_no_message_and_no_record(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\n.txt"
    write(path, TEXT)
    assert read_documents(path)[0].source_path.endswith("a\\x1b[2J\\n.txt")
    write(path, "新余市人民政府公报")
    with pytest.raises(IngestError) as raised:
        read_documents(path)
    assert "\x1b" not in str(raised.value) and "\n" not in str(raised.value)


def test_name_of_foreign_bytes_can_be_written_down(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    try:
        write(path, TEXT)
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    read_documents(path)[0].source_path.encode()


def test_folders_give_their_files_sorted_without_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "2023").mkdir()
    for name in ("b.txt", "a.md", "2023/c.txt", ".hidden.txt"):
        write(tmp_path / name, TEXT)
    assert [p.relative_to(tmp_path).as_posix() for p in find_files([tmp_path])] == ["2023/c.txt", "a.md", "b.txt"]
    assert list(find_files([tmp_path / "b.txt"])) == [tmp_path / "b.txt"]


def test_empty_folder_and_missing_path_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="没有文件"):
        list(find_files([tmp_path]))
    with pytest.raises(UnreadableFile, match="不存在"):
        list(find_files([tmp_path / "没有"]))


def test_decoding_gives_none_for_no_known_encoding() -> None:
    assert decode("公报".encode("gb18030")) == "公报"
    assert decode(b"\x81\xff") is None


def test_text_without_a_clause_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoClauseFound, match="没有读出任何条款"):
        read_documents(write(tmp_path / "a.txt", "12\n\n— 13 —\n"))
