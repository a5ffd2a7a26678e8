"""The films that a reel is made of, and what the reel is: one size, one rate, one encoding of colour."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from fractions import Fraction
from typing import NamedTuple

from msgspec.structs import replace

from cinetag_plugin.document.checks import HIGHEST_RATE, LOWEST_RATE
from cinetag_plugin.document.contracts import Matrix
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Film, Timing
from cinetag_plugin.document.time import nearest_frame, run_lengths, seconds_at
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import WHOLE_SIZE
from cinetag_plugin.media.graph import frame_matrix, maps_tones
from cinetag_plugin.media.layout import Form, Size, reduced_size
from cinetag_plugin.media.packets import Packets, read_packets
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


_AGAIN = "analyse it again"
_JOINED = frozenset({"mpegts", "mpeg"})  # their clocks may begin again, and their lengths are guessed
_NEARLY = 2  # pixels: what a picture lacks to fill the frame after rounding is filled


class Colours(NamedTuple):
    """What the primary colours are, and the curve of brightness; FFmpeg's names, empty where unknown."""

    primaries: str
    transfer: str


UNNAMED = Colours("", "")

_PRIMARIES = frozenset(
    [
        "bt709",
        "bt470m",
        "bt470bg",
        "smpte170m",
        "smpte240m",
        "film",
        "bt2020",
        "smpte428",
        "smpte431",
        "smpte432",
    ]
)
_CURVES = """
bt709 smpte170m smpte240m linear log100 log316 iec61966-2-4 iec61966-2-1 bt1361e bt2020-10 bt2020-12
smpte2084 smpte428 arib-std-b67
"""
TRANSFERS = {name: name for name in _CURVES.split()} | {"bt470m": "gamma22", "bt470bg": "gamma28"}
"""FFmpeg's names of curves, as it tells them and filters take them, and as its encoders take them."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A film as it was analysed, and the file where it lies.

    Attributes:
        film: its frames and their times, as the file has them.
        probe: the file.
        repeated: frames analysed before the file's first picture, which FFmpeg sends again into a pipe
            where the sound begins earlier.
    """

    film: Film
    probe: Probe
    repeated: int = 0

    def placed(self, scene: Scene) -> Scene:
        """Return a scene of the frames analysed as one of the file's pictures."""
        start = max(0, scene.start - self.repeated)
        return replaced(scene, start=start, end=max(start + 1, scene.end - self.repeated))

    @property
    def is_heard(self) -> bool:
        """Whether its sound can be taken: that of packages lies in files of its own."""
        return self.probe.sound is not None and self.probe.source.composition is None


def footage_of(film: Film, facts: Probe, ffmpeg: Ffmpeg) -> Footage:
    """Return a film as it was analysed and as its file lies there, on the clock of the file.

    Frames that came through a pipe were counted on a clock of its own; where the file has another, its
    packets tell the times.

    Raises:
        MediaError: the file and what was analysed have not the same frames, or not the same rate or length.
    """
    repeated = 0
    if film.time_base != facts.time_base and facts.has_clock and facts.source.composition is None:
        packets = read_packets(facts, ffmpeg)
        repeated = _repeated(facts, film, packets)
        film = _on_clock_of(facts, film, packets, repeated)
    _refuse_unlike(film, facts)
    return Footage(film, facts, repeated)


def _repeated(facts: Probe, film: Film, packets: Packets) -> int:
    """Return how many of the frames analysed FFmpeg made before the first picture of the file."""
    missing = film.frames - len(packets)
    lead = 0 if packets.doubt else (int(packets.pts[0]) * facts.time_base - facts.start) * film.rate
    if packets.doubt or (missing > 0 and missing != round(lead)):
        reason = packets.doubt or f"it has {len(packets)} pictures, {film.frames} were analysed"
        fault = f"its frames cannot be told by the clock of its analysis ({reason})"
        raise MediaError(facts.source.path, fault, _AGAIN)
    return max(0, missing)


