"""The contracts that plugins meet: detectors, model cards, vocabularies, exporters, evidence, groupings.

Third parties import these from :mod:`cinetag_plugin.hooks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import msgspec

from cinetag_plugin.document.records import Analysis, BeatEvent, KnownErrors, Record, TransitionKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Matrix = Literal["bt601", "bt709", "bt2020"]

ENTROPY_THRESHOLD = 0.20
"""Bits of cumulative entropy above which a key frame is labelled, as printed in the paper."""

MOST_ENTROPY = 24.0
"""Bits that three planes of 256 levels can hold together."""


class Planes(NamedTuple):
    """8-bit 4:2:0 planes: luminance ``(height, width)``, blue and red difference, halves rounded up."""

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame, reduced, as 8-bit 4:2:0 planes.

    The planes are views into a reused buffer: whoever keeps them beyond the call copies them.

    Attributes:
        index: 0-based place in display order.
        pts: presentation time in ticks of the stream's time base.
        y: luminance, ``(height, width)``, uint8.
        u: blue difference, ``(ceil(height / 2), ceil(width / 2))``, uint8.
        v: red difference, like ``u``.
        matrix: how the planes encode colour.
        full_range: luminance spans 0 to 255 rather than 16 to 235.
        sample: the same frame smaller still, its pixels picked and not averaged: what our own
            detectors measure. None where the planes themselves are the sample.
    """

    index: int
    pts: int
    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]
    matrix: Matrix = "bt709"
    full_range: bool = False
    sample: Planes | None = None

    @property
    def sampled(self) -> Planes:
        """The planes to measure: the sample, or the frame's own."""
        return self.sample or Planes(self.y, self.u, self.v)


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What is known of a stream before its first frame is looked at."""

    rate: Fraction
    time_base: Fraction


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place where one shot becomes another; for a cut ``start == end``, the new shot's first frame.

    A gradual one reaches from the first frame affected to the first frame fully in the new shot.
    """

    kind: TransitionKind
    start: int
    end: int

    @property
    def frame(self) -> int:
        """The first frame of the new shot: the cut, or the middle of a gradual transition."""
        return (self.start + self.end) // 2


