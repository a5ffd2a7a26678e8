"""The evidence ``subtitles``: where they come from, on whose clock, and what is told where there are none."""

import threading
from itertools import pairwise

import pytest
from msgspec.structs import replace

from cinetag_plugin.document.errors import DocumentError, MediaError
from cinetag_plugin.document.records import Shot, Timing, Transition
from cinetag_plugin.evidence.reading import Reading
from cinetag_plugin.media import subtitle_tracks
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.process import lines_of
from cinetag_plugin.pipeline import analyze
from cinetag_plugin.settings import Settings

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello there!\n\n2\n00:00:03,000 --> 00:00:03,500\nGone?\n"


@pytest.fixture(scope="module")
def ffmpeg():
    return find_ffmpeg()


@pytest.fixture
def made(tmp_path, ffmpeg):
    """Make a film of 5 s with a text track: container, where both begin on the file's clock, codec."""
    text = tmp_path / "text.txt"
    text.write_text(SRT)

    def make(name, *, offset="0", codec="srt", tracks=1):
        film = tmp_path / name
        picture = ["-itsoffset", offset, "-f", "lavfi", "-i", "color=s=64x48:r=10:d=5"]
        words = ["-itsoffset", offset, "-f", "srt", "-i", str(text)]
        coded = ["-c:v", "mpeg4", "-c:s", codec, "-copyts", str(film)]
        lines_of(ffmpeg, [*picture, *words, "-map", "0:v", *["-map", "1:s"] * tracks, *coded], subject=film)
        return film

    return make


@pytest.fixture
def bare(made, tmp_path, ffmpeg):
    film = tmp_path / "bare.mkv"
    lines_of(ffmpeg, ["-i", str(made("a.mkv")), "-map", "0:v", "-c", "copy", str(film)], subject=film)
    return film


def film_of(facts, ffmpeg, first=None):
    """Describe the film with the pts of its first frame, or with another."""
    with FramePipe(facts, ffmpeg) as pipe:
        frames = [frame.pts for frame in pipe]
        film = pipe.film()
    if first is None:
        assert film.timing[0].pts == frames[0]
        return film
    timing = (Timing(frame=0, pts=first, step=film.timing[0].step),)
    return replace(film, timing=timing, start_pts=first)


def shots(*edges):
    cut = Transition(kind="cut", start=0, end=0)
    return [
        Shot(index=index, start=start, end=end, transition_in=cut)
        for index, (start, end) in enumerate(pairwise(edges))
    ]


def read(film, ffmpeg, *edges, given=None, first=None):
    facts = probe(film, ffmpeg)
    reading = Reading(facts, ffmpeg, given=given)
    try:
        return reading.found(film_of(facts, ffmpeg, first), shots(*edges))
    finally:
        reading.close()


@pytest.mark.parametrize(
    ("name", "codec", "offset"),
    [("a.mkv", "srt", "0"), ("a.mkv", "ass", "7"), ("a.mp4", "mov_text", "0"), ("a.mkv", "webvtt", "3.2")],
)
def test_a_text_track_lies_on_the_clock_of_the_pictures(made, ffmpeg, name, codec, offset):
    found = read(made(name, offset=offset, codec=codec), ffmpeg, 0, 10, 20, 30, 35, 50)
    assert [round(shot["talk"], 1) for shot in found.measures] == [0, 1, 0, 1, 0]
    assert [round(shot["words"], 1) for shot in found.measures] == [0, 2, 0, 2, 0]
    assert (found.measures[1]["exclaims"], found.measures[3]["asks"]) == (1, 1)
    assert found.warnings == ()


def test_a_track_is_told_by_the_files_clock_and_a_file_by_the_first_frame(made, ffmpeg, tmp_path):
    """Of a film whose pictures begin at 1 s of its file, a track's second 1 is the first frame."""
    film = made("a.mkv")
    ticks = round(1 / probe(film, ffmpeg).time_base)
    track = read(film, ffmpeg, 0, 10, 20, first=ticks)
    assert [round(shot["talk"], 1) for shot in track.measures] == [1, 0]
    (tmp_path / "a.srt").write_text(SRT)
    beside = read(film, ffmpeg, 0, 10, 20, first=ticks)
    assert [round(shot["talk"], 1) for shot in beside.measures] == [0, 1]


