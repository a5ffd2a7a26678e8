"""A reel has exactly the frames chosen, of films of any size, rate and kind, and sound in step with them."""

import os
import re
import shutil
import subprocess
from contextlib import contextmanager, nullcontext
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace

from cinetag_plugin.document.errors import ExportError, MediaError
from cinetag_plugin.document.records import Film, Timing
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.layout import Size
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.sound import SoundForm
from cinetag_plugin.reels import footage, pictures
from cinetag_plugin.reels.assembly import Reel, make_reel
from cinetag_plugin.reels.footage import Footage, ReelForm
from cinetag_plugin.reels.scenes import Scene
from numbered import BEEP, analysis_of, beep_times, heard, made_film, number_of, shown
from plain_film import plain_film

SIZE = (160, 90)


def footage_of(path: Path) -> Footage:
    return Footage(analysis_of(path).film, probe(path, find_ffmpeg()))


def silent_progress(step):
    return nullcontext(lambda done, expected: None)


def warned(line):
    raise AssertionError(line)


def make(scenes, films, target, progress=silent_progress, overwrite=False):
    reel = Reel(scenes, films, find_ffmpeg(), warned)
    make_reel(reel, target, progress=progress, overwrite=overwrite)
    return target


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def stereo(folder):
    """100 frames at 24 a second, 160x90, beeps at frames 0, 30 and 50 on both channels."""
    return footage_of(made_film(folder / "stereo.mp4", frames=100, beeps=[0, 30, 50], channels=2))


@pytest.fixture(scope="module")
def mono(folder):
    """100 frames at 29.97 a second, 120x96, on a clock of milliseconds, beeps at frames 40 and 60."""
    path = folder / "mono.mkv"
    return footage_of(made_film(path, frames=100, size=(120, 96), rate="30000/1001", beeps=[40, 60]))


@pytest.fixture(scope="module")
def silent(folder):
    """60 frames at 50 a second, 90x160, no sound."""
    return footage_of(made_film(folder / "silent.mp4", frames=60, size=(90, 160), rate="50"))


@pytest.fixture(scope="module")
def mixed(folder, stereo, mono, silent):
    """A reel of three films; the scenes have 20, 28, 10 and 15 frames at 24 a second."""
    scenes = [Scene(0, 20, 40, 1), Scene(1, 35, 70, 1), Scene(2, 10, 30, 1), Scene(0, 45, 60, 1)]
    return make(scenes, [stereo, mono, silent], folder / "mixed.mp4")


def test_the_frames_of_the_first_film_are_those_chosen(mixed):
    numbers = [number_of(frame) for frame in shown(mixed, SIZE)]
    assert len(numbers) == 20 + 28 + 10 + 15
    assert numbers[:20] == list(range(20, 40))
    assert numbers[58:] == list(range(45, 60))


def test_a_film_of_another_size_and_rate_stands_between_black_bars_at_its_own_speed(mixed):
    # 120x96 fits as 112x90, 90x160 as 50x90, as whole samples of colour want it
    wide, narrow = shown(mixed, SIZE)[20:48], shown(mixed, SIZE)[48:58]
    _refuse_other_speed([number_of(frame[:, 24:136]) - 35 for frame in wide], 1001 / 30000)
    _refuse_other_speed([number_of(frame[:, 54:104]) - 10 for frame in narrow], 1 / 50)
    for frames, bar in ((wide, 22), (narrow, 52)):
        assert frames[:, :, :bar].max() < 20
        assert frames[:, :, -bar:].max() < 20


def _refuse_other_speed(numbers: list[int], lasts: float) -> None:
    """See that each frame of the reel shows what the film shows at its time, within a third of a frame."""
    for place, number in enumerate(numbers):
        assert number * lasts - lasts / 3 <= place / 24 < (number + 1) * lasts


def test_sound_keeps_step_with_the_pictures(mixed):
    beeps = beep_times(heard(mixed))
    second = 20 / 24
    expected = [10 / 24, second + 5 * 1.001 / 30, second + 25 * 1.001 / 30, (20 + 28 + 10 + 5) / 24]
    assert beeps == pytest.approx(expected, abs=0.002)


