"""OFD files: text objects with places, templates as furniture, several documents, and what must not be believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import EmptyFile, IngestError, UnreadableFile
from ingest.readers import ofd
from ingest.readers.ofd_objects import steps
from ingest.readers.ofd_package import OfdPackage
from tests.ingest.readers.page_builders import (
    furniture,
    grid_texts,
    ofd_files,
    ofd_of,
    ofd_page,
    ofd_text,
    paragraphs,
    table,
    typeset,
    zipped,
)
from tests.ingest.readers.test_page_layout import LAW, long_law


def one_page(content: str, **more: str) -> bytes:
    return zipped(ofd_files([ofd_page(content)], **more))


@pytest.mark.parametrize("columns", [1, 2])
def test_paragraphs_come_in_reading_order(columns: int) -> None:
    shape = {"per_line": (28, 18)[columns - 1], "size": (14.0, 11.0)[columns - 1]}
    texts = long_law(2)
    read = ofd.read(ofd_of(typeset(texts, columns=columns, rows=18, **shape)), "公报.ofd")  # type: ignore[arg-type]
    assert read.is_paragraphed and paragraphs(read) == texts
    assert {a.page for a in read.lines} == {1, 2}


STEPS = [
    # As written, and shortened by g.
    ("5.6 5.6 2.8", 9, [5.6, 5.6, 2.8]),
    ("g 3 5.6 2.8", 9, [5.6, 5.6, 5.6, 2.8]),
    ("2.8 g 2 5.6", 9, [2.8, 5.6, 5.6]),
    # No more than there are characters: a billion of them is an attack.
    ("g 1000000000 5.6", 4, [5.6] * 4),
    # Cut off, negative, not a number.
    ("g 3", 9, []),
    ("g -3 5.6 1", 9, [1.0]),
    ("g x 5.6", 9, []),
    (None, 9, []),
]


@pytest.mark.parametrize(("text", "at_most", "expected"), STEPS)
def test_steps_between_characters(text: str | None, at_most: int, expected: list[float]) -> None:
    assert steps(text, at_most) == expected


def test_characters_are_placed_by_their_steps_and_not_by_their_order_in_the_file() -> None:
    second = '<TextObject Boundary="32 20 60 8" Size="5"><TextCode X="0" Y="5" DeltaX="g 5 5">应当向公众开</TextCode></TextObject>'
    first = '<TextObject Boundary="20 20 60 8" Size="5"><TextCode X="0" Y="5">公园</TextCode></TextObject>'
    read = ofd.read(one_page(second + first), "a.ofd")
    assert paragraphs(read) == ["公园应当向公众开"]


def test_a_matrix_scales_and_moves_a_text() -> None:
    # Half the size, ten millimetres to the right: the second object stands directly behind the first.
    texts = (
        '<TextObject Boundary="20 20 60 8" Size="5"><TextCode X="0" Y="5" DeltaX="5">公园</TextCode></TextObject>'
        '<TextObject Boundary="20 20 60 8" Size="10" CTM="0.5 0 0 0.5 10 0"><TextCode X="0" Y="10" DeltaX="10">条例</TextCode></TextObject>'
    )
    assert paragraphs(ofd.read(one_page(texts), "a.ofd")) == ["公园条例"]


def test_a_turned_text_is_an_aside_and_parts_nothing() -> None:
    water = '<TextObject Boundary="60 60 60 60" Size="12" CTM="0.7 0.7 -0.7 0.7 0 0"><TextCode X="0" Y="12">内部资料</TextCode></TextObject>'
    body = "".join(ofd_text(*t) for t in typeset(LAW)[0].texts)
    read = ofd.read(one_page(water + body), "a.ofd")
    assert paragraphs(read) == LAW and furniture(read) == [("watermark", "内部资料")]


def test_namespaces_do_not_matter_and_blocks_in_blocks_are_read() -> None:
    page = (
        '<Page xmlns="urn:something-else"><Content><Layer><PageBlock><PageBlock>'
        + ofd_text(90, 100, 14, "第一条 公园应当开放。").replace("ofd:", "")
        + "</PageBlock></PageBlock></Layer></Content></Page>"
    )
    assert paragraphs(ofd.read(zipped(ofd_files([page])), "a.ofd")) == ["第一条 公园应当开放。"]


def test_text_of_a_template_is_furniture() -> None:
    common = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    page = ofd_page(ofd_text(90, 100, 14, "第一条 公园应当开放。"), before='<ofd:Template TemplateID="7"/>')
    files = ofd_files([page], common)
    files["Doc_0/Tpls/Tpl_0/Content.xml"] = ofd_page(ofd_text(200, 40, 9, "某市人民政府公报"))
    read = ofd.read(zipped(files), "a.ofd")
    assert paragraphs(read) == ["第一条 公园应当开放。"]
    assert furniture(read) == [("running_head", "某市人民政府公报")]


def test_path_objects_are_the_rules_of_a_table() -> None:
    read = ofd.read(ofd_of([table([["地区", "面积"], ["甲区", "12"]], 90, 300, [80, 60])]), "a.ofd")
    assert [t for *_, t in grid_texts(read)[0]] == ["地区", "面积", "甲区", "12"]


def test_pages_come_in_the_order_of_the_document_and_a_missing_one_is_reported() -> None:
    files = ofd_files([ofd_page(ofd_text(90, 100, 14, f"第{c}页的内容如下。")) for c in "一二三"])
    document = str(files["Doc_0/Document.xml"])
    files["Doc_0/Document.xml"] = (
        document.replace("Page_0/", "Page_9/").replace("Page_2/", "Page_0/").replace("Page_9/", "Page_2/")
    )
    del files["Doc_0/Pages/Page_1/Content.xml"]
    read = ofd.read(zipped(files), "a.ofd")
    assert paragraphs(read) == ["第三页的内容如下。", "第一页的内容如下。"]
    assert [a.page for a in read.lines] == [1, 3]
    assert [(f.code, f.severity) for f in read.findings] == [("broken_page", "error")] and "第 2 页" in read.findings[
        0
    ].message


def test_all_documents_of_a_file_are_read() -> None:
    files = ofd_files([ofd_page(ofd_text(90, 100, 14, "第一个文件的内容。"))])
    second = ofd_files([ofd_page(ofd_text(90, 100, 14, "第二个文件的内容。"))])
    files |= {path.replace("Doc_0", "Doc_1"): text for path, text in second.items() if path != "OFD.xml"}
    body = "<ofd:DocBody><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    files["OFD.xml"] = str(files["OFD.xml"]).replace("</ofd:OFD>", body)
    assert paragraphs(ofd.read(zipped(files), "a.ofd")) == ["第一个文件的内容。", "第二个文件的内容。"]


def test_custom_data_are_facts() -> None:
    info = '<ofd:CustomDatas><ofd:CustomData Name="发文字号">某府发〔2023〕19号</ofd:CustomData><ofd:CustomData Name="空"/></ofd:CustomDatas>'
    assert ofd.read(one_page(ofd_text(90, 100, 14, "内容。"), info=info), "a.ofd").facts == (
        ("发文字号", "某府发〔2023〕19号"),
    )


REFUSED = [
    # Not a zip, and one that lost its directory.
    (b"PK\x03\x04OFD.xml", UnreadableFile, "损坏"),
    (ofd_of(typeset(LAW))[:-200], UnreadableFile, "损坏"),
    # No list of contents.
    (zipped({"Doc_0/Document.xml": "<a/>"}), UnreadableFile, "目录"),
    # No pages.
    (zipped(ofd_files([])), EmptyFile, "没有页"),
    # Behind a password: the standard keeps the keys in a part of that name.
    (zipped(ofd_files([ofd_page("")]) | {"Encryptions.xml": "<a/>"}), UnreadableFile, "密码"),
    # A page larger than memory, out of a few kilobytes.
    (zipped(ofd_files([ofd_page("") + " " * (OfdPackage.max_part + 10)])), UnreadableFile, "解压后"),
]


@pytest.mark.parametrize(("data", "error", "found"), REFUSED)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(data: bytes, error: type[IngestError], found: str) -> None:
    with pytest.raises(error, match=found) as raised:
        ofd.read(data, "a.ofd")
    assert raised.value.advice


HOSTILE = [
    # A file of this machine as an entity.
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Page><Content><Layer><TextObject Size="5"><TextCode X="0" Y="0">&x;</TextCode></TextObject></Layer></Content></Page>',
    # Entities that grow.
    '<!DOCTYPE a [<!ENTITY x "公公公公"><!ENTITY y "&x;&x;&x;&x;">]><Page><Content><Layer><TextObject Size="5"><TextCode>&y;</TextCode></TextObject></Layer></Content></Page>',
    # Blocks in blocks without end.
    "<Page><Content>" + "<PageBlock>" * 5000 + "</PageBlock>" * 5000 + "</Content></Page>",
]


@pytest.mark.parametrize("page", HOSTILE)
def test_hostile_pages_are_broken_pages(page: str) -> None:
    read = ofd.read(zipped(ofd_files([ofd_page(ofd_text(90, 100, 14, "第一条 公园应当开放。")), page])), "a.ofd")
    assert read.text.strip() == "第一条 公园应当开放。"
    assert [f.code for f in read.findings] == ["broken_page"]


def test_a_path_that_leaves_the_file_is_found_nowhere() -> None:
    files = ofd_files([ofd_page("")])
    files["Doc_0/Document.xml"] = str(files["Doc_0/Document.xml"]).replace(
        "Pages/Page_0/Content.xml", "../../../../etc/hostname"
    )
    with pytest.raises(UnreadableFile):
        ofd.read(zipped(files), "a.ofd")


@given(st.binary(max_size=60), st.integers(0, 2000))
def test_damaged_files_raise_nothing_but_our_own_errors(noise: bytes, at: int) -> None:
    whole = ofd_of(typeset(LAW[:2]))
    try:
        ofd.read(whole[:at] + noise + whole[at + len(noise) :], "a.ofd")
    except IngestError as error:
        assert error.advice


@given(
    st.sampled_from(["Boundary", "Size", "CTM", "HScale", "Weight"]),
    st.sampled_from(
        ["", "x", "1e400 0 0 1", "0 0 0 0", "-5", "nan", "9" * 400, "1 2 3", "0 0 1e308 1e308 1e308 1e308"]
    ),
)
def test_nonsense_in_attributes_is_survived(attribute: str, value: str) -> None:
    given_attributes = {"Boundary": "20 20 60 8", "Size": "5"} | {attribute: value}
    written = " ".join(f'{k}="{v}"' for k, v in given_attributes.items())
    text = f'<TextObject {written}><TextCode X="0" Y="5">公园</TextCode></TextObject>'
    rule = (
        f'<PathObject Boundary="{value}"><AbbreviatedData>M 0 0 L {value} 0 B 1 1 C L L</AbbreviatedData></PathObject>'
    )
    ofd.read(one_page(text + rule), "a.ofd")
