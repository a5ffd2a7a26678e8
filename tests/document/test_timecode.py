"""Timecode labels: the published check values, and that labels and frames invert each other."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.time import (
    STANDARD_RATES,
    day_length,
    frame_of_timecode,
    has_timecode,
    is_drop_frame,
    nominal,
    timecode,
)

NTSC = Fraction(30000, 1001)
NTSC_DOUBLE = Fraction(60000, 1001)

# measured with independent programs; SMPTE ST 12-1 gives the same
CHECK_VALUES = [
    (NTSC, 0, "00:00:00;00"),
    (NTSC, 1799, "00:00:59;29"),
    (NTSC, 1800, "00:01:00;02"),
    (NTSC, 17982, "00:10:00;00"),
    (NTSC, 107892, "01:00:00;00"),
    (NTSC, 2_589_407, "23:59:59;29"),
    (NTSC_DOUBLE, 3599, "00:00:59;59"),
    (NTSC_DOUBLE, 3600, "00:01:00;04"),
    (NTSC_DOUBLE, 35964, "00:10:00;00"),
    (NTSC_DOUBLE, 215784, "01:00:00;00"),
    (NTSC_DOUBLE, 5_178_815, "23:59:59;59"),
]

COUNTINGS = [(rate, False) for rate in STANDARD_RATES] + [(NTSC, True), (NTSC_DOUBLE, True)]


@pytest.mark.parametrize(("rate", "frame", "label"), CHECK_VALUES)
def test_drop_frame_labels_match_the_published_values(rate, frame, label):
    assert timecode(frame, rate, drop=True) == label
    assert frame_of_timecode(label, rate) == frame


def test_around_every_minute_of_a_drop_frame_day_labels_count_up_leaving_two_out():
    """Counts labels minute by minute, leaving out the dropped ones: no formula takes part."""
    frame = 0
    for minute in range(24 * 60):
        dropped = 0 if minute % 10 == 0 else 2
        for in_minute in (dropped, dropped + 1, 29, 30, 899, 1798, 1799):
            label = f"{minute // 60:02}:{minute % 60:02}:{in_minute // 30:02};{in_minute % 30:02}"
            assert timecode(frame + in_minute - dropped, NTSC, drop=True) == label
            assert frame_of_timecode(label, NTSC) == frame + in_minute - dropped
        frame += 1800 - dropped
    assert frame == day_length(NTSC, drop=True) == 2_589_408


@pytest.mark.parametrize(("rate", "drop"), COUNTINGS)
@settings(max_examples=200)
@given(data=st.data())
def test_label_and_frame_invert_each_other(rate, drop, data):
    frame = data.draw(st.integers(0, day_length(rate, drop) - 1))
    label = timecode(frame, rate, drop)
    assert frame_of_timecode(label, rate, drop) == frame
    assert is_drop_frame(label) is drop


@pytest.mark.parametrize(("rate", "drop"), COUNTINGS)
def test_labels_begin_again_after_a_day(rate, drop):
    day = day_length(rate, drop)
    assert timecode(day, rate, drop) == timecode(0, rate, drop)
    assert timecode(day - 1, rate, drop)[:8] == "23:59:59"
    assert timecode(-1, rate, drop) == timecode(day - 1, rate, drop)


@pytest.mark.parametrize(("rate", "drop"), COUNTINGS)
def test_a_day_of_non_drop_labels_has_86400_seconds(rate, drop):
    labels = 86_400 * nominal(rate)
    lost = {NTSC: 2592, NTSC_DOUBLE: 5184}.get(rate, 0) if drop else 0
    assert day_length(rate, drop) == labels - lost


@given(minute=st.integers(0, 59), hour=st.integers(0, 23), ff=st.integers(0, 3))
def test_dropped_labels_are_refused_and_not_repaired(hour, minute, ff):
    for rate, dropped in ((NTSC, 2), (NTSC_DOUBLE, 4)):
        label = f"{hour:02}:{minute:02}:00;{ff:02}"
        if minute % 10 and ff < dropped:
            with pytest.raises(ValueError, match="left out"):
                frame_of_timecode(label, rate)
        else:
            assert timecode(frame_of_timecode(label, rate), rate, drop=True) == label


@pytest.mark.parametrize(
    ("label", "rate"),
    [
        ("00:00:00:24", Fraction(24)),
        ("24:00:00:00", Fraction(24)),
        ("00:60:00:00", Fraction(24)),
        ("00:00:60:00", Fraction(24)),
        ("00:00:00", Fraction(24)),
        ("", Fraction(24)),
        ("-1:00:00:00", Fraction(24)),
        ("٠٠:00:00:00", Fraction(24)),
        ("00:00:00:00\n00:00:00:00", Fraction(24)),
    ],
)
def test_what_is_no_label_is_refused(label, rate):
    with pytest.raises(ValueError, match=r"is no label|is not a timecode"):
        frame_of_timecode(label, rate)


@pytest.mark.parametrize("mark", [";", ".", ","])
def test_foreign_drop_frame_marks_are_read(mark):
    assert frame_of_timecode(f"00:01:00{mark}02", NTSC) == 1800
    assert is_drop_frame(f"00:01:00{mark}02")


def test_a_drop_frame_mark_at_a_rate_without_it_is_a_colon():
    assert frame_of_timecode("01:00:00;00", Fraction(25)) == 90_000


def test_what_the_caller_says_outranks_the_separator():
    assert frame_of_timecode("00:01:00:02", NTSC, drop=True) == 1800
    assert frame_of_timecode("00:01:00;02", NTSC, drop=False) == 1802


def test_drop_frame_labels_do_not_exist_at_other_rates():
    with pytest.raises(ValueError, match="does not exist"):
        timecode(5, Fraction(24000, 1001), drop=True)


@pytest.mark.parametrize("rate", [Fraction(25, 2), Fraction(15), Fraction(100), Fraction(120000, 1001)])
def test_rates_outside_the_table_have_no_timecode(rate):
    assert not has_timecode(rate)