def test_a_file_given_comes_before_one_beside_and_that_before_a_track(made, ffmpeg, tmp_path):
    film = made("a.mkv")
    (tmp_path / "a.srt").write_text(SRT.replace("Hello there", "One two three"))
    given = tmp_path / "given.srt"
    given.write_text(SRT.replace("Hello there", "One two three four"))
    assert read(film, ffmpeg, 10, 20).measures[0]["words"] == pytest.approx(3)
    assert read(film, ffmpeg, 10, 20, given=given).measures[0]["words"] == pytest.approx(4)


def test_which_of_several_was_read_is_told(made, ffmpeg, tmp_path):
    film = made("a.mkv", tracks=2)
    assert read(film, ffmpeg, 0, 10).warnings == (
        "subtitles were read from stream 1, of 2 of text in the film",
    )
    for language in ("de", "fr"):
        (tmp_path / f"a.{language}.srt").write_text(SRT)
    assert read(film, ffmpeg, 0, 10).warnings == ("subtitles were read from a.de.srt, of 2 beside the film",)


def test_a_film_without_subtitles_says_so(bare, ffmpeg):
    found = read(bare, ffmpeg, 0, 10, 20)
    assert found.measures == [{}, {}]
    assert found.warnings == ("the film has no subtitles to read, neither in it nor beside it",)


def test_pictures_of_text_cannot_be_read(made, ffmpeg):
    # only the codec's name tells, so a track that is called otherwise will do for one
    film = made("a.mkv")
    film.write_bytes(film.read_bytes().replace(b"S_TEXT/UTF8", b"S_HDMV/PGS\0"))
    found = read(film, ffmpeg, 0, 10)
    assert found.measures == [{}]
    assert "as pictures (hdmv_pgs_subtitle), which cannot be read" in found.warnings[0]


def test_a_bad_file_beside_the_film_is_told_and_a_bad_one_given_is_an_error(bare, ffmpeg, tmp_path):
    bad = tmp_path / "bare.srt"
    bad.write_bytes(b"\0\1\2")
    found = read(bare, ffmpeg, 0, 10)
    assert found.measures == [{}]
    assert found.warnings == (f"the subtitles were not read: {bad}: is no text: save the subtitles as UTF-8",)
    with pytest.raises(DocumentError, match="is no text"):
        Reading(probe(bare, ffmpeg), ffmpeg, given=bad)


def test_a_track_larger_than_any_is_told(made, ffmpeg, monkeypatch):
    monkeypatch.setattr(subtitle_tracks, "LARGEST_TRACK", 10)
    assert "more than 10 bytes" in read(made("a.mkv"), ffmpeg, 0, 10).warnings[0]


def test_a_track_that_ffmpeg_gives_up_is_told(made, ffmpeg, monkeypatch):
    def failing(self):
        raise MediaError("a.mkv", "its subtitles cannot be read")

    monkeypatch.setattr(subtitle_tracks.SubtitleTrack, "read", failing)
    assert read(made("a.mkv"), ffmpeg, 0, 10).warnings == (
        "the subtitles were not read: a.mkv: its subtitles cannot be read",
    )


def test_closing_ends_the_thread_and_its_child(made, ffmpeg):
    reading = Reading(probe(made("a.mkv"), ffmpeg), ffmpeg)
    reading.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "subtitles of a film"]
    reading.close()


def test_an_analysis_has_them_in_its_shots(made, tmp_path):
    given = tmp_path / "given.srt"
    given.write_text(SRT)
    settings = Settings(only="shots", evidence="subtitles", subtitles=given, plugins=False)
    (shot,) = analyze(made("a.mkv"), settings).shots
    wanted = {"talk": 1.5 / 5, "words": 3 / 5, "exclaims": 2 / 3, "asks": 1 / 3}
    assert {name: shot.measures[name] for name in wanted} == pytest.approx(wanted)
