"""The analysis document: everything cinetag says about a film, as frozen records.

Frames are 0-based indices in display order of the decoded video stream; every ``end`` is
exclusive. Fields that a later version wrote and this one does not know are kept in ``extra`` and
written back (see :mod:`cinetag_plugin.document.files`). The JSON form and its keys are fixed by
``docs/analysis.schema.json``.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import msgspec

from cinetag_plugin.document.time import Clock, TimingRun, frame_of_timecode

SCHEMA_VERSION = "1.0"
_CLOCK_ROUNDING = Fraction(1, 100_000)

Origin = str
"""``model``, ``person`` or ``plugin:<name>``; what a person set survives a new analysis."""

TransitionKind = Literal["start", "cut", "dissolve", "fade", "wipe", "other"]

BOUNDARY_WORDS: Mapping[str, TransitionKind] = {
    "cut": "cut",
    "dissolve": "dissolve",
    "fade": "fade",
    "wipe": "wipe",
    "other": "other",
    "other-gradual": "other",
}
"""How lists of boundaries call them, in files that people write."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen record that remembers the fields it does not know."""

    extra: Mapping[str, Any] = {}


class Timing(Record, frozen=True, kw_only=True):
    """From ``frame`` on, each next frame lies ``step`` ticks after the last; ``pts`` is the first's."""

    frame: int
    pts: int
    step: int


class Source(Record, frozen=True, kw_only=True):
    """One file of a film: its frames ``[start, start + frames)`` come from frame ``entry`` of ``path``."""

    path: str
    start: int
    frames: int
    entry: int
    rate: Fraction


class Film(Record, frozen=True, kw_only=True, dict=True):
    """The film as a decoder delivers it: size, rate, and the time of every frame.

    ``stream`` is FFmpeg's index of the video stream that was decoded; ``container_start`` is the first
    time of any stream of the file, in seconds, from which players and FFmpeg count; ``fingerprint`` tells
    the file from another of its name.
    """

    path: str
    name: str
    frames: int
    rate: Fraction
    variable_rate: bool
    time_base: Fraction
    start_pts: int
    container_start: Fraction | None = None
    start_timecode: str | None = None
    drop_frame: bool = False
    width: int
    height: int
    pixel_aspect: Fraction = msgspec.field(default_factory=lambda: Fraction(1))
    duration: float
    has_audio: bool = False
    stream: int | None = None
    timing: tuple[Timing, ...]
    sources: tuple[Source, ...] = ()
    fingerprint: str = ""

    @cached_property
    def clock(self) -> Clock:
        """The presentation time of every frame."""
        runs = [TimingRun(run.frame, run.pts, run.step) for run in self.timing]
        return Clock(runs, self.frames, self.time_base)

    @property
    def start_frame(self) -> int:
        """The frame number that the start timecode names; 0 where there is none."""
        if self.start_timecode is None:
            return 0
        return frame_of_timecode(self.start_timecode, self.rate, self.drop_frame)

    @property
    def lead(self) -> Fraction:
        """Seconds of the file before the first picture: where the sound begins first, or the clock later.

        FFmpeg tells when a file begins in microseconds, so a few of them are nothing.
        """
        if self.container_start is None:
            return Fraction(0)
        lead = self.start_pts * self.time_base - self.container_start
        return lead if lead > _CLOCK_ROUNDING else Fraction(0)


class Span(Record, frozen=True, kw_only=True):
    """Frames ``[start, end)``."""

    start: int
    end: int


class Transition(Record, frozen=True, kw_only=True):
    """How a shot begins: for a cut ``start == end``, the first frame of the new shot."""

    kind: TransitionKind
    start: int
    end: int


class TagScore(Record, frozen=True, kw_only=True):
    """A tag and its probability in [0, 1]."""

    tag: str
    probability: float


class BeatScore(Record, frozen=True, kw_only=True):
    """A beat category and its probability in [0, 1]."""

    category: str
    probability: float


