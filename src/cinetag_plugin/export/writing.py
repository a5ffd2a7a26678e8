"""Writing an analysis in any format to its file."""

from collections.abc import Sequence
from pathlib import Path

from cinetag_plugin.document.contracts import Event, Exporter, Losses
from cinetag_plugin.document.errors import CinetagError, PluginError
from cinetag_plugin.document.files import write_whole
from cinetag_plugin.document.records import Analysis


def write(
    exporter: Exporter, table: Sequence[Event], analysis: Analysis, path: Path, *, overwrite: bool = False
) -> Losses:
    """Write an analysis in one format, whole or not at all; return what is lost of the events.

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
        lost = exporter.losses(table, analysis) if exporter.losses else Losses()
        if not isinstance(lost, Losses):
            raise TypeError(f"counts {type(lost).__name__}, not Losses")
    except CinetagError:
        raise
    except Exception as fault:  # a plugin may raise anything
        reason = f"failed ({type(fault).__name__}: {fault})"
        raise PluginError(f"format {exporter.slug}", reason, "leave it out, or mend its plugin") from fault
    write_whole(path, content, overwrite=overwrite)
    return lost
