"""Commands to drawtext: the text of every frame, read back by other means and drawn by FFmpeg."""

import re
import subprocess
from fractions import Fraction

import pytest
from hypothesis import given, settings
from made_films import NAMES, analysis, event, film, timed_tables, told
from plain_clock import first_frame_from

from cinetag_plugin.export.events import events
from cinetag_plugin.export.selection import shown
from cinetag_plugin.export.sendcmd import render
from cinetag_plugin.media.ffmpeg import find_ffmpeg


def token(text: str, ends: str) -> tuple[str, str]:
    """Read up to an end that no backslash stands before: the token without backslashes, and the rest."""
    found, place = "", 0
    while place < len(text) and text[place] not in ends:
        assert text[place] != "'"
        place += text[place] == "\\"
        found += text[place]
        place += 1
    return found, text[place:]


def read(content: bytes) -> list[tuple[Fraction, str]]:
    """Return when the text changes, and to what."""
    changes = []
    for line in content.decode("utf-8").removesuffix("\n").split("\n"):
        time, target, command, rest = line.split(" ", 3)
        assert (target, command) == ("drawtext@cinetag", "reinit")
        argument, end = token(rest, ",;")
        assert end == ";"
        key, _, value = argument.partition("=")
        assert key == "text"
        said, end = token(value, ":")
        assert end == ""
        changes.append((Fraction(time), said))
    return changes


def test_the_example_of_the_film_of_three_shots():
    assert render(events(told(), NAMES), told()).decode() == (
        "0.000000 drawtext@cinetag reinit text=War;\n"
        "5.192688 drawtext@cinetag reinit text=Battle\\ +\\ War;\n"
        "7.278104 drawtext@cinetag reinit text=War;\n"
        "9.989146 drawtext@cinetag reinit text=War\\ +\\ Military;\n"
        "19.999146 drawtext@cinetag reinit text=\\\\\\ ;\n"
    )


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_at_every_edge_the_text_is_that_of_the_frame(drawn):
    source, table = drawn
    wanted = shown(table, source.film)
    changes = [(first_frame_from(source.film, time), text) for time, text in read(render(table, source))]
    assert changes[0][0] == 0
    assert [frame for frame, _ in changes] == sorted({frame for frame, _ in changes})
    edges = {edge for row in wanted for edge in (row.start - 1, row.start, row.end - 1, row.end)}
    for frame in (edge for edge in edges if 0 <= edge < source.film.frames):
        said = [text for at, text in changes if at <= frame][-1]
        held = [row.name for row in wanted if row.start <= frame < row.end and row.name]
        assert sorted(said.split(" + ")) == sorted(" + ".join(held or [" "]).split(" + "))


HOSTILE = r"""\ : = %{n} ; , ' " # [x] @ | {} é 50% \n '"""


def drawn(tmp_path, chain: str) -> list[str]:
    """Return a checksum for each of 40 frames of 25 a second that FFmpeg draws on."""
    source = ["-f", "lavfi", "-i", "color=black:s=600x40:r=25:d=1.6"]
    run = [find_ffmpeg().path, "-v", "error", "-nostdin", *source, "-vf", chain, "-f", "framemd5", "-"]
    done = subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True)
    return [line.split(",")[-1].strip() for line in done.stdout.splitlines() if line[0] != "#"]


def test_ffmpeg_draws_just_this_text_on_just_these_frames(tmp_path):
    if "drawtext" not in find_ffmpeg().filters:
        pytest.skip(f"{find_ffmpeg().path} has no drawtext")
    look = "expansion=none:fontcolor=white:fontsize=20:x=5:y=5"
    table = [event(7, 20, name=HOSTILE), event(20, 31, name="Pursuit")]
    (tmp_path / "film.sendcmd.txt").write_bytes(render(table, analysis(film(40, Fraction(25)))))
    (tmp_path / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    chain = f"sendcmd=f=film.sendcmd.txt,drawtext@cinetag={look}:text=' '"
    (hostile,) = set(drawn(tmp_path, f"drawtext={look}:textfile=hostile.txt"))
    (plain,) = set(drawn(tmp_path, f"drawtext={look}:text=Pursuit"))
    (nothing,) = set(drawn(tmp_path, "null"))
    assert drawn(tmp_path, chain) == [nothing] * 7 + [hostile] * 13 + [plain] * 11 + [nothing] * 9


def test_ten_thousand_tags_are_written_in_no_time():
    table = [event(n, n + 3, kind="tag", name=f"Tag {n}") for n in range(10_000)]
    content = render(table, analysis(film(20_000)))
    assert len(re.findall(rb"(?m)^\d", content)) == 10_003
