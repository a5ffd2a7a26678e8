"""Times, counts and names as people read them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.time import parsed_seconds
from cinetag_plugin.report.words import clock_time, counted, cut_rate, film_time, frame_rate, length_of, shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (Fraction(0), "0:00"),
        (Fraction(599, 10), "0:59"),
        (Fraction(60), "1:00"),
        (Fraction(3599), "59:59"),
        (Fraction(3600), "1:00:00"),
        (Fraction(36_061), "10:01:01"),
        (Fraction(-1), "0:00"),
    ],
)
def test_a_time_is_written_as_players_show_it(seconds, text):
    assert clock_time(seconds) == text


@given(st.integers(0, 3_000_000))
def test_a_written_time_is_read_back(seconds):
    assert parsed_seconds(clock_time(Fraction(seconds))) == seconds


def test_short_lengths_have_tenths():
    assert [length_of(Fraction(n, 10)) for n in (2, 42, 100, 36_000)] == ["0.2 s", "4.2 s", "0:10", "1:00:00"]


def test_nouns_agree_with_their_number():
    assert [counted(n, "shot") for n in (0, 1, 2, 1234)] == ["0 shots", "1 shot", "2 shots", "1,234 shots"]


def test_film_facts(make_analysis):
    analysis = make_analysis(shots=10)
    assert film_time(analysis.film, 55) == "0:02"
    assert frame_rate(analysis.film) == "25 fps"
    assert cut_rate(analysis) == "60.0 a minute"
    uneven = make_analysis(timing=((0, 0, 1), (50, 50, 3)))
    assert frame_rate(uneven.film) == "variable, about 25 fps"
    assert film_time(uneven.film, 75) == "0:05"


def test_a_film_whose_time_stands_still_has_no_cut_rate(make_analysis):
    assert cut_rate(make_analysis(timing=((0, 0, 0),))) == ""


def test_names_are_one_harmless_line_of_bounded_length():
    assert shown("a\nb\x1b[31m\u202ec\ufffe") == "a b[31m\\u202ec"
    assert len(shown("x" * 10_000)) <= 200