def test_one_channel_is_as_loud_as_two_and_a_silent_film_is_silent(mixed):
    samples = heard(mixed)
    for begin in beep_times(samples):
        tone = samples[round((begin + 0.005) * 48000) : round((begin + BEEP - 0.005) * 48000)]
        assert np.abs(tone).max(axis=0) == pytest.approx([0.5, 0.5], abs=0.05)
    quiet = samples[round((48 / 24 + 0.03) * 48000) : round((58 / 24 - 0.03) * 48000)]
    assert np.abs(quiet).max() < 0.01


def test_sound_and_pictures_are_told_one_after_the_other_to_their_end(stereo, folder):
    told = []

    @contextmanager
    def progress(step):
        told.append(step)
        yield lambda done, expected: told.append((step, done, expected))
        told.append(f"{step} done")

    make([Scene(0, 20, 50, 1), Scene(0, 60, 70, 1)], [stereo], folder / "told.mp4", progress=progress)
    end = told.index("sound done")
    assert {step for step, *_ in told[1:end]} == {"sound"}
    assert [told[0], told[end + 1], told[-1]] == ["sound", "pictures", "pictures done"]
    assert told[end - 1] == ("sound", 40, 40)
    assert [done for _, done, _ in told[end + 2 : -1]] == list(range(1, 41))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_each_scene_is_a_chapter(stereo, folder, suffix):
    odd = "a=b;c#d\\e\n[CHAPTER]"
    scenes = [Scene(0, 20, 32, 1, ("sea", "war")), Scene(0, 50, 62, 1), Scene(0, 70, 76, 1, (odd,))]
    reel = make(scenes, [stereo], folder / f"chapters{suffix}")
    command = [find_ffmpeg().path, "-v", "error", "-i", reel, "-f", "ffmetadata", "-"]
    told = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
    base = Fraction(re.findall("TIMEBASE=(.+)", told)[0])
    ends = [float(int(end) * base) for end in re.findall("END=(.+)", told)]
    assert ends == pytest.approx([0.5, 1, 1.25], abs=0.03)
    titles = re.findall("title=(.+)", told)
    assert titles == ["sea, war", "stereo", "a\\=b\\;c\\#d\\\\e [CHAPTER]"]


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(60000, 1001)])
def test_many_scenes_drift_by_nothing(rate):
    # at 59.94 a frame has 800.8 samples: rounding scene by scene would add up
    form = ReelForm(Size(64, 36), rate, "bt601", is_heard=True)
    assert sum(form.samples(frame, 1) for frame in range(10_000)) == round(10_000 * 48_000 / rate)


def test_films_without_sound_make_a_reel_without(silent, folder):
    reel = make([Scene(0, 0, 5, 1), Scene(0, 55, 60, 1)], [silent], folder / "quiet.mp4")
    assert [number_of(f) for f in shown(reel, (90, 160))] == [*range(5), *range(55, 60)]
    assert probe(reel, find_ffmpeg()).sound is None


@pytest.mark.parametrize("channels", [4, 6])
def test_films_of_many_channels_are_heard(folder, channels):
    film = footage_of(made_film(folder / f"many{channels}.mp4", frames=40, beeps=[10], channels=channels))
    samples = heard(make([Scene(0, 5, 25, 1)], [film], folder / f"many{channels}.reel.mp4"))
    assert beep_times(samples) == pytest.approx([5 / 24], abs=0.002)
    assert np.abs(samples).max(axis=0).min() > 0.3


def test_sound_that_cannot_be_decoded_is_told_once(folder, monkeypatch):
    film = footage_of(made_film(folder / "broken.mp4", frames=40, beeps=[10]))
    told = []
    reel = Reel([Scene(0, 5, 10, 1), Scene(0, 20, 25, 1)], [film], find_ffmpeg(), told.append)
    monkeypatch.setattr(SoundForm, "steps", property(lambda form: ("aeval=no_such_thing:c=stereo",)))
    make_reel(reel, folder / "broken.reel.mp4", progress=silent_progress, overwrite=False)
    assert len(told) == 1
    assert "its sound cannot be decoded everywhere" in told[0]