def _on_clock_of(facts: Probe, film: Film, packets: Packets, repeated: int) -> Film:
    frames = film.frames - repeated
    runs = list(run_lengths(packets.pts[:frames].tolist()))
    timing = tuple(Timing(frame=run.frame, pts=run.pts, step=run.step) for run in runs)
    moved = replace(film, frames=frames, time_base=facts.time_base, start_pts=runs[0].pts, timing=timing)
    half, first = 1 / (2 * film.rate), film.clock.seconds(repeated)
    for frame in range(frames):
        if abs(moved.clock.seconds(frame) - film.clock.seconds(frame + repeated) + first) > half:
            raise MediaError(facts.source.path, f"frame {frame} does not lie where its analysis says", _AGAIN)
    return moved


def _refuse_unlike(film: Film, facts: Probe) -> None:
    """Refuse what differs so much that hours of it would be written before the first picture is compared.

    Rates and lengths that a file tells may be wrong, so only what is far off counts.
    """
    if not LOWEST_RATE <= film.rate <= HIGHEST_RATE:
        fault = f"was analysed at {film.rate} frames a second, which no reel has"
        raise MediaError(facts.source.path, fault, _AGAIN)
    if not film.variable_rate and not Fraction(1, 2) <= film.rate / facts.rate <= 2:
        fault = f"was analysed at {film.rate} frames a second, and has {facts.rate}"
        raise MediaError(facts.source.path, fault, _AGAIN)
    lasts = film.clock.seconds(film.frames)
    if facts.duration is not None and facts.format not in _JOINED and lasts > 2 * facts.duration + 60:
        fault = f"was {float(lasts):.0f} s long when it was analysed, and has {float(facts.duration):.0f} s"
        raise MediaError(facts.source.path, fault, _AGAIN)


@dataclass(frozen=True, slots=True)
class ReelForm:
    """What a reel is.

    Attributes:
        size: even width and height in square pixels.
        rate: frames a second.
        matrix: how its frames encode colour.
        is_heard: it has sound, as one film at least has.
        colours: the primaries and the transfer that it names.
    """

    size: Size
    rate: Fraction
    matrix: Matrix
    is_heard: bool
    colours: Colours = UNNAMED

    def picture(self, probe: Probe) -> Form:
        """Return what a film's pictures are scaled to: as large as fits, at their own shape, even."""
        width, height = probe.displayed_size
        scale = min(self.size.width / width, self.size.height / height)
        fitted = (_even(width * scale, self.size.width), _even(height * scale, self.size.height))
        return Form(Size(*fitted), self.matrix)

    def count(self, scene: Scene, film: Film) -> int:
        """Return how many frames of the reel show a scene; at least one."""
        if self._keeps(film):
            return scene.end - scene.start
        return max(1, nearest_frame(seconds_of(scene, film), self.rate))

    def frames(self, scene: Scene, film: Film) -> Iterator[int]:
        """Yield which frame of the film each frame of the reel shows, in one scene.

        At the film's own constant rate those are its frames. Otherwise each shows what the film shows at
        its time (a quarter of a frame later, as coarse clocks round).
        """
        if self._keeps(film):
            yield from range(scene.start, scene.end)
            return
        clock = film.clock
        begins = clock.seconds(scene.start) + 1 / (4 * max(self.rate, film.rate))
        for frame in range(self.count(scene, film)):
            yield min(clock.frame_at(begins + seconds_at(frame, self.rate)), scene.end - 1)

    def _keeps(self, film: Film) -> bool:
        return film.rate == self.rate and not film.variable_rate

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
    named = colours_of(footage, ffmpeg)
    return ReelForm(
        size=reduced_size(first.probe.displayed_size, WHOLE_SIZE).even,
        rate=first.film.rate,
        matrix=frame_matrix(first.probe, ffmpeg),
        is_heard=any(film.is_heard for film in footage),
        colours=named[0] if len(named) == 1 else UNNAMED,
    )


def colours_of(footage: Sequence[Footage], ffmpeg: Ffmpeg) -> list[Colours]:
    """Return the different colours of the films' frames, as they are decoded, in the order of the films."""
    return list(dict.fromkeys(_colours(film.probe, ffmpeg) for film in footage))


def _colours(facts: Probe, ffmpeg: Ffmpeg) -> Colours:
    if maps_tones(facts, ffmpeg):
        return Colours("bt709", "bt709")
    if facts.is_xyz:  # shown as on a screen, by formulas of our own
        return UNNAMED
    return Colours(
        facts.primaries if facts.primaries in _PRIMARIES else "",
        facts.transfer if facts.transfer in TRANSFERS else "",
    )
