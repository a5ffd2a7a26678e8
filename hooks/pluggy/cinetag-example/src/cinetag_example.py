"""A complete example of a cinetag plugin: every hook once, as small as it can be.

It needs nothing of cinetag but ``cinetag_plugin.hooks``.
"""

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.hooks import (
    Analysis,
    BeatEvent,
    Boundary,
    Card,
    CommandRegistry,
    DetectorSpec,
    Event,
    EvidenceSpec,
    Exporter,
    Film,
    Frame,
    GroupingSpec,
    KeyFrame,
    Losses,
    Scores,
    StreamFacts,
    Tag,
    TagScore,
    Vocabulary,
    hookimpl,
)


class Metronome:
    """Starts a shot every so many seconds, whatever is to be seen."""

    def __init__(self, stream: StreamFacts, seconds: float | None) -> None:
        self._frames = max(1, round((seconds or 1.0) * stream.rate))

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Name every n-th frame."""
        if frame.index and frame.index % self._frames == 0:
            yield Boundary("cut", frame.index, frame.index)

    def finish(self) -> Iterable[Boundary]:
        """Nothing is ever open."""
        return ()


class Brightness:
    """Measures how bright a frame is, 0 to 1."""

    def feed(self, frame: Frame) -> float:
        """Return the mean of the luminance."""
        return float(frame.y.mean()) / 255


class Peak:
    """Measures how far the sound goes up and down, 0 to 1."""

    def hear(self, samples: NDArray[np.float32]) -> float:
        """Return the largest sample."""
        return float(np.abs(samples).max())


def markdown(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Write the events as a list in Markdown."""
    lines = [f"# {analysis.film.name}", ""]
    lines += [f"- {event.start}-{event.end} **{event.name}** {event.comment}" for event in events]
    return ("\n".join(lines) + "\n").encode()


def markdown_losses(events: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what the list does not hold: it has no colours."""
    return Losses(colours=len(events))


@hookimpl
def cinetag_register_detectors() -> list[DetectorSpec]:
    """Offer ``--detector metronome``."""
    return [DetectorSpec(name="metronome", version="1", make=Metronome, context=0, summary="a shot a second")]


@hookimpl
def cinetag_register_models() -> list[Card]:
    """Offer no model; a card would name an absolute path of a .tflite."""
    return []


@hookimpl
def cinetag_register_vocabulary() -> list[Vocabulary]:
    """Add a tag."""
    return [Vocabulary(name="example", tags=(Tag(slug="night", name="Night", group="form"),))]


@hookimpl
def cinetag_register_exporters() -> list[Exporter]:
    """Offer ``--to markdown``."""
    summary = "a list to read"
    return [
        Exporter("markdown", ".markdown.md", markdown, summary, losses=markdown_losses),
    ]


@hookimpl
def cinetag_register_evidence() -> list[EvidenceSpec]:
    """Measure how light the picture is, and how loud: the means over each shot stand in its measures."""
    return [
        EvidenceSpec(name="example_light", make=lambda stream: Brightness(), summary="mean luminance"),
        EvidenceSpec(name="example_peak", make=lambda stream: Peak(), summary="largest sample", hears=True),
    ]


@hookimpl
def cinetag_register_groupings() -> list[GroupingSpec]:
    """Offer a grouping that finds one event: the whole film, if it has a beat at all."""
    return [GroupingSpec(name="single", group=_single, summary="one event a film")]


def _single(analysis: Analysis) -> Sequence[BeatEvent]:
    best = [frame.beats[0] for frame in analysis.key_frames if frame.beats]
    if not best:
        return ()
    top = max(best, key=lambda score: score.probability)
    return (
        BeatEvent(
            category=top.category,
            start=analysis.analysed.start,
            end=analysis.analysed.end,
            confidence=top.probability,
        ),
    )


@hookimpl
def cinetag_key_frame_accepted(film: Film, key_frame: KeyFrame) -> bool | None:
    """Refuse the very first frame of a film: it is often a slate."""
    return False if key_frame.frame == 0 and film.frames > 1 else None


@hookimpl
def cinetag_refine_label(key_frame: KeyFrame, picture: NDArray[np.uint8]) -> Scores | None:
    """Call dark pictures ``night``."""
    if picture.mean() >= 40:
        return None
    night = TagScore(tag="night", probability=1.0)
    return Scores(tags=(night, *key_frame.tags)[:3], beats=key_frame.beats)


@hookimpl
def cinetag_refine_tags(analysis: Analysis) -> Analysis | None:
    """Leave out tags that were seen only once in a long film."""
    if len(analysis.key_frames) < 100:
        return None
    return msgspec.structs.replace(analysis, tags=tuple(tag for tag in analysis.tags if tag.count > 1))


@hookimpl
def cinetag_refine_beats(analysis: Analysis) -> Analysis | None:
    """Leave out events of less than a second."""
    kept = tuple(beat for beat in analysis.beats if beat.end - beat.start >= analysis.film.rate)
    return msgspec.structs.replace(analysis, beats=kept)


@hookimpl
def cinetag_analysis_finished(analysis: Analysis) -> None:
    """Append a line to the file that CINETAG_EXAMPLE_LOG names."""
    log = os.environ.get("CINETAG_EXAMPLE_LOG")
    if log:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{analysis.film.name}: {len(analysis.shots)} shots\n")


@hookimpl
def cinetag_cli_commands(app: CommandRegistry) -> None:
    """Add ``cinetag count FILM.cinetag.json``."""
    app.add("count", "Count the shots of analyses.", _configure_count, _count)


def _configure_count(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("analyses", nargs="+", type=Path)


def _count(args: argparse.Namespace) -> int:
    from cinetag_plugin import read_analysis

    for path in args.analyses:
        print(len(read_analysis(path).shots))
    return 0
