"""Stretches of film with known passages, put together from real takes, pictures and title cards.

Everything happens on samples of 108 x 192 pixels in 4:2:0, as the detector sees them. A passage is
labelled from its first frame affected until before the first frame fully in the new shot.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 108, 192
NONE, DISSOLVE, FADE, WIPE = range(4)
"""Classes of a frame."""

BLACK, WHITE, GREY = 16.0, 235.0, 128.0
LONGEST_DARK = 24
"""Frames of black up to which a fade out and a fade in are one passage: a second."""

Planes = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""Luminance ``(frames, 108, 192)`` and the two colour differences ``(frames, 54, 96)``."""


@dataclass(frozen=True)
class Take:
    """Frames without any boundary among them, of any size: luminance and the colour differences."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.y)


@dataclass
class Stretch:
    """Composed frames, the class of each, and where cuts are."""

    planes: Planes
    kinds: NDArray[np.int64]
    cuts: NDArray[np.float32]


class Composer:
    """Puts stretches together at random.

    Args:
        takes: real takes of three frames or more.
        stills: pictures, each a take of one frame.
        seed: the same seed gives the same stretches.
    """

    def __init__(self, takes: Sequence[Take], stills: Sequence[Take], seed: int) -> None:
        self._takes = takes
        self._lengths = np.array([len(take) for take in takes], float) ** 0.5
        self._stills = stills
        self._rng = np.random.default_rng(seed)

    def stretch(self, frames: int = 512) -> Stretch:
        """Return a stretch of so many frames."""
        rng = self._rng
        out: list[Planes] = []
        kinds: list[int] = []
        cuts: list[int] = []
        look = self._look()
        pace = float(rng.choice([8, 20, 45, 90]))
        before = self._shot(self._length(pace))
        if rng.random() < 0.15:
            before = self._opened(out, kinds, before)
        while len(kinds) < frames:
            after = self._near(before) if rng.random() < 0.15 else self._shot(self._length(pace))
            before = self._join(out, kinds, cuts, before, after)
        planes = _joined(out)
        marks = np.zeros(len(kinds), np.float32)
        marks[[cut for cut in cuts if cut < len(kinds)]] = 1
        planes, classes, marks = _cut_out(planes, 0, frames), np.array(kinds[:frames]), marks[:frames]
        if rng.random() < 0.1:
            planes, classes, marks = _on_twos(planes, classes, marks)
        return Stretch(look(planes), classes, marks)

    def _length(self, pace: float) -> int:
        return int(np.clip(self._rng.lognormal(np.log(pace), 0.8), 2, 200))

    # -- what is in a shot ------------------------------------------------------------------

    def _shot(self, frames: int) -> Planes:
        kind = self._rng.random()
        if kind < 0.62:
            planes = self._moving(frames)
        elif kind < 0.85:
            planes = self._still(frames)
        else:
            planes = self._card(frames)
        return self._with_events(planes)

    def _moving(self, frames: int) -> Planes:
        rng = self._rng
        take = self._takes[rng.choice(len(self._takes), p=self._lengths / self._lengths.sum())]
        speed = float(rng.choice([0.5, 0.6, 0.75, 1, 1, 1, 1, 2]))
        first = rng.integers(0, max(1, len(take) - int(frames * speed)))
        place = (first + np.arange(frames) * speed).astype(int)
        # a take that is too short runs back: no jump that nobody labelled
        place = np.abs((place + len(take) - 1) % max(1, 2 * len(take) - 2) - (len(take) - 1))
        if rng.random() < 0.5:
            place = place[::-1]
        zoom = rng.uniform(0.55, 1.0)
        drift = rng.normal(0, 0.15, 2) if rng.random() < 0.3 else np.zeros(2)
        return self._graded(self._framed(take, place, zoom, zoom, drift))

    def _still(self, frames: int) -> Planes:
        rng = self._rng
        take = self._stills[rng.integers(len(self._stills))]
        first, last = rng.uniform(0.5, 1, 2) if rng.random() < 0.7 else (0.8, 0.8)
        drift = rng.normal(0, 0.25, 2) * rng.choice([0, 0.5, 1, 4], p=[0.3, 0.4, 0.2, 0.1])
        return self._graded(self._framed(take, np.zeros(frames, int), first, last, drift))

    def _framed(
        self, take: Take, place: NDArray[np.int64], first: float, last: float, drift: NDArray[np.float64]
    ) -> Planes:
        """Look at a window of the take that may move and zoom, its pixels picked."""
        rng = self._rng
        frames, (height, width) = len(place), take.y.shape[1:]
        zoom = np.linspace(first, last, frames)
        pace = np.linspace(-0.5, 0.5, frames)
        shake = rng.normal(0, rng.choice([0, 0, 0.002, 0.006]), (2, frames)).cumsum(1)
        across = 0.5 + (1 - zoom) * np.clip(rng.uniform(-0.5, 0.5) + drift[0] * pace + shake[0], -0.5, 0.5)
        down = 0.5 + (1 - zoom) * np.clip(rng.uniform(-0.5, 0.5) + drift[1] * pace + shake[1], -0.5, 0.5)
        mirror = -1 if rng.random() < 0.5 else 1
        y = np.empty((frames, HEIGHT, WIDTH), np.float32)
        u, v = (np.empty((frames, HEIGHT // 2, WIDTH // 2), np.float32) for _ in range(2))
        rows, columns = (np.arange(n) + 0.5 for n in (HEIGHT, WIDTH))
        for i in range(frames):
            top = np.clip((down[i] + (rows / HEIGHT - 0.5) * zoom[i]) * height, 0, height - 1).astype(int)
            left = np.clip((across[i] + (columns / WIDTH - 0.5) * zoom[i]) * width, 0, width - 1).astype(int)
            left = left[::mirror]
            y[i] = take.y[place[i]][top[:, None], left]
            half = top[::2, None] // 2, left[::2] // 2
            u[i], v[i] = take.u[place[i]][half], take.v[place[i]][half]
        return y, u, v

    def _graded(self, planes: Planes) -> Planes:
        """Give a shot its own light: gain, gamma, colour."""
        rng = self._rng
        y, u, v = planes
        light = np.clip((y - BLACK) / (WHITE - BLACK), 0, 1)
        gain = rng.choice([rng.uniform(0.6, 1.2), rng.uniform(0.08, 0.4)], p=[0.88, 0.12])
        y = BLACK + (WHITE - BLACK) * np.clip(gain * light ** rng.uniform(0.6, 1.6), 0, 1)
        colour = rng.choice([0.0, rng.uniform(0.5, 1.3)], p=[0.15, 0.85]) * min(1.0, gain * 1.5)
        tint = rng.normal(0, 4, 2)
        u, v = (GREY + colour * (plane - GREY) + t for plane, t in zip((u, v), tint, strict=True))
        return y.astype(np.float32), u.astype(np.float32), v.astype(np.float32)

    def _card(self, frames: int) -> Planes:
        """Words on a plain ground: bright blocks in rows."""
        rng = self._rng
        ground = float(rng.choice([BLACK, BLACK, BLACK, rng.uniform(BLACK, 120), WHITE]))
        planes = _plain(frames, ground)
        ink = float(rng.uniform(140, WHITE)) if ground < 120 else float(rng.uniform(BLACK, 90))
        _write(rng, planes, ink, np.ones(frames, np.float32))
        return planes

    def _near(self, shot: Planes) -> Planes:
        """Another framing of the same scene: the last frames enlarged, or moved aside."""
        rng = self._rng
        y, u, v = shot
        take = Take(*(np.clip(plane, 0, 255).astype(np.uint8) for plane in (y, u, v)))
        place = np.full(self._length(30), len(take) - 1)
        steps = min(len(take), len(place))
        place[:steps] = np.arange(len(take) - steps, len(take))
        zoom = rng.uniform(0.4, 0.75)
        return self._framed(take, place, zoom, zoom, np.zeros(2))

    # -- what happens inside a shot and is no boundary --------------------------------------

    def _with_events(self, planes: Planes) -> Planes:
        rng = self._rng
        frames = len(planes[0])
        if frames > 6 and rng.random() < 0.12:
            self._flash(planes)
        if frames > 12 and rng.random() < 0.12:
            self._exposure(planes)
        if frames > 20 and rng.random() < 0.12:
            strength = np.zeros(frames, np.float32)
            first, length = rng.integers(0, frames - 10), int(rng.integers(1, 25))
            strength[first:] = np.clip(np.arange(1, frames - first + 1) / length, 0, 1)
            _write(rng, planes, float(rng.uniform(120, WHITE)), strength[:: rng.choice([1, -1])])
        if frames > 12 and rng.random() < 0.12:
            self._passer(planes)
        if frames > 12 and rng.random() < 0.08:
            self._whip(planes)
        if frames > 12 and rng.random() < 0.06:
            self._screen(planes)
        return planes

    def _flash(self, planes: Planes) -> None:
        rng = self._rng
        first, length = rng.integers(1, len(planes[0]) - 3), int(rng.integers(1, 7))
        to = WHITE if rng.random() < 0.8 else BLACK
        for i in range(first, min(first + length, len(planes[0]) - 1)):
            share = rng.uniform(0.3, 1) * (1 - (i - first) / length)
            planes[0][i] += share * (to - planes[0][i])
            planes[1][i] += share * (GREY - planes[1][i])
            planes[2][i] += share * (GREY - planes[2][i])

    def _exposure(self, planes: Planes) -> None:
        """Let the light change slowly or all at once, not down to nothing."""
        rng = self._rng
        frames = len(planes[0])
        length = int(rng.integers(1, 50))
        first = rng.integers(0, max(1, frames - length))
        ramp = np.clip((np.arange(frames) - first) / length, 0, 1)
        if rng.random() < 0.5:
            ramp = 1 - ramp
        gain = 1 + (rng.choice([rng.uniform(0.45, 0.8), rng.uniform(1.2, 1.6)]) - 1) * ramp
        y = BLACK + (planes[0] - BLACK) * gain[:, None, None]
        np.clip(y, BLACK, WHITE, out=planes[0])

    def _passer(self, planes: Planes) -> None:
        """Let something pass close before the camera, the same picture before and after."""
        rng = self._rng
        frames = len(planes[0])
        length = int(rng.integers(6, min(40, frames)))
        first = rng.integers(0, frames - length + 1)
        size = rng.uniform(0.2, 1.1)
        body = self._moving(length) if rng.random() < 0.6 else _plain(length, rng.uniform(BLACK, 180))
        for i in range(length):
            middle = -size + (1 + 2 * size) * i / length
            edges = [int(np.clip(m, 0, 1) * WIDTH / 2) for m in (middle - size / 2, middle + size / 2)]
            for plane, thing, scale in zip(planes, body, (2, 1, 1), strict=True):
                columns = slice(scale * edges[0], scale * edges[1])
                plane[first + i, :, columns] = thing[i, :, columns]

    def _whip(self, planes: Planes) -> None:
        """Swing the camera within a few frames, the picture smeared on the way."""
        rng = self._rng
        frames = len(planes[0])
        length = int(rng.integers(3, min(14, frames - 2)))
        first = int(rng.integers(1, frames - length))
        way = rng.uniform(0.3, 1.5) * WIDTH / 2 * rng.choice([-1, 1])
        turn = np.clip((np.arange(frames) - first) / length, 0, 1)
        turn = way * (0.5 - 0.5 * np.cos(np.pi * turn))
        for plane, scale in zip(planes, (2, 1, 1), strict=True):
            for i in range(first, frames):
                shifts = np.linspace(turn[i - 1], turn[i], 1 if turn[i] == turn[i - 1] else 5)
                smeared = [np.roll(plane[i], int(scale * shift), axis=1) for shift in shifts]
                plane[i] = np.mean(smeared, axis=0)

    def _screen(self, planes: Planes) -> None:
        """Let the picture on a screen inside the picture change."""
        rng = self._rng
        other = self._moving(len(planes[0]))
        high, wide = int(rng.integers(20, 64)) & ~1, int(rng.integers(30, 116)) & ~1
        top, left = int(rng.integers(0, HEIGHT - high)) & ~1, int(rng.integers(0, WIDTH - wide)) & ~1
        first = rng.integers(1, len(planes[0]))
        planes[0][first:, top : top + high, left : left + wide] = other[0][
            first:, top : top + high, left : left + wide
        ]
        area = (slice(top // 2, (top + high) // 2), slice(left // 2, (left + wide) // 2))
        for plane, new in zip(planes[1:], other[1:], strict=True):
            plane[(slice(first, None), *area)] = new[(slice(first, None), *area)]

    # -- how one shot becomes the next ------------------------------------------------------

    def _opened(self, out: list[Planes], kinds: list[int], shot: Planes) -> Planes:
        """Begin with black and fade the first shot in; return what is left of it."""
        dark, rise = int(self._rng.integers(0, 30)), _skewed(self._rng, 4, 60)
        rise = min(rise, len(shot[0]) - 1)
        _fade(shot, slice(0, rise), 1 - _ramp(rise), BLACK)
        out += [_plain(dark, BLACK), _cut_out(shot, 0, rise)]
        kinds += [NONE] * dark + [FADE] * rise
        return _cut_out(shot, rise, len(shot[0]))

    def _join(
        self, out: list[Planes], kinds: list[int], cuts: list[int], before: Planes, after: Planes
    ) -> Planes:
        """Put ``before`` out, up to the passage into ``after`` included; return what is left of that."""
        kind = self._rng.random()
        is_short = min(len(before[0]), len(after[0])) < 5
        if kind < 0.45 or is_short:
            out.append(before)
            kinds += [NONE] * len(before[0])
            cuts.append(len(kinds))
            return after
        if kind < 0.7:
            return self._mixed(out, kinds, before, after, DISSOLVE, _even)
        if kind < 0.82:
            return self._mixed(out, kinds, before, after, WIPE, self._wipe())
        return self._faded(out, kinds, cuts, before, after)

    def _mixed(
        self,
        out: list[Planes],
        kinds: list[int],
        before: Planes,
        after: Planes,
        kind: int,
        share: Callable[[float, int, int], NDArray[np.float32]],
    ) -> Planes:
        rng = self._rng
        most = min(len(before[0]), len(after[0])) - 1
        length = min(most, _skewed(rng, 4, 61))
        start = len(before[0]) - length
        out.append(_cut_out(before, 0, start))
        kinds += [NONE] * start + [kind] * length
        ramp = _ramp(length)
        if kind == DISSOLVE and rng.random() < 0.4:
            ramp = 0.5 - 0.5 * np.cos(np.pi * ramp)
        mixed = []
        for old, new in zip(before, after, strict=True):
            alpha = np.stack([share(float(a), *old.shape[1:]) for a in ramp])
            mixed.append(old[start:] + alpha * (new[:length] - old[start:]))
        out.append(tuple(mixed))  # type: ignore[arg-type]
        return _cut_out(after, length, len(after[0]))

    def _wipe(self) -> Callable[[float, int, int], NDArray[np.float32]]:
        rng = self._rng
        turn, soft, shape = rng.integers(0, 8) * np.pi / 4, rng.choice([0.01, 0.1, 0.3]), rng.random()

        def share(done: float, height: int, width: int) -> NDArray[np.float32]:
            row = (np.arange(height) + 0.5)[:, None] / height - 0.5
            column = (np.arange(width) + 0.5) / width - 0.5
            if shape < 0.75:
                field = row * np.sin(turn) + column * np.cos(turn)
                field = field / (abs(np.sin(turn)) + abs(np.cos(turn))) + 0.5
            elif shape < 0.9:
                field = np.hypot(row, column) / 0.71
            else:
                field = (np.arctan2(row, column) / np.pi + 1) / 2
            edge = done * (1 + soft) - soft
            return np.clip(1 - (field - edge) / soft, 0, 1).astype(np.float32)

        return share

    def _faded(
        self, out: list[Planes], kinds: list[int], cuts: list[int], before: Planes, after: Planes
    ) -> Planes:
        """Out to black or white, some frames of that, in again; either end may be hard."""
        rng = self._rng
        tone = BLACK if rng.random() < 0.8 else WHITE
        fall = min(_skewed(rng, 4, 60), len(before[0]) - 1)
        rise = min(_skewed(rng, 4, 60), len(after[0]) - 1)
        hold = int(rng.choice([rng.integers(0, 4), rng.integers(4, 24), rng.integers(24, 40)]))
        style = rng.random()
        if style < 0.15:
            fall = 0
            hold = max(hold, 7)  # less would be black that belongs to the shot before
        elif style < 0.35:
            rise = 0
        start = len(before[0]) - fall
        _fade(before, slice(start, None), _ramp(fall), tone)
        _fade(after, slice(0, rise), 1 - _ramp(rise), tone)
        out += [before, _plain(hold, tone), _cut_out(after, 0, rise)]
        kinds += [NONE] * start + [FADE] * fall
        if fall == 0:
            cuts.append(len(kinds))
        is_one = bool(fall) and hold < LONGEST_DARK
        kinds += [FADE if is_one else NONE] * hold
        if rise == 0 and not is_one:
            cuts.append(len(kinds))
        kinds += [FADE] * rise
        return _cut_out(after, rise, len(after[0]))

    # -- what is common to the whole stretch ------------------------------------------------

    def _look(self) -> Callable[[Planes], Planes]:
        """Return what a print, a camera or an encoder does to all frames alike."""
        rng = self._rng
        grain = float(rng.choice([0, 1, 3, 8]))
        flicker = float(rng.choice([0, 0, 0, 0.04]))
        bars = int(rng.choice([0, 0, 8, 14, 20]))
        grey = rng.random() < 0.15

        def look(planes: Planes) -> Planes:
            y, u, v = planes
            if flicker:
                y = BLACK + (y - BLACK) * (1 + rng.normal(0, flicker, (len(y), 1, 1)))
            if grain:
                y = y + rng.normal(0, grain, y.shape).astype(np.float32)
            if bars and rng.random() < 0.6:
                y[:, :bars] = y[:, HEIGHT - bars :] = BLACK
                for plane in (u, v):
                    plane[:, : bars // 2] = plane[:, (HEIGHT - bars) // 2 :] = GREY
            if grey:
                u, v = (GREY + 0 * plane for plane in (u, v))
            return y, u, v

        return look


def _on_twos(
    planes: Planes, kinds: NDArray[np.int64], cuts: NDArray[np.float32]
) -> tuple[Planes, NDArray[np.int64], NDArray[np.float32]]:
    """Show every second frame twice, as animation and converted films do."""
    place = np.arange(len(kinds)) // 2 * 2
    late = np.zeros_like(cuts)
    late[2::2] = np.maximum(cuts[2::2], cuts[1:-1:2])
    y, u, v = (plane[place] for plane in planes)
    return (y, u, v), kinds[place], late


def _skewed(rng: np.random.Generator, least: int, most: int) -> int:
    """Draw a length, short ones as often as long ones on a logarithmic scale."""
    return int(np.exp(rng.uniform(np.log(least), np.log(most))))


def _ramp(length: int) -> NDArray[np.float32]:
    return (np.arange(1, length + 1) / (length + 1)).astype(np.float32)


def _even(done: float, height: int, width: int) -> NDArray[np.float32]:
    return np.full((height, width), done, np.float32)


def _plain(frames: int, tone: float) -> Planes:
    half = (frames, HEIGHT // 2, WIDTH // 2)
    luma = np.full((frames, HEIGHT, WIDTH), tone, np.float32)
    return luma, np.full(half, GREY, np.float32), np.full(half, GREY, np.float32)


def _fade(planes: Planes, frames: slice, share: NDArray[np.float32], tone: float) -> None:
    for plane, to in zip(planes, (tone, GREY, GREY), strict=True):
        plane[frames] += share[:, None, None] * (to - plane[frames])


def _write(rng: np.random.Generator, planes: Planes, ink: float, strength: NDArray[np.float32]) -> None:
    """Set rows of words into the pictures, as strong as said for each frame."""
    lines = int(rng.integers(1, 4))
    top = int(rng.integers(10, HEIGHT - 12 * lines))
    for line in range(lines):
        at = int(rng.integers(10, 80))
        end = int(rng.integers(at + 8, WIDTH - 4))
        while at < end:
            wide = int(rng.integers(2, 14))
            box = planes[0][:, top + 12 * line : top + 12 * line + 6, at : at + wide]
            box += strength[:, None, None] * (ink - box)
            at += wide + 3


def _cut_out(planes: Planes, start: int, end: int) -> Planes:
    y, u, v = (plane[start:end] for plane in planes)
    return y, u, v


def _joined(parts: Sequence[Planes]) -> Planes:
    y, u, v = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return y, u, v


def as_bytes(planes: Planes) -> Mapping[str, NDArray[np.uint8]]:
    """Round to the 8 bits of a decoded frame."""
    return {
        name: np.clip(np.rint(plane), 0, 255).astype(np.uint8)
        for name, plane in zip("yuv", planes, strict=True)
    }
