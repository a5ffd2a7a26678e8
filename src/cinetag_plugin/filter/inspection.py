"""The analysis of a stream, in a thread beside the one that passes its bytes on."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.filter.backlog import Backlog
from cinetag_plugin.filter.feeding import Feed
from cinetag_plugin.filter.heads import of_stream, written_and_probed
from cinetag_plugin.filter.streams import Passing
from cinetag_plugin.filter.watching import Watcher
from cinetag_plugin.filter.y4m import UnfitStreamError
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.pipeline import Analyzer

_NICENESS = 10


class Inspection:
    """Analyses what comes through a backlog; if it cannot, it empties the backlog all the same.

    Args:
        analyzer: finds shots, tags and beats.
        name: what the film is called.
        passing: what is known of the stream.
        backlog: where it comes from.
        watcher: is shown every frame.
        gives_way: let whoever passes the bytes on have the processor first, where the system can tell threads
            apart; for a pipe that does not wait for the analysis.

    Attributes:
        analysis: when the thread has ended; None where it failed.
        fault: what made it fail; an UnfitStreamError where the stream is none that FFmpeg can read.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        name: Path,
        passing: Passing,
        backlog: Backlog,
        watcher: Watcher,
        *,
        gives_way: bool,
    ) -> None:
        self._analyzer = analyzer
        self._name = name
        self._passing = passing
        self._backlog = backlog
        self._watcher = watcher
        self._gives_way = gives_way
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)
        self.analysis: Analysis | None = None
        self.fault: Exception | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def finish(self) -> None:
        """Say that nothing more comes, and wait until all that came is analysed."""
        self._backlog.end()
        self._thread.join()

    def _run(self) -> None:
        if self._gives_way and sys.platform == "linux":  # its children are as nice as the thread
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            self.analysis = self._analyzed()
        except Exception as fault:
            self.fault = fault
        for _ in self._backlog.blocks():  # the stream goes on without us
            pass

    def _analyzed(self) -> Analysis:
        blocks = self._backlog.blocks()
        with tempfile.TemporaryDirectory(prefix="cinetag-") as folder:
            beginning = Path(folder) / f"stream.{self._passing.form}"
            facts = self._looked_at(beginning, blocks)
            with Feed(beginning, blocks) as feed:
                facts = of_stream(facts, self._passing.form, self._name, feed.reader)
                self._watcher.begin(facts)
                analysis = self._analyzer.analyze_stream(facts, self._watcher.see)
                self._watcher.finish()
                return analysis

    def _looked_at(self, beginning: Path, blocks: Iterator[memoryview]) -> Probe:
        settings = self._analyzer.settings
        ffmpeg = find_ffmpeg(settings.ffmpeg)
        try:
            return written_and_probed(
                self._passing.head, blocks, beginning, self._passing.form, ffmpeg, settings
            )
        except MediaError as fault:
            raise UnfitStreamError(fault.fault) from fault
