"""Zones and qpfiles: frames inclusive as x264 wants them, scenes of action and calm ones."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_films import NAMES, analysis, film, told
from msgspec.structs import replace

from cinetag_plugin.document.records import BeatEvent
from cinetag_plugin.export import qpfile
from cinetag_plugin.export.events import events
from cinetag_plugin.export.zones import ACTION, CALM, render

BORDERS = (0, 100, 200, 300, 400)


def moving(*motions: float, groups=None, beats=()):
    """Four shots of a hundred frames that move as much as told."""
    of = analysis(film(400), BORDERS)
    given = zip(of.shots, motions, groups or range(4), strict=True)
    cut = tuple(replace(shot, measures={"motion": m}, group=g) for shot, m, g in given)
    return replace(of, shots=cut, beats=tuple(BeatEvent(confidence=1.0, **beat) for beat in beats))


def zones(source) -> list[tuple[int, int, float]]:
    """Read the option as x264 does; a factor of 1 says nothing, and stands alone where it stands."""
    text = render(events(source, NAMES), source).decode("ascii")
    if text == "0,399,b=1":
        return []
    parts = [re.fullmatch(r"(\d+),(\d+),b=(0\.85|1\.15)", zone) for zone in text.split("/")]
    return [(int(part[1]), int(part[2]), float(part[3])) for part in parts]


def test_battles_and_pursuits_with_their_parts_are_action():
    beats = [
        {"category": "battle", "start": 0, "end": 100},
        {"category": "men_pursuit", "start": 150, "end": 200},
        {"category": "romance", "start": 200, "end": 300},
    ]
    assert zones(moving(1, 1, 1, 1, beats=beats)) == [(0, 99, ACTION), (150, 199, ACTION)]


def test_other_scenes_are_told_by_how_much_they_move():
    beats = [{"category": "romance", "start": n, "end": n + 100} for n in BORDERS[:-1]]
    assert zones(moving(0.1, 0.1, 0.19, 0.02, beats=beats)) == [(200, 299, ACTION), (300, 399, CALM)]


def test_without_beats_shots_of_one_set_up_are_one_scene():
    dialogue = moving(0.3, 0.02, 0.02, 0.02, groups=(0, 1, 2, 1))
    assert zones(dialogue) == [(0, 99, ACTION), (100, 399, CALM)]
    assert zones(moving(0.3, 0.02, 0.3, 0.02, groups=(0, 1, 0, 1))) == []


def test_shots_that_nobody_measured_or_compared_have_no_zone():
    assert zones(analysis(film(400), BORDERS)) == []


@given(st.lists(st.tuples(st.integers(0, 399), st.integers(1, 200)), max_size=8))
def test_zones_rise_and_never_overlap(spans):
    beats = [{"category": "battle", "start": s, "end": min(400, s + n)} for s, n in spans]
    found = zones(moving(1, 1, 1, 1, beats=beats))
    assert all(0 <= first <= last < 400 for first, last, _ in found)
    assert all(a[1] < b[0] for a, b in pairwise(found))
    covered = {frame for first, last, _ in found for frame in range(first, last + 1)}
    assert covered == {frame for beat in beats for frame in range(beat["start"], beat["end"])}


@pytest.mark.parametrize("kinds", [{"beat", "transition"}, {"beat"}])
def test_a_qpfile_has_a_line_a_key_frame(kinds):
    lines = qpfile.render(events(told(), NAMES, kinds=kinds), told()).decode().splitlines()
    assert lines == ["0 I -1", "125 I -1", *(["240 I -1"] if "transition" in kinds else [])]
