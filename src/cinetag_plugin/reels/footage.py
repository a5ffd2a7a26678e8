"""The films that a reel is made of, and what the reel is: one size, one rate, one encoding of colour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cinetag_plugin.document.contracts import Matrix
from cinetag_plugin.document.records import Film
from cinetag_plugin.document.time import nearest_frame, seconds_at
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import WHOLE_SIZE
from cinetag_plugin.media.graph import frame_matrix
from cinetag_plugin.media.layout import Form, Size, reduced_size
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.reels.scenes import Scene, seconds_of

SOUND_RATE = 48_000
"""Samples a second of a reel's sound, which is stereo."""

Tell = Callable[[str], None]
"""Takes a warning for people."""


def each_once(tell: Tell) -> Tell:
    """Return what tells each line the first time only: a film has many scenes, and one fault."""
    told: set[str] = set()

    def once(line: str) -> None:
        if line not in told:
            told.add(line)
            tell(line)

    return once


_NEARLY = 2  # pixels: what a picture lacks to fill the frame after rounding is filled


@dataclass(frozen=True, slots=True)
class Footage:
    """A film as it was analysed, and the file where it lies."""

    film: Film
    probe: Probe

    @property
    def is_heard(self) -> bool:
        """Whether its sound can be taken: that of packages lies in files of its own."""
        return self.probe.sound is not None and self.probe.source.composition is None


@dataclass(frozen=True, slots=True)
class ReelForm:
    """What a reel is.

    Attributes:
        size: even width and height in square pixels.
        rate: frames a second.
        matrix: how its frames encode colour.
        is_heard: it has sound, as one film at least has.
    """

    size: Size
    rate: Fraction
    matrix: Matrix
    is_heard: bool

    def picture(self, probe: Probe) -> Form:
        """Return what a film's pictures are scaled to: as large as fits, at their own shape, even."""
        width, height = probe.displayed_size
        scale = min(self.size.width / width, self.size.height / height)
        fitted = (_even(width * scale, self.size.width), _even(height * scale, self.size.height))
        return Form(Size(*fitted), self.matrix)

    def frames(self, scene: Scene, film: Film) -> Sequence[int]:
        """Return which frame of the film each frame of the reel shows, in one scene; at least one.

        At the film's own constant rate those are its frames. Otherwise each shows what the film shows at
        its time (a quarter of a frame later, as coarse clocks round).
        """
        if film.rate == self.rate and not film.variable_rate:
            return range(scene.start, scene.end)
        clock = film.clock
        begins = clock.seconds(scene.start) + 1 / (4 * max(self.rate, film.rate))
        count = max(1, nearest_frame(seconds_of(scene, film), self.rate))
        shown = (clock.frame_at(begins + seconds_at(frame, self.rate)) for frame in range(count))
        return [min(frame, scene.end - 1) for frame in shown]

    def samples(self, first: int, frames: int) -> int:
        """Return how many samples of sound belong to ``frames`` from the reel's frame ``first`` on.

        Counted from the reel's beginning, so that nothing adds up over scenes.
        """
        return _samples_before(first + frames, self.rate) - _samples_before(first, self.rate)


def _samples_before(frame: int, rate: Fraction) -> int:
    return nearest_frame(seconds_at(frame, rate), Fraction(SOUND_RATE))


def _even(length: Fraction, full: int) -> int:
    if full - length < _NEARLY:
        return full
    return max(2, 2 * round(length / 2))


def reel_form(footage: Sequence[Footage], ffmpeg: Ffmpeg) -> ReelForm:
    """Return the form that the first film gives to a reel."""
    first = footage[0]
    return ReelForm(
        size=reduced_size(first.probe.displayed_size, WHOLE_SIZE).even,
        rate=first.film.rate,
        matrix=frame_matrix(first.probe, ffmpeg),
        is_heard=any(film.is_heard for film in footage),
    )
