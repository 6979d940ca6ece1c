"""ofd: the official layout format (GB/T 33190). Text objects become glyphs with places, path objects rulings."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ingest.documents import EmptyFile, Finding, ReadText, UnreadableFile
from ingest.readers import scan
from ingest.readers.assembling import TextBuilder
from ingest.readers.ofd_objects import MM, PageObjects, box_of, read_objects
from ingest.readers.ofd_package import OfdPackage, children, text_of
from ingest.readers.page_layout import PageReader
from ingest.readers.page_lines import Page, lines_of, runs_of
from ingest.readers.zip_package import child

#: Far above any gazette; a file of more pages is an attack or an archive.
MAX_PAGES = 20_000
_MAX_GLYPHS = 40_000_000
#: Less than this many characters beside a picture is a stamp, not a text layer.
_FEW = 10
_ADVICE = "请重新下载,或用 OFD 阅读器另存后再导入。"


def read(data: bytes, name: str) -> ReadText:
    """The text of an OFD file: all its documents, page by page, as of a PDF. Texts of page templates are furniture.

    Facts are what the file declares as custom data (Name, value).

    Raises:
        UnreadableFile: damaged, behind a password, or too large.
        UnsupportedFormat: its pages are pictures, and recognition is not installed.
        EmptyFile: no pages.
    """
    package = OfdPackage(data, name)
    root = package.xml("OFD.xml")
    if root is None:
        raise UnreadableFile(name, "OFD 里没有目录(OFD.xml),文件不完整", _ADVICE)
    builder, seen = TextBuilder(is_paragraphed=True), _Seen(PageReader())
    for body in children(root, "DocBody"):
        for item in children(child(body, "DocInfo", "CustomDatas"), "CustomData")[:50]:
            if (key := item.get("Name")) and (value := (item.text or "").strip()):
                builder.facts.append((key, value))
        if location := text_of(body, "DocRoot"):
            _read_document(package, location, seen)
    if seen.n_pages == 0:
        raise EmptyFile(name, "OFD 里没有页", "请确认文件是否完整。")
    if len(seen.broken) == seen.n_pages:
        raise UnreadableFile(name, "OFD 的页都打不开", _ADVICE)
    if seen.broken:
        message = f"第 {'、'.join(map(str, seen.broken[:30]))} 页已损坏,读不出来"
        builder.findings.append(Finding("broken_page", "error", message, None, None, "请换用完整的文件。"))
    recognition = scan.Recognition()
    if seen.pictures:
        _recognise(seen, recognition, builder, name)
    return recognition.reported(seen.reader.write(builder))


@dataclass
class _Seen:
    """The pages read so far. ``pictures`` are the images of pages that show nothing else, by page number."""

    reader: PageReader
    n_pages: int = 0
    n_glyphs: int = 0
    pictures: dict[int, bytes] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)


def _recognise(seen: _Seen, recognition: scan.Recognition, builder: TextBuilder, name: str) -> None:
    """Puts what can be recognised on them in the place of pages that are pictures, or reports them."""
    if scan.is_installed():
        images = ((n, image) for n, data in seen.pictures.items() for _, image in islice(scan.frames(data, name), 1))
        for page in recognition.pages(images, name):
            seen.reader.add(page)
    elif 2 * len(seen.pictures) > seen.n_pages:
        raise scan.not_installed(name, f"OFD 是扫描件,{len(seen.pictures)} 页没有文字")
    else:
        message = f"第 {'、'.join(map(str, list(seen.pictures)[:30]))} 页只有图片、没有文字"
        builder.findings.append(Finding("page_without_text", "warning", message, None, None, "请对照原件核对这些页。"))


@dataclass(frozen=True)
class _Document:
    """What the pages of one document share."""

    area: tuple[float, float, float, float]
    templates: dict[str, str]
    #: Paths of pictures by their resource ID.
    media: dict[str, str]


def _read_document(package: OfdPackage, location: str, seen: _Seen) -> None:
    path = package.resolve("OFD.xml", location)
    root = package.xml(path)
    if root is None:
        seen.n_pages += 1
        seen.broken.append(seen.n_pages)
        return
    common = child(root, "CommonData")
    area = box_of(text_of(common, "PageArea", "PhysicalBox")) or (0.0, 0.0, 210.0, 297.0)
    templates = {t.get("ID", ""): package.resolve(path, t.get("BaseLoc", "")) for t in children(common, "TemplatePage")}
    document = _Document(area, templates, _media(package, path, common))
    for entry in children(child(root, "Pages"), "Page"):
        seen.n_pages += 1
        if seen.n_pages > MAX_PAGES:
            raise UnreadableFile(package.name, f"OFD 超过 {MAX_PAGES} 页", "请拆成较小的文件再导入。")
        content = package.xml(package.resolve(path, entry.get("BaseLoc", "")))
        if content is None:
            seen.broken.append(seen.n_pages)
            continue
        page, picture = _read_page(package, document, content, seen.n_pages)
        if picture is not None:
            seen.pictures[seen.n_pages] = picture
        seen.reader.add(page)
        seen.n_glyphs += len(page.glyphs)
        if seen.n_glyphs > _MAX_GLYPHS:
            raise UnreadableFile(package.name, "文字太多,不像公文", "请拆成较小的文件再导入。")


def _media(package: OfdPackage, path: str, common: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in ("PublicRes", "DocumentRes"):
        for location in (e.text or "" for e in children(common, kind)):
            resource = package.resolve(path, location)
            root = package.xml(resource)
            if root is None:
                continue
            folder = root.get("BaseLoc", "")
            for media in (m for group in children(root, "MultiMedias") for m in children(group, "MultiMedia")):
                file = text_of(media, "MediaFile")
                found[media.get("ID", "")] = package.resolve(
                    resource, f"{folder.rstrip('/')}/{file}" if folder else file
                )
    return found


def _read_page(package: OfdPackage, document: _Document, content: Any, number: int) -> tuple[Page, bytes | None]:
    """A page, and the picture that it shows instead of text, if that is all."""
    area = box_of(text_of(content, "Area", "PhysicalBox")) or document.area
    left, top, width, height = area
    objects = read_objects(child(content, "Content"), (left, top))
    asides = list(objects.asides)
    for template in children(content, "Template"):
        path = document.templates.get(template.get("TemplateID", ""))
        root = package.xml(path) if path else None
        if root is not None:
            printed = read_objects(child(root, "Content"), (left, top))
            objects.rulings += printed.rulings
            asides += [("running_head", a.text) for a in lines_of(runs_of(printed.glyphs))]
    page = Page(number, width * MM, height * MM, objects.glyphs, objects.rulings, asides)
    return page, _picture(package, document, objects, width * height) if len(objects.glyphs) < _FEW else None


def _picture(package: OfdPackage, document: _Document, objects: PageObjects, page_area: float) -> bytes | None:
    if not objects.pictures:
        return None
    area, resource = max(objects.pictures)
    if area < 0.3 * page_area or resource not in document.media:
        return None
    return package.part(document.media[resource])
