"""The one place that puts the stages in order: film, shots, key frames, tags, document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from cinetag_plugin import __version__
from cinetag_plugin.document.contracts import Boundary, Detector, DetectorSpec, Frame, StreamFacts
from cinetag_plugin.document.errors import ModelError, UsageError
from cinetag_plugin.document.records import (
    Analysis,
    BeatScore,
    DetectorUse,
    Film,
    KeyFrame,
    ModelUse,
    Shot,
    Span,
    TagScore,
)
from cinetag_plugin.hooks.manager import Plugins
from cinetag_plugin.media.ffmpeg import Ffmpeg, find_ffmpeg
from cinetag_plugin.media.frames import FramePipe
from cinetag_plugin.media.pictures import rgb_of
from cinetag_plugin.media.probe import Probe, probe
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.settings import Settings
from cinetag_plugin.shots.cutlists import GivenCuts, read_cut_list
from cinetag_plugin.shots.detect import shots_from
from cinetag_plugin.shots.key_frames import KeptFrames, entropy_of
from cinetag_plugin.tags.spans import spans
from cinetag_plugin.tags.strengths import filtered, strengths
from cinetag_plugin.window import Window

if TYPE_CHECKING:
    from cinetag_plugin.models.heads import Classified, Classifier

Progress = Callable[[int, int | None], None]
"""Takes the frames done and the frames expected, or None where the film does not say."""

TAGS_PER_KEY_FRAME = 3
"""Best labels kept of each key frame, as in the paper."""

AUTO_DETECTOR = "accurate"


def analyze(
    film: str | Path,
    settings: Settings = Settings(),  # noqa: B008 - frozen
    *,
    plugins: Plugins | None = None,
    on_progress: Progress | None = None,
) -> Analysis:
    """Analyse one film: its shots, its key frames, its tags.

    Args:
        film: a film, an image sequence such as ``img.%04d.png``, or a picture.
        settings: what to look for, and how.
        plugins: plugins loaded before; None loads them.
        on_progress: called with the frames done and the frames expected (or None).

    Raises:
        MediaError: the film cannot be read, or is refused.
        ModelError: a model or delegate cannot be used.
        UsageError: a setting that does not fit the film.
    """
    with Analyzer(settings, plugins=plugins) as analyzer:
        return analyzer.analyze(film, on_progress=on_progress)


class Analyzer(AbstractContextManager["Analyzer"]):
    """Analyses films one after the other with the same settings, plugins and models.

    Args:
        settings: what to look for, and how.
        plugins: plugins loaded before; None loads them.
        tell: gets one line for each thing worth knowing, such as what the model runs on.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        plugins: Plugins | None = None,
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.settings = settings
        self.plugins = plugins or Plugins(
            entropy=settings.entropy, only_own=not settings.plugins, strict=settings.strict, warn=tell
        )
        self._tell = tell
        self._owned = ExitStack()
        self._ffmpeg: Ffmpeg = find_ffmpeg(settings.ffmpeg)
        self._detector = _detector_spec(settings, self.plugins)
        self._names = self.plugins.names()
        self._classifier = self._opened_classifier()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._owned.close()

    def _opened_classifier(self) -> Classifier | None:
        names = [
            name
            for stage, name in (("tags", self.settings.tag_model), ("beats", self.settings.beat_model))
            if stage in self.settings.only and name
        ]
        if not names:
            return None
        from cinetag_plugin.models.heads import Classifier

        store = ModelStore(self.plugins.cards())
        classifier = Classifier(
            [store.find(name) for name in names],
            store,
            delegate=self.settings.delegate,
            threads=self.settings.threads or 1,
        )
        self._owned.enter_context(classifier)
        self._tell(classifier.describe())
        return classifier

    def analyze(self, film: str | Path, *, on_progress: Progress | None = None) -> Analysis:
        """Analyse one film; see :func:`analyze`."""
        facts = probe(
            film,
            self._ffmpeg,
            stream=self.settings.stream,
            rate=self.settings.rate,
            start_timecode=self.settings.start_timecode,
        )
        with FramePipe(facts, self._ffmpeg, threads=self.settings.threads) as pipe:
            take = self._take(facts, pipe)
            for frame in pipe:
                take.see(frame)
                if on_progress is not None:
                    on_progress(frame.index + 1, pipe.estimated_frames)
            take.finish()
            return self._document(pipe, take)
