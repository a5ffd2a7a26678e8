"""OpenTimelineIO: one track of shots that covers the film, and its beats and tags as markers.

Stack time is the film's frame (of a film of variable rate: its place on the conformed grid), media
time begins at the film's start timecode. Shots are clips, key frames and measures stand in the
metadata of the clips, the other events are markers; a cut is the border of two clips.

The file is written in the schemas of release 0.15, which 0.16.0 to 0.18.1 read without loss; a
later library would otherwise write its own newest ones, which they refuse. Those of 0.14 have clips of
one media reference (``Clip.1``), for programs that know no other.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import opentimelineio as otio
from msgspec.structs import replace

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.marks import is_marked
from cinetag_plugin.export.otio_clips import audio_clips, video_clips, with_dissolves
from cinetag_plugin.export.otio_markers import clip_markers, stack_markers
from cinetag_plugin.export.otio_media import whole_time
from cinetag_plugin.export.pieces import Piece, pieces
from cinetag_plugin.export.text import NAME_LIMIT, clean, strict_json

Markers = Literal["stack", "clip", "both"]

Schema = Literal["0.14", "0.15"]

SCHEMA: Schema = "0.15"
"""The release whose schemas are written."""

_INDENT = 4
_KDENLIVE = "kdenlive"


def render(
    events: Sequence[Event],
    analysis: Analysis,
    *,
    markers: Markers = "stack",
    transitions: bool = False,
    host: str = "",
    schema: Schema = SCHEMA,
) -> bytes:
    """Return the timeline as an ``.otio`` file; the same input gives the same bytes.

    The library's serializer is called directly: its adapter would run every hook script that is
    attached on this machine. ``markers``, ``transitions`` and ``host`` are those of :func:`timeline`.
    """
    made = timeline(events, analysis, markers=markers, transitions=transitions, host=host)
    return serialized(made, schema)


def serialized(result: otio.schema.Timeline, schema: Schema = SCHEMA) -> bytes:
    """Return a timeline as the bytes of an ``.otio`` file, in the schemas of a release."""
    schemas = otio.core.release_to_schema_version_map()[f"{schema}.0"]
    text: str = otio.core.serialize_json_to_string(result, schemas, _INDENT)
    return text.encode("utf-8")


def timeline(
    events: Sequence[Event],
    analysis: Analysis,
    *,
    markers: Markers = "stack",
    transitions: bool = False,
    host: str = "",
) -> otio.schema.Timeline:
    """Return the timeline of a film.

    Args:
        events: the table; film, beat and tag events and gradual transitions become markers.
        analysis: gives the shots, the film and its media.
        markers: on the stack (what most hosts read), on the clips, or on both.
        transitions: write dissolves as transitions between clips rather than as markers.
        host: ``kdenlive`` has names in the comments too, for it shows nothing else of a marker.
    """
    grid = conformed(analysis)
    cut = pieces(analysis, grid)
    clips = video_clips(analysis, cut, grid)
    marked = [_for_host(event, host) for event in events if _is_marked(event, transitions)]
    if markers != "stack":
        for index, marker in clip_markers(marked, cut, grid):
            clips[index].markers.append(marker)
    result = otio.schema.Timeline(
        name=clean(analysis.film.name, NAME_LIMIT),
        global_start_time=whole_time(grid.start, grid.rate),
        metadata={"cinetag": _facts(analysis, grid)},
    )
    picture = with_dissolves(analysis, cut, clips, grid) if transitions else clips
    result.tracks.extend(_tracks(picture, analysis, cut, grid))
    if markers != "clip":
        result.tracks.markers.extend(stack_markers(marked, grid))
    return result


def _is_marked(event: Event, transitions: bool) -> bool:
    is_effect = transitions and event.kind == "transition" and event.slug == "dissolve"
    return is_marked(event) and not is_effect


def _for_host(event: Event, host: str) -> Event:
    if host != _KDENLIVE:
        return event
    return replace(event, comment=": ".join(filter(None, (event.name, event.comment))))


def _tracks(
    picture: Iterable[otio.core.Composable], analysis: Analysis, cut: list[Piece], grid: Conformed
) -> list[otio.schema.Track]:
    tracks = [track("V1", otio.schema.TrackKind.Video, picture)]
    if analysis.film.has_audio:
        tracks.append(track("A1", otio.schema.TrackKind.Audio, audio_clips(analysis, cut, grid)))
    return tracks


def track(name: str, kind: str, items: Iterable[otio.core.Composable]) -> otio.schema.Track:
    """Return a track of clips as editing systems like it."""
    # users report that Resolve wants to find its own key on every track
    made = otio.schema.Track(name=name, kind=kind, metadata={"Resolve_OTIO": {"Locked": False}})
    made.extend(items)
    return made


def _facts(analysis: Analysis, grid: Conformed) -> dict[str, Any]:
    strongest_first = sorted(analysis.tags, key=lambda tag: (-tag.relative_strength, tag.tag))
    facts: dict[str, Any] = strict_json(
        {
            "schema_version": analysis.schema_version,
            "created_by": analysis.created_by,
            "film": _film_facts(analysis.film),
            "analysed": {"start": analysis.analysed.start, "end": analysis.analysed.end},
            "detector": {"name": analysis.detector.name, "version": analysis.detector.version},
            "tags": [{"slug": tag.tag, "strength": tag.relative_strength} for tag in strongest_first],
            "models": [
                {"role": m.role, "name": m.name, "sha256": m.sha256, "delegate": m.delegate}
                for m in analysis.models
            ],
            "warnings": [*analysis.warnings, *filter(None, [grid.warning])],
        }
    )
    return facts


def _film_facts(film: Film) -> dict[str, Any]:
    return {
        "name": film.name,
        "frames": film.frames,
        "rate": f"{film.rate.numerator}/{film.rate.denominator}",
        "variable_rate": film.variable_rate,
        "start_timecode": film.start_timecode,
        "drop_frame": film.drop_frame,
        "width": film.width,
        "height": film.height,
        "fingerprint": film.fingerprint,
    }
