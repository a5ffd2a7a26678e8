"""The true time of every frame, against what other programs say of the same files."""

import json
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.time import Clock, run_lengths
from cinetag_plugin.media.times import CountedTimes, RisingTimes, Runs


def ffprobe_times(path: Path) -> tuple[list[int], Fraction]:
    if not shutil.which("ffprobe"):
        pytest.skip("no ffprobe to compare with")
    options = "-v error -select_streams v:0 -show_frames -show_entries frame=pts:stream=time_base -of json"
    run = subprocess.run(["ffprobe", *options.split(), str(path)], capture_output=True, check=True)
    found = json.loads(run.stdout)
    return [frame["pts"] for frame in found["frames"]], Fraction(found["streams"][0]["time_base"])


@pytest.mark.parametrize(
    "name",
    [
        "edited/sintel_film_rooftops.mp4",
        "odd/vfr_uneven.mkv",
        "odd/vfr_gap60s.mp4",
        "odd/vfr_30_then_60.mp4",
        "odd/vfr_mpdecimate.mp4",
        "odd/rate_23976_ms_timebase.mkv",
        "odd/large_start.ts",
        "odd/pts_wrap.ts",
        "odd/inter_tff.mp4",
        "odd/video_starts_late.mkv",
        "odd/elst_empty_edit_2s.mp4",
    ],
)
def test_times_are_those_that_ffprobe_reports(name: str, shared: Path, decode: Callable) -> None:
    expected, time_base = ffprobe_times(shared / "media" / name)
    got = decode(shared / "media" / name)
    assert (got.pts, got.film.time_base) == (expected, time_base)
    assert [got.film.clock.pts(frame) for frame in range(got.film.frames)] == expected
    assert got.film.start_pts == expected[0]


def test_millisecond_times_of_23_976_are_a_constant_rate(odd: Path, decode: Callable) -> None:
    got = decode(odd / "rate_23976_ms_timebase.mkv")
    assert got.pts[:5] == [0, 42, 83, 125, 167]
    assert (got.film.rate, got.film.variable_rate) == (Fraction(24000, 1001), False)


def test_a_hole_of_a_minute_is_kept(odd: Path, decode: Callable) -> None:
    film = decode(odd / "vfr_gap60s.mp4").film
    assert film.variable_rate
    assert film.rate == 24
    assert film.clock.seconds(36) - film.clock.seconds(35) > 60
    assert film.duration == pytest.approx(63, abs=0.1)


def test_a_clock_that_jumps_back_goes_on_and_is_reported(odd: Path, decode: Callable) -> None:
    got = decode(odd / "ts_join_jumps_back.ts")
    assert got.pts[72] - got.pts[71] == 3750
    assert not got.film.variable_rate
    assert any("backwards" in warning for warning in got.warnings)


def test_length_is_that_of_the_picture(odd: Path, decode: Callable) -> None:
    assert decode(odd / "audio_longer.mp4").film.duration == 3.0


def test_times_without_a_fault_pass_unchanged() -> None:
    times = RisingTimes(Fraction(512))
    assert [times.place(pts) for pts in (-1024, -512, 0, 7, 9000)] == [-1024, -512, 0, 7, 9000]
    assert (times.repaired, times.missing) == (0, 0)


def test_missing_times_are_placed_by_the_rate() -> None:
    times = RisingTimes(Fraction(512))
    assert [times.place(pts) for pts in (None, None, 1100, None)] == [0, 512, 1100, 1612]
    assert times.missing == 3


def test_pictures_without_a_clock_are_counted() -> None:
    times = CountedTimes()
    assert [times.place(pts) for pts in (1, 50002, None)] == [0, 1, 2]


@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**40), 2**40)), max_size=60),
    st.fractions(Fraction(1, 10), 10**6),
)
def test_times_always_rise(times: list[int | None], step: Fraction) -> None:
    rising = RisingTimes(step)
    placed = [rising.place(pts) for pts in times]
    assert all(a < b for a, b in pairwise(placed))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60), st.integers(-100, 100))
def test_runs_fold_as_the_document_room_does(steps: list[int], first: int) -> None:
    pts = [first]
    for step in steps:
        pts.append(pts[-1] + step)
    runs = Runs(Fraction(1))
    for tick in pts:
        runs.add(tick)
    assert runs.so_far() == list(run_lengths(pts))
    clock = Clock(runs.so_far(), len(pts), Fraction(1, 24))
    assert [clock.pts(frame) for frame in range(len(pts))] == pts