class Detector(Protocol):
    """Finds shot boundaries in a stream of frames; knows no files, prints nothing."""

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Take the next frame; return the boundaries that have become certain, in rising order."""

    def finish(self) -> Iterable[Boundary]:
        """Return the boundaries still open when the stream has ended."""


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """A shot detector by name.

    Attributes:
        name: what ``--detector`` takes.
        version: raised whenever the same film may give other shots.
        make: builds a detector; the threshold is None for the detector's own.
        context: how many frames after a boundary the detector may need to be certain of it.
        settings: the detector's own values, recorded in the analysis.
        samples: the detector looks at ``Frame.sampled`` alone, so that a film whose pictures nobody
            else wants is decoded to samples only.
        summary: one line for ``cinetag plugins``.
    """

    name: str
    version: str
    make: Callable[[StreamFacts, float | None], Detector]
    context: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    samples: bool = False
    summary: str = ""


class ModelInput(Record, frozen=True, kw_only=True):
    """What a model takes: a picture, another model's embedding, or measures of successive frames.

    For a picture ``size`` is (height, width) and a value is ``(byte - mean) / std`` per channel;
    for an embedding ``size`` is its length; for measures it is (frames, measures a frame); for sound
    it is (samples,) of mono at 16 kHz, each in [-1, 1].
    ``crop``: ``centre`` scales the shorter side and cuts the middle, ``stretch`` squeezes the whole
    picture, ``fit`` adds bars.
    """

    kind: Literal["picture", "embedding", "measures", "sound"]
    size: tuple[int, ...]
    layout: Literal["NHWC", "NCHW"] = "NHWC"
    dtype: Literal["float32", "uint8", "int8"] = "float32"
    colour: Literal["RGB", "BGR"] = "RGB"
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    crop: Literal["centre", "stretch", "fit"] = "centre"


class Relations(Record, frozen=True, kw_only=True):
    """How labels go together, learnt from data: the refined logits are ``matrix @ logits + offset``.

    ``matrix`` has a row and a column a label, in the order of the labels; ``offset`` a value a label.
    """

    matrix: tuple[tuple[float, ...], ...]
    offset: tuple[float, ...]


class ModelOutput(Record, frozen=True, kw_only=True):
    """What a model gives: an embedding of ``size`` values, or one score a label.

    ``tensor`` names an inner tensor to read instead of the file's own output (a name, or an index
    as text). ``activation`` is what turns the raw output into probabilities: ``none`` where the
    model has done so itself. ``relations`` refine them on request.
    """

    kind: Literal["embedding", "scores"]
    size: int = 0
    tensor: str = ""
    activation: Literal["none", "sigmoid", "softmax"] = "none"
    labels: tuple[str, ...] = ()
    relations: Relations | None = None


class Card(Record, frozen=True, kw_only=True):
    """A model and everything one must know to run it and to judge it.

    Attributes:
        name: how users call it.
        role: ``tags`` and ``beats`` give scores, ``embedding`` feeds heads, ``shots`` reads measures of
            frames and belongs to our own shot detector, ``sound`` names what is heard, ``faces`` finds them.
        file: the ``.tflite`` beside the card.
        sha256: its checksum, lower-case hex; empty only before a file is pulled whose SHA-256 nobody has
            taken yet.
        git_blob: the name that git gives its content, where only that is known beforehand (40 hex digits).
        bytes: its size; 0 where it is not known.
        address: where ``cinetag models pull`` gets it: an https address, pinned to a commit.
        backbone: the name of the model whose embedding this head takes; empty for a whole model.
        untrained: labels of the vocabulary that the model cannot know, each with the reason.
        errors: which categories a beat model takes for which, on sources that training never saw.
        trained_on, measured: facts for people; figures on sources that training never saw.
        intended: what it is for.
        not_for: what it must not be used for.
        limits: one honest paragraph.
    """

    name: str
    version: str = "1"
    role: Literal["tags", "beats", "embedding", "shots", "sound", "faces"]
    file: str
    sha256: str
    git_blob: str = ""
    bytes: int = 0
    address: str = ""
    backbone: str = ""
    license: str = ""
    source: str = ""
    input: ModelInput
    output: ModelOutput
    untrained: Mapping[str, str] = {}
    errors: KnownErrors | None = None
    trained_on: Mapping[str, Any] = {}
    measured: Mapping[str, Any] = {}
    intended: str = ""
    not_for: str = ""
    limits: str = ""


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag of the vocabulary: slug, name for people, group (its colour), aliases.

    ``advisory`` says what rating work looks at it for, such as ``violence``; empty for most tags.
    """

    slug: str
    name: str
    group: str = "other"
    aliases: tuple[str, ...] = ()
    advisory: str = ""


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A beat category, or a class of the first stage that a model may predict in its place.

    ``short`` is the name in the published tables. A sub-category says ``within`` which class it is a part
    of; a merged class names the categories that it ``merges``. A category has neither.
    """

    slug: str
    name: str
    short: str = ""
    within: str = ""
    merges: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """Tags and beat categories (with the classes of the first stage) under one name."""

    name: str
    tags: tuple[Tag, ...] = ()
    categories: tuple[Category, ...] = ()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table that every export format writes down.

    ``start`` and ``end`` are frames of the film, ``end`` exclusive and above ``start``; ``data`` is
    the machine-readable part.
    """

    start: int
    end: int
    kind: Literal["film", "beat", "tag", "shot", "transition", "key_frame"]
    slug: str
    name: str
    comment: str = ""
    colour: str = ""
    data: Mapping[str, Any] = {}

    @property
    def duration(self) -> int:
        """Length in frames, at least 1."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Losses:
    """What a file does not hold of the events that it was made from, in numbers.

    An event that is left out, or merged into the marker of another, counts there; the other numbers are
    of the markers that are in the file.

    Attributes:
        colours: markers without their colour.
        comments: markers without the comment that their events have.
        durations: markers that are shorter than the longest event that they stand for.
        merged: events that share the marker of one before them.
        left_out: events that have no marker.
        shortened: markers whose name or comment is cut.
        notes: what else people should know, a phrase each.
    """

    colours: int = 0
    comments: int = 0
    durations: int = 0
    merged: int = 0
    left_out: int = 0
    shortened: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exporter:
    """An export format: a pure function from the table of events to bytes. The caller writes them.

    A film that does not fit one file may be several: a tuple of the bytes of each, in their order. They are
    called by the film's stem with ``-1``, ``-2``, … and the suffix.

    Attributes:
        slug: what ``--to`` takes.
        suffix: the file's ending after the film's stem, such as ``.otio`` or ``.srt.srt``.
        render: bytes of the whole file, or of several files; the same input gives the same bytes.
        summary: one line for people: what opens it.
        kinds: the kinds of events it is given where the user names none; None for all.
        losses: counts what of these events the file does not hold; None where it holds everything. The
            caller tells it in a line.
    """

    slug: str
    suffix: str
    render: Callable[[Sequence[Event], Analysis], bytes | tuple[bytes, ...]]
    summary: str = ""
    kinds: tuple[str, ...] | None = None
    losses: Callable[[Sequence[Event], Analysis], Losses] | None = None


def files_in(content: object) -> tuple[bytes, ...]:
    """Return the files that a format returned.

    Raises:
        TypeError: it returned something else.
    """
    files = content if isinstance(content, tuple) and content else (content,)
    for file in files:
        if not isinstance(file, bytes):
            raise TypeError(f"gave {type(file).__name__}, not bytes")
    return files


class Evidence(Protocol):
    """Measures something of every frame that is decoded."""

    def feed(self, frame: Frame) -> float:
        """Return the measure of this frame."""


class SoundEvidence(Protocol):
    """Measures something of the sound of a film; it is called in a thread of its own."""

    def hear(self, samples: NDArray[np.float32]) -> float:
        """Return the measure of the next piece of sound.

        Args:
            samples: ``(count,)``, mono at 16 kHz, in [-1, 1]; half a second, the last piece less.
        """


@dataclass(frozen=True, slots=True)
class EvidenceSpec:
    """A measure by name; its mean over each shot stands in ``Shot.measures`` under that name.

    Attributes:
        name: of the measure.
        make: begins to measure a film: gives an :class:`Evidence`, or a :class:`SoundEvidence` if it hears.
        summary: one line for people.
        hears: what is made takes sound rather than frames.
    """

    name: str
    make: Callable[[StreamFacts], Any]
    summary: str = ""
    hears: bool = False


@dataclass(frozen=True, slots=True)
class GroupingSpec:
    """A way of turning shots with scored key frames into beat events, by name.

    ``group`` takes the analysis without beats and returns the events as
    :class:`~cinetag_plugin.document.records.BeatEvent` records.
    """

    name: str
    group: Callable[[Analysis], Sequence[BeatEvent]]
    summary: str = ""