def test_a_scene_after_the_end_of_the_sound_is_silent_without_a_word(folder):
    path = made_film(folder / "whole.mp4", frames=96, beeps=[10])
    short = folder / "short.mp4"
    cut = ("-filter_complex", "[0:a]atrim=end=1[a]", "-map", "0:v", "-map", "[a]", "-c:v", "copy")
    subprocess.run(list(map(str, [find_ffmpeg().path, "-v", "error", "-i", path, *cut, short])), check=True)
    samples = heard(make([Scene(0, 72, 90, 1)], [footage_of(short)], folder / "short.reel.mp4"))
    assert np.abs(samples).max() < 0.01


X264 = ("-c:v", "libx264", "-g", "12", "-bf", "2", "-crf", "10")
OPEN = (*X264, "-x264-params", "open-gop=1")


@pytest.mark.parametrize(
    ("name", "coded"),
    [
        ("a.mkv", X264),
        ("a.ts", X264),
        ("open.ts", OPEN),
        ("a.avi", ("-c:v", "mpeg4", "-q:v", "2", "-g", "12", "-bf", "2")),
        ("bare.264", X264),
        ("a.mpg", ("-c:v", "mpeg2video", "-q:v", "2", "-g", "15", "-bf", "2")),
        ("late.mp4", (*X264, "-output_ts_offset", "5")),
    ],
)
def test_the_frames_are_right_whatever_the_container_can_seek(folder, name, coded):
    rate = "25" if name == "a.mpg" else "24"
    film = footage_of(made_film(folder / name, frames=90, rate=rate, coded=coded))
    scenes = [Scene(0, 70, 75, 1), Scene(0, 0, 2, 1), Scene(0, 1, 4, 1), Scene(0, 35, 39, 1)]
    reel = make(scenes, [film], folder / f"{name}.reel.mkv")
    numbers = [number_of(frame) for frame in shown(reel, SIZE)]
    assert numbers == [70, 71, 72, 73, 74, 0, 1, 1, 2, 3, 35, 36, 37, 38]


def test_a_film_of_variable_rate_is_shown_at_its_own_times():
    # ten frames of 1/10 s, then ten of 1/20 s
    film = plain_film(
        20,
        Fraction(20),
        variable_rate=True,
        timing=(Timing(frame=0, pts=0, step=2), Timing(frame=10, pts=20, step=1)),
    )
    form = ReelForm(Size(64, 36), Fraction(20), "bt601", is_heard=False)
    assert list(form.frames(Scene(0, 8, 13, 1), film)) == [8, 8, 9, 9, 10, 11, 12]
    halved = ReelForm(Size(64, 36), Fraction(10), "bt601", is_heard=False)
    assert list(halved.frames(Scene(0, 8, 13, 1), film)) == [8, 9, 10, 12]
    assert list(halved.frames(Scene(0, 12, 13, 1), film)) == [12]


@pytest.mark.parametrize("name", ["piped.mkv", "piped.ts"])
def test_an_analysis_on_another_clock_shows_and_sounds_the_same(folder, name):
    path = made_film(folder / name, frames=75, rate="25", beeps=[40])
    counted = footage.footage_of(plain_film(75, has_audio=True), probe(path, find_ffmpeg()), find_ffmpeg())
    reel = make([Scene(0, 35, 60, 1)], [counted], folder / f"{name}.reel.mp4")
    assert [number_of(frame) for frame in shown(reel, SIZE)] == list(range(35, 60))
    assert beep_times(heard(reel)) == pytest.approx([5 / 25], abs=0.025)  # the codec of the film is as coarse


