"""What subtitles come to in each shot."""

from itertools import pairwise, starmap

import numpy as np
import pytest

from cinetag_plugin.evidence.spans import Stretch
from cinetag_plugin.evidence.subtitle_text import Line
from cinetag_plugin.evidence.subtitles import subtitle_measures


def line(start, end, words=1, *, exclaims=False, asks=False):
    return Line(start, end, words, exclaims, asks)


def measured(lines, *edges):
    return subtitle_measures(sorted(lines), list(starmap(Stretch, pairwise(edges))))


def test_talk_is_the_share_of_time_with_text_and_words_are_a_second():
    (found,) = measured([line(1, 2, 4), line(3, 5, 2)], 0, 10)
    assert found == pytest.approx({"talk": 0.3, "words": 0.6, "exclaims": 0.0, "asks": 0.0})


def test_a_line_over_a_cut_is_shared_by_time():
    before, after = measured([line(1, 5, 8, exclaims=True)], 0, 2, 10)
    assert before == pytest.approx({"talk": 0.5, "words": 1.0, "exclaims": 1.0, "asks": 0.0})
    assert after == pytest.approx({"talk": 3 / 8, "words": 6 / 8, "exclaims": 1.0, "asks": 0.0})


def test_two_lines_at_once_talk_once_and_say_both():
    (found,) = measured([line(0, 2, 4), line(1, 3, 6, asks=True)], 0, 4)
    assert found == pytest.approx({"talk": 0.75, "words": 2.5, "exclaims": 0.0, "asks": 2 / 3})


def test_where_nobody_talks_marks_are_unknown():
    assert measured([line(20, 21)], 0, 4) == [{"talk": 0.0, "words": 0.0}]
    assert measured([], 0, 4) == [{"talk": 0.0, "words": 0.0}]


def test_measures_agree_with_counting_second_by_second():
    draw = np.random.default_rng(3)
    starts = draw.integers(0, 900, 60) / 10
    lines = [
        line(start, start + length / 10, int(words), exclaims=bool(loud), asks=bool(doubt))
        for start, length, words, loud, doubt in zip(
            starts,
            draw.integers(1, 60, 60),
            draw.integers(1, 9, 60),
            *draw.integers(0, 2, (2, 60)),
            strict=True,
        )
    ]
    edges = [0, 13.1, 13.2, 40, 77.7, 100]
    tenths = np.arange(1000) / 10 + 0.05
    shown = np.array([[one.start < t < one.end for t in tenths] for one in lines])
    rate = np.array([one.words / (one.end - one.start) for one in lines])
    loud = np.array([one.exclaims for one in lines])
    for (start, end), found in zip(pairwise(edges), measured(lines, *edges), strict=True):
        inside = shown[:, (tenths > start) & (tenths < end)]
        talk = inside.any(axis=0)
        assert found["talk"] == pytest.approx(talk.mean(), abs=1e-6)
        assert found["words"] == pytest.approx((inside * rate[:, None]).sum(axis=0).mean(), abs=1e-6)
        if talk.any():
            assert found["exclaims"] == pytest.approx(inside[loud].any(axis=0).sum() / talk.sum(), abs=1e-6)


def test_a_shot_of_no_length_has_no_measures():
    assert measured([line(0, 9)], 1, 1) == [{}]
