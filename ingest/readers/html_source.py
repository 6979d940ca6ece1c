"""Bytes of a page become a tree: encodings, saved MHTML, and the limits that a hostile page runs into."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from dataclasses import dataclass

from lxml import etree

from ingest.documents import Finding, UnreadableFile

#: Every tag of ours keeps well below the 256 levels at which libxml2 stops reading.
MAX_DEPTH = 150
#: Of markup, pictures apart: a page of this size takes a minute and a gigabyte; no document was ever a tenth of it.
MAX_CHARACTERS = 64_000_000
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
#: Latin labels on a Chinese page are a server's default, not a fact about the page.
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "gb18030": "gb18030"}
_LATIN = frozenset({"iso8859-1", "iso8859-15", "cp1252", "ascii", "iso8859-2"})
#: Pictures written into the page itself: megabytes of one attribute, no text.
_EMBEDDED = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=%]+")
#: A tag of thousands of attributes takes the parser a time that grows with their square.
_LONG_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,40})\s([^<>]{4000,})>")
_KEPT_ATTRIBUTE = re.compile(r"""(?:^|\s)(id|class|href|colspan|rowspan)\s*=\s*(?:"([^"]{0,500})"|'([^']{0,500})')""")
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_VOID_TAGS = """
area base br col embed frame hr img input link meta param source track wbr p li dt dd tr td th tbody thead tfoot
option colgroup html head body
"""
_VOID = frozenset(_VOID_TAGS.split())
_INLINE = frozenset(["a", "abbr", "b", "big", "em", "font", "i", "label", "small", "span", "strong", "sub", "sup", "u"])
#: C0 controls, DEL and the byte order mark; tab and line feeds stay.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_SCRIPT = re.compile(r"(?is)<(script|style)\b[^>]*>.*?(?:</\1\s*>|\Z)")


@dataclass(frozen=True)
class Page:
    """A parsed page; ``url`` is where an MHTML file says that it was saved from."""

    root: etree._Element
    source: str
    url: str | None
    findings: tuple[Finding, ...]


def load_page(data: bytes, name: str) -> Page:
    """The tree of an HTML or MHTML file.

    Raises:
        UnreadableFile: no known encoding, or an MHTML file without a page in it.
    """
    url, declared = None, None
    if _is_mhtml(data):
        data, declared, url = _page_of_mhtml(data, name)
    source, n_bad = decode_page(data, declared)
    n_text = sum(1 for c in source[:200_000] if ord(c) > 127) or 1
    if n_bad > max(20, n_text // 50):
        raise UnreadableFile(name, "不是可识别的网页编码", "请在浏览器中另存为 UTF-8 网页后再试。")
    findings: tuple[Finding, ...] = ()
    if n_bad:
        findings = (
            Finding(
                "undecoded_characters",
                "warning",
                f"有 {n_bad} 处字节不能识别,以“�”代替",
                None,
                None,
                "请对照原网页核对。",
            ),
        )
    source = _CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    source = _LONG_TAG.sub(_shortened, _EMBEDDED.sub("data:,", source))
    if len(source) > MAX_CHARACTERS:
        found = f"网页的标记超过 {MAX_CHARACTERS // 10**6} 百万字"
        raise UnreadableFile(name, found, "请只保存正文,或拆成较小的文件再导入。")
    return Page(parse_tree(source), source, url, findings)


def decode_page(data: bytes, declared: str | None = None) -> tuple[str, int]:
    """``data`` as text and how many characters could not be read (each stands as U+FFFD).

    A byte order mark decides; else UTF-8 where it fits, because no Chinese text of another encoding happens to be
    UTF-8; else what the page declares; else GB18030. Declarations are often wrong, so they only break ties.
    """
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), 0
    if data[:200].count(b"\x00") > 40:
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return data.decode(encoding, "replace"), 0
    named = [m.decode("ascii", "ignore") for m in _DECLARED.findall(data[:8192])]
    candidates = ["utf-8", *(e for e in map(_codec, [declared, *named]) if e), "gb18030"]
    for encoding in candidates:
        try:
            return data.decode(encoding), 0
        except (UnicodeDecodeError, LookupError):
            continue
    texts = [(t.count("�"), i, t) for i, e in enumerate(dict.fromkeys(candidates)) for t in [data.decode(e, "replace")]]
    n_bad, _, text = min(texts)
    return text, n_bad


