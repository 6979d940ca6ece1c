"""The everyday-to-official lexicon: its file, its matching, an office's own file, and its words in official text."""

import json
import re
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.lexicon import Expansion, Lexicon, LexiconError, Term, read_terms
from assistant.lexicon.terms import BUNDLED, HEADER, TYPO

SHARED = Path(__file__).resolve().parents[3] / "shared"
#: Abbreviations and full names lead to each other on purpose.
ABBREVIATIONS = {"简称", "机构简称", "机构全称"}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture
def office(tmp_path):
    """Writes an office's own file from rows and gives its path."""

    def write(*rows: str, header: str = "\t".join(HEADER)) -> Path:
        path = tmp_path / "office.tsv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def found(lexicon: Lexicon, text: str) -> list[tuple[str, str]]:
    return [(e.everyday, e.officials[0]) for e in lexicon.expand(text)]


# -- the bundled file ------------------------------------------------------------------------------------------


def test_the_file_is_large_and_broad():
    terms = [t for t in read_terms(BUNDLED) if t.officials]
    assert len(terms) >= 1500
    assert len({t.subject for t in terms}) >= 40


def test_every_line_has_four_columns_and_no_stray_space():
    for number, line in enumerate(BUNDLED.read_text(encoding="utf-8").splitlines(), 1):
        columns = line.split("\t")
        assert len(columns) == 4, number
        assert all(c == c.strip() for c in columns), number


def test_everyday_terms_are_unique_whatever_their_case():
    counts = Counter(t.everyday.lower() for t in read_terms(BUNDLED))
    assert [word for word, n in counts.items() if n > 1] == []


def test_no_everyday_term_is_one_of_its_officials():
    assert [t.everyday for t in read_terms(BUNDLED) if t.everyday in t.officials] == []


def test_no_chain_of_terms_loops(lexicon):
    """Following officials that are everyday terms themselves never comes back, but for declared abbreviations."""
    steps = {t.everyday: t.officials for t in lexicon.terms if t.subject not in ABBREVIATIONS}

    def walk(word: str, path: tuple[str, ...]) -> None:
        assert word not in path, " → ".join([*path, word])
        for official in steps.get(word, ()):
            walk(official, (*path, word))

    for word in steps:
        walk(word, ())


def test_an_official_term_is_not_an_everyday_term_of_another_row(lexicon):
    everyday = {t.everyday for t in lexicon.terms if t.officials and t.subject not in ABBREVIATIONS}
    rows = [t for t in lexicon.terms if t.subject not in ABBREVIATIONS | {TYPO}]
    assert [(t.everyday, o) for t in rows for o in t.officials if o in everyday] == []


def test_a_right_spelling_is_not_a_misspelling(lexicon):
    typos = [t for t in lexicon.terms if t.subject == TYPO]
    right = {t.officials[0] for t in typos}
    assert [t.everyday for t in typos if t.everyday in right] == []
    assert [t.everyday for t in typos if any(t.everyday in r for r in right)] == []


def test_the_documented_counts_are_those_of_the_file():
    documented = (Path(BUNDLED).parents[1] / "LEXICON.md").read_text(encoding="utf-8")
    terms = read_terms(BUNDLED)
    counts = Counter(t.subject for t in terms)
    table = dict(re.findall(r"(\w+) (\d+)(?= ·| \||\s\()", documented.partition("| | rows |")[2].partition("\n\n")[0]))
    left_alone = counts.pop("不展开")
    assert {subject: int(n) for subject, n in table.items()} == counts
    assert f"{sum(counts.values()):,} everyday terms" in documented
    assert f"| {left_alone} |" in documented
    assert f"{len({o for t in terms if t.subject != TYPO for o in t.officials}):,} official ones" in documented


# -- finding -----------------------------------------------------------------------------------------------------

#: (what people type, the everyday word found, one official term it leads to)
SAID = [
    ("退休金一个月好多", "退休金", "基本养老金"),
    ("跑外卖能参加吗", "跑外卖", "灵活就业人员"),
    ("五保户怎么申请", "五保户", "特困人员"),
    ("在街上摆摊", "摆摊", "个体工商户"),
    ("开小厂的", "开小厂", "小微企业"),
    ("交社保", "交社保", "参保缴费"),
    ("医保卡丢了", "医保卡", "医保电子凭证"),
    ("可以挂网上吗", "挂网上", "公开发布"),
    ("公家的人", "公家的人", "机关事业单位工作人员"),
    ("当兵回来的安置", "当兵回来的", "退役军人"),
    ("房子抗震", "房子抗震", "抗震设防"),
    ("打雷怎么预警", "打雷", "雷电"),
    ("下暴雨", "下暴雨", "暴雨"),
    ("奖多少钱", "奖多少钱", "奖励资金"),
    ("归谁管", "归谁管", "责任单位"),
    ("谁说了算", "谁说了算", "负责解释"),
    ("咋罚", "咋罚", "责令改正"),
    ("人社局在哪", "人社局", "人力资源和社会保障局"),
    # Full names lead to the abbreviation that documents print.
    ("住房和城乡建设局", "住房和城乡建设局", "住建局"),
    # Latin letters in either case.
    ("gdp目标", "gdp", "地区生产总值"),
    # A misspelled everyday word leads to the official one.
    ("社宝卡签发", "社宝卡", "社会保障卡"),
]


