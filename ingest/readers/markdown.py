"""md: a plain text whose emphasis and stray tags are typesetting, not wording."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.documents import ReadText
from ingest.readers import plain

#: **第一条**, __…__, <td align="left">. Miss: <!-- INFO END -->, which is a line of its own, and 2**3.
_EMPHASIS = re.compile(
    r"(?<![\w*])\*\*(?=\S)|(?<=\S)\*\*(?![\w*])|\*\*(?=[一-鿿(（《])|(?<=[一-鿿)）》。])\*\*|</?[a-zA-Z][^<>\n]{0,300}>"
)


def read(data: bytes, name: str) -> ReadText:
    """The text of a Markdown file, line by line as printed; its marks become spaces, so that offsets stay the file's.

    Raises:
        UnreadableFile: no known encoding.
    """
    read_text = plain.read(data, name)
    return replace(read_text, text=_EMPHASIS.sub(lambda m: " " * len(m[0]), read_text.text))