def _codec(label: str | None) -> str | None:
    if not label:
        return None
    label = label.lower()
    if label in _CHINESE:
        return _CHINESE[label]
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    is_text = getattr(info, "_is_text_encoding", True)
    return info.name if is_text and info.name not in _LATIN and not info.name.startswith("utf-16") else None


def _shortened(tag: re.Match[str]) -> str:
    """A tag with the few attributes that matter, on as many source lines as before."""
    kept = {m[1]: m[2] or m[3] or "" for m in _KEPT_ATTRIBUTE.finditer(tag[2][:100_000])}
    attributes = "".join(f' {name}="{value.replace(chr(34), "")}"' for name, value in kept.items())
    return f"<{tag[1]}{attributes}" + "\n" * (tag[2].count("\n") - attributes.count("\n")) + ">"


def parse_tree(source: str) -> etree._Element:
    """The element tree of ``source``; never fails and never stops halfway."""
    root = _parse(source, huge=False)
    if root is None:
        root = _parse(flatten_depth(source), huge=True)
    if root is None:
        # What no parser takes is read as its bare words, one line a tag.
        words = re.sub(r"<[^<>]*>", "\n", _SCRIPT.sub("", source)).replace("<", " ")
        root = _parse(f"<pre>{words}</pre>", huge=True)
    return root if root is not None else etree.Element("html")


def _parse(source: str, huge: bool) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=huge, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None
    fatal = [e for e in parser.error_log if e.level_name == "FATAL" and "RESOURCE" in e.type_name]
    return None if root is None or fatal else root


def flatten_depth(source: str) -> str:
    """``source`` without the tags that nest deeper than ``MAX_DEPTH``; a block's tag leaves a line break. Linear."""
    source = _SCRIPT.sub("", source)
    stack: list[str] = []
    out: list[str] = []
    position = 0
    for m in _TAG.finditer(source):
        closing, tag, rest = m[1], m[2].lower(), m[3]
        out.append(source[position : m.start()])
        position = m.end()
        is_deep = len(stack) >= MAX_DEPTH
        if tag in _VOID or rest.endswith("/"):
            out.append(m[0])
            continue
        if closing:
            is_deep = len(stack) > MAX_DEPTH
            if stack:
                stack.pop()
        else:
            stack.append(tag)
        out.append(("" if tag in _INLINE else "<br>") if is_deep else m[0])
    out.append(source[position:])
    return "".join(out)


def _is_mhtml(data: bytes) -> bool:
    head = data[:4096].lstrip().lower()
    return not head.startswith(b"<") and b"mime-version" in head and b"content-type" in data[:65536].lower()


def _page_of_mhtml(data: bytes, name: str) -> tuple[bytes, str | None, str | None]:
    """The first HTML part, its declared encoding, and the address it was saved from. Parts may hold parts."""
    url = None
    waiting = [data]
    for _ in range(64):
        if not waiting:
            break
        headers, body = _headers_and_body(waiting.pop(0))
        kind = headers.get("content-type", "")
        url = url or headers.get("snapshot-content-location") or headers.get("content-location")
        if boundary := re.search(r'boundary\s*=\s*"?([^";\s]+)', kind, re.IGNORECASE):
            parts = body.split(b"--" + boundary[1].encode("latin-1", "replace"))
            waiting = parts[1:64] + waiting
        elif kind.lower().startswith("text/html"):
            charset = re.search(r'charset\s*=\s*"?([\w.:-]+)', kind, re.IGNORECASE)
            return _decoded_part(headers, body), charset[1] if charset else None, url
    raise UnreadableFile(name, "网页存档里没有网页正文", "请在浏览器中重新“另存为”网页后再试。")


def _headers_and_body(part: bytes) -> tuple[dict[str, str], bytes]:
    pieces = re.split(rb"\r?\n\r?\n", part.lstrip(b"\r\n"), maxsplit=1)
    if len(pieces) < 2:
        return {}, b""
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", pieces[0]).decode("latin-1")
    headers: dict[str, str] = {}
    for line in unfolded.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            headers.setdefault(key.strip().lower(), value.strip())
    return headers, pieces[1]


def _decoded_part(headers: dict[str, str], body: bytes) -> bytes:
    encoding = headers.get("content-transfer-encoding", "").lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding == "base64":
        try:
            return base64.b64decode(re.sub(rb"[^A-Za-z0-9+/=]", b"", body))
        except (binascii.Error, ValueError):
            return b""
    return body
