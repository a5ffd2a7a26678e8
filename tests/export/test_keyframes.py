"""The expression for FFmpeg: read as FFmpeg evaluates it, and by FFmpeg itself."""

import ast
import re
import subprocess
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_films import NAMES, analysis, event, film, shots, told, variable

from cinetag_plugin.document.records import Transition
from cinetag_plugin.export.events import events
from cinetag_plugin.export.keyframes import render
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe


def value(node: ast.expr, names: dict[str, float]) -> float:
    """Evaluate what an expression of FFmpeg means; only the branch that is taken."""
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.Name):
        return names[node.id]
    first, *others = node.args
    if node.func.id == "choose":
        return value(others[0] if value(first, names) else others[1], names)
    a, b = value(first, names), value(others[0], names)
    return float({"gte": a >= b, "lt": a < b}[node.func.id])


def forced(expression: str, times) -> list[int]:
    """Return the frames that FFmpeg would force: t counts from the first, n_forced those so far."""
    tree = ast.parse(expression.removeprefix("expr:").replace("if(", "choose("), mode="eval").body
    found = []
    for frame, seconds in enumerate(times):
        if value(tree, {"t": float(seconds), "n_forced": len(found)}):
            found.append(frame)
    return found


def written(source, table=None) -> str:
    text = render(events(source, NAMES) if table is None else table, source).decode("ascii")
    assert re.fullmatch(r"expr:[a-z0-9_(),.]+", text)  # nothing that a shell or FFmpeg would take apart
    return text


def test_cuts_and_starts_of_beats_are_forced_and_the_middle_of_a_dissolve_is_not():
    source = told()  # a cut at 240, a dissolve around 480, a battle from 125 on
    times = [frame / source.film.rate for frame in range(720)]
    assert forced(written(source), times) == [0, 125, 240]


def test_only_what_the_table_has_is_forced():
    table = events(told(), NAMES, kinds={"beat"})
    assert forced(written(told(), table), [Fraction(n) / told().film.rate for n in range(720)]) == [0, 125]


def test_a_film_without_cuts_has_its_first_picture():
    assert forced(written(analysis()), [Fraction(n, 24) for n in range(720)]) == [0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(2, 90), min_size=2, max_size=120), st.data())
def test_at_variable_rate_the_true_times_count_whatever_rounds_them(steps, data):
    pts = [0, *accumulate(steps)]
    cuts = data.draw(st.sets(st.integers(1, len(pts) - 1), max_size=20))
    source = variable(pts, Fraction(1, 1000), (0, *sorted(cuts), len(pts)))
    shift = data.draw(st.lists(st.floats(-0.9, 0.9), min_size=len(pts), max_size=len(pts)))
    # a millisecond at most: the shortest step is two
    rounded = [Fraction(p, 1000) + Fraction(s) / 1000 for p, s in zip(pts, [0, *shift[1:]], strict=True)]
    assert forced(written(source), rounded) == [0, *sorted(cuts)]


def test_three_thousand_cuts_are_looked_up_without_a_deep_or_long_expression():
    borders = [n * 36 for n in range(3001)]
    text = written(analysis(film(borders[-1]), borders))
    assert len(text) < 128 * 1024  # the longest argument that Linux takes
    depth = max(accumulate((char == "(") - (char == ")") for char in text))
    assert depth < 20  # FFmpeg refuses a hundred
    beside = [frame for border in borders[1:-1] for frame in (border - 1, border)]
    assert forced(text, [0, *(frame / film().rate for frame in beside)]) == [0, *range(2, 5999, 2)]


@pytest.mark.parametrize("step", [0, -1])
def test_times_that_do_not_advance_still_give_an_expression(step):
    source = variable([0, 40, 40 + step, 40 + 2 * step, 80], Fraction(1, 1000), (0, 1, 2, 3, 4, 5))
    assert forced(written(source), [Fraction(n, 25) for n in range(5)])[0] == 0


@pytest.mark.parametrize("late", [0, 0.08, 0.5])
def test_ffmpeg_puts_key_frames_exactly_there_also_where_the_sound_begins_first(tmp_path, late):
    cuts = (7, 8, 31, 50)
    ffmpeg = find_ffmpeg()
    if "libx264" not in ffmpeg.encoders:
        pytest.skip(f"{ffmpeg.path} has no libx264")
    made, source = tmp_path / "source.mkv", analysis(film(60, Fraction(25)), (0, *cuts, 60))
    sound = ["-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono"]
    picture = ["-itsoffset", str(late), "-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=2.4"]
    run = [ffmpeg.path, "-v", "error", "-nostdin", "-y"]
    subprocess.run([*run, *sound, *picture, "-shortest", "-c:v", "ffv1", str(made)], check=True)
    encode = ["-i", str(made), "-an", "-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "ultrafast"]
    encode += ["-x264-params", "keyint=infinite:scenecut=0", "-force_key_frames", written(source)]
    subprocess.run([*run, *encode, str(tmp_path / "made.mp4")], check=True)
    keys = read_packets(probe(tmp_path / "made.mp4", ffmpeg), ffmpeg).keys
    assert list(keys.nonzero()[0]) == [0, *cuts]


def test_a_fade_from_black_is_no_cut():
    fade = Transition(kind="fade", start=90, end=110)
    assert forced(written(analysis(shots=shots((0, 100, 200), fade))), [n / 24 for n in range(200)]) == [0]


def test_events_at_the_very_beginning_force_nothing_twice():
    source = analysis()
    assert forced(written(source, [event(0, 9)]), [n / 24 for n in range(20)]) == [0]
