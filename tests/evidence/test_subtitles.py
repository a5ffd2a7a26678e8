"""Subtitles of a film: where they are found, on whose clock, and what they come to in each shot."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evidence.subtitle_text import Line
from cinetag_plugin.evidence.subtitles import subtitle_measures, subtitles_beside, subtitles_of
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.process import lines_of

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello there!\n\n2\n00:00:03,000 --> 00:00:03,500\nGone?\n"


def line(start, end, words=1, *, exclaims=False, asks=False):
    return Line(start, end, words, exclaims, asks)


def measured(lines, *edges):
    edges = [Fraction(edge).limit_denominator(1000) for edge in edges]
    return subtitle_measures(sorted(lines), pairwise(edges))


def test_talk_is_the_share_of_time_with_text_and_words_are_a_second():
    (found,) = measured([line(1, 2, 4), line(3, 5, 2)], 0, 10)
    assert found == pytest.approx({"talk": 0.3, "words": 0.6, "exclaims": 0.0, "asks": 0.0})


def test_a_line_over_a_cut_is_shared_by_time():
    before, after = measured([line(1, 5, 8, exclaims=True)], 0, 2, 10)
    assert before == pytest.approx({"talk": 0.5, "words": 1.0, "exclaims": 1.0, "asks": 0.0})
    assert after == pytest.approx({"talk": 3 / 8, "words": 6 / 8, "exclaims": 1.0, "asks": 0.0})


def test_two_lines_at_once_talk_once_and_say_both():
    (found,) = measured([line(0, 2, 4), line(1, 3, 6, asks=True)], 0, 4)
    assert found == pytest.approx({"talk": 0.75, "words": 2.5, "exclaims": 0.0, "asks": 2 / 3})


def test_where_nobody_talks_marks_are_unknown():
    assert measured([line(20, 21)], 0, 4) == [{"talk": 0.0, "words": 0.0}]
    assert measured([], 0, 4) == [{"talk": 0.0, "words": 0.0}]


def test_measures_agree_with_counting_second_by_second():
    draw = np.random.default_rng(3)
    starts = draw.integers(0, 900, 60) / 10
    lines = [
        line(start, start + length / 10, int(words), exclaims=bool(loud), asks=bool(doubt))
        for start, length, words, loud, doubt in zip(
            starts,
            draw.integers(1, 60, 60),
            draw.integers(1, 9, 60),
            *draw.integers(0, 2, (2, 60)),
            strict=True,
        )
    ]
    edges = [0, 13.1, 13.2, 40, 77.7, 100]
    tenths = np.arange(1000) / 10 + 0.05
    shown = np.array([[one.start < t < one.end for t in tenths] for one in lines])
    rate = np.array([one.words / (one.end - one.start) for one in lines])
    loud = np.array([one.exclaims for one in lines])
    for (start, end), found in zip(pairwise(edges), measured(lines, *edges), strict=True):
        inside = shown[:, (tenths > start) & (tenths < end)]
        talk = inside.any(axis=0)
        assert found["talk"] == pytest.approx(talk.mean(), abs=1e-6)
        assert found["words"] == pytest.approx((inside * rate[:, None]).sum(axis=0).mean(), abs=1e-6)
        if talk.any():
            assert found["exclaims"] == pytest.approx(inside[loud].any(axis=0).sum() / talk.sum(), abs=1e-6)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["film.srt", "film.en.srt", "film.ass"], "film.srt"),
        (["film.vtt", "film.en.srt"], "film.vtt"),
        (["film.fr.srt", "film.en.srt", "film.en.vtt"], "film.en.srt"),
        (["film.pt-BR.srt"], "film.pt-BR.srt"),
        (["FILM.srt", "film2.srt", "film.en.txt", "other.srt"], None),
        (["film.srt.srt", "film.commentary track.srt"], None),
        (["film.SRT"], "film.SRT"),
    ],
)
def test_the_file_beside_the_film(tmp_path, names, found):
    for name in names:
        (tmp_path / name).write_text(SRT)
    beside = subtitles_beside(tmp_path / "film.mkv")
    assert beside == (tmp_path / found if found else None)


@pytest.fixture(scope="module")
def ffmpeg():
    return find_ffmpeg()


@pytest.fixture
def made(tmp_path, ffmpeg):
    """Make a short film with a text track: container, offset of both on the file's clock, codec."""
    text = tmp_path / "text.txt"
    text.write_text(SRT)

    def make(name, *, offset="0", codec="srt"):
        film = tmp_path / name
        picture = ["-itsoffset", offset, "-f", "lavfi", "-i", "color=s=64x48:r=25:d=5"]
        words = ["-itsoffset", offset, "-f", "srt", "-i", str(text)]
        coded = ["-c:v", "mpeg4", "-c:s", codec, "-copyts", str(film)]
        lines_of(ffmpeg, [*picture, *words, "-map", "0:v", "-map", "1:s", *coded], subject=film)
        return film

    return make


