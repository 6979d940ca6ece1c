from __future__ import annotations

import pytest

from ingest.numerals import LARGEST_NUMBER, chinese_numeral, read_numeral


def test_every_clause_number_reads_back_as_itself() -> None:
    printed = {n: chinese_numeral(n) for n in range(1, LARGEST_NUMBER + 1)}
    assert [n for n, text in printed.items() if read_numeral(text) != n] == []
    assert len(set(printed.values())) == LARGEST_NUMBER


def test_every_number_reads_in_arabic_and_digit_by_digit() -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    digits = str.maketrans("0123456789", "〇一二三四五六七八九")
    for n in range(1, LARGEST_NUMBER + 1):
        assert read_numeral(str(n)) == n
        assert read_numeral(str(n).translate(wide)) == n
        if n >= 10:
            assert read_numeral(str(n).translate(digits)) == n


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        # the teens drop their leading 一
        (10, "十"), (11, "十一"), (19, "十九"),
        # and nothing else does
        (20, "二十"), (110, "一百一十"), (111, "一百一十一"),
        # one 零 for one gap, one for two, none at the end
        (101, "一百零一"), (1001, "一千零一"), (1010, "一千零一十"), (1100, "一千一百"), (9090, "九千零九十"),
        # ends of the range
        (0, "零"), (1, "一"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_numerals_print_as_documents_print_them(number: int, printed: str) -> None:
    assert chinese_numeral(number) == printed
    assert read_numeral(printed) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # shorthand tens
        ("廿", 20), ("廿一", 21), ("卅五", 35),
        # 二 as people say it
        ("两", 2), ("兩百", 200),
        # years, with each of the zeros that printers use
        ("二〇二三", 2023), ("二○二三", 2023), ("二零二三", 2023),
        # teens with their 一
        ("一十五", 15),
        # zero padding
        ("019", 19),
    ],
)  # fmt: skip
def test_other_spellings_read_as_the_same_number(text: str, number: int) -> None:
    assert read_numeral(text) == number


@pytest.mark.parametrize(
    "text",
    [
        # nothing, or nothing numeric
        "", " ", "条", "第十条",
        # units that rise, or repeat
        "三十百", "十十", "一百百",
        # two digits under one unit
        "二三十", "一百二三",
        # two scripts in one numeral
        "十2", "1十", "十二3",
        # signs, fractions and digits of other scripts
        "-1", "1.5", "٣", "²",
        # a trailing line feed is not part of a numeral
        "十二\n",
    ],
)  # fmt: skip
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_numeral(text)


@pytest.mark.parametrize("number", [-1, 10000, 99999])
def test_numbers_beyond_any_clause_are_not_printed(number: int) -> None:
    with pytest.raises(ValueError):
        chinese_numeral(number)
