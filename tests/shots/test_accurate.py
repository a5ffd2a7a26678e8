"""The detector ``accurate``: cuts by rule and passages by the network, put in one order."""

from fractions import Fraction

import numpy as np
import pytest
from painted import darkened, frames, picture, shot

from cinetag_plugin.document.contracts import Boundary, StreamFacts
from cinetag_plugin.evaluation.shots import read_truth, score_boundaries
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.probe import probe
from cinetag_plugin.shots.accurate import SPEC, AccurateDetector
from cinetag_plugin.shots.passages import MARGIN, WINDOW

FACTS = StreamFacts(rate=Fraction(25), time_base=Fraction(1, 25))


class Answers:
    """Stands in for the network: says of given frames that they belong to a fade."""

    def __init__(self, *spans, block_start=0):
        self.spans = spans
        self.next = block_start

    def __call__(self, kinship):
        answers = np.zeros((WINDOW, 5), np.float32)
        answers[:, 0] = 1
        for start, end in self.spans:
            inside = slice(max(0, start - self.next + MARGIN), max(0, end - self.next + MARGIN))
            answers[inside, 0], answers[inside, 2] = 0, 1
        self.next += WINDOW - 2 * MARGIN
        return answers


def found(pictures, read):
    detector = AccurateDetector(read)
    boundaries = []
    for frame in frames(pictures):
        for boundary in detector.feed(frame):
            assert frame.index - boundary.frame <= SPEC.context
            boundaries.append(boundary)
    return [*boundaries, *detector.finish()]


SHOTS = [p for seed, length in enumerate((60, 70, 80, 90)) for p in shot(seed, length)]
CUTS = [Boundary("cut", frame, frame) for frame in (60, 130, 210)]


def test_cuts_alone_are_those_of_the_rule():
    assert found(SHOTS, Answers()) == CUTS


def test_passages_stand_among_the_cuts_in_order():
    assert found(SHOTS, Answers((80, 100), (250, 270))) == [
        CUTS[0],
        Boundary("fade", 80, 100),
        *CUTS[1:],
        Boundary("fade", 250, 270),
    ]


def test_cuts_inside_a_passage_and_at_its_end_belong_to_it():
    assert found(SHOTS, Answers((110, 140), (190, 210))) == [
        CUTS[0],
        Boundary("fade", 110, 140),
        Boundary("fade", 190, 210),
    ]


def test_a_cut_where_a_passage_begins_is_kept():
    assert found(SHOTS, Answers((130, 150))) == [*CUTS[:2], Boundary("fade", 130, 150), CUTS[2]]


def test_the_shipped_network_finds_a_fade_and_a_dissolve():
    before, after = picture(1), picture(2)
    fade = [darkened(before, 1 - (i + 1) / 26) for i in range(25)]
    rise = [darkened(after, (i + 1) / 26) for i in range(25)]
    pictures = [*shot(1, 60), *fade, *rise, *[after] * 60]
    detector = SPEC.make(FACTS, None)
    boundaries = [b for frame in frames(pictures) for b in detector.feed(frame)] + list(detector.finish())
    assert [b.kind for b in boundaries] == ["fade"]
    assert abs(boundaries[0].start - 60) <= 4
    assert abs(boundaries[0].end - 110) <= 4


def test_nothing_and_one_frame():
    assert list(SPEC.make(FACTS, None).finish()) == []
    assert found(shot(1, 1), Answers()) == []


@pytest.mark.parametrize("name", ["sintel_trailer_480p.mp4", "leaf_and_deer.mp4"])
def test_real_passages_are_found(name, shared):
    path, ffmpeg = shared / "media/edited" / name, find_ffmpeg()
    truth = read_truth(shared / "media/truth" / f"{path.stem}.tsv")
    with FramePipe(probe(path, ffmpeg), ffmpeg, short_side=None) as pipe:
        detector = SPEC.make(pipe.facts, None)
        boundaries = [b for frame in pipe for b in detector.feed(frame)]
    scores = score_boundaries([*boundaries, *detector.finish()], truth)
    assert scores.cuts.f1 == 1
    assert scores.gradual.f1 >= 0.9