def first_pts(film, ffmpeg):
    from cinetag_plugin.media.frames import FramePipe

    with FramePipe(probe(film, ffmpeg), ffmpeg) as pipe:
        return next(iter(pipe)).pts


@pytest.mark.parametrize(
    ("name", "codec", "offset"),
    [
        ("a.mkv", "srt", "0"),
        ("a.mkv", "ass", "7"),
        ("a.mp4", "mov_text", "0"),
        ("a.mkv", "webvtt", "3.2"),
    ],
)
def test_a_text_track_counts_from_the_first_frame(made, ffmpeg, name, codec, offset):
    film = made(name, offset=offset, codec=codec)
    found = subtitles_of(probe(film, ffmpeg), first_pts(film, ffmpeg), ffmpeg)
    assert [(one.start, one.end) for one in found.lines] == [
        pytest.approx((1, 2), abs=0.011),
        pytest.approx((3, 3.5), abs=0.011),
    ]
    assert [one.words for one in found.lines] == [2, 1]


def test_a_first_picture_after_the_files_zero_moves_the_text(made, ffmpeg):
    """What is shown at a second of the file is shown half a second into a film that begins at a half."""
    film = made("a.mkv")
    facts = probe(film, ffmpeg)
    half = round(Fraction(1, 2) / facts.time_base)
    found = subtitles_of(facts, half, ffmpeg)
    assert [one.start for one in found.lines] == pytest.approx([0.5, 2.5], abs=0.011)


def test_a_file_given_comes_before_one_beside_and_that_before_a_track(made, ffmpeg, tmp_path):
    film = made("a.mkv")
    (tmp_path / "a.srt").write_text(SRT.replace("Hello there", "One two three"))
    given = tmp_path / "given.srt"
    given.write_text(SRT.replace("Hello there", "One two three four"))
    facts = probe(film, ffmpeg)
    assert subtitles_of(facts, 0, ffmpeg).lines[0].words == 3
    assert subtitles_of(facts, 0, ffmpeg, given).lines[0].words == 4


def test_a_film_without_subtitles_says_so(made, ffmpeg, tmp_path):
    film = tmp_path / "bare.mkv"
    lines_of(ffmpeg, ["-i", str(made("a.mkv")), "-map", "0:v", "-c", "copy", str(film)], subject=film)
    with pytest.raises(DocumentError, match="has no subtitles: name a file with --subtitles"):
        subtitles_of(probe(film, ffmpeg), 0, ffmpeg)


def test_pictures_of_text_cannot_be_read(made, ffmpeg, tmp_path):
    # only the codec's name tells, so a track that is called otherwise will do for one
    film = tmp_path / "pictures.mkv"
    content = made("a.mkv").read_bytes()
    film.write_bytes(content.replace(b"S_TEXT/UTF8", b"S_HDMV/PGS\0"))
    with pytest.raises(DocumentError, match=r"subtitles as pictures \(hdmv_pgs_subtitle\)"):
        subtitles_of(probe(film, ffmpeg), 0, ffmpeg)
