"""The chain of filters: its terms read as FFmpeg evaluates them, and the frames that FFmpeg keeps."""

import re
from fractions import Fraction
from itertools import accumulate, pairwise

import numbered_film
import pytest
from hypothesis import given, settings
from made_films import NAMES, analysis, event, film, timed_tables, told, variable

from cinetag_plugin.export.events import events
from cinetag_plugin.export.select_frames import render
from cinetag_plugin.export.selection import picked


def terms(content: bytes) -> list[tuple[int, int]]:
    """Return first and last frame of every term, having seen that the lookup leads to each of them."""
    text = content.decode("ascii")
    assert re.fullmatch(r"select='[a-z0-9(),]+',setpts='[A-Za-z0-9_(),/.-]+'\n", text)
    expression = text.split("'")[1]
    spans = [(int(a), int(b)) for a, b in re.findall(r"between\(n,(\d+),(\d+)\)", expression)]
    for span in spans:
        assert all(taken(expression, frame) == span for frame in span)
    return spans


def taken(expression: str, frame: int) -> tuple[int, int]:
    """Follow the tests of a lookup for one frame to the term that it ends at."""
    while found := re.match(r"if\(lt\(n,(\d+)\),", expression):
        rest, depth = expression[found.end() : -1], 0
        for place, char in enumerate(rest):
            depth += (char == "(") - (char == ")")
            if char == "," and depth == 0:
                expression = rest[:place] if frame < int(found[1]) else rest[place + 1 :]
                break
    a, b = re.fullmatch(r"between\(n,(\d+),(\d+)\)", expression).groups()
    return int(a), int(b)


def test_the_beat_of_the_example():
    assert render(events(told(), NAMES), told()) == (
        b"select='between(n,125,174)',setpts='N/FRAME_RATE/TB'\n"
    )


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_the_terms_are_the_frames_of_the_events_and_part_them_where_they_are_parted(drawn):
    source, table = drawn
    wanted = picked(table, source.film)
    spans = terms(render(table, source))
    assert all(b + 1 < c for (_, b), (c, _) in pairwise(spans))
    edges = {edge for row in wanted for edge in (row.start - 1, row.start, row.end - 1, row.end)}
    for frame in edges:
        held = any(row.start <= frame < row.end for row in wanted)
        assert any(a <= frame <= b for a, b in spans) == held


SPANS = [(3, 9), (20, 21), (40, 60)]
FRAMES = [frame for a, b in SPANS for frame in range(a, b)]


def test_ffmpeg_keeps_just_these_frames_and_closes_the_gaps(tmp_path):
    numbered_film.make(tmp_path / "made.mkv", "N*40", 60)
    content = render([event(a, b) for a, b in SPANS], analysis(film(60, Fraction(25)))).decode().strip()
    filtered = ["-i", str(tmp_path / "made.mkv"), "-vf", content]
    assert numbered_film.numbers(*filtered) == FRAMES
    assert numbered_film.times(*filtered) == [Fraction(n, 25) for n in range(len(FRAMES))]


def test_at_variable_rate_each_frame_is_shown_as_long_as_before(tmp_path):
    # 25 frames a second, then 50 from the 30th on
    pts = [40 * n if n < 30 else 1200 + 20 * (n - 30) for n in range(60)]
    numbered_film.make(tmp_path / "made.mkv", "if(lt(N,30),N*40,1200+(N-30)*20)", 60)
    content = render([event(a, b) for a, b in SPANS], variable(pts, Fraction(1, 1000))).decode().strip()
    filtered = ["-i", str(tmp_path / "made.mkv"), "-vf", content]
    assert numbered_film.numbers(*filtered) == FRAMES
    steps = [40 if frame < 30 else 20 for frame in FRAMES]
    shown_at = [Fraction(passed, 1000) for passed in [0, *accumulate(steps[:-1])]]
    assert numbered_film.times(*filtered) == shown_at


def test_a_thousand_events_are_no_sum_of_a_thousand_terms(tmp_path):
    source = analysis(film(100_000, Fraction(25)))
    content = render([event(50 * n + 7, 50 * n + 20) for n in range(1000)], source)
    assert len(content) < 128 * 1024  # the longest argument that Linux takes
    numbered_film.make(tmp_path / "made.mkv", "N*40", 100)
    filtered = ["-i", str(tmp_path / "made.mkv"), "-vf", content.decode().strip()]
    assert numbered_film.numbers(*filtered) == [*range(7, 20), *range(57, 70)]


@pytest.mark.parametrize("kind", ["tag", "shot"])
def test_without_beats_the_next_best_is_kept(kind):
    source = told()
    assert (
        terms(render(events(source, NAMES, kinds={kind}), source))
        == {
            "tag": [(0, 479)],
            "shot": [(0, 719)],
        }[kind]
    )
