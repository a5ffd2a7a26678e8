"""The evidence ``subtitles``: from a file, or from a text track that a thread takes out of the film."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.errors import CinetagError, DocumentError, printable
from cinetag_plugin.document.records import Film, KeyFrame, Shot
from cinetag_plugin.evidence.kinds import EvidenceKind, Found
from cinetag_plugin.evidence.spans import Stretch, stretches
from cinetag_plugin.evidence.subtitle_files import subtitles_beside
from cinetag_plugin.evidence.subtitle_text import Subtitles, parsed_subtitles, read_subtitles
from cinetag_plugin.evidence.subtitles import subtitle_measures
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.subtitle_tracks import SubtitleTrack, is_text, subtitle_streams


def subtitles_kind(given: Path | None) -> EvidenceKind:
    """Return the evidence ``subtitles``; ``given`` is a file that the user named."""
    return EvidenceKind("subtitles", partial(Reading, given=given))


class Reading:
    """Reads the subtitles of one film; a :class:`~.kinds.ShotEvidence`.

    They come from the file given, else from one beside the film, else from a text track in it. A file's
    zero is the film's first frame, a track's that of the film file.

    Args:
        probe: the film.
        ffmpeg: takes a track out.
        given: a file that the user named.

    Raises:
        DocumentError: the file given cannot be read as subtitles.
        MediaError: FFmpeg made no progress.
    """

    def __init__(self, probe: Probe, ffmpeg: Ffmpeg, *, given: Path | None = None) -> None:
        self._probe = probe
        self._read: Subtitles | None = None
        self._track: SubtitleTrack | None = None
        self._fault: Exception | None = None
        self._told: list[str] = []
        self._thread = threading.Thread(target=self._take_out, name="subtitles of a film", daemon=True)
        if given is not None:
            self._read = read_subtitles(given)
        elif beside := subtitles_beside(probe.source.path):
            self._tell_which(printable(beside[0].name), "beside the film", len(beside))
            self._read_file(beside[0])
        else:
            self._look_inside(ffmpeg)

    def see(self, frame: Frame) -> None:
        """Take no notice: subtitles are told by time."""

    def look(self, key_frame: KeyFrame, picture: NDArray[np.uint8]) -> None:
        """Take no notice either."""

    def found(self, film: Film, shots: Sequence[Shot]) -> Found:
        """Return the measures of every shot; see :class:`~.kinds.ShotEvidence`."""
        if self._track is not None:
            self._thread.join()
        if self._fault is not None:
            if not isinstance(self._fault, CinetagError):
                raise self._fault
            self._told.append(f"the subtitles were not read: {self._fault}")
        if self._read is None:
            return Found([{} for _ in shots], warnings=tuple(self._told))
        first = film.clock.pts(0) * film.clock.time_base
        zero = first if self._track is None else self._probe.start
        places = [Stretch(at.start - float(zero), at.end - float(zero)) for at in stretches(film, shots)]
        told = (*self._told, *self._read.warnings)
        return Found(subtitle_measures(self._read.lines, places), warnings=told)

    def close(self) -> None:
        """End the thread and its FFmpeg."""
        if self._track is not None and self._thread.is_alive():
            self._track.cut_off()
            self._thread.join()

    def _read_file(self, path: Path) -> None:
        try:
            self._read = read_subtitles(path)
        except DocumentError as fault:
            self._fault = fault

    def _look_inside(self, ffmpeg: Ffmpeg) -> None:
        streams = subtitle_streams(self._probe, ffmpeg)
        if not streams:
            self._told.append("the film has no subtitles to read, neither in it nor beside it")
        elif not is_text(streams[0]):
            self._told.append(
                f"the film has its subtitles as pictures ({streams[0].codec}), which cannot be read:"
                " name a file of text with --subtitles"
            )
        else:
            texts = sum(map(is_text, streams))
            self._tell_which(f"stream {streams[0].index}", "of text in the film", texts)
            self._track = SubtitleTrack(self._probe, streams[0], ffmpeg)
            self._thread.start()

    def _take_out(self) -> None:
        assert self._track is not None
        try:
            self._read = parsed_subtitles(self._track.read(), "srt", self._probe.source.path.name)
        except Exception as fault:  # raised again, or told, where the film is waited for
            self._fault = fault

    def _tell_which(self, name: str, where: str, count: int) -> None:
        if count > 1:
            self._told.append(f"subtitles were read from {name}, of {count} {where}")