def test_pictures_that_a_pipe_repeats_before_the_first_are_passed_over(folder):
    path = made_film(folder / "early.mp4", frames=50, rate="25", beeps=[30])
    late = folder / "late.mkv"
    inputs = ("-i", path, "-itsoffset", "0.08", "-i", path, "-map", "1:v", "-map", "0:a", "-c", "copy")
    subprocess.run(list(map(str, [find_ffmpeg().path, "-v", "error", *inputs, late])), check=True)
    pipe = [find_ffmpeg().path, "-v", "error", "-i", str(late), "-f", "yuv4mpegpipe", "-"]
    piped = subprocess.run(pipe, check=True, capture_output=True).stdout
    _, *images = re.split(b"FRAME\n(?=.{21600}(?:FRAME\n|$))", piped, flags=re.DOTALL)
    frames, before = len(images), len(images) - 50
    assert number_of(np.frombuffer(images[before + 30], np.uint8)[: 160 * 90].reshape(90, 160)) == 30
    assert before > 0
    counted = footage.footage_of(plain_film(frames), probe(late, find_ffmpeg()), find_ffmpeg())
    scenes = [
        counted.placed(Scene(0, 0, before + 2, 1)),
        counted.placed(Scene(0, before + 30, before + 35, 1)),
    ]
    reel = make(scenes, [counted], folder / "late.reel.mp4")
    assert [number_of(frame) for frame in shown(reel, SIZE)] == [0, 1, *range(30, 35)]


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"rate": Fraction(1, 1000)}, "1/1000 frames a second, and has 24"),
        ({"timing": (Timing(frame=0, pts=0, step=10**9),)}, "long when it was analysed"),
        ({"rate": Fraction(90_000), "variable_rate": True}, "which no reel has"),
        ({"frames": 5000, "time_base": Fraction(1, 24)}, "100 pictures, 5000 were analysed"),
        ({"rate": Fraction(12), "time_base": Fraction(1, 12)}, "does not lie where its analysis says"),
    ],
)
def test_what_is_far_from_the_file_is_refused_before_anything_is_written(stereo, facts, fault):
    mistaken = replace(stereo.film, **facts)
    with pytest.raises(MediaError, match=fault):
        footage.footage_of(mistaken, stereo.probe, find_ffmpeg())


