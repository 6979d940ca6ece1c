"""The second reader finds the shape that the gazette is known to have, so that its silence about a case means something."""

from __future__ import annotations

import re

import pytest

from tests.evals.printed_gazette import read_clauses

PRINTED = read_clauses()


def _paths(document: str, pattern: str) -> list[str]:
    return [path for name, path in PRINTED if name == document and re.fullmatch(pattern, path)]


@pytest.mark.parametrize(
    ("document", "pattern", "n"),
    [
        ("余府办发〔2023〕19号", "第.+条", 21),
        ("余府办字〔2023〕32号", "第[^/]+条", 18),
        ("余府发〔2023〕15号", r"[一二三四五六七八九]/\(.+\)", 28),
        ("余府发〔2023〕19号", r"二/\(.+\)/\d+", 20),
        # restarts from 1 in the second part
        ("余府办发〔2023〕28号", r"二/\(一\)/\d+", 5),
        ("余府办发〔2023〕28号", r"二/\(二\)/\d+", 7),
        ("余府办发〔2023〕28号", r"三/5/.是", 4),
    ],
)
def test_counts_of_clauses(document: str, pattern: str, n: int) -> None:
    assert len(_paths(document, pattern)) == n


@pytest.mark.parametrize(
    ("document", "path", "words", "absent"),
    [
        ("余府办发〔2023〕19号", "第四条/(四)/6", "五百张以上床位", "日供水"),
        ("余府办字〔2023〕32号", "第十七条", "负责解释", "印发之日"),
        ("余府办字〔2023〕32号", "第七条/1/(3)", "三审", "须以市政府"),
        ("余府发〔2023〕19号", "一", "95.5%", "重点任务"),
        ("市政府召开第38次常务会", "前言", "一超四罚", "噪声"),
        ("余府办发〔2023〕28号", "附件", "新宜吉合", "督促考核"),
    ],
)
def test_clause_begins_and_ends_where_it_is_printed(document: str, path: str, words: str, absent: str) -> None:
    text = PRINTED[document, path]
    assert words in text
    assert absent not in text
