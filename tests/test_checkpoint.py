"""Going on with an interrupted analysis gives what an uninterrupted one gives."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from cinetag_plugin import checkpoint
from cinetag_plugin.checkpoint import Checkpoint
from cinetag_plugin.pipeline import Analyzer
from cinetag_plugin.settings import Settings

SHOTS = Settings(only=frozenset({"shots"}), plugins=False)


class Stop(BaseException):
    """Stands in for a signal."""


def stopping_at(frame):
    def report(done, expected):
        if done == frame:
            raise Stop

    return report


def interrupted(film, part, frame, settings=SHOTS):
    with Analyzer(settings) as analyzer, pytest.raises(Stop):
        analyzer.analyze(film, on_progress=stopping_at(frame), checkpoint=part)


def resumed(film, part, settings=SHOTS):
    frames, lines = [], []
    with Analyzer(settings, tell=lines.append) as analyzer:
        analysis = analyzer.analyze(
            film, on_progress=lambda done, expected: frames.append(done), checkpoint=part, resume=True
        )
    return analysis, frames[0], lines


@pytest.fixture(scope="module")
def film(shared) -> Path:
    return shared / "media/edited/tears_of_steel_battle.webm"


@pytest.fixture(scope="module")
def whole(film):
    with Analyzer(SHOTS) as analyzer:
        return analyzer.analyze(film)


@pytest.mark.parametrize("frame", [700, 1100, 1650])
def test_an_interrupted_analysis_goes_on_to_the_same_end(film, whole, tmp_path, frame):
    part = tmp_path / "film.cinetag.part"
    interrupted(film, part, frame)
    analysis, first, lines = resumed(film, part)
    assert lines == []
    assert first > 1 or frame < 2 * checkpoint.RUN_UP
    assert analysis == whole


def test_several_key_frames_and_a_part_of_a_film_go_on_too(film, tmp_path):
    how = Settings(
        only=frozenset({"shots"}), plugins=False, key_frames=3, sampling="change", start="10", end="60"
    )
    with Analyzer(how) as analyzer:
        expected = analyzer.analyze(film)
    part = tmp_path / "film.cinetag.part"
    interrupted(film, part, 1200, how)
    analysis, first, _ = resumed(film, part, how)
    assert first > 1
    assert analysis == expected


def test_tags_go_on_too(shared, tmp_path):
    film = shared / "media/edited/sintel_trailer_480p.mp4"
    how = Settings(plugins=False)
    with Analyzer(how) as analyzer:
        expected = analyzer.analyze(film)
    part = tmp_path / "film.cinetag.part"
    interrupted(film, part, 1100, how)
    assert resumed(film, part, how)[0] == expected


def test_another_film_other_settings_and_rubbish_are_begun_anew(film, whole, tmp_path):
    part = tmp_path / "film.cinetag.part"
    assert resumed(film, part)[1] == 1
    interrupted(film, part, 1100)
    kept = part.read_bytes()
    assert resumed(film, part, Settings(only="shots", plugins=False, threshold=0.9))[1] == 1
    found = msgspec.msgpack.decode(kept, type=Checkpoint)
    unsound = [
        msgspec.structs.replace(found, timing=found.timing[1:]),
        msgspec.structs.replace(found, standing=msgspec.structs.replace(found.standing, pictures=b"abc")),
        msgspec.structs.replace(found, standing=msgspec.structs.replace(found.standing, opening=b"")),
        msgspec.structs.replace(found, standing=msgspec.structs.replace(found.standing, shot_start=-5)),
    ]
    broken = [b"", b"\xc1", kept[:-7], b"\x80", kept.replace(b"format\x01", b"format\x02")]
    for rubbish in (*map(msgspec.msgpack.encode, unsound), *broken):
        part.write_bytes(rubbish)
        analysis, first, lines = resumed(film, part)
        assert first == 1
        assert "nothing to go on from" in lines[0]
        assert analysis == whole


def test_a_frame_that_is_not_the_one_seen_before_begins_the_film_anew(film, whole, tmp_path):
    part = tmp_path / "film.cinetag.part"
    interrupted(film, part, 1600)
    found = msgspec.msgpack.decode(part.read_bytes(), type=Checkpoint)
    other = msgspec.structs.replace(found, standing=msgspec.structs.replace(found.standing, mark=1))
    part.write_bytes(msgspec.msgpack.encode(other))
    analysis, _, lines = resumed(film, part)
    assert "not found again" in lines[0]
    assert analysis == whole


def test_a_time_that_no_frame_has_begins_the_film_anew(film, whole, tmp_path):
    part = tmp_path / "film.cinetag.part"
    interrupted(film, part, 1600)
    found = msgspec.msgpack.decode(part.read_bytes(), type=Checkpoint)
    late = tuple((frame, pts + 7, step) for frame, pts, step in found.timing)
    part.write_bytes(msgspec.msgpack.encode(msgspec.structs.replace(found, timing=late)))
    analysis, _, lines = resumed(film, part)
    assert "not found again" in lines[0]
    assert analysis == whole


def command(film, out, *options):
    return [sys.executable, "-m", "cinetag_plugin", "analyze", str(film), "-o", str(out), *options]


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_a_terminated_program_leaves_what_the_next_goes_on_from(film, tmp_path):
    options = ("--only", "shots", "--no-plugins", "--threads", "1")
    progress = tmp_path / "progress"
    run = subprocess.Popen(
        [*command(film, tmp_path, *options), "--progress", str(progress)], stderr=subprocess.PIPE
    )
    while run.poll() is None:
        done = progress.read_text().split("frame=") if progress.exists() else []
        if len(done) > 1 and int(done[-1].split()[0]) > 900:
            break
        time.sleep(0.02)
    run.send_signal(signal.SIGTERM)
    assert run.wait() == 143
    part = tmp_path / "tears_of_steel_battle.cinetag.part"
    assert part.exists()
    done = subprocess.run(
        command(film, tmp_path, *options, "--resume"), capture_output=True, text=True, check=True
    )
    assert "nothing to go on from" not in done.stderr
    assert not part.exists()
    assert (tmp_path / "tears_of_steel_battle.otio").exists()
