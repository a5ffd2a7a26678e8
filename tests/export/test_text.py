"""Text that any format can carry."""

import unicodedata
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.export.text import clean, decimal_seconds, strict_json, two_decimals

_ANY_TEXT = st.text(st.characters())  # lone surrogates included


@given(_ANY_TEXT, st.integers(4, 100))
def test_cleaning_is_idempotent_and_keeps_the_limit(text, limit):
    once = clean(text, limit)
    assert clean(once, limit) == once
    assert len(once) <= limit


@given(_ANY_TEXT)
def test_what_is_left_is_one_line_of_legal_characters_in_nfc(text):
    left = clean(text)
    assert len(left.splitlines()) <= 1
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} or char in "\ufffe\uffff" for char in left)
    assert unicodedata.is_normalized("NFC", left)
    left.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two\r\nlines\tand a tab", "two lines and a tab"),
        ("a\x00b\x1bc\x9fd", "abcd"),
        ("half \ud83d a pair", "half  a pair"),
        ("e\u0301", "é"),
        ("e\x00\u0301", "é"),
        ("  edges \n", "edges"),
        ("& < > \" ' | = ; # % {}", "& < > \" ' | = ; # % {}"),
        ("שלום 🎬", "שלום 🎬"),
        ("", ""),
    ],
)
def test_cleaning(text, expected):
    assert clean(text) == expected


def test_a_long_text_is_cut_at_a_word():
    assert clean("one two three four", 14) == "one two..."
    assert clean("one two three four", 11) == "one two..."
    assert clean("x" * 10_000, 80) == "x" * 77 + "..."
    assert clean("x" * 80, 80) == "x" * 80


def test_numbers_have_two_decimals_and_a_point():
    assert [two_decimals(x) for x in (0.81, 1, 6.899, 0.0)] == ["0.81", "1.00", "6.90", "0.00"]


@given(st.fractions(-10_000, 10_000), st.integers(1, 9))
def test_seconds_are_within_half_a_unit_of_the_exact_time(seconds, places):
    text = decimal_seconds(seconds, places)
    assert len(text.partition(".")[2]) == places
    assert abs(Fraction(Decimal(text)) - seconds) <= Fraction(1, 2 * 10**places)


def test_seconds_round_half_to_even():
    assert decimal_seconds(Fraction(5, 10_000), 3) == "0.000"
    assert decimal_seconds(Fraction(15, 10_000), 3) == "0.002"
    assert decimal_seconds(Fraction(-1, 2), 1) == "-0.5"


def test_data_of_plugins_becomes_strict_json():
    given_data = {"nan": float("nan"), "big": 2**70, "text\n": "a\x00", "list": (1, True, None, 0.5), 3: {1}}
    assert strict_json(given_data) == {
        "nan": None,
        "big": str(2**70),
        "text": "a",
        "list": [1, True, None, 0.5],
        "3": "{1}",
    }
