"""The script for Blender, run against a stand-in: what it sets, and that no name is ever code."""

import ast
import sys
from fractions import Fraction
from types import ModuleType, SimpleNamespace

from hypothesis import given, settings
from made_films import NAMES, TEXTS, analysis, event, film, timed_tables, told

from cinetag_plugin.export.blender import losses, render
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.text import clean


class Markers(list):
    def new(self, name: str, frame: int) -> None:
        self.append(SimpleNamespace(name=name, frame=frame))


def run(content: bytes, times: int = 1, first: int = 1) -> SimpleNamespace:
    """Run the script in a scene that begins at frame ``first``; return the scene."""
    scene = SimpleNamespace(frame_start=first, render=SimpleNamespace(), timeline_markers=Markers())
    stand_in = ModuleType("bpy")
    stand_in.context = SimpleNamespace(scene=scene)
    standing = sys.modules.get("bpy")
    sys.modules["bpy"] = stand_in
    try:
        for _ in range(times):
            exec(compile(content, "film.blender.py", "exec"), {})
    finally:
        sys.modules.pop("bpy")
        if standing:
            sys.modules["bpy"] = standing
    return scene


def set_in(scene: SimpleNamespace) -> list[tuple[int, str]]:
    return [(marker.frame - scene.frame_start, marker.name) for marker in scene.timeline_markers]


def test_the_example_of_the_film_of_three_shots():
    scene = run(render(events(told(), NAMES, kinds=MARKED), told()))
    assert set_in(scene) == [(0, "Film: War 0.82 + War"), (125, "Battle"), (240, "Military")]
    assert (scene.render.fps, scene.render.fps_base) == (24, 1.001)


def test_markers_that_stand_are_not_set_again():
    content = render(events(told(), NAMES, kinds=MARKED), told())
    assert set_in(run(content, times=2)) == set_in(run(content, first=100))


@settings(max_examples=40, deadline=None)
@given(timed_tables())
def test_every_first_frame_has_its_marker_at_the_rate_of_the_film(drawn):
    source, table = drawn
    scene = run(render(table, source))
    if not source.film.variable_rate:
        starts = sorted({row.start for row in table})
        reached = [start for start in starts if start <= 1_048_573]  # Blender has no later frame
        assert [frame for frame, _ in set_in(scene)] == reached
        assert losses(table, source).left_out == sum(row.start > 1_048_573 for row in table)
        rate = Fraction(scene.render.fps) / Fraction(str(scene.render.fps_base))
        assert rate == source.film.rate


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_names_are_literals_of_ascii_and_never_code(text):
    said = clean(text + "'\"\\\n)]}#{}", 80)
    content = render([event(3, 9, name=said)], analysis(film(20, Fraction(25))))
    assert content.isascii()
    (markers,) = [
        node.value
        for node in ast.parse(content).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "MARKERS"
    ]
    ((frame, name),) = ast.literal_eval(markers)
    assert frame == 3
    assert said.startswith(name)
    assert len(name.encode()) in range(min(60, len(said.encode())), 64)
    assert set_in(run(content)) == [(3, name)]
