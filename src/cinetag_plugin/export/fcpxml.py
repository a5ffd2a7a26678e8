"""FCPXML for Final Cut Pro: the film as a clip with markers and keywords, and a project of its shots.

Every event is a marker. A marker is a point, so beats, tags and what is said of the whole film are keywords
too, which have the length, and which Final Cut Pro searches and collects. Beats are chapters where that is
asked for. Markers have no colours. Times are those of the file (its start timecode and on), as exact
fractions of a second on whole frames. Children stand in the order of the document type, by which the file is
checked on import; those of 1.9 to 1.14 take the same file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.conform import Conformed, conformed
from cinetag_plugin.export.events import DATA_VERSION
from cinetag_plugin.export.labels import refuse_rate
from cinetag_plugin.export.marks import MARKED, Carries, Mark, kept, lost
from cinetag_plugin.export.markup import Element, child, document
from cinetag_plugin.export.pieces import Reel, pieces, reels
from cinetag_plugin.export.text import NAME_LIMIT, clean

VERSION = "1.10"
"""What Final Cut Pro has read since 2021, and DaVinci Resolve reads."""

_FORMAT = "r1"
_LARGEST_DENOMINATOR = 2**31 - 1

CARRIES = Carries(colours=False, lengths=MARKED, whole_film=True)


@dataclass(frozen=True, slots=True)
class _Times:
    """Writes numbers of frames as exact seconds."""

    grid: Conformed

    def seconds(self, frames: int) -> str:
        rate = self.grid.rate
        return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"

    def span(self, start: int, duration: int) -> dict[str, str]:
        return {"start": self.seconds(start), "duration": self.seconds(duration)}


def render(
    table: Sequence[Event], analysis: Analysis, *, version: str = VERSION, chapters: bool = False
) -> bytes:
    """Return the file.

    Args:
        table: the events.
        analysis: what they were made from.
        version: of FCPXML, 1.9 to 1.14.
        chapters: beats are chapter markers, which players of the film may show.

    Raises:
        ExportError: a frame's length has no denominator that the format can hold.
    """
    grid, film = conformed(analysis), analysis.film
    refuse_rate(film, grid, "FCPXML", grid.rate.numerator <= _LARGEST_DENOMINATOR)
    times, files, name = _Times(grid), reels(film, grid), clean(film.name, NAME_LIMIT)
    root = Element("fcpxml", version=version)
    resources = child(root, "resources")
    child(resources, "format", id=_FORMAT, frameDuration=times.seconds(1), **_picture(analysis))
    for reel in files:
        _asset(resources, reel, _ref(files, reel), analysis, times)
    event = child(child(root, "library"), "event", name="cinetag")
    found, beat = kept(table, grid, CARRIES), "chapter-marker" if chapters else "marker"
    for reel in files:
        _film_clip(event, reel, _ref(files, reel), analysis, times, found, beat)
    _project(child(event, "project", name=f"{name} - shots"), analysis, times, files)
    return document(root, "fcpxml")


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what markers and keywords do not hold."""
    return lost(table, conformed(analysis), CARRIES)


def _ref(files: Sequence[Reel], reel: Reel) -> str:
    return f"r{files.index(reel) + 2}"


def _picture(analysis: Analysis) -> dict[str, str]:
    film, aspect = analysis.film, analysis.film.pixel_aspect
    size = {"width": str(film.width), "height": str(film.height)}
    shape = {"paspH": str(aspect.numerator), "paspV": str(aspect.denominator)}
    return size if aspect == 1 else size | shape


def _asset(parent: Element, reel: Reel, ref: str, analysis: Analysis, times: _Times) -> None:
    sound = {"hasAudio": "1", "audioSources": "1"} if analysis.film.has_audio else {}
    made = child(
        parent,
        "asset",
        id=ref,
        name=clean(analysis.film.name, NAME_LIMIT),
        **times.span(reel.first_label, reel.entry + reel.length),
        hasVideo="1",
        format=_FORMAT,
        **sound,
    )
    child(made, "media-rep", kind="original-media", src=reel.url)


def _film_clip(
    event: Element,
    reel: Reel,
    ref: str,
    analysis: Analysis,
    times: _Times,
    found: Iterable[Mark],
    beat: str,
) -> None:
    """Add a file as a clip, with the markers that lie in it and what of the keywords lies in it."""
    clip = child(
        event,
        "asset-clip",
        name=clean(analysis.film.name, NAME_LIMIT),
        ref=ref,
        **times.span(reel.media_at(reel.start), reel.length),
        format=_FORMAT,
        tcFormat=_counting(times.grid),
    )
    for mark in found:
        note = {"note": mark.comment} if mark.comment else {}
        first, last = max(mark.start, reel.start), min(mark.end, reel.end)
        if reel.start <= mark.start < reel.end:
            tag = beat if mark.kind == "beat" else "marker"
            child(clip, tag, **times.span(reel.media_at(mark.start), 1), value=mark.name, **note)
        if mark.kind in CARRIES.lengths and first < last:
            span = times.span(reel.media_at(first), last - first)
            child(clip, "keyword", **span, value=_keyword(mark), **note)
    facts = child(clip, "metadata")
    child(facts, "md", key="org.cinetag.version", value=str(DATA_VERSION), type="string")


def _keyword(mark: Mark) -> str:
    """Return one keyword: a comma would part it into two."""
    name = mark.name.replace(",", ";")
    return name if mark.kind == "film" else f"{mark.kind}: {name}"


def _counting(grid: Conformed) -> str:
    return "DF" if grid.drop else "NDF"


def _project(project: Element, analysis: Analysis, times: _Times, files: Sequence[Reel]) -> None:
    grid = times.grid
    sound = {"audioLayout": "stereo", "audioRate": "48k"} if analysis.film.has_audio else {}
    sequence = child(
        project,
        "sequence",
        format=_FORMAT,
        duration=times.seconds(grid.length),
        tcStart=times.seconds(grid.start),
        tcFormat=_counting(grid),
        **sound,
    )
    spine = child(sequence, "spine")
    for piece in pieces(analysis, grid):
        child(
            spine,
            "asset-clip",
            name=piece.name(len(analysis.shots)),
            ref=_ref(files, piece.reel),
            offset=times.seconds(grid.start + piece.start),
            **times.span(piece.reel.media_at(piece.start), piece.end - piece.start),
        )
