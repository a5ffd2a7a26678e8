"""The scripts for FFmpeg on a made film: chapters, names in the picture, a file a shot, whole folders."""

import re
import shutil
from itertools import pairwise

import pytest

from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.source import VIDEO_SUFFIXES

FRAMES = 288


@pytest.fixture(scope="session")
def each_ffmpeg(at_work):
    """The programs on this machine: they differ in how a long option is read from a file."""
    found = [at_work.surroundings["FFMPEG"], shutil.which("ffmpeg")]
    try:
        import imageio_ffmpeg

        found.append(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        pass
    return list(dict.fromkeys(path for path in found if path))


@pytest.fixture(scope="session")
def long_film(at_work):
    """A small film of 5,000 frames, one grey throughout."""
    made = ("-f", "lavfi", "-i", "color=gray:s=64x48:r=24", "-frames:v", "5000")
    at_work.ffmpeg(*made, "-c:v", "libx264", "-preset", "ultrafast", "long.mkv")
    return "long.mkv"


def test_chapters_are_those_of_the_beats(at_work):
    done = at_work.run("add_chapters.sh", "the film.mp4", "chaptered.mkv", "told.cinetag.json")
    assert done.returncode == 0, done.stderr
    assert at_work.titles("chaptered.mkv") == ["Battle", "Pursuit"]
    assert at_work.frames("chaptered.mkv") == FRAMES


@pytest.mark.parametrize("ending", ["mov", "mp4", "mkv"])
def test_what_the_format_does_not_hold_is_converted_or_left_out(at_work, ending):
    words = at_work.folder / "words.srt"
    words.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n", encoding="utf-8")
    given = ("-i", "the film.mp4", "-i", "words.srt", "-map", "0", "-map", "1", "-c", "copy")
    more = ("-c:s", "mov_text", "-timecode", "01:00:00:00")
    at_work.ffmpeg("-y", *given, *more, "with timecode.mov")
    out = f"from mov.{ending}"
    done = at_work.run("add_chapters.sh", "with timecode.mov", out, "told.cinetag.json")
    assert done.returncode == 0, done.stderr
    assert ("subtitles are converted" in done.stderr) == (ending == "mkv")
    assert at_work.titles(out) == ["Battle", "Pursuit"]
    assert "Hello" in at_work.ffmpeg("-i", out, "-map", "0:s", "-f", "srt", "-")
    assert at_work.ffmpeg("-i", out, "-map", "0:a", "-c", "copy", "-f", "streamhash", "-")


def test_a_format_without_chapters_is_refused(at_work):
    done = at_work.run("add_chapters.sh", "the film.mp4", "film.ts", "told.cinetag.json")
    assert done.returncode == 6
    assert "film.ts: its format holds no chapters: name one that ends in .mkv" in done.stderr
    assert not (at_work.folder / "film.ts").exists()


def test_any_name_will_do(at_work):
    odd = "b\\cd 50%d\n-x.mp4"
    shutil.copy(at_work.folder / "the film.mp4", at_work.folder / odd)
    done = at_work.run("add_chapters.sh", odd, "-50%d\\t.mkv")
    assert done.returncode == 0, done.stderr
    assert at_work.titles("file:-50%d\\t.mkv")[0] == "Shot 001"


@pytest.mark.parametrize("code", [2, 4, 5, 143])
@pytest.mark.parametrize("script", ["add_chapters", "burn_in_tags", "split_at_shots"])
def test_the_codes_of_cinetag_are_passed_on(at_work, silent_cinetag, script, code):
    for analysis in ([], ["told.cinetag.json"]):
        done = at_work.run(f"{script}.sh", "the film.mp4", "none.mkv", *analysis, PATH=silent_cinetag(code))
        assert (done.returncode, done.stderr) == (code, "cinetag: no\n")


def test_names_are_in_the_picture_on_just_their_frames(at_work):
    if "drawtext" not in find_ffmpeg().filters:
        pytest.skip(f"{find_ffmpeg().path} has no drawtext")
    done = at_work.run("burn_in_tags.sh", "the film.mp4", "named.mkv", "told.cinetag.json", ENCODER="ffv1")
    assert done.returncode == 0, done.stderr
    plain, named = (at_work.pictures(film) for film in ("the film.mp4", "named.mkv"))
    assert len(plain) == len(named) == FRAMES
    marked = [n for n, (a, b) in enumerate(zip(plain, named, strict=True)) if a != b]
    assert marked == [*range(30, 100), 150, *range(200, FRAMES)]


def test_a_film_of_very_many_names_is_done(at_work, each_ffmpeg, long_film):
    tags = [(("war", "police", "forest")[n % 3], 4 * n, 4 * n + 3) for n in range(1, 1240)]
    at_work.tell("names.cinetag.json", tags=tags, cuts=[0], frames=5000)
    wanted = sorted(frame for _, start, end in tags for frame in range(start, end))
    for ffmpeg in each_ffmpeg:
        more = {"ENCODER": "ffv1", "FFMPEG": ffmpeg}
        done = at_work.run("burn_in_tags.sh", long_film, "long named.mkv", "names.cinetag.json", **more)
        assert done.returncode == 0, done.stderr
        named = at_work.pictures("long named.mkv")
        assert [n for n, picture in enumerate(named) if picture != named[0]] == wanted
        assert len(set(named)) == 4
        (at_work.folder / "long named.mkv").unlink()


@pytest.mark.parametrize("folder", ["pieces", "50%d of it/"])
def test_every_shot_is_a_file_of_its_frames(at_work, folder):
    done = at_work.run("split_at_shots.sh", "the film.mp4", folder, "the film.cinetag.json")
    assert done.returncode == 0, done.stderr
    borders = [0, *(shot["end"] for shot in at_work.document["shots"])]
    files = sorted((at_work.folder / folder).glob("*.mkv"))
    counts = [at_work.frames(f"{folder}/{file.name}") for file in files]
    assert [file.name for file in files[:2]] == ["000.mkv", "001.mkv"]
    assert len(counts) > 2
    assert counts == [b - a for a, b in pairwise(borders)]


def test_a_film_of_very_many_shots_is_split(at_work, each_ffmpeg, long_film):
    at_work.tell("shots.cinetag.json", cuts=range(5000), frames=5000)
    for ffmpeg in each_ffmpeg:
        done = at_work.run("split_at_shots.sh", long_film, "many", "shots.cinetag.json", FFMPEG=ffmpeg)
        if done.returncode:  # one that reads no option from a file
            assert (done.returncode, done.stderr.count("\n")) == (4, 1)
            assert "has more cuts than this FFmpeg takes: name FFmpeg 8 or later in FFMPEG" in done.stderr
            assert not (at_work.folder / "many").exists()
            continue
        pieces = sorted(path.name for path in (at_work.folder / "many").glob("*.mkv"))
        assert pieces == [f"{n:04}.mkv" for n in range(5000)]
        assert at_work.frames("many/4999.mkv") == 1
        shutil.rmtree(at_work.folder / "many")


def test_a_folder_is_done_in_spite_of_what_fails_in_it(at_work):
    films = at_work.folder / "films"
    films.mkdir()
    (films / "a bad one.mp4").write_text("no film")
    shutil.copy(at_work.folder / "the film.mp4", films / "good; one.mp4")
    done = at_work.run("chapters_for_folder.sh", "films", "done")
    assert done.returncode == 3, done.stderr
    ((code, name, said),) = [
        line.split("\t") for line in (at_work.folder / "done" / "failed.tsv").read_text().splitlines()
    ]
    assert (code, name) == ("4", "a bad one.mp4")
    assert said.startswith("cinetag: ")
    assert sorted(file.name for file in (at_work.folder / "done").iterdir()) == [
        "failed.tsv",
        "good; one.mp4",
    ]
    assert at_work.titles("done/good; one.mp4")[0] == "Shot 001"
    assert "chapters_for_folder.sh: good; one.mp4: 2 of 2\n" in done.stderr


def test_the_analysis_beside_a_film_is_used_where_it_is_that_of_the_film(at_work):
    films = at_work.folder / "analysed"
    films.mkdir()
    for name in ("the film.mp4", "the film.mov"):
        shutil.copy(at_work.folder / "the film.mp4", films / name)
    shutil.copy(at_work.folder / "told.cinetag.json", films / "the film.cinetag.json")
    done = at_work.run("chapters_for_folder.sh", "analysed", "with chapters")
    assert done.returncode == 0, done.stderr
    assert at_work.titles("with chapters/the film.mp4") == ["Battle", "Pursuit"]
    assert at_work.titles("with chapters/the film.mov")[0] == "Shot 001"


def test_films_of_a_folder_are_those_that_cinetag_takes_for_films(at_work, silent_cinetag):
    films = at_work.folder / "endings"
    (films / "folder.mp4").mkdir(parents=True)
    known = [f"film{suffix}" for suffix in sorted(VIDEO_SUFFIXES)] + ["LOUD.MP4"]
    for name in [*known, "film.srt", "film.cinetag.json", "failed.tsv", "film.mp4 avi", "mp4", ".hidden.mp4"]:
        (films / name).write_text("")
    done = at_work.run("chapters_for_folder.sh", "endings", "ended", PATH=silent_cinetag(4))
    assert done.returncode == 3
    told = (at_work.folder / "ended" / "failed.tsv").read_text().splitlines()
    assert sorted(line.split("\t")[1] for line in told) == sorted(known)


@pytest.mark.parametrize("folder", ["nowhere", "without films"])
def test_a_folder_without_films_is_told(at_work, folder):
    (at_work.folder / "without films").mkdir(exist_ok=True)
    done = at_work.run("chapters_for_folder.sh", folder, "none made")
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert done.stderr.endswith("name the folder with the films\n")


@pytest.mark.parametrize("script", ["add_chapters", "burn_in_tags", "split_at_shots", "chapters_for_folder"])
def test_wrong_usage_says_what_is_right(at_work, script):
    done = at_work.run(f"{script}.sh")
    assert done.returncode == 2
    assert done.stderr.startswith(f"usage: {script}.sh ")


def test_every_call_of_ffmpeg_leaves_the_terminal_alone(request):
    for path in (request.config.rootpath / "hooks" / "ffmpeg").glob("*.sh"):
        text = path.read_text(encoding="utf-8")
        assert text.count("FFMPEG:-") == text.count('"${FFMPEG:-ffmpeg}" -nostdin')
        assert not re.search(r"^ *ffmpeg ", text, re.MULTILINE)
