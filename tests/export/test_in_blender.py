"""The script for Blender, run in Blender: where its markers lie, how they are called, the scene's rate."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from made_films import NAMES, RATES, analysis, event, film, told
from other_programs import program, run

from cinetag_plugin.export.blender import losses, render
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED

READS = Path(__file__).with_name("read_in_blender.py")


def scenes(folder: Path, *runs: list[bytes]) -> list[dict[str, Any]]:
    """Return what the scene is after each of some runs of scripts; each begins without markers."""
    arguments: list[str | Path] = []
    for number, scripts in enumerate(runs):
        for place, script in enumerate(scripts):
            path = folder / f"{number}-{place}.blender.py"
            path.write_bytes(script)
            arguments += ["-P", path]
        arguments += ["-P", READS]
    blender = [program("blender", "blender"), "-b", "--factory-startup", "--python-exit-code", "1"]
    run([*blender, *arguments], SCENES=str(folder / "scenes.jsonl"))
    return [json.loads(line) for line in (folder / "scenes.jsonl").read_text("utf-8").splitlines()]


def test_markers_lie_on_their_frames_at_every_rate(tmp_path):
    rates = [*RATES, Fraction(25, 2), Fraction(120_000, 1001)]
    places = [0, 1, 1799, 1800, 107_892, 499_999]
    table = [event(place, 500_000, name=f"Event {place}") for place in places]
    found = scenes(tmp_path, *([render(table, analysis(film(500_000, rate)))] for rate in rates))
    for scene, rate in zip(found, rates, strict=True):
        assert [(frame - scene["first"], name) for frame, name in scene["markers"]] == [
            (place, f"Event {place}") for place in places
        ]
        # Blender keeps fps_base in single precision
        assert abs(Fraction(scene["fps"]) / Fraction(scene["fps_base"]) / rate - 1) < Fraction(1, 10**7)
        assert rate != 24000 / Fraction(1001) or scene["fps"] == 24


def test_a_second_run_sets_no_marker_twice(tmp_path):
    script = render(events(told(), NAMES, kinds=MARKED), told())
    once, twice = scenes(tmp_path, [script], [script, script])
    assert once == twice
    assert once["markers"] == [[1, "Film: War 0.82 + War"], [126, "Battle"], [241, "Military"]]


def test_names_of_63_bytes_are_kept_whole_and_none_is_run(tmp_path):
    names = ["x" * 80, "é" * 80, "😀" * 80, '"""); raise SystemExit(7) #', "a\\nb 'c' \"d\" {e} %s"]
    table = [event(number, number + 1, name=name) for number, name in enumerate(names)]
    (scene,) = scenes(tmp_path, [render(table, analysis(film(50)))])
    assert [name for _, name in scene["markers"]] == ["x" * 63, "é" * 31, "😀" * 15, *names[3:]]


def test_no_marker_is_moved_to_the_last_frame_that_blender_has(tmp_path):
    last = 1_048_573  # in a scene that begins at 1
    table = [event(place, place + 1, name=str(place)) for place in (last - 1, last, last + 1, 4_999_999)]
    source = analysis(film(5_000_000, Fraction(60)))
    script = render(table, source)
    later = b"import bpy\nbpy.context.scene.frame_start = 2\n"
    scene, shifted = scenes(tmp_path, [script, script], [later, script])
    assert [name for _, name in scene["markers"]] == [str(last - 1), str(last)]
    assert [name for _, name in shifted["markers"]] == [str(last - 1)]
    assert losses(table, source).left_out == 2