@pytest.mark.parametrize(("text", "everyday", "official"), SAID)
def test_everyday_words_lead_to_official_ones(lexicon, text, everyday, official):
    assert official in {o for e in lexicon.expand(text) if e.everyday == everyday for o in e.officials}


#: Near misses: an everyday word only by the accident of what stands beside it.
NOT_SAID = [
    "各种地方",  # 种地
    "科学技术",  # 学技术
    "县级以上人民政府",  # 民政
    "惠民政策",  # 民政
    "本办法自1996年起",  # 996
    "RAID",  # AI
    "拍卖地块",  # 卖地
    "重大风险",  # 大风
    "前几天",  # 几天
    "在小区里",  # 区里
    "第十六条第二款",
    "",
    "卡",
]


@pytest.mark.parametrize("text", NOT_SAID)
def test_a_word_across_word_boundaries_is_not_found(lexicon, text):
    assert lexicon.expand(text) == ()


def test_the_longest_term_wins():
    lexicon = Lexicon(
        [
            Term("社保", ("社会保险",), "社保"),
            Term("社保卡", ("社会保障卡",), "社保卡"),
            Term("社保卡丢了", ("挂失",), "社保卡"),
        ]
    )
    assert found(lexicon, "社保社保卡社保卡丢社保卡丢了") == [
        ("社保", "社会保险"),
        ("社保卡", "社会保障卡"),
        ("社保卡", "社会保障卡"),
        ("社保卡丢了", "挂失"),
    ]


def test_matches_do_not_overlap_and_the_first_one_wins():
    lexicon = Lexicon([Term("甲乙", ("一",), "x"), Term("乙丙丁", ("二",), "x")])
    assert found(lexicon, "甲乙丙丁") == [("甲乙", "一")]


def test_a_term_longer_than_the_rest_of_the_text_is_not_found():
    assert Lexicon([Term("甲乙丙", ("一",), "x")]).expand("丁甲乙") == ()


def test_offsets_reproduce_the_text(lexicon):
    text = "你好,AI审稿归谁管?我妈退休金没发,社宝卡也丢了,GDP、12345、500强呢 "
    expansions = lexicon.expand(text)
    assert len(expansions) >= 7
    assert [text[e.start : e.end] for e in expansions] == [e.everyday for e in expansions]
    assert all(a.end <= b.start for a, b in pairwise(expansions))


def test_every_bundled_term_is_found_in_itself(lexicon):
    missed = [t.everyday for t in lexicon.terms if t.officials and not lexicon.expand(t.everyday)]
    whole = [
        t
        for t in lexicon.terms
        if t.officials and [(e.start, e.end) for e in lexicon.expand(t.everyday)] == [(0, len(t.everyday))]
    ]
    assert missed == []
    assert len(whole) == sum(1 for t in lexicon.terms if t.officials)


def test_the_same_text_gives_the_same_expansions(lexicon):
    assert lexicon.expand("跑外卖交社保") == Lexicon.load().expand("跑外卖交社保")


# -- spelling ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("抗振设防办法", "抗震设防办法"),
        ("社宝卡签发率", "社保卡签发率"),
        ("登陆账号", "登录账号"),
        ("帐号", "账号"),
        ("工商认定和工商保险", "工伤认定和工伤保险"),
        # Everyday words are not spelling mistakes.
        ("退休金好多钱", "退休金好多钱"),
        # Near misses stay: each holds a misspelling across word boundaries.
        ("工商局", "工商局"),
        ("合作设立", "合作设立"),
        ("", ""),
    ],
)
def test_only_listed_misspellings_change(lexicon, typed, meant):
    assert lexicon.spell(typed) == meant


def test_correct_spelling_is_stable(lexicon):
    for term in lexicon.terms:
        if term.subject == TYPO:
            assert lexicon.spell(lexicon.spell(term.everyday)) == lexicon.spell(term.everyday) == term.officials[0]


# -- an office's own file ----------------------------------------------------------------------------------------


def test_an_office_file_adds_and_overrides(office):
    lexicon = Lexicon.load(office("退休金\t企业退休待遇\t养老\t本市叫法", "办事通\t政务服务平台\t政务服务\t"))
    assert lexicon.expand("退休金") == (Expansion("退休金", ("企业退休待遇",), 0, 3, "养老"),)
    assert found(lexicon, "办事通") == [("办事通", "政务服务平台")]
    assert len(lexicon) == len(Lexicon.load()) + 1


def test_an_office_file_switches_a_term_off_and_protects_a_longer_word(office):
    lexicon = Lexicon.load(office("摆摊\t-\t城管\t", "退休金融\t-\t不展开\t"))
    assert lexicon.expand("摆摊") == ()
    assert lexicon.expand("退休金融产品") == ()
    assert found(lexicon, "退休金") == [("退休金", "基本养老金")]


