"""The stages together, on real films: shots where the truth has them, key frames that are those frames."""

import re
import subprocess
from fractions import Fraction

import numpy as np
import pytest

from cinetag_plugin import Settings, analyze
from cinetag_plugin.document.checks import contradiction
from cinetag_plugin.document.errors import MediaError, UsageError
from cinetag_plugin.evaluation.shots import Counts, read_truth, score_shots
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.take import Take
from cinetag_plugin.window import Moment, Window

SHOTS = Settings(only=frozenset({"shots"}), plugins=False)


@pytest.fixture(scope="module")
def trailer(shared):
    return shared / "media" / "edited" / "sintel_trailer_480p.mp4"


@pytest.fixture(scope="module")
def scores(shared):
    """The scores of every edited clip, by name."""
    films = sorted((shared / "media" / "edited").iterdir())
    truth = shared / "media" / "truth"
    return {f.stem: score_shots(analyze(f, SHOTS), read_truth(truth / f"{f.stem}.tsv")) for f in films}


def test_the_trailer_has_its_shots_where_the_truth_has_them(scores):
    assert scores["sintel_trailer_480p"].cuts.f1 == 1.0


def test_hard_cuts_of_real_films_stand_on_their_frame(scores):
    real = [score.cuts for name, score in scores.items() if "derived" not in name]
    assert len(real) == 7
    assert sum(real, start=Counts(0, 0, 0)).f1 >= 0.92


def test_hard_cuts_of_the_derived_reel_stand_on_their_frame(scores):
    assert scores["recut_reel_derived"].cuts.f1 >= 0.97


def test_films_without_cuts_have_one_shot(shared):
    for film in sorted((shared / "media" / "nocuts").iterdir()):
        assert len(analyze(film, SHOTS).shots) == 1, film.name


def test_a_part_has_the_shots_of_the_whole(trailer):
    whole = [shot.start for shot in analyze(trailer, SHOTS).shots]
    part = analyze(trailer, Settings(only=frozenset({"shots"}), plugins=False, start="16.0", end="30.0"))
    assert (part.analysed.start, part.analysed.end) == (384, 720)
    assert [shot.start for shot in part.shots][1:] == [start for start in whole if 384 < start < 720]


