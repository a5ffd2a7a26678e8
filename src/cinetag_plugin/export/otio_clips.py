"""The clips of a timeline: the film cut at its shots, and what each shot is."""

from bisect import bisect_left, bisect_right

import opentimelineio as otio

from cinetag_plugin.document.records import Analysis, Shot, TagSpan
from cinetag_plugin.export.conform import Conformed
from cinetag_plugin.export.events import DATA_VERSION, is_gradual, key_frames_of
from cinetag_plugin.export.otio_media import media_range, reference, whole_time
from cinetag_plugin.export.pieces import Piece
from cinetag_plugin.export.text import strict_json


def video_clips(analysis: Analysis, cut: list[Piece], grid: Conformed) -> list[otio.schema.Clip]:
    """Return the clips of the picture, with what is known of each shot in their metadata."""
    tags = _tags_of_shots(analysis)
    clips = []
    for piece in cut:
        clip = _clip(piece, len(analysis.shots), grid)
        facts = _facts(analysis, piece.shot, tags) if piece.shot else {"analysed": False}
        clip.metadata["cinetag"] = strict_json({"v": DATA_VERSION} | facts)
        clips.append(clip)
    return clips


def audio_clips(analysis: Analysis, cut: list[Piece], grid: Conformed) -> list[otio.schema.Clip]:
    """Return the clips of the sound, cut with the picture so that a shot can be lifted with its sound."""
    return [_clip(piece, len(analysis.shots), grid) for piece in cut]


def _clip(piece: Piece, shots: int, grid: Conformed) -> otio.schema.Clip:
    return otio.schema.Clip(
        name=piece.name(shots),
        media_reference=reference(piece.reel, grid.rate),
        source_range=media_range(piece.reel, piece.start, piece.end, grid.rate),
    )


def _facts(analysis: Analysis, shot: Shot, tags: list[list[TagSpan]]) -> dict[str, object]:
    following = analysis.shots[shot.index + 1 : shot.index + 2]
    strongest_first = sorted(tags[shot.index], key=lambda span: (-span.strength, -span.probability, span.tag))
    return {
        "shot": shot.index,
        "in": shot.start,
        "out": shot.end,
        "transition_in": shot.transition_in.kind,
        "transition_out": following[0].transition_in.kind if following else None,
        "key_frames": key_frames_of(analysis, shot),
        "group": shot.group,
        "measures": shot.measures,
        "origin": shot.origin,
        "tags": [
            {"slug": span.tag, "strength": span.strength, "probability": span.probability}
            for span in strongest_first
        ],
    }


def _tags_of_shots(analysis: Analysis) -> list[list[TagSpan]]:
    """Return for each shot the tag spans that touch it."""
    starts = [shot.start for shot in analysis.shots]
    ends = [shot.end for shot in analysis.shots]
    found: list[list[TagSpan]] = [[] for _ in analysis.shots]
    for span in analysis.tag_spans:
        for index in range(bisect_right(ends, span.start), bisect_left(starts, span.end)):
            found[index].append(span)
    return found


def with_dissolves(
    analysis: Analysis, cut: list[Piece], clips: list[otio.schema.Clip], grid: Conformed
) -> list[otio.core.Composable]:
    """Set a transition before each clip whose shot begins with a dissolve, as long as in the film.

    The film already shows the dissolve: an editing system that renders the transition over it
    dissolves twice. It is meant for those who put other material in its place.
    """
    items: list[otio.core.Composable] = []
    for place, (piece, clip) in enumerate(zip(cut, clips, strict=True)):
        if place and piece.shot and is_dissolve(piece.shot) and piece.shot is not cut[place - 1].shot:
            items.append(_dissolve(piece.shot, piece.start, cut[place - 1], piece, grid))
        items.append(clip)
    return items


def is_dissolve(shot: Shot) -> bool:
    """Tell whether a shot begins with a dissolve of some length."""
    passage = shot.transition_in
    return is_gradual(passage) and passage.kind == "dissolve" and passage.end > passage.start


def _dissolve(
    shot: Shot, border: int, before: Piece, after: Piece, grid: Conformed
) -> otio.schema.Transition:
    start, end = grid.span(shot.transition_in.start, shot.transition_in.end)
    # no longer than the clips on both sides, which the next transition needs as well
    lead = min(max(border - start, 0), before.end - before.start)
    tail = min(max(end - border, 0), after.end - after.start)
    return otio.schema.Transition(
        name="Dissolve",
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
        in_offset=whole_time(lead, grid.rate),
        out_offset=whole_time(tail, grid.rate),
    )
