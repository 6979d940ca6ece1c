"""txt and md: bytes become text, lines stay as they are printed."""

from __future__ import annotations

from ingest.documents import ReadText, UnreadableFile

#: Control characters that no text has: a file full of them is no text, one of them among text is dirt.
_CONTROL = {i: " " for i in (*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F)} | {0x0C: "\n", 0xFEFF: " "}


def decode(data: bytes) -> str | None:
    """``data`` as text: UTF-8 (with or without BOM), UTF-16 with BOM, GB18030; ``None`` when it is none of them."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def read(data: bytes, name: str) -> ReadText:
    """The text of a plain file, line by line as printed.

    Raises:
        UnreadableFile: no known encoding, or so many null bytes that it is no text.
    """
    text = decode(data)
    if text is None or text.count("\x00") > len(text) // 100:
        raise UnreadableFile(name, "不是可识别的文本编码", "请另存为 UTF-8 纯文本后再试。")
    # A character stays a character, so that offsets still count those of the file.
    return ReadText(text.translate(_CONTROL))