class Shot(Record, frozen=True, kw_only=True):
    """One take of the camera as it stands in the film, ``[start, end)``.

    ``group`` is the index of the earliest of the shots that are near-duplicates of each other, the
    shot's own where it is alone, None where shots were not compared. ``key_frames`` are indices into
    the analysis' key frames; ``beats`` is what they say together, the best first; ``measures`` are named
    and explained in docs/formats.md.
    """

    index: int
    start: int
    end: int
    transition_in: Transition
    group: int | None = None
    key_frames: tuple[int, ...] = ()
    beats: tuple[BeatScore, ...] = ()
    measures: Mapping[str, float] = {}
    origin: Origin = "model"


class KeyFrame(Record, frozen=True, kw_only=True):
    """The picture that stands for a shot.

    ``entropy`` is the cumulative Shannon entropy of the luminance and the two chrominance planes,
    in bits (equation 4); a key frame that the gate turned away is kept with ``accepted`` false.
    """

    index: int
    shot: int
    frame: int
    pts: int
    entropy: float
    accepted: bool = True
    tags: tuple[TagScore, ...] = ()
    beats: tuple[BeatScore, ...] = ()


class TagStrength(Record, frozen=True, kw_only=True):
    """How strong a tag is in the whole film: n_i, W_i (equation 5) and R_i (equation 6)."""

    tag: str
    count: int
    weight: float
    relative_strength: float
    probability_sum: float = 0.0
    origin: Origin = "model"


class TagSpan(Record, frozen=True, kw_only=True):
    """A stretch of the film that carries a tag.

    ``strength`` is the tag's relative strength in the film, ``probability`` the mean over the
    span's key frames that carry it.
    """

    tag: str
    start: int
    end: int
    strength: float
    probability: float
    shots: tuple[int, ...] = ()
    origin: Origin = "model"


class BeatEvent(Record, frozen=True, kw_only=True):
    """A turn of the story, ``[start, end)``, with the shot that shows it best."""

    category: str
    start: int
    end: int
    confidence: float
    shots: tuple[int, ...] = ()
    key_shot: int | None = None
    origin: Origin = "model"


class DetectorUse(Record, frozen=True, kw_only=True):
    """Which detector found the shots, and with what settings."""

    name: str
    version: str
    settings: Mapping[str, Any] = {}


class KnownErrors(Record, frozen=True, kw_only=True):
    """How often each true category (row) was answered by each category (column), as counted in a test.

    ``counts`` has a row and a column for each of ``labels``, in their order. ``shares``, in the same order,
    say how frequent labels were where the model's probabilities were made to hold: a probability above its
    share speaks for the label. Empty where they were never made to hold.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    shares: tuple[float, ...] = ()


class ModelUse(Record, frozen=True, kw_only=True):
    """Which model gave the scores, by checksum, what it ran on, and what it can tell.

    ``labels`` are the tags or categories (slugs) that it looked for, or the measures of shots that it gave;
    a label that stands nowhere was not looked for, which is not the same as absent. ``errors`` are those
    that its card states.
    """

    role: str
    name: str
    sha256: str
    delegate: str
    backbone: str = ""
    labels: tuple[str, ...] = ()
    errors: KnownErrors | None = None


class ArrayFile(Record, frozen=True, kw_only=True):
    """Large arrays (embeddings, measures) that lie beside the document."""

    name: str
    path: str
    sha256: str


class KeyFrameRule(Record, frozen=True, kw_only=True):
    """How key frames were chosen, as ``--key-frames`` and ``--sampling`` say it."""

    which: str
    sampling: str = "uniform"


class Analysis(Record, frozen=True, kw_only=True):
    """All that cinetag knows of one film; ``evidence`` names what beats were judged by beside pictures."""

    schema_version: str = SCHEMA_VERSION
    created_by: str
    film: Film
    analysed: Span
    detector: DetectorUse
    shots: tuple[Shot, ...]
    key_frames: tuple[KeyFrame, ...] = ()
    key_frame_rule: KeyFrameRule | None = None
    evidence: tuple[str, ...] = ()
    tags: tuple[TagStrength, ...] = ()
    tag_spans: tuple[TagSpan, ...] = ()
    beats: tuple[BeatEvent, ...] = ()
    models: tuple[ModelUse, ...] = ()
    arrays: tuple[ArrayFile, ...] = ()
    warnings: tuple[str, ...] = ()
