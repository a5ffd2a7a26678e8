"""The formats that come with cinetag, and writing any format to its file.

To add a format:

1. write a module here with ``render(events, analysis) -> bytes``: it takes its frames from the events
   through :func:`~cinetag_plugin.export.conform.conformed`, decides nothing and computes no time; what
   users may choose are keywords with defaults, and rows of the table in ``cli/format_options.py``;
2. list it below with its slug, its file's ending, what opens it, the kinds of events it is for where
   not all, and a ``losses`` where it may leave events out or join them (:mod:`.marks`);
3. give it a test module of its own with a reader that shares no code with it.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from cinetag_plugin.document.contracts import Event, Exporter
from cinetag_plugin.document.errors import CinetagError, PluginError
from cinetag_plugin.document.files import SUFFIX, write_whole
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.marks import MARKED


def write(
    exporter: Exporter, table: Sequence[Event], analysis: Analysis, path: Path, *, overwrite: bool = False
) -> str:
    """Write an analysis in one format, whole or not at all; return what of the events was lost, if any was.

    Args:
        exporter: the format.
        table: the events that it is given.
        analysis: what they were made from.
        path: the file, in a folder that exists: the film's stem and ``exporter.suffix``.
        overwrite: replace a file that stands there.

    Raises:
        ExportError: the file exists or cannot be written, or the film does not fit the format.
        PluginError: the format's own code failed.
    """
    try:
        content = exporter.render(table, analysis)
        if not isinstance(content, bytes):
            raise TypeError(f"gave {type(content).__name__}, not bytes")
        lost = exporter.losses(table, analysis) if exporter.losses else ""
    except CinetagError:
        raise
    except Exception as fault:  # a plugin may raise anything
        reason = f"failed ({type(fault).__name__}: {fault})"
        raise PluginError(f"format {exporter.slug}", reason, "leave it out, or mend its plugin") from fault
    write_whole(path, content, overwrite=overwrite)
    return lost


def _render_of(module: str) -> Callable[..., bytes]:
    """Return a module's ``render``; the module is loaded when the first file is written."""

    def render(table: Sequence[Event], analysis: Analysis, **options: Any) -> bytes:
        content: bytes = import_module(f"cinetag_plugin.export.{module}").render(table, analysis, **options)
        return content

    return render


def _losses_of(module: str) -> Callable[..., str]:
    """Return a module's ``losses``, as :func:`_render_of` returns its ``render``."""

    def losses(table: Sequence[Event], analysis: Analysis, **options: Any) -> str:
        said: str = import_module(f"cinetag_plugin.export.{module}").losses(table, analysis, **options)
        return said

    return losses


EXPORTERS: tuple[Exporter, ...] = (
    Exporter(
        "otio", ".otio", _render_of("otio"), "OpenTimelineIO timeline: editing systems, otioview, scripts"
    ),
    Exporter("json", SUFFIX, _render_of("document_json"), "the analysis document: cinetag itself, scripts"),
    Exporter("csv", ".csv", _render_of("table_csv"), "every event on a line: spreadsheets, scripts"),
    Exporter(
        "fcpxml",
        ".fcpxml",
        _render_of("fcpxml"),
        "FCPXML 1.10: Final Cut Pro, DaVinci Resolve",
        kinds=MARKED,
    ),
    Exporter(
        "fcp7xml",
        ".fcp7xml.xml",
        _render_of("fcp7xml"),
        "Final Cut Pro 7 XML: Premiere Pro, DaVinci Resolve",
        kinds=MARKED,
    ),
    Exporter(
        "edl",
        ".edl",
        _render_of("edl"),
        "CMX 3600 EDL of the shots, with locators: most editing systems",
        kinds=MARKED,
        losses=_losses_of("edl"),
    ),
    Exporter(
        "resolve",
        ".resolve.edl",
        _render_of("resolve_edl"),
        "markers for a timeline: DaVinci Resolve",
        kinds=MARKED,
        losses=_losses_of("resolve_edl"),
    ),
    Exporter(
        "avid",
        ".avid.txt",
        _render_of("avid"),
        "markers: Avid Media Composer",
        kinds=MARKED,
        losses=_losses_of("avid"),
    ),
    Exporter(
        "kdenlive",
        ".kdenlive.json",
        _render_of("kdenlive"),
        "guides: Kdenlive",
        kinds=MARKED,
        losses=_losses_of("kdenlive"),
    ),
    Exporter(
        "shotcut", ".mlt", _render_of("shotcut"), "project of the shots, with markers: Shotcut", kinds=MARKED
    ),
    Exporter(
        "blender",
        ".blender.py",
        _render_of("blender"),
        "script that sets timeline markers: Blender",
        kinds=MARKED,
        losses=_losses_of("blender"),
    ),
    Exporter(
        "advisories",
        ".advisories.csv",
        _render_of("advisories"),
        "where sensitive tags hold, to be looked at and decided by a person: spreadsheets",
    ),
    Exporter(
        "keyframes",
        ".keyframes.txt",
        _render_of("keyframes"),
        "key frames at cuts and beats, an argument for -force_key_frames: FFmpeg",
    ),
    Exporter(
        "qpfile",
        ".qpfile.txt",
        _render_of("qpfile"),
        "key frames at cuts and beats, for --qpfile: the programs x264 and x265",
    ),
    Exporter(
        "zones",
        ".zones.txt",
        _render_of("zones"),
        "bits for scenes of action and calm ones, for the option zones: x264, x265, FFmpeg with either",
    ),
    Exporter(
        "ffmetadata",
        ".ffmetadata.txt",
        _render_of("ffmetadata"),
        "chapters, for -map_chapters: FFmpeg",
        losses=_losses_of("ffmetadata"),
    ),
    Exporter(
        "mkvchapters",
        ".mkvchapters.xml",
        _render_of("mkvchapters"),
        "chapters: mkvmerge, mkvpropedit",
        losses=_losses_of("mkvchapters"),
    ),
    Exporter(
        "youtube",
        ".youtube.txt",
        _render_of("youtube"),
        "chapters, for a video's description: YouTube",
        losses=_losses_of("youtube"),
    ),
    Exporter("webvtt", ".webvtt.vtt", _render_of("webvtt"), "every event as a cue of JSON: web pages"),
    Exporter("srt", ".srt", _render_of("srt"), "names of beats and tags as subtitles: players, editors"),
    Exporter("jsonl", ".jsonl", _render_of("json_lines"), "every event as a line of JSON: scripts"),
    Exporter(
        "select",
        ".select.txt",
        _render_of("select_frames"),
        "filters that keep the frames of beats, or else of tags, and nothing else: FFmpeg",
    ),
    Exporter(
        "sendcmd",
        ".sendcmd.txt",
        _render_of("sendcmd"),
        "commands to a drawtext@cinetag that says which beats and tags hold: FFmpeg",
    ),
    Exporter("segments", ".segments.csv", _render_of("segments"), "the shots to cut a film at: scripts"),
)
"""What the hook ``cinetag_register_exporters`` names."""
