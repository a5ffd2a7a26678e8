"""The formats that come with cinetag.

To add a format:

1. write a module here with ``render(events, analysis) -> bytes``: it takes its frames from the events
   through :func:`~cinetag_plugin.export.conform.conformed`, decides nothing and computes no time; what
   users may choose are keywords with defaults, and rows of the table in ``cli/format_options.py``;
2. give it a ``losses`` where it does not hold everything of its events (:mod:`.marks` counts);
3. list it below with its slug, its file's ending and what opens it;
4. give it a test module of its own with a reader that shares no code with it.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from cinetag_plugin.document.contracts import Event, Exporter, Losses
from cinetag_plugin.document.files import SUFFIX
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.marks import MARKED

Rendered = bytes | tuple[bytes, ...]


def _format(
    slug: str, suffix: str, summary: str, *, module: str = "", marked: bool = False, loses: bool = False
) -> Exporter:
    """Return the format of a module here, which is loaded when the first file is written.

    Args:
        slug: of the format.
        suffix: of its file.
        summary: what opens it.
        module: where its ``render`` stands; the slug unless given.
        marked: it has markers, so that it is given films, beats and tags alone by default.
        loses: the module has a ``losses``.
    """
    path = f"cinetag_plugin.export.{module or slug}"

    def render(table: Sequence[Event], analysis: Analysis, **options: Any) -> Rendered:
        content: Rendered = import_module(path).render(table, analysis, **options)
        return content

    def losses(table: Sequence[Event], analysis: Analysis, **options: Any) -> Losses:
        lost: Losses = import_module(path).losses(table, analysis, **options)
        return lost

    kinds = MARKED if marked else None
    return Exporter(slug, suffix, render, summary, kinds=kinds, losses=losses if loses else None)


EXPORTERS: tuple[Exporter, ...] = (
    _format("otio", ".otio", "OpenTimelineIO timeline: editing systems, otioview, scripts"),
    _format("json", SUFFIX, "the analysis document: cinetag itself, scripts", module="document_json"),
    _format("csv", ".csv", "every event on a line: spreadsheets, scripts", module="table_csv"),
    _format("fcpxml", ".fcpxml", "FCPXML: Final Cut Pro, DaVinci Resolve", marked=True, loses=True),
    _format(
        "fcp7xml",
        ".fcp7xml.xml",
        "Final Cut Pro 7 XML: Premiere Pro, DaVinci Resolve",
        marked=True,
        loses=True,
    ),
    _format(
        "edl",
        ".edl",
        "CMX 3600 EDL of the shots, with locators: most editing systems",
        marked=True,
        loses=True,
    ),
    _format(
        "resolve",
        ".resolve.edl",
        "markers for a timeline: DaVinci Resolve",
        module="resolve_edl",
        marked=True,
        loses=True,
    ),
    _format("avid", ".avid.txt", "markers: Avid Media Composer", marked=True, loses=True),
    _format("avidxml", ".avid.xml", "markers with lengths: Avid Media Composer", marked=True, loses=True),
    _format("aaf", ".aaf", "the shots as a sequence: Avid Media Composer", marked=True, loses=True),
    _format("kdenlive", ".kdenlive.json", "guides: Kdenlive", marked=True, loses=True),
    _format("shotcut", ".mlt", "project of the shots, with markers: Shotcut", marked=True, loses=True),
    _format("blender", ".blender.py", "script that sets timeline markers: Blender", marked=True, loses=True),
    _format(
        "advisories",
        ".advisories.csv",
        "where sensitive tags hold, to be looked at and decided by a person: spreadsheets",
    ),
    _format(
        "keyframes",
        ".keyframes.txt",
        "key frames at cuts and beats, an argument for -force_key_frames: FFmpeg",
    ),
    _format(
        "qpfile", ".qpfile.txt", "key frames at cuts and beats, for --qpfile: the programs x264 and x265"
    ),
    _format(
        "zones",
        ".zones.txt",
        "bits for scenes of action and calm ones, for the option zones: x264, x265, FFmpeg with either",
    ),
    _format("ffmetadata", ".ffmetadata.txt", "chapters, for -map_chapters: FFmpeg", loses=True),
    _format("mkvchapters", ".mkvchapters.xml", "chapters: mkvmerge, mkvpropedit", loses=True),
    _format("youtube", ".youtube.txt", "chapters, for a video's description: YouTube", loses=True),
    _format("webvtt", ".webvtt.vtt", "every event as a cue of JSON: web pages", loses=True),
    _format("srt", ".srt", "names of beats and tags as subtitles: players, editors", loses=True),
    _format("jsonl", ".jsonl", "every event as a line of JSON: scripts", module="json_lines"),
    _format(
        "select",
        ".select.txt",
        "filters that keep the frames of beats, or else of tags, and nothing else: FFmpeg",
        module="select_frames",
    ),
    _format(
        "sendcmd",
        ".sendcmd.txt",
        "commands to a drawtext@cinetag that says which beats and tags hold: FFmpeg",
    ),
    _format("segments", ".segments.csv", "the shots to cut a film at: scripts"),
)
"""What the hook ``cinetag_register_exporters`` names."""
