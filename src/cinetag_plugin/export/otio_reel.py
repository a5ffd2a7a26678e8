"""OpenTimelineIO: a reel of chosen scenes, as clips that refer to the films in their media time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.events import DATA_VERSION
from cinetag_plugin.export.otio import serialized, track
from cinetag_plugin.export.otio_media import media_range, reference, time_range
from cinetag_plugin.export.pieces import Reel, reels
from cinetag_plugin.export.text import NAME_LIMIT, clean, strict_json

Cut = tuple[int, int, int, tuple[str, ...]]
"""Which analysis, first frame, the one past the last, and the slugs of what is there."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A clip of the picture, and its like of the sound: the same clip, or a gap where a film is silent."""

    picture: otio.schema.Clip
    sound: otio.core.Composable


def render_reel(name: str, cuts: Sequence[Cut], analyses: Sequence[Analysis]) -> bytes:
    """Return the timeline of a reel as an ``.otio`` file; the same input gives the same bytes.

    A film of variable rate counts on its conformed grid, as in the timeline of the film itself. Each
    clip keeps the rate of its film; a scene that lies in several files is several clips.

    Args:
        name: of the timeline.
        cuts: the scenes in their order.
        analyses: what the cuts count in.
    """
    grids = [conformed(analysis) for analysis in analyses]
    items = [item for cut in cuts for item in _items(cut, analyses[cut[0]], grids[cut[0]])]
    timeline = otio.schema.Timeline(name=clean(name, NAME_LIMIT))
    timeline.tracks.append(track("V1", otio.schema.TrackKind.Video, [item.picture for item in items]))
    if any(analyses[cut[0]].film.has_audio for cut in cuts):
        timeline.tracks.append(track("A1", otio.schema.TrackKind.Audio, [item.sound for item in items]))
    return serialized(timeline)


def _items(cut: Cut, analysis: Analysis, grid: Conformed) -> Iterator[_Item]:
    _, first, last, labels = cut
    start, end = grid.span(first, last)
    facts = {"v": DATA_VERSION, "film": analysis.film.name, "in": first, "out": last, "labels": list(labels)}
    for reel in reels(analysis.film, grid):
        begins, ends = max(start, reel.start), min(end, reel.end)
        if begins >= ends:
            continue
        picture, sound = (_clip(analysis, reel, (begins, ends), grid.rate, facts) for _ in range(2))
        yield _Item(picture, sound if analysis.film.has_audio else _gap(ends - begins, grid.rate))


def _clip(
    analysis: Analysis, reel: Reel, places: tuple[int, int], rate: Fraction, facts: dict[str, Any]
) -> otio.schema.Clip:
    return otio.schema.Clip(
        name=clean(" ".join([analysis.film.name, *facts["labels"]]), NAME_LIMIT),
        media_reference=reference(reel, rate),
        source_range=media_range(reel, *places, rate),
        metadata=strict_json({"cinetag": facts}),
    )


def _gap(frames: int, rate: Fraction) -> otio.schema.Gap:
    return otio.schema.Gap(source_range=time_range(0, frames, rate))
