"""F1 against speed, drawn from the figures of ``peers.py``."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cinetag_plugin.report.svg import FAINT_INK, HAIRLINE, INK, Drawing, number, text_width

WIDTH, HEIGHT = 760.0, 440.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 24.0, 66.0, 58.0
OWN, OTHER = "#c2452d", "#5b7089"
SIZE = 12.0
_RADIUS = 5.0
_SPEEDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


class Point(NamedTuple):
    """A detector: its name, its speed as a multiple of bare decoding's, its F1 on real and composed films."""

    name: str
    speed: float
    real: float
    composed: float | None


def points(figures: Mapping[str, Any]) -> list[Point]:
    """Return the detectors whose F1 and cost were both measured; of several films the median speed.

    Of a detector that was run with its defaults and with shortest scenes ("... 1") the better one stands.
    """
    measured = {
        name: Point(name, speed, said["pooled"]["real clips"]["cuts"]["f1"] or 0.0, _composed(said))
        for name, said in figures["right"].items()
        if (speed := _speed(figures, name))
    }
    return [point for point in measured.values() if _is_the_better(point, measured)]


def _is_the_better(point: Point, measured: Mapping[str, Point]) -> bool:
    name = point.name
    other = measured.get(name.removesuffix(" 1") if name.endswith(" 1") else f"{name} 1")
    return other is None or (point.real, len(other.name)) > (other.real, len(name))


def _speed(figures: Mapping[str, Any], name: str) -> float:
    times = [rows[name]["cpu_times_bare"] for rows in figures["costs"].values() if name in rows]
    return 1 / statistics.median(times) if times else 0.0


def _composed(said: Mapping[str, Any]) -> float | None:
    suite = said["pooled"].get("suite")
    return suite["cuts"]["f1"] if suite else None


def drawn(figures: Mapping[str, Any]) -> bytes:
    """Return the picture as SVG.

    Raises:
        SystemExit: no detector has both figures.
    """
    shown = points(figures)
    if not shown:
        raise SystemExit("nothing to draw: give peers.py films to --speed")
    drawing = Drawing(WIDTH, HEIGHT, "F1 of hard cuts against speed, cinetag and its peers")
    scale = _Scale(shown)
    _axes(drawing, scale)
    taken: list[tuple[float, float, float]] = []
    for point in sorted(shown, key=lambda p: (not p.name.startswith("cinetag"), p.name)):
        _point(drawing, scale, point, taken)
    return drawing.render()


class _Scale:
    """Where speeds (logarithmic) and F1 lie on the paper."""

    def __init__(self, shown: Sequence[Point]) -> None:
        speeds = [point.speed for point in shown]
        rates = [rate for point in shown for rate in (point.real, point.composed) if rate is not None]
        self.slowest = max((s for s in _SPEEDS if s < min(speeds)), default=min(speeds) / 2)
        self.fastest = min((s for s in _SPEEDS if s > 1.3 * max(speeds)), default=2 * max(speeds))
        self.least = math.floor(min(rates) * 10) / 10

    def x(self, speed: float) -> float:
        share = math.log(speed / self.slowest) / math.log(self.fastest / self.slowest)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, rate: float) -> float:
        return HEIGHT - BOTTOM - (rate - self.least) / (1 - self.least) * (HEIGHT - TOP - BOTTOM)


def _axes(drawing: Drawing, scale: _Scale) -> None:
    drawing.text(LEFT, 26, "Hard cuts on their exact frame (F1), and speed", size=16, bold=True)
    drawing.text(
        LEFT,
        46,
        "full: real clips · hollow: composed suite · PySceneDetect: the better of two settings",
        size=SIZE,
        colour=FAINT_INK,
    )
    for step in range(round(scale.least * 10), 11):
        y = scale.y(step / 10)
        drawing.rect(LEFT, y, WIDTH - LEFT - RIGHT, 0.7, HAIRLINE)
        drawing.text(LEFT - 8, y + 4, f"{step / 10:.1f}", size=SIZE, anchor="end", colour=FAINT_INK)
    for speed in (s for s in _SPEEDS if scale.slowest <= s <= scale.fastest):
        x = scale.x(speed)
        drawing.rule(x, TOP, HEIGHT - BOTTOM, INK if speed == 1 else HAIRLINE)
        drawing.text(x, HEIGHT - BOTTOM + 18, f"{speed:g}", size=SIZE, anchor="middle", colour=FAINT_INK)
    words = "speed: CPU time of bare decoding over that of the detector, decoding included (logarithmic)"
    drawing.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, words, size=SIZE, anchor="middle", colour=FAINT_INK)


def _point(drawing: Drawing, scale: _Scale, point: Point, taken: list[tuple[float, float, float]]) -> None:
    own = point.name.startswith("cinetag")
    colour, x, y = OWN if own else OTHER, scale.x(point.speed), scale.y(point.real)
    tip = f"{point.name}: F1 {point.real:.3f}, speed {point.speed:.2f}"
    if point.composed is not None:
        hollow = scale.y(point.composed)
        drawing.rect(x - 0.4, min(y, hollow), 0.8, abs(y - hollow), colour)
        drawing.path([_disc(x, hollow, _RADIUS), _disc(x, hollow, _RADIUS - 1.8, turn=0)], colour, tip=tip)
    drawing.path([_disc(x, y, _RADIUS)], colour, tip=tip)
    width = text_width(point.name, SIZE)
    left = (point.speed < 0.8 and x - 10 - width > LEFT) or x + 10 + width > WIDTH - 4
    start = x - 10 - width if left else x + 10
    baseline = _free(start, y + 4, width, taken)
    drawing.text(
        x - 10 if left else x + 10,
        baseline,
        point.name,
        size=SIZE,
        colour=colour,
        bold=own,
        anchor="end" if left else "start",
    )


def _free(x: float, baseline: float, width: float, taken: list[tuple[float, float, float]]) -> float:
    """Return the nearest baseline on which a text overlaps none of those before, and take it."""
    step = SIZE + 1
    tries = sorted((baseline + step * turn for turn in range(-12, 13)), key=lambda y: abs(y - baseline))
    free = (y for y in tries if not any(abs(y - b) < step and x < e and a < x + width for b, a, e in taken))
    chosen = next(free, baseline)
    taken.append((chosen, x, x + width + 10))
    return chosen


def _disc(x: float, y: float, radius: float, turn: int = 1) -> str:
    """Return the steps of a circle; ``turn`` 0 goes the other way round and leaves a hole in another."""
    arc = f"a{number(radius)} {number(radius)} 0 1 {turn} "
    return f"M{number(x - radius)} {number(y)}{arc}{number(2 * radius)} 0{arc}{number(-2 * radius)} 0z"