def test_the_later_of_two_files_holds(tmp_path, office):
    later = tmp_path / "later.tsv"
    later.write_text("everyday\tofficial\tsubject\n退休金\t丙\t养老\n", encoding="utf-8")
    assert found(Lexicon.load(office("退休金\t乙\t养老\t"), later), "退休金") == [("退休金", "丙")]


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path):
    path = tmp_path / "office.tsv"
    path.write_bytes(
        "\ufeffeveryday\tofficial\tsubject\tnote\r\n\r\n# 本局补充\r\nＡＩ办\t甲 | 乙\t简称\t\r\n".encode()
    )
    assert read_terms(path) == (Term("AI办", ("甲", "乙"), "简称"),)


#: (the row, what the message says); the row is line 3 of its file.
BAD_ROWS = [
    ("退休金 基本养老金 养老", "有 1 列"),
    ("退休金\t基本养老金", "有 2 列"),
    ("退休金\t基本养老金\t养老\t备注\t多", "有 5 列"),
    ("崽\t儿童\t方言\t", "不足两个字"),
    ("退 休金\t基本养老金\t养老\t", "有空白"),
    ("退休金\t\t养老\t", "有空项"),
    ("退休金\t基本养老金||养老金\t养老\t", "有空项"),
    ("退休金\t基本养老金|基本养老金\t养老\t", "有重复"),
    ("退休金\t基本养老金|退休金\t养老\t", "与公文用语相同"),
    ("退休金\t基本养老金\t\t", "没有主题"),
    ("社宝卡\t社保卡|社会保障卡\t错别字\t", "有 2 个改法"),
    ("外卖员\t灵活就业人员\t就业\t", "在第2行已经有了"),
]


@pytest.mark.parametrize(("row", "says"), BAD_ROWS)
def test_a_bad_line_is_reported_with_its_number(office, row, says):
    path = office("外卖员\t快递员\t就业\t", row)
    with pytest.raises(LexiconError, match=re.escape(says)) as caught:
        Lexicon.load(path)
    assert (caught.value.path, caught.value.line) == (path, 3)
    assert "第3行" in str(caught.value)
    assert caught.value.fix in str(caught.value)


def test_a_file_without_a_header_is_reported(office):
    with pytest.raises(LexiconError, match="表头") as caught:
        Lexicon.load(office(header="退休金\t基本养老金\t养老\t"))
    assert caught.value.line == 1


def test_an_empty_file_is_reported(tmp_path):
    (tmp_path / "empty.tsv").write_text("", encoding="utf-8")
    with pytest.raises(LexiconError, match="没有表头"):
        Lexicon.load(tmp_path / "empty.tsv")


def test_a_file_in_another_encoding_is_reported(tmp_path):
    path = tmp_path / "gbk.tsv"
    path.write_bytes("everyday\tofficial\tsubject\n退休金\t基本养老金\t养老\n".encode("gbk"))
    with pytest.raises(LexiconError, match="UTF-8"):
        Lexicon.load(path)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(LexiconError, match="读不到"):
        Lexicon.load(tmp_path / "none.tsv")


# -- cost --------------------------------------------------------------------------------------------------------


def test_cost_grows_with_the_text_and_not_with_the_lexicon(lexicon):
    """Generous bounds, about twenty times the usual: they catch a change of order, not a slow machine."""
    question = "我跑外卖的没得单位想交社保退休金好多钱归哪个管" * 4
    start = time.perf_counter()
    for _ in range(100):
        lexicon.expand(question)
    assert (time.perf_counter() - start) / 100 < 0.005
    start = time.perf_counter()
    lexicon.expand("交社" * 50_000)
    assert time.perf_counter() - start < 2


# -- official text -----------------------------------------------------------------------------------------------


def _official_texts():
    # The printed gazette breaks lines inside words.
    for path in sorted((SHARED / "gazettes").glob("*.txt")):
        yield re.sub(r"\s+", "", path.read_text(encoding="utf-8"))
    for name, field in (("policy_text", "text"), ("government_work_reports", "content")):
        with open(SHARED / "corpora" / f"{name}.jsonl", encoding="utf-8") as lines:
            yield "\n".join(json.loads(line)[field] for line in lines)
    yield "\n".join(
        p.read_text(encoding="utf-8", errors="replace") for p in sorted((SHARED / "corpora" / "laws").rglob("*.md"))
    )


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "corpora").is_dir(), reason="../shared is not here: official terms not verified")
def test_every_official_term_occurs_in_official_text(lexicon):
    everyday = {t.everyday for t in lexicon.terms}
    # A right spelling may be an everyday word (社保卡), whose own officials are verified.
    wanted = {o for t in lexicon.terms for o in t.officials if t.subject != TYPO or o not in everyday}
    for text in _official_texts():
        wanted = {term for term in wanted if term not in text}
    assert wanted == set()
