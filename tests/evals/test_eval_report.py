"""The report shows everything, escapes everything, and asks nothing of the network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from evals.report import render_report
from evals.responses import Record
from evals.running import describe_run
from evals.runs import append_record, open_run, start_run
from evals.scoring import score_run
from tests.evals.scripted import ScriptedAnswerer, cited, make_case, reply

ATTACK = '</div><script>alert(1)</script><img src="https://example.org/x" onerror=alert(2)>&"\''
CASES = [
    make_case("第十六条", id="T-1", must_include=["20个工作日"], note="备注甲"),
    make_case("第十七条", id="T-2", type="benefit", question=f"问{ATTACK}"),
    make_case(id="T-3", expect="refuse", type="out_of_scope", history=[{"role": "user", "content": ATTACK}]),
    make_case("第十八条", id="T-4"),
]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _page(tmp_path: Path) -> str:
    directory = tmp_path / "run"
    start_run(directory, CASES, describe_run(Path("q.jsonl"), CASES, ScriptedAnswerer({}), None))
    good = reply(cited("第十六条", quote="20个工作日"), answer="20个工作日内")
    bad = reply(cited(ATTACK, ATTACK, quote=ATTACK), answer=ATTACK)
    for case_id, given, held, error in (
        ("T-1", good, ("20个工作日",), None),
        ("T-2", bad, (None,), None),
        ("T-3", None, None, f"RuntimeError: {ATTACK}"),
    ):
        append_record(directory, Record(id=case_id, reply=given, seconds=0.1, answered_at="x", held=held, error=error))
    return render_report(score_run(open_run(directory)))


def test_text_of_others_is_escaped(tmp_path: Path) -> None:
    page = _page(tmp_path)
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert [tag for tag, _ in tags.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in tags.tags}
    assert not any(name.startswith("on") for _, attributes in tags.tags for name in attributes)
    assert page.count("&lt;script&gt;alert(1)") >= 6


def test_nothing_is_requested_from_outside(tmp_path: Path) -> None:
    tags = _Tags()
    tags.feed(_page(tmp_path))
    assert not any(name in ("src", "href", "action") for _, attributes in tags.tags for name in attributes)
    policy = next(a["content"] for t, a in tags.tags if t == "meta" and a.get("http-equiv"))
    assert "default-src 'none'" in (policy or "")


def test_every_case_can_be_filtered_by_type_and_verdict(tmp_path: Path) -> None:
    tags = _Tags()
    tags.feed(_page(tmp_path))
    found = [(a["data-type"], a["data-correct"]) for tag, a in tags.tags if tag == "details"]
    assert found == [("number", "1"), ("benefit", "0"), ("out_of_scope", "0"), ("number", "0")]


def test_case_shows_expected_got_citations_and_verdicts(tmp_path: Path) -> None:
    page = _page(tmp_path)
    first, second, third, fourth = re.findall(r"<details.*?</details>", page, re.S)
    for words in (
        "余府办发〔2023〕19号 第十六条",
        "须有：20个工作日",
        "20个工作日内",
        "备注甲",
        "答对率 1.00",
        "引文逐字 1.00",
    ):
        assert words in first, words
    assert "库中查无此条" in second and "非标准答案" in second
    assert "作答失败" in third
    assert "没有问到" in fourth and "未计分" in fourth
