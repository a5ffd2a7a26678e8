"""Passages: runs of frames that a network takes for a dissolve, a fade or a wipe."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from painted import frames, shot

from cinetag_plugin.shots.kinship import kinship, stretch_of
from cinetag_plugin.shots.measures import measure
from cinetag_plugin.shots.passages import (
    BLOCK,
    GAP,
    LONGEST,
    MARGIN,
    SHORTEST,
    WINDOW,
    FrameReader,
    Passage,
    PassageFinder,
)


def answers(runs, frames=200, sure=0.95):
    """Give each run (kind, start, end) its class; 0 is none, 4 a cut."""
    rows = np.zeros((frames, 5), np.float32)
    rows[:, 0] = 1
    for kind, start, end in runs:
        rows[start:end] = 0
        rows[start:end, (0, kind)] = 1 - sure, sure
    return rows


def found(rows, **how):
    return list(PassageFinder(0.5, **how).take(0, rows))


def spans(rows, **how):
    return [(passage.kind, passage.start, passage.end) for passage in found(rows, **how)]


def test_each_run_is_a_passage_of_its_kind():
    rows = answers([(1, 20, 40), (2, 60, 75), (3, 100, 110)])
    assert spans(rows) == [("dissolve", 20, 40), ("fade", 60, 75), ("wipe", 100, 110)]
    assert found(rows)[0].confidence == pytest.approx(0.95, abs=0.03)


def test_a_boundary_lies_in_the_middle():
    assert Passage("fade", 10, 21, 0.9).boundary.frame == 15


def test_a_cut_is_no_passage():
    assert spans(answers([(4, 50, 51)])) == []


def test_a_moment_of_rest_does_not_part_a_passage():
    assert spans(answers([(2, 20, 40), (2, 40 + GAP, 60)])) == [("fade", 20, 60)]
    assert len(spans(answers([(2, 20, 40), (2, 41 + GAP, 60)]))) == 2


def test_short_and_doubtful_runs_are_none():
    assert spans(answers([(1, 20, 20 + SHORTEST - 1)])) == []
    assert spans(answers([(1, 20, 20 + SHORTEST)])) == [("dissolve", 20, 20 + SHORTEST)]
    assert spans(answers([(1, 20, 40)], sure=0.55)) == []
    assert spans(answers([(1, 20, 40)], sure=0.55), least=0.5) == [("dissolve", 20, 40)]


def test_a_passage_cut_off_by_the_end_leads_to_no_shot():
    assert spans(answers([(2, 180, 200)])) == []


def test_what_never_ends_is_ended():
    assert spans(answers([(1, 0, 400)], frames=400))[0] == ("dissolve", 0, LONGEST)


@given(st.lists(st.integers(1, 60), max_size=8), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_pieces_make_the_same_passages(lengths, pieces):
    edges = pairwise(np.cumsum([0, *lengths]).tolist())
    rows = answers([(1 + i % 3, start, end) for i, (start, end) in enumerate(edges) if i % 2])
    finder, place, got = PassageFinder(0.5), 0, []
    while place < len(rows):
        size = pieces[place % len(pieces)]
        got += finder.take(place, rows[place : place + size])
        place += size
        assert all(passage.start < finder.settled for passage in got)
    assert got == found(rows)


def echo(kin):
    """Stand in for the network: answer with the first five channels."""
    assert kin.shape[0] == WINDOW
    return kin[:, :5]


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3 * BLOCK + 7), st.integers(0, 1000))
def test_every_frame_is_answered_once_from_its_own_kinship(count, first):
    measures = [measure(frame) for frame in frames(shot(1, count, pace=3), first)]
    reader = FrameReader(echo)
    got = [block for frame in measures for block in reader.take(frame)] + list(reader.finish())
    starts = [start for start, _ in got]
    assert starts == [first, *range((first // BLOCK + 1) * BLOCK, first + count, BLOCK)]
    rows = np.concatenate([rows for _, rows in got])
    np.testing.assert_allclose(rows, kinship(stretch_of(measures))[:, :5], atol=1e-5)


def test_blocks_lie_at_fixed_places_and_come_late_by_what_they_need():
    reader, came = FrameReader(echo), {}
    for frame in frames(shot(1, 3 * BLOCK)):
        for start, rows in reader.take(measure(frame)):
            came[start] = (frame.index, len(rows))
    assert came == {0: (BLOCK + MARGIN + 31, BLOCK), BLOCK: (2 * BLOCK + MARGIN + 31, BLOCK)}
