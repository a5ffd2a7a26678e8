"""Subtitles of names: numbered, no mark-up, no event a frame off, FFmpeg reads the same."""

import subprocess

from hypothesis import given, settings
from made_films import NAMES, analysis, event, film, timed_tables, told
from plain_clock import frame_at, seconds
from plain_srt import read

from cinetag_plugin.export.events import events
from cinetag_plugin.export.selection import shown
from cinetag_plugin.export.srt import render
from cinetag_plugin.media.ffmpeg import find_ffmpeg


def test_the_example_of_the_film_of_three_shots():
    assert render(events(told(), NAMES, kinds={"beat"}), told()) == (
        b"1\r\n00:00:05,214 --> 00:00:07,299\r\nBattle\r\n"
    )
    assert [text for *_, text in read(render(events(told(), NAMES), told()))] == ["War", "Battle", "Military"]


def test_a_film_of_shots_alone_shows_their_names():
    source = analysis(film(100), (0, 50, 100))
    assert [text for *_, text in read(render(events(source, NAMES), source))] == ["Shot 001", "Shot 002"]


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_frames_come_back_and_names_without_what_players_take_for_markup(drawn):
    source, table = drawn
    wanted = shown(table, source.film)
    cues = read(render(table, source))
    assert len(cues) == len(wanted)
    for (start, end, text), row in zip(cues, wanted, strict=True):
        times = seconds(start, ",", 3), seconds(end, ",", 3)
        assert tuple(frame_at(source.film, time) for time in times) == (row.start, row.end)
        assert not set("<>{}\\") & set(text)
        if row.name and not set("<>{}\\") & set(row.name):
            assert text == row.name


def test_ffmpeg_reads_the_same_subtitles_whatever_their_names(tmp_path):
    names = ["7", "00:00:01,000 --> 00:00:02,000", "<b>{\\an8}x", "é 😀", "a\\Nb", ""]
    table = [event(30 * n, 30 * n + 20, name=name) for n, name in enumerate(names)]
    content = render(table, told())
    (tmp_path / "film.srt").write_bytes(content)
    read_by = [find_ffmpeg().path, "-v", "error", "-nostdin", "-i", str(tmp_path / "film.srt")]
    done = subprocess.run([*read_by, "-c", "copy", "-f", "srt", "-"], check=True, capture_output=True)
    assert read(done.stdout.replace(b"\r", b"").rstrip(b"\n").replace(b"\n", b"\r\n")) == read(content)
