"""The scripts for FFmpeg never touch what stood before, and leave nothing unfinished behind."""

import os
import shutil
import signal
import time

import pytest

# what comes before and after the name of the output
CALLS = {
    "add_chapters.sh": ([], ["told.cinetag.json"]),
    "burn_in_tags.sh": ([], ["told.cinetag.json"]),
    "split_at_shots.sh": ([], ["told.cinetag.json"]),
    "encode_by_scene.sh": (["200"], []),
}
SLOW_FFMPEG = """case " $* " in *" -h "*) exit ;; esac
for last; do :; done
[ "$last" = - ] || echo half >"${last#file:}"
echo $$ >"$STARTED"
exec sleep 60"""


@pytest.mark.parametrize("script", CALLS)
@pytest.mark.parametrize("name", ["./the film.mp4", "linked.mp4", "same.mp4"])
def test_the_film_that_is_read_is_never_written(at_work, script, name):
    for link, make in (("linked.mp4", os.symlink), ("same.mp4", os.link)):
        if not (at_work.folder / link).exists():
            make(at_work.folder / "the film.mp4", at_work.folder / link)
    before, (first, last) = at_work.everything(), CALLS[script]
    done = at_work.run(script, "the film.mp4", *first, name, *last)
    assert (done.returncode, done.stderr) == (2, f"{script}: {name}: is what is read: name another\n")
    assert at_work.everything() == before


@pytest.mark.parametrize("script", CALLS)
@pytest.mark.parametrize("kind", ["file", "folder", "lost link"])
def test_what_stands_is_not_replaced(at_work, script, kind):
    out = f"{script} {kind}.mkv"
    if kind == "file":
        (at_work.folder / out).write_text("mine")
    elif kind == "folder":
        (at_work.folder / out).mkdir()
    else:
        (at_work.folder / out).symlink_to("nowhere")
    before, (first, last) = at_work.everything(), CALLS[script]
    done = at_work.run(script, "the film.mp4", *first, out, *last)
    assert (done.returncode, done.stderr) == (6, f"{script}: {out}: exists: name another, or remove it\n")
    assert at_work.everything() == before


@pytest.mark.parametrize("script", CALLS)
def test_a_place_that_cannot_be_written_is_told_at_once(at_work, script):
    first, last = CALLS[script]
    done = at_work.run(script, "the film.mp4", *first, "no\n/where.mkv", *last)
    assert done.returncode == 6
    assert done.stderr.endswith("/no?/where.mkv: cannot be written: name a place in a folder of yours\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("out", ["own", "own/", "./own/../own", "linked"])
def test_a_folder_is_not_made_into_itself(at_work, out):
    films = at_work.folder / "own"
    films.mkdir(exist_ok=True)
    shutil.copy(at_work.folder / "the film.mp4", films / "film.mp4")
    if not (at_work.folder / "linked").exists():
        (at_work.folder / "linked").symlink_to("own")
    before = at_work.everything()
    done = at_work.run("chapters_for_folder.sh", "own", out)
    assert (done.returncode, done.stderr.count("is what is read: name another")) == (2, 1)
    assert at_work.everything() == before


def test_a_film_that_fails_costs_nothing_that_stood_in_its_place(at_work, silent_cinetag):
    for folder in ("new films", "old results"):
        (at_work.folder / folder).mkdir()
        (at_work.folder / folder / "film.mp4").write_text(folder)
    done = at_work.run("chapters_for_folder.sh", "new films", "old results", PATH=silent_cinetag(4))
    assert done.returncode == 3
    assert (at_work.folder / "old results" / "film.mp4").read_text() == "old results"


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)], ids=str
)
@pytest.mark.parametrize("script", ["add_chapters", "burn_in_tags", "split_at_shots", "chapters_for_folder"])
def test_an_interrupted_script_leaves_neither_files_nor_programs(at_work, tmp_path, script, sent, code):
    started, slow = tmp_path / "started", tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\n{SLOW_FFMPEG}\n")
    slow.chmod(0o755)
    (tmp_path / "tmp").mkdir()
    places = {"FFMPEG": str(slow), "STARTED": str(started), "TMPDIR": str(tmp_path / "tmp")}
    (at_work.folder / "one film").mkdir(exist_ok=True)
    for name in ("the film.mp4", "told.cinetag.json"):
        shutil.copy(at_work.folder / name, at_work.folder / "one film" / name.replace("told", "the film"))
    given = ["one film", "stopped"] if "folder" in script else ["the film.mp4", "s.mkv", "told.cinetag.json"]
    before = at_work.everything()
    with at_work.start(f"{script}.sh", *given, **places) as run:
        _wait_for(lambda: started.is_file() and started.read_text().endswith("\n"))
        run.send_signal(sent)
        run.communicate(timeout=20)
    assert run.returncode == code
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
    assert list((tmp_path / "tmp").iterdir()) == []
    shutil.rmtree(at_work.folder / "stopped", ignore_errors="folder" not in script)
    assert at_work.everything() == before


def _wait_for(happened):
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