def test_sound_for_which_there_is_no_room_is_not_begun(stereo, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1000))
    with pytest.raises(ExportError, match=r"its sound takes 0 MB, 0 MB are free: make room"):
        make([Scene(0, 20, 40, 1)], [stereo], tmp_path / "reel.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["one.264", "one.mkv"])
def test_a_film_that_cannot_be_sought_is_decoded_once(folder, name, monkeypatch):
    film = footage_of(made_film(folder / name, frames=60))
    begun = []

    def counted(*arguments, **options):
        begun.append(options["place"])
        return FramePipe(*arguments, **options)

    monkeypatch.setattr(pictures, "FramePipe", counted)
    scenes = [Scene(0, 5, 8, 1), Scene(0, 20, 22, 1), Scene(0, 22, 25, 1), Scene(0, 50, 55, 1)]
    reel = make(scenes, [film], folder / f"{name}.reel.mkv")
    numbers = [number_of(frame) for frame in shown(reel, SIZE)]
    expected = [*range(5, 8), *range(20, 25), *range(50, 55)]
    assert [number % 1024 for number in numbers] == expected
    assert len(begun) == (1 if name == "one.264" else len(scenes))


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_reel_leaves_nothing(stereo, tmp_path, fault):
    def interrupt(done, expected):
        if done == 3:
            raise fault

    with pytest.raises(fault):
        make(
            [Scene(0, 20, 40, 1)],
            [stereo],
            tmp_path / "reel.mp4",
            progress=lambda step: nullcontext(interrupt),
        )
    assert list(tmp_path.iterdir()) == []
    assert not _running(f"{tmp_path}")


def _running(text: str) -> list[str]:
    """Which processes have ``text`` in their command line, where the kernel tells (Linux)."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if text in line and entry.parent.name != str(os.getpid()):
            lines.append(line)
    return lines


def test_a_reel_that_stands_is_kept_unless_it_may_be_overwritten(stereo, tmp_path):
    target = tmp_path / "reel.mkv"
    target.write_bytes(b"mine")
    with pytest.raises(ExportError, match="exists already"):
        make([Scene(0, 20, 23, 1)], [stereo], target)
    assert target.read_bytes() == b"mine"
    make([Scene(0, 20, 23, 1)], [stereo], target, overwrite=True)
    assert len(shown(target, SIZE)) == 3
    assert list(tmp_path.iterdir()) == [target]


def test_a_film_that_is_not_as_it_was_analysed_is_refused(stereo, mono, tmp_path):
    longer = Footage(
        Film(**{n: getattr(stereo.film, n) for n in Film.__struct_fields__} | {"frames": 500}), stereo.probe
    )
    with pytest.raises(MediaError, match="ended before frame 100"):
        make([Scene(0, 95, 120, 1)], [longer], tmp_path / "reel.mp4")
    exchanged = Footage(mono.film, stereo.probe)
    with pytest.raises(MediaError, match="does not lie where its analysis says"):
        make([Scene(0, 20, 30, 1)], [exchanged], tmp_path / "reel.mp4")
    assert list(tmp_path.iterdir()) == []


def test_an_ffmpeg_without_an_encoder_is_told(stereo, tmp_path, monkeypatch):
    ffmpeg = find_ffmpeg()
    monkeypatch.setitem(ffmpeg.__dict__, "encoders", frozenset({"aac"}))
    reel = Reel([Scene(0, 0, 5, 1)], [stereo], ffmpeg, warned)
    with pytest.raises(ExportError, match=r"no H\.264 or MPEG-4 encoder"):
        make_reel(reel, tmp_path / "r.mp4", progress=silent_progress, overwrite=False)
    monkeypatch.setitem(ffmpeg.__dict__, "encoders", frozenset({"aac", "mpeg4"}))
    make_reel(reel, tmp_path / "r.mp4", progress=silent_progress, overwrite=False)
    assert probe(tmp_path / "r.mp4", ffmpeg).codec == "mpeg4"


def test_colours_stay_what_they_are_where_films_encode_them_otherwise(folder):
    films = [_red(folder / f"{name}.mp4", name, mark) for name, mark in _MATRICES]
    reel = make([Scene(0, 0, 2, 1), Scene(1, 0, 2, 1)], films, folder / "red.mp4")
    facts = probe(reel, find_ffmpeg())
    assert facts.matrix == "bt709"
    with FramePipe(facts, find_ffmpeg(), samples=False) as pipe:
        colours = [[int(plane.mean()) for plane in (frame.y, frame.u, frame.v)] for frame in pipe]
    assert colours[3] == pytest.approx(colours[0], abs=3)


_WIDE = ("-color_primaries", "bt2020", "-color_trc", "bt2020-10", "-colorspace", "bt2020nc")
_HIGH = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")


def _named(folder, name, names):
    marks = f"setparams=color_primaries={names[1]}:color_trc={names[3]}:colorspace={names[5]}"
    return footage_of(made_film(folder / name, frames=10, coded=(*X264, "-vf", marks, *names)))


@pytest.mark.parametrize("names", [_WIDE, _HIGH])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_primaries_and_transfer_are_those_of_the_film(folder, names, suffix):
    film = _named(folder, f"{names[1]}.mkv", names)
    facts = probe(make([Scene(0, 0, 5, 1)], [film], folder / f"{names[1]}.reel{suffix}"), find_ffmpeg())
    assert (facts.primaries, facts.transfer, facts.matrix) == (names[1], names[3], names[1])


def test_films_that_differ_in_primaries_make_a_reel_that_names_none(folder):
    films = [_named(folder, "wide.mkv", _WIDE), _named(folder, "high.mkv", _HIGH)]
    told = []
    reel = Reel([Scene(0, 0, 3, 1), Scene(1, 0, 3, 1)], films, find_ffmpeg(), told.append)
    make_reel(reel, folder / "both.mp4", progress=silent_progress, overwrite=False)
    assert told == [
        "its films differ in primaries or transfer (bt2020/bt2020-10, bt709/bt709): the reel names neither"
    ]
    facts = probe(folder / "both.mp4", find_ffmpeg())
    assert (facts.primaries, facts.transfer) == ("", "")


_MATRICES = (("bt709", "bt709"), ("bt601", "smpte170m"))


def _red(path: Path, matrix: str, mark: str) -> Footage:
    """Make a film of one red, 64x64, whose luminance differs by ten levels between the matrices."""
    graph = f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p"
    source = ("-f", "lavfi", "-i", "color=0xC03020:s=64x64:r=24:d=0.25,format=gbrp", "-vf", graph)
    command = [find_ffmpeg().path, "-v", "error", *source, "-colorspace", mark, "-color_range", "tv", path]
    subprocess.run(list(map(str, command)), check=True, stdin=subprocess.DEVNULL)
    return footage_of(path)
