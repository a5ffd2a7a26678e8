"""One stream from end to end: passed on, analysed beside, and whatever happens, a result."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from cinetag_plugin.document.errors import ExportError, MediaError
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.filter.backlog import Backlog
from cinetag_plugin.filter.copying import Copier, ReaderGoneError
from cinetag_plugin.filter.inspection import Inspection
from cinetag_plugin.filter.outcome import Outcome
from cinetag_plugin.filter.places import Mapped, Places
from cinetag_plugin.filter.streams import CutShortError, Form, Passing, begun, pass_rest
from cinetag_plugin.filter.watching import Teller, Watcher
from cinetag_plugin.filter.y4m import UnfitStreamError
from cinetag_plugin.pipeline import Analyzer

_TRUNCATED = re.compile(r"ended prematurely|packet size .* < expected frame_size")
"""What FFmpeg says of nut and Matroska that end inside a frame."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a stream is to be taken.

    Attributes:
        form: what it must be; None for whatever it is by its first bytes.
        sample: leave frames out of the analysis rather than wait for it.
        name: what the film is called in the results.
    """

    form: Form | None = None
    sample: bool = False
    name: Path = Path("stdin")


class Passage:
    """Passes a stream from one descriptor to another and analyses it beside.

    Args:
        analyzer: finds shots, tags and beats.
        wishes: how the stream is taken.
        tellers: are told of shots while it runs.
        on_block: called with the frames that have been passed on (for other forms than y4m, analysed), and
            those left out, after every block.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        wishes: Wishes,
        tellers: Sequence[Teller],
        on_block: Callable[[int, int], None] = lambda frames, left_out: None,
    ) -> None:
        self._analyzer = analyzer
        self._wishes = wishes
        self._on_block = on_block
        self._places = Places()
        self._watcher = Watcher(tellers, self._places, analyzer.beats_among)
        self._inspection: Inspection | None = None
        self._unfit = self._cut_short = ""
        self._reader_gone = False
        self._fault: Exception | None = None
        self._interruption: BaseException | None = None
        self._warnings: list[str] = []

    def run(self, source: int, sink: int) -> Outcome:
        """Pass everything on; return what came of it. Only a second interruption is raised.

        Args:
            source: descriptor to read.
            sink: descriptor to write; it is closed here as soon as everything has been passed on.
        """
        copier = Copier(source, sink)
        try:
            self._pass_on(copier)
        except BaseException as stop:  # signals among them: what was seen is kept
            self._interruption = stop
        copier.close()
        self._inspect_the_rest()
        analysis = self._found()
        return Outcome(
            analysis=analysis,
            passed=copier.passed,
            frames=self._frames,
            left_out=self._places.left_out,
            unfit=self._unfit,
            cut_short=self._cut_short,
            reader_gone=self._reader_gone,
            interruption=self._interruption,
            fault=self._fault,
        )

    @property
    def _frames(self) -> int:
        return self._places.frames or self._watcher.frames

    def _pass_on(self, copier: Copier) -> None:
        try:
            self._pass_frames(copier)
        except ReaderGoneError:
            self._reader_gone = True
        except OSError as fault:
            self._fault = _unreadable(fault) if copier.source_failed else _unwritable(fault)

    def _pass_frames(self, copier: Copier) -> None:
        wishes, rate = self._wishes, self._analyzer.settings.rate
        try:
            passing = begun(copier, wishes.form, rate=rate, sample=wishes.sample, places=self._places)
            self._warnings = passing.warnings
            backlog = self._inspected(passing)
            passing.pass_on(copier, backlog, lambda: self._on_block(self._frames, self._places.left_out))
        except CutShortError as reason:
            self._cut_short = str(reason)
            pass_rest(copier)
        except UnfitStreamError as reason:
            self._unfit = str(reason)
            pass_rest(copier)

    def _inspected(self, passing: Passing) -> Backlog:
        backlog = Backlog(passing.block_bytes)
        wishes = self._wishes
        self._inspection = Inspection(
            self._analyzer, wishes.name, passing, backlog, self._watcher, gives_way=wishes.sample
        )
        self._inspection.start()
        return backlog

    def _inspect_the_rest(self) -> None:
        """Wait until all that has been passed on is analysed."""
        if self._inspection is None:
            return
        try:
            self._inspection.finish()
        except BaseException as stop:
            if self._interruption is not None:
                raise
            self._interruption = stop
            self._inspection.finish()

    def _found(self) -> Analysis | None:
        """Return the analysis with what the user should know of the stream."""
        inspection = self._inspection
        if inspection is None:
            return None
        if isinstance(inspection.fault, UnfitStreamError):
            self._unfit = str(inspection.fault)
        elif inspection.fault is not None:
            self._fault = self._fault or inspection.fault
        if inspection.analysis is None or self._unfit:
            return None
        if any(_TRUNCATED.search(warning) for warning in inspection.analysis.warnings):
            self._cut_short = self._cut_short or "ends inside a frame"
        analysis = Mapped(self._watcher.frames, self._places).analysis(inspection.analysis)
        return replace(analysis, warnings=(*self._warnings, *analysis.warnings, *self._reservations()))

    def _reservations(self) -> Sequence[str]:
        stopped = self._cut_short or self._reader_gone or self._interruption or self._fault
        told = ["the stream was cut short: this is what was seen of it"] if stopped else []
        if self._places.left_out:
            told.append(f"{self._places.left_out} frames were passed on and not analysed")
        return told


def _unreadable(fault: OSError) -> MediaError:
    return MediaError("the input", f"cannot be read ({fault.strerror})", "check the program before")


def _unwritable(fault: OSError) -> ExportError:
    return ExportError("the output", f"cannot be written ({fault.strerror})", "check the program after")
