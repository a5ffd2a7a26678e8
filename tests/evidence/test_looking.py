"""The evidence ``faces``: which key frames count for which shot, and what the pipeline shows it."""

from contextlib import ExitStack

import numpy as np
import pytest
from msgspec.structs import replace

from cinetag_plugin.document.errors import ModelError, UsageError
from cinetag_plugin.document.records import KeyFrame, ModelUse, Shot, Transition
from cinetag_plugin.evidence import choice
from cinetag_plugin.evidence.choice import opened_kinds
from cinetag_plugin.evidence.kinds import EvidenceKind
from cinetag_plugin.evidence.looking import Looking
from cinetag_plugin.models.blaze_face import Boxes
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.pipeline import Analyzer
from cinetag_plugin.settings import Settings

USE = ModelUse(role="faces", name="face-detection", sha256="0" * 64, delegate="cpu")


class Finder:
    """Finds as many faces as the first byte of a picture says, each as high as the second in hundredths."""

    def __init__(self):
        self.shapes = []

    def find(self, picture):
        self.shapes.append(picture.shape)
        number, height = map(int, picture[0, 0, :2])
        return Boxes(np.array([[0, 0, 1, height / 100]] * number).reshape(-1, 4), np.ones(number))

    def use(self):
        return USE


def key_frame(index, shot):
    return KeyFrame(index=index, shot=shot, frame=index, pts=index, entropy=9.0)


def shot(index, *key_frames):
    cut = Transition(kind="cut", start=index, end=index)
    return Shot(index=index, start=index, end=index + 1, transition_in=cut, key_frames=key_frames)


def test_a_shot_has_the_mean_over_its_key_frames_that_were_accepted():
    looking = Looking(Finder())
    for index, number, height in [(0, 1, 50), (2, 3, 10), (3, 0, 0)]:
        looking.look(key_frame(index, 0), np.full((4, 4, 3), [number, height, 0], np.uint8))
    found = looking.found(None, [shot(0, 0, 1, 2), shot(1, 3), shot(2, 4)])
    assert found.measures == [
        pytest.approx({"faces": 2.0, "face_size": 0.3}),
        {"faces": 0.0, "face_size": 0.0},
        {},
    ]
    assert found.models == (USE,)


def test_without_its_model_it_says_how_to_get_it(tmp_path):
    with ExitStack() as opened, pytest.raises(ModelError, match="cinetag models pull face-detection"):
        opened_kinds(["faces"], ModelStore(tmp_path), opened)


def test_a_file_of_subtitles_goes_with_their_evidence(tmp_path):
    with ExitStack() as opened, pytest.raises(UsageError, match="add --evidence subtitles"):
        opened_kinds([], ModelStore(tmp_path), opened, subtitles=tmp_path / "film.srt")


@pytest.fixture
def finder(monkeypatch):
    found = Finder()
    kind = EvidenceKind("faces", lambda probe, ffmpeg: Looking(found), looks=True)
    monkeypatch.setattr(choice, "KINDS", {"faces": lambda store, opened: kind})
    return found


@pytest.mark.parametrize("detector", ["rule", "fast"])
def test_every_accepted_key_frame_is_shown_as_a_picture(shared, finder, detector, tmp_path):
    """Also where nobody else wants pictures, and where the film is not decoded as a whole.

    No checkpoint is kept: what was seen of earlier key frames would be missing.
    """
    settings = Settings(only="shots", evidence="faces", detector=detector, entropy=1.0, plugins=False)
    with Analyzer(settings) as analyzer:
        film = shared / "media/edited/sintel_film_rooftops.mp4"
        analysis = analyzer.analyze(film, checkpoint=tmp_path / "checkpoint")
    assert not (tmp_path / "checkpoint").exists()
    accepted = {frame.shot for frame in analysis.key_frames if frame.accepted}
    assert len(finder.shapes) == sum(frame.accepted for frame in analysis.key_frames)
    assert all(shape[0] >= 320 for shape in finder.shapes)
    assert {one.index for one in analysis.shots if "faces" in one.measures} == accepted
    assert USE in analysis.models


def test_key_frames_refused_are_not_looked_at(shared, finder):
    settings = Settings(only="shots", evidence="faces", detector="fast", entropy=24.0, plugins=False)
    with Analyzer(settings) as analyzer:
        analysis = analyzer.analyze(shared / "media/edited/sintel_film_rooftops.mp4")
    assert not finder.shapes
    assert not any("faces" in one.measures for one in analysis.shots)
    assert replace(analysis.key_frames[0], accepted=False) == analysis.key_frames[0]