def _luma_of(film, frame: int, size: tuple[int, int]) -> np.ndarray:
    """Decode one frame by its number, with FFmpeg alone."""
    width, height = size
    graph = f"select=eq(n\\,{frame}),scale={width}:{height}:flags=neighbor,format=gray"
    command = [find_ffmpeg().path, "-v", "error", "-nostdin", "-i", str(film), "-vf", graph]
    command += ["-frames:v", "1", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(height, width)


def test_the_key_frame_that_is_judged_is_the_one_that_is_named(trailer, monkeypatch):
    judged = {}
    close = Take._close_shot

    def watch(self, *where):
        judge = self._judge

        def remember(key_frame, frame):
            judged[key_frame.frame] = frame.y.copy()
            return judge(key_frame, frame)

        self._judge = remember
        close(self, *where)
        self._judge = judge

    monkeypatch.setattr(Take, "_close_shot", watch)
    analysis = analyze(trailer, SHOTS)
    assert sorted(judged) == [key.frame for key in analysis.key_frames]
    assert [key.frame for key in analysis.key_frames] == [(s.start + s.end) // 2 for s in analysis.shots]
    for number in sorted(judged)[2:5]:
        found = judged[number].astype(float)
        size = found.shape[1], found.shape[0]
        # limited against full range: the pictures agree but for a stretch of their levels
        near = [
            np.corrcoef(found.ravel(), _luma_of(trailer, number + d, size).ravel())[0, 1] for d in (-1, 0, 1)
        ]
        assert near[1] == max(near)
        assert near[1] > 0.97


def test_every_frame_has_its_time(shared):
    film = analyze(shared / "media" / "odd" / "vfr_30_then_60.mp4", SHOTS).film
    assert film.variable_rate
    steps = np.diff([float(film.clock.seconds(frame)) for frame in range(film.frames)])
    assert steps[:30] == pytest.approx(1 / 30, abs=1.1e-3)
    assert steps[-10:] == pytest.approx(1 / 60, abs=1.1e-3)


def test_nothing_in_the_window_is_said(trailer):
    beyond = Settings(only=frozenset({"shots"}), plugins=False, start="3600")
    with pytest.raises(UsageError, match="nothing lies between"):
        analyze(trailer, beyond)


def test_a_start_timecode_that_the_rate_does_not_have_is_refused(trailer):
    with pytest.raises(UsageError, match="01:00:00:24"):
        analyze(trailer, Settings(only="shots", plugins=False, start_timecode="01:00:00:24"))


def test_a_missing_film_is_said(tmp_path):
    with pytest.raises(MediaError, match=r"gone\.mp4"):
        analyze(tmp_path / "gone.mp4", SHOTS)


class _Late:
    """A detector that names what it should not: frames twice, before the film, beyond its end."""

    def feed(self, frame):
        from cinetag_plugin.document.contracts import Boundary

        return [Boundary("cut", n, n) for n in (-5, 0, 4, 4, 2, 900)] if frame.index == 6 else []

    def finish(self):
        return ()


def test_a_careless_detector_cannot_break_the_shots():
    from cinetag_plugin.document.contracts import Frame

    plane, chroma = np.zeros((2, 2), np.uint8), np.zeros((1, 1), np.uint8)
    take = Take(
        _Late(),
        context=3,
        window=Window(end=Moment(frame=10)),
        time_base=Fraction(1, 25),
        judge=lambda key_frame, frame: key_frame,
        evidence={},
    )
    for index in range(20):
        take.see(Frame(index, index, plane, chroma, chroma))
    take.finish()
    assert [boundary.frame for boundary in take.boundaries] == [4]
    assert [key.frame for key in take.key_frames] == [2, 7]
    assert (take.start, take.end) == (0, 10)


@pytest.mark.parametrize("sampling", ["uniform", "iframes", "change"])
def test_several_key_frames_lie_in_the_shot_that_names_them(trailer, sampling):
    wanted = Settings(only="shots", plugins=False, key_frames=4, sampling=sampling)
    analysis = analyze(trailer, wanted)
    assert contradiction(analysis) == ""
    named = [index for shot in analysis.shots for index in shot.key_frames]
    assert named == list(range(len(analysis.key_frames)))
    for shot in analysis.shots:
        frames = [analysis.key_frames[index].frame for index in shot.key_frames]
        assert all(analysis.key_frames[index].shot == shot.index for index in shot.key_frames)
        assert frames == sorted(set(frames))
        assert shot.start <= frames[0] <= frames[-1] < shot.end
        assert len(frames) == 4 or sampling == "iframes"


def _intra_pictures(film):
    """Decode a film with FFmpeg alone; return the times in ticks of the pictures coded by themselves."""
    command = [find_ffmpeg().path, "-nostdin", "-copyts", "-i", str(film), "-map", "0:V:0"]
    command += ["-fps_mode", "passthrough", "-vf", "showinfo", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    return {int(pts) for pts in re.findall(r"showinfo.* pts: *(-?\d+).* type:I", told)}


def test_coded_key_frames_are_pictures_that_the_codec_coded_by_themselves(trailer):
    analysis = analyze(trailer, Settings(only="shots", plugins=False, key_frames=3, sampling="iframes"))
    rule = analysis.key_frame_rule
    assert (rule.which, rule.sampling) == ("3", "iframes")
    intra = _intra_pictures(trailer)
    found = [[analysis.key_frames[index].pts for index in shot.key_frames] for shot in analysis.shots]
    assert sum(map(len, found)) > 1.5 * len(found)
    # a shot without such a picture has its middle
    assert all(set(times) <= intra or len(times) == 1 for times in found)


def test_a_film_without_times_says_that_coded_key_frames_are_not_known(shared):
    stream = shared / "media" / "odd" / "raw_annexb.h264"
    if not stream.is_file():
        pytest.skip(f"no bare stream at {stream}")
    analysis = analyze(stream, Settings(only="shots", plugins=False, key_frames=3, sampling="iframes"))
    assert any("stores no times" in warning for warning in analysis.warnings)
    assert all(len(shot.key_frames) == 1 for shot in analysis.shots)


def test_every_shot_is_measured_and_grouped(trailer):
    analysis = analyze(trailer, SHOTS)
    for shot in analysis.shots:
        assert {"cut_rate", "brightness", "contrast", "saturation", "sharpness"} <= shot.measures.keys()
        assert 0 <= shot.measures["brightness"] <= 1
        assert shot.group is not None
        assert shot.group <= shot.index


def test_a_film_that_fast_cannot_take_is_decoded_and_the_reason_told(shared):
    settings = Settings(only=frozenset({"shots"}), detector="fast", plugins=False)
    analysis = analyze(shared / "media/odd/noaudio.mp4", settings)
    assert [shot.start for shot in analysis.shots] == [0, 24, 44]
    assert analysis.detector.name == "accurate"
    assert any("too short" in warning for warning in analysis.warnings)


def test_fast_finds_shots_alone(shared):
    settings = Settings(only=frozenset({"shots", "tags"}), tag_model="", detector="fast", plugins=False)
    analysis = analyze(shared / "media/odd/noaudio.mp4", settings)
    assert any("--only shots" in warning for warning in analysis.warnings)
