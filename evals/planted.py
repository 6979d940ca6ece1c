"""How many planted errors the verifier catches, and how many right statements it refuses.

``python -m evals.planted [FILE…]`` takes clauses of the bundled gazette, or of the files given, makes a right statement of
each and errors of every kind from it, and prints the share caught by kind. Seeded: the same files give the same errors.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from assistant.verify import check_statement
from ingest import Clause, Document, IngestError
from ingest.reader import bundled_gazettes, read_documents
from ingest.sources import find_files

SEED = 20230831
_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;]")
_AMOUNT = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十]+(?=(?:个|日|年|月|元|万|亿|人|倍|次|项|天|周岁))")
_UNITS = {
    "万元": "亿元",
    "亿元": "万元",
    "元": "万元",
    "%": "‰",
    "日": "月",
    "年": "月",
    "月": "日",
    "人": "户",
    "公里": "米",
    "个工作日": "日",
}
_MODALS = {"应当": "可以", "可以": "应当", "不得": "可以", "必须": "可以", "禁止": "允许", "有权": "无权"}
_CONDITION = re.compile(
    r"^(?:第\S{1,7}条\s*|[(（]\S{1,3}[)）]|\d+[.、])?(?P<condition>[^，,。；;]{4,40}(?:的|后|前|时|部署|规定|条件|批准|同意))[，,](?!是指)"
)


@dataclass(frozen=True)
class Planted:
    """A statement with the texts it cites; ``kind`` says what is wrong with it, ``right…`` that nothing is."""

    kind: str
    statement: str
    evidence: tuple[str, ...]


def planted(documents: Sequence[Document], seed: int = SEED) -> Iterator[Planted]:
    """Right statements and errors of every kind that the clauses allow, in document order."""
    rng = random.Random(seed)
    for document in documents:
        clauses = [clause for clause in document.clauses if _sentences(clause)]
        for place, clause in enumerate(clauses):
            sentence = rng.choice(_sentences(clause))
            text = clause.text
            yield Planted("right, verbatim", sentence, (text,))
            yield Planted("right, other width and line breaks", _respaced(sentence, rng), (text,))
            yield Planted("right, two clauses", f"{sentence}{_sentences(clauses[0])[0]}", (text, clauses[0].text))
            if (spelled := _respelled(sentence)) and spelled != sentence:
                yield Planted("right, figures spelled otherwise", spelled, (text,))
            others = [other for other in clauses if other is not clause and sentence not in other.text]
            if others:
                yield Planted("wrong article", sentence, (rng.choice(others).text,))
            if place + 1 < len(clauses) and sentence not in clauses[place + 1].text:
                yield Planted("neighbouring item", sentence, (clauses[place + 1].text,))
            strangers = [d for d in documents if d is not document and d.clauses]
            if strangers:
                stranger = rng.choice(strangers)
                twin = stranger.by_path.get(str(clause.path)) or rng.choice(stranger.clauses)
                if twin.text.strip() and sentence not in twin.text:
                    yield Planted("right article of the wrong document", sentence, (twin.text,))
            for kind, change in _CHANGES.items():
                changed = change(sentence, rng)
                # What is left of a sentence without its condition still stands in the text: that is the trap.
                if changed and changed != sentence and (kind == "dropped condition" or changed not in text):
                    yield Planted(kind, changed, (text,))
            if len(_sentences(clause)) > 1:
                first, second = rng.sample(_sentences(clause), 2)
                stitched = first[: len(first) // 2] + second[len(second) // 2 :]
                if stitched not in text:
                    yield Planted("stitched quotation", stitched, (text,))


def _sentences(clause: Clause) -> list[str]:
    """The whole sentences of a clause that are neither a few words nor a page."""
    return [found for match in _SENTENCE.findall(clause.text) if 12 <= len(found := match.strip()) <= 160]


def _respaced(sentence: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(sentence))
    wide = sentence.translate(str.maketrans("0123456789%,;:()", "０１２３４５６７８９％，；：（）"))
    return f"{wide[:at]}\n{wide[at:]}"


def _respelled(sentence: str) -> str | None:
    """12.25万人 as 122500人: the same figure in other digits."""

    def plain(match: re.Match[str]) -> str:
        value = round(float(match[1]) * 10_000, 4)
        return f"{value:g}" if value < 1e6 else match[0]

    return re.sub(r"(?<![\d.])(\d{1,2}(?:\.\d+)?)万(?=[元人亩户])", plain, sentence)


def _changed_amount(sentence: str, rng: random.Random) -> str | None:
    matches = list(_AMOUNT.finditer(sentence))
    if not matches:
        return None
    match = rng.choice(matches)
    number = match[0]
    if number[0].isdigit():
        digit = rng.choice([c for c in "123456789" if c != number[0]])
        changed = digit + number[1:]
    else:
        changed = rng.choice([c for c in "二三四五六七八九" if c != number[0]]) + number[1:]
    return sentence[: match.start()] + changed + sentence[match.end() :]


def _swapped_unit(sentence: str, rng: random.Random) -> str | None:
    matches = list(re.finditer(r"(\d(?:[\d.]*))(万元|亿元|元|%|个工作日|日|年|月|人|公里)", sentence))
    if not matches:
        return None
    match = rng.choice(matches)
    return sentence[: match.start(2)] + _UNITS[match[2]] + sentence[match.end(2) :]


def _dropped_condition(sentence: str, rng: random.Random) -> str | None:
    match = _CONDITION.match(sentence)
    rest = sentence[match.end() :] if match else ""
    return rest if len(rest) >= 10 else None


def _flipped(sentence: str, rng: random.Random) -> str | None:
    found = [modal for modal in _MODALS if modal in sentence]
    return sentence.replace(modal := rng.choice(found), _MODALS[modal], 1) if found else None


def _negated(sentence: str, rng: random.Random) -> str | None:
    found = [word for word in ("应当", "可以", "能够", "予以") if word in sentence]
    return sentence.replace(word := rng.choice(found), f"不{word}", 1) if found else None


def _invented(sentence: str, rng: random.Random) -> str | None:
    return f"{sentence[:-1]}，期限为{rng.randrange(31, 99)}个工作日{sentence[-1]}"


def _one_character(sentence: str, rng: random.Random) -> str | None:
    places = [at for at, character in enumerate(sentence) if "一" <= character <= "鿿"]
    at = rng.choice(places)
    other = rng.choice([c for c in "市县省部法令村户员会" if c != sentence[at]])
    return sentence[:at] + other + sentence[at + 1 :]


_CHANGES: dict[str, Callable[[str, random.Random], str | None]] = {
    "changed amount": _changed_amount,
    "swapped unit": _swapped_unit,
    "dropped condition": _dropped_condition,
    "flipped modality": _flipped,
    "flipped negation": _negated,
    "invented number": _invented,
    "one character": _one_character,
}


@click.command(help="植入错误,看核验能拦下多少,又误拦多少对的说法。")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--every", default=1, show_default=True, help="每几份文件取一份。")
@click.option("--show", default=0, show_default=True, help="每类列出几个没拦下或误拦的。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def main(paths: tuple[Path, ...], every: int, show: int, as_json: bool) -> None:
    documents: list[Document] = []
    for path in list(find_files(paths) if paths else bundled_gazettes())[::every]:
        try:
            documents += read_documents(path)
        except IngestError as error:
            click.echo(str(error), err=True)
    outcomes: dict[str, list[bool]] = defaultdict(list)
    wrong: dict[str, list[Planted]] = defaultdict(list)
    for one in planted(documents):
        refused = check_statement(one.statement, one.evidence).verdict != "supported"
        outcomes[one.kind].append(refused)
        if refused == one.kind.startswith("right,"):
            wrong[one.kind].append(one)
    figures = {
        kind: {"n": len(found), "refused": round(sum(found) / len(found), 4)} for kind, found in outcomes.items()
    }
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    for kind, figure in figures.items():
        label = "误拦" if kind.startswith("right,") else "拦下"
        click.echo(f"{kind:<38}{label} {figure['refused']:.3f}  ({figure['n']})")
        for one in wrong[kind][:show]:
            click.echo(f"    {one.statement!r}\n      {one.evidence[0][:120]!r}")


if __name__ == "__main__":
    main()
