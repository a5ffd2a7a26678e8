"""What is read of subtitle files: words and times of what is spoken, whatever strangers wrote."""

import time

import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.evidence import subtitle_text
from cinetag_plugin.evidence.subtitle_text import (
    FORMATS,
    LARGEST_FILE,
    Line,
    parsed_subtitles,
    read_subtitles,
)

STAMP = "00:00:01,000 --> 00:00:02,500"


def cue(text, stamp=STAMP, number=1):
    return f"{number}\n{stamp}\n{text}\n\n"


def lines(text, form="srt"):
    return parsed_subtitles(text.encode(), form, "film.srt").lines


def test_a_line_has_its_times_words_and_marks():
    assert lines(cue("Where are\nyou?") + cue("Don't go!", "00:01:00,000 --> 01:00:00,250", 2)) == (
        Line(1.0, 2.5, 3, exclaims=False, asks=True),
        Line(60.0, 3600.25, 2, exclaims=True, asks=False),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<i>Hello</i> there", 2),
        ('<font color="#ff0000"><b><i>Hello</b></i></font> you', 2),
        ("{\\an8}{\\i1}Hello{\\i0}\\Nyou", 2),
        ("[door slams] Who is it?", 3),
        ("(sighs) Well", 1),
        ("♪ la la la ♪ Stop it", 2),
        ("L'été, déjà", 2),
        ("...", 0),
        ("[music]", 0),
        ("♪ la la la ♪", 0),
        ("{\\p1}m 0 0 l 10 10", 0),
        ("{unclosed <tag", 2),
    ],
)
def test_tags_sounds_and_songs_are_not_words(text, words):
    found = lines(cue(text))
    assert sum(line.words for line in found) == words
    assert len(found) == (words > 0)


def test_webvtt_and_substation_are_read_like_subrip():
    vtt = "WEBVTT\n\nNOTE written by hand\n\nfirst\n00:01.000 --> 00:02.500 align:start\n<v Ann>Hello there\n"
    ass = (
        "[Script Info]\n[V4+ Styles]\nStyle: Default,Arial,not a number\n[Events]\n"
        "Comment: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,not shown\n"
        "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\b1}Hello there\n"
    )
    assert lines(vtt, "vtt") == lines(ass, "ass") == lines(cue("Hello there"))
    assert lines(vtt, "srt") == lines(vtt, "vtt")  # as some name their files


def test_a_line_drawn_twice_is_said_once():
    assert (
        len(
            lines(
                cue("Hello") + cue("<b>Hello</b>", number=2) + cue("Hello", "00:00:03,000 --> 00:00:04,000")
            )
        )
        == 2
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are(encoding):
    found = parsed_subtitles(cue("Été!").encode(encoding), "srt", "film.srt")
    assert found == ((Line(1.0, 2.5, 1, exclaims=True, asks=False),), ())


def test_another_encoding_is_guessed_and_told():
    found = parsed_subtitles(cue("Où est l'été?").encode("latin-1"), "srt", "film.srt")
    assert found.lines[0].words == 3
    assert found.warnings == ("film.srt: is not UTF-8: read as Windows-1252",)


def test_a_time_below_zero_is_zero_and_an_end_before_its_start_leaves_out():
    text = cue("One two", "-00:00:05,000 --> 00:00:02,000") + cue("gone", "00:00:09,000 --> 00:00:08,000", 2)
    found = parsed_subtitles(text.encode(), "srt", "film.srt")
    assert found.lines == (Line(0.0, 2.0, 2, exclaims=False, asks=False),)
    assert found.warnings == ("film.srt: 1 subtitles that end before they begin are left out",)


def test_nothing_said_is_told():
    assert parsed_subtitles(b"", "srt", "film.srt") == ((), ("film.srt: has no subtitles with words in it",))


@pytest.mark.parametrize(
    ("content", "form", "fault"),
    [
        (b"\x00\x01\x02\x03", "srt", "is no text"),
        (b"\xff\xfe\x00", "srt", "is no text"),
        (b"[Events]\nDialogue: 0,soon,later,Default,,0,0,0,,Hi\n", "ass", "cannot be read as subtitles"),
    ],
)
def test_what_is_no_subtitles_is_one_line(content, form, fault):
    with pytest.raises(DocumentError, match=fault) as told:
        parsed_subtitles(content, form, "film.srt")
    assert "\n" not in str(told.value)


def test_more_lines_than_any_film_has_are_refused(monkeypatch):
    monkeypatch.setattr(subtitle_text, "MOST_LINES", 10)
    assert len(lines("".join(cue(f"line {number}") for number in range(10)))) == 10
    many = "".join(cue(f"line {number}") for number in range(11))
    with pytest.raises(DocumentError, match="has more than 10 subtitles"):
        lines(many)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 1_000_000,
        "<" * 1_000_000,
        ("<" * 1900 + "\n") * 2000,
        "a" + "\n" * 1_000_000 + "b",
        "{\\p" * 300_000,
    ],
    ids=["braces", "brackets", "lines of brackets", "gap", "half drawings"],
)
def test_patterns_without_end_take_no_time(text):
    begun = time.process_time()
    parsed_subtitles((cue("Hello") + STAMP + "\n" + text).encode(), "srt", "film.srt")
    assert time.process_time() - begun < 10  # the square of it would be hours


def test_files_of_other_kinds_and_sizes_are_refused_unread(tmp_path):
    other, large = tmp_path / "film.json", tmp_path / "film.srt"
    other.write_text("{}")
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(DocumentError, match=r"no subtitle file of a known kind: give \.srt"):
        read_subtitles(other)
    with pytest.raises(DocumentError, match="is larger than"):
        read_subtitles(large)
    folder = tmp_path / "folder.srt"
    folder.mkdir()
    with pytest.raises(DocumentError, match="is not a regular file"):
        read_subtitles(folder)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_ending_is_read_whatever_its_case(tmp_path, suffix):
    path = tmp_path / f"film{suffix.upper()}"
    path.write_text("nothing")
    assert read_subtitles(path).lines == ()
