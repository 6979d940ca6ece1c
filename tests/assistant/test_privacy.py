"""Numbers that identify a person are masked; numbers of offices, documents and rules are not."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.privacy import MaskingFilter, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我身份证360502198803121234,查到账没", "我身份证[身份证号],查到账没"),
        ("身份证36050219880312123X", "身份证[身份证号]"),
        ("老证360502880312123", "老证[身份证号]"),
        ("电话13812345678", "电话[手机号]"),
        ("电话138 1234 5678回我", "电话[手机号]回我"),
        ("+86 138-1234-5678", "[手机号]"),
        ("卡号6222021234567890123", "卡号[银行卡号]"),
        ("6222 0212 3456 7890 123", "[银行卡号]"),
        ("社保卡号A12345678领不了", "[社保卡号]领不了"),
    ],
)
def test_personal_numbers_are_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "余府办发〔2023〕19号第十六条",
        "拨打12345或0790-6442345",
        "到2025年12月31日达到172000人",
        "投资3000万元,产值335亿元",
        "索引号014500000/2023-00123",
        "单机100MW,库容10000000立方米",
    ],
)
def test_numbers_of_offices_documents_and_rules_are_left(text):
    assert mask(text) == text


@given(st.text(max_size=60), st.integers(13000000000, 19999999999))
def test_no_phone_survives_whatever_stands_around_it(around, phone):
    digits = "".join(c for c in around if not c.isdigit() and c not in "-.")
    assert str(phone) not in mask(f"{digits} {phone} {digits}")


def test_masking_again_changes_nothing():
    once = mask("身份证360502198803121234电话13812345678")
    assert mask(once) == once


def test_every_log_record_is_masked(caplog):
    logger = logging.getLogger("gazette.test")
    handler = caplog.handler
    handler.addFilter(filter_ := MaskingFilter())
    try:
        with caplog.at_level(logging.INFO, logger="gazette.test"):
            logger.info("asked by %s", "13812345678")
            try:
                raise ValueError("360502198803121234")
            except ValueError:
                logger.exception("failed")
    finally:
        handler.removeFilter(filter_)
    assert "13812345678" not in caplog.text and "360502198803121234" not in caplog.text
    assert "[手机号]" in caplog.text and "[身份证号]" in caplog.text


def test_a_question_is_searched_and_handed_out_without_them(assistant):
    answer = assistant.ask("我身份证360502198803121234,失业保险哪个局牵头", trace=True)
    assert "360502198803121234" not in answer.model_dump_json()
    assert answer.citations
