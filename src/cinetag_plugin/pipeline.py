"""The one place that puts the stages in order: film, shots, key frames, tags, beats, document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType

from msgspec.structs import replace

from cinetag_plugin import __version__
from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.beats.votes import voted
from cinetag_plugin.checkpoint import Checkpoint, Logbook, fingerprint_of
from cinetag_plugin.chosen import detector_spec, grouping_spec
from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.errors import ModelError, UsageError
from cinetag_plugin.document.records import (
    Analysis,
    BeatEvent,
    DetectorUse,
    Film,
    KeyFrame,
    KeyFrameRule,
    Shot,
    Span,
)
from cinetag_plugin.evidence.beside import Beside
from cinetag_plugin.evidence.choice import opened_kinds
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.hooks.manager import Plugins
from cinetag_plugin.labelling import opened_labeller
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.film import fingerprint
from cinetag_plugin.media.frames import PICTURE_SIDE, FramePipe, LostPlaceError
from cinetag_plugin.media.packets import key_times
from cinetag_plugin.media.pictures import rgb_of
from cinetag_plugin.media.probe import Probe, probe
from cinetag_plugin.media.process import LIVE_PATIENCE, PATIENCE
from cinetag_plugin.models.store import ModelStore
from cinetag_plugin.quick import QuickTake, quick_take
from cinetag_plugin.settings import Settings
from cinetag_plugin.shot_records import shots_of, written_film
from cinetag_plugin.shots.choices import keeper
from cinetag_plugin.shots.cutlists import CutList, FilmClock, GivenCuts, read_cut_list, refuse_outside
from cinetag_plugin.shots.fast import UnfitError
from cinetag_plugin.shots.key_frames import Keeper
from cinetag_plugin.tags.spans import spans
from cinetag_plugin.tags.strengths import filtered, strengths
from cinetag_plugin.take import Judge, Take
from cinetag_plugin.window import Window, refuse_no_label, window_of

Progress = Callable[[int, int | None], None]
"""Takes the frames done and the frames expected, or None where the film does not say."""

Watch = Callable[[Take, Frame, Callable[[], Film]], None]
"""Is shown the take after every frame, to tell of shots as they close, and what returns the film so far."""

FAST_RULE = "rule"
"""What decides where the detector ``fast`` decodes something: it needs few frames around a cut."""


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
        if settings.only == {"beats"} and not settings.beat_model:
            raise ModelError("beats", "no beat model is named", "name one with --beat-model")
        self.plugins = plugins or Plugins(only_own=not settings.plugins, strict=settings.strict, warn=tell)
        self.plugins.gate.threshold = settings.least_entropy
        self._tell = tell
        self._owned = ExitStack()
        self._ffmpeg = find_ffmpeg(settings.ffmpeg)
        self._spec = detector_spec(settings, self.plugins)
        self._grouping = grouping_spec(settings, self.plugins)
        self._names = self.plugins.names()
        self._scheme = Scheme(self._names.beat_classes)
        store = ModelStore(plugin_cards=self.plugins.cards())
        self._labeller = opened_labeller(settings, store, self._names, self._owned, tell)
        heard = self.plugins.evidence(hears=True).values()
        self._evidence = opened_kinds(
            settings.evidence, store, self._owned, heard, subtitles=settings.subtitles
        )
        self._looks = any(kind.looks for kind in self._evidence)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._owned.close()

    def analyze(
        self,
        film: str | Path,
        *,
        on_progress: Progress | None = None,
        checkpoint: Path | None = None,
        resume: bool = False,
    ) -> Analysis:
        """Analyse one film; see :func:`analyze`.

        Args:
            film: see :func:`analyze`.
            on_progress: see :func:`analyze`.
            checkpoint: a file to keep where the analysis stands; it is left behind, also at the end.
            resume: go on from that file, where it is of this film and these settings.
        """
        settings = self.settings
        facts = probe(
            Path(film),
            self._ffmpeg,
            stream=settings.stream,
            rate=settings.rate,
            start_timecode=settings.start_timecode,
        )
        refuse_no_label(settings.start_timecode, facts.rate)
        with Beside(self._evidence, facts, self._ffmpeg) as beside:
            return self._analyzed(facts, beside, on_progress, checkpoint, resume)

    def analyze_stream(self, facts: Probe, watch: Watch) -> Analysis:
        """Analyse a film that comes through a pipe and cannot be read twice.

        Args:
            facts: of the stream; ``facts.source.feed`` is where its bytes come from.
            watch: called after every frame.

        Raises:
            CinetagError: see :func:`analyze`.
        """
        refuse_no_label(self.settings.start_timecode, facts.rate)
        with Beside(self._evidence, facts, self._ffmpeg) as beside:
            cuts = self._cut_list(facts)
            decoded, take, told = self._watched(facts, beside, cuts, None, None, watch)
            return self._document(decoded, take, self._detector_use(), told, beside)

    def beats_among(
        self, film: Film, shots: Sequence[Shot], key_frames: Sequence[KeyFrame]
    ) -> Sequence[BeatEvent]:
        """Return the beat events of shots of a film that is still running, as no plugin has refined them.

        Args:
            film: as far as it has come.
            shots: one following the other.
            key_frames: of these shots.
        """
        among = Analysis(
            created_by=f"cinetag {__version__}",
            film=film,
            analysed=Span(start=shots[0].start, end=shots[-1].end),
            detector=self._detector_use(),
            shots=tuple(shots),
            key_frames=tuple(key_frames),
            models=self._labeller.uses() if self._labeller else (),
        )
        return self._grouped(among).beats

    def _analyzed(
        self,
        facts: Probe,
        beside: Beside,
        on_progress: Progress | None,
        checkpoint: Path | None,
        resume: bool,
    ) -> Analysis:
        settings, film = self.settings, facts.source.path
        cuts = self._cut_list(facts)
        unfit: tuple[str, ...] = ()
        if settings.detector == "fast" and cuts is None:
            try:
                return self._quick(facts, beside)
            except UnfitError as reason:
                unfit = (f"every frame was decoded, for the detector fast is of no use: {reason}",)
        watch = _counted(on_progress, facts.estimated_frames)
        log = self._logbook(checkpoint, facts)
        earlier = log.earlier() if log is not None and resume else None
        if resume and earlier is None:
            self._tell(f"{film}: nothing to go on from: it is analysed from its beginning")
        try:
            decoded, take, told = self._watched(facts, beside, cuts, log, earlier, watch)
        except LostPlaceError:
            self._tell(f"{film}: the place to go on from is not found again: it is analysed anew")
            decoded, take, told = self._watched(facts, beside, cuts, log, None, watch)
        return self._document(decoded, take, self._detector_use(), (*told, *unfit), beside)

    def _quick(self, facts: Probe, beside: Beside) -> Analysis:
        """Analyse a film from packets and key pictures.

        Raises:
            UnfitError: it, or what is wanted of it, needs every frame.
        """
        if self._sees_every_frame():
            raise UnfitError("every frame is measured")
        rule = self.plugins.detectors()[FAST_RULE]
        take = quick_take(facts, self._ffmpeg, self.settings, rule, partial(self._judge, beside))
        decoded = written_film(take.film, facts.stream)
        return self._document(decoded, take, take.use, (*facts.warnings, take.warning), beside)

    def _watched(
        self,
        facts: Probe,
        beside: Beside,
        cuts: CutList | None,
        log: Logbook | None,
        earlier: Checkpoint | None,
        on_frame: Watch,
    ) -> tuple[Film, Take, tuple[str, ...]]:
        """Decode the film, from where an earlier analysis stood if there is one; say what to warn of."""
        settings = self.settings
        with FramePipe(
            facts,
            self._ffmpeg,
            short_side=self._short_side(),
            threads=settings.threads,
            place=earlier.place() if earlier else None,
            patience=PATIENCE if facts.source.feed is None else LIVE_PATIENCE,
        ) as pipe:
            take = Take(
                self._spec.make(pipe.facts, settings.threshold)
                if cuts is None
                else GivenCuts(cuts.boundaries),
                context=self._spec.context,
                window=_window(settings, facts),
                time_base=pipe.facts.time_base,
                judge=self._judge(beside, pipe),
                evidence={name: spec.make(pipe.facts) for name, spec in self.plugins.evidence().items()},
                keeper=self._keeper(facts),
                standing=earlier.standing if earlier else None,
            )
            try:
                for frame in pipe:
                    take.see(frame)
                    beside.see(frame)
                    if log is not None:
                        log.note(take, pipe)
                    on_frame(take, frame, pipe.film)
            except BaseException:  # signals among them: what stands is kept
                if log is not None:
                    log.note(take, pipe, at_once=True)
                raise
            take.finish()
            decoded = written_film(pipe.film(), facts.stream)
        if settings.cut_list is not None and cuts is not None:
            refuse_outside(settings.cut_list, cuts.boundaries, decoded.frames)
        told: tuple[str, ...] = (cuts.warning,) if cuts is not None and cuts.warning else ()
        if settings.sampling == "iframes" and not facts.has_clock:
            told += ("the film stores no times, so the key frames of its codec cannot be told",)
        return decoded, take, (*pipe.warnings, *told)

    def _logbook(self, path: Path | None, facts: Probe) -> Logbook | None:
        """Return what keeps checkpoints; None where nobody could go on from one."""
        is_seekable = facts.has_clock and facts.source.composition is None
        if path is None or not is_seekable or self._sees_every_frame() or self._looks:
            return None
        models = self._labeller.uses() if self._labeller else ()
        how = fingerprint_of(self.settings, self._spec, models, __version__)
        return Logbook(path, fingerprint(*facts.source.telling_files), how)

    def _short_side(self) -> int | None:
        """Return the size of pictures that somebody wants to look at; None where samples do for all."""
        looked_at = self._labeller is not None or self._sees_every_frame() or self._looks
        return PICTURE_SIDE if looked_at or not self._spec.samples else None

    def _sees_every_frame(self) -> bool:
        """Tell whether every frame is measured, as a picture, by others than the detector."""
        return bool(self.plugins.evidence()) or any(kind.sees for kind in self._evidence)

    def _cut_list(self, facts: Probe) -> CutList | None:
        if self.settings.cut_list is None:
            return None
        start = None if facts.start_timecode is None else facts.start_frame
        return read_cut_list(self.settings.cut_list, FilmClock(facts.rate, start, facts.drop_frame))

    def _keeper(self, facts: Probe) -> Keeper:
        settings = self.settings
        coded = settings.sampling == "iframes" and facts.has_clock
        times = key_times(facts, self._ffmpeg) if coded else frozenset[int]()
        return keeper(settings.key_frames, settings.sampling, self._spec.context, times)

    def _judge(self, beside: Beside, seen: FramePipe | Film) -> Judge:
        """Let plugins accept a key frame, evidence see it, models label it, and plugins refine the labels."""
        film: Film | None = None

        def judge(key_frame: KeyFrame, frame: Frame) -> KeyFrame:
            nonlocal film
            film = film or (seen if isinstance(seen, Film) else seen.film())
            film = replace(film, frames=seen.frames)
            key_frame = replace(key_frame, accepted=self.plugins.accepts(film, key_frame))
            if not key_frame.accepted or not (self._labeller or beside.looks):
                return key_frame
            picture = rgb_of(frame)
            beside.look(key_frame, picture)
            if self._labeller is None:
                return key_frame
            return self.plugins.refined_label(self._labeller.labelled(key_frame, picture), picture)

        return judge

    def _document(
        self,
        film: Film,
        take: Take | QuickTake,
        use: DetectorUse,
        warnings: Sequence[str],
        beside: Beside,
    ) -> Analysis:
        if take.start is None:
            raise UsageError(film.path, "nothing lies between --start and --end", "see cinetag info FILM")
        analysis = Analysis(
            created_by=f"cinetag {__version__}",
            film=film,
            analysed=Span(start=take.start, end=take.end),
            detector=use,
            shots=shots_of(film, take, "model" if self.settings.cut_list is None else "person"),
            key_frames=tuple(take.key_frames),
            key_frame_rule=KeyFrameRule(which=str(self.settings.key_frames), sampling=self.settings.sampling),
            models=self._labeller.uses() if self._labeller else (),
            warnings=tuple(warnings),
        )
        analysis = beside.measured(_with_conforming_told(analysis))
        analysis = self._grouped(self.plugins.refined_tags(self._tagged(analysis)))
        analysis = self.plugins.refined_beats(analysis)
        self.plugins.finished(analysis)
        return analysis

    def _tagged(self, analysis: Analysis) -> Analysis:
        if "tags" not in self.settings.only:
            return analysis
        found = strengths(analysis.key_frames, self.settings.weighting)
        kept = filtered(found, self.settings.min_strength, self.settings.top)
        return replace(analysis, tags=kept, tag_spans=spans(analysis.shots, analysis.key_frames, kept))

    def _grouped(self, analysis: Analysis) -> Analysis:
        if self._grouping is None or "beats" not in self.settings.only:
            return analysis
        analysis = replace(analysis, shots=voted(analysis.shots, analysis.key_frames, self._scheme))
        analysis = replace(analysis, evidence=self.settings.evidence)
        return replace(analysis, beats=tuple(self._grouping.group(analysis)))

    def _detector_use(self) -> DetectorUse:
        if self.settings.cut_list is not None:
            return DetectorUse(name="cut list", version="1", settings={"file": str(self.settings.cut_list)})
        given = {} if self.settings.threshold is None else {"threshold": self.settings.threshold}
        return DetectorUse(
            name=self._spec.name, version=self._spec.version, settings={**self._spec.settings, **given}
        )


def _counted(on_progress: Progress | None, expected: int | None) -> Watch:
    """Return what tells progress after every frame."""
    if on_progress is None:
        return lambda take, frame, film: None
    return lambda take, frame, film: on_progress(frame.index + 1, expected)


def _with_conforming_told(analysis: Analysis) -> Analysis:
    """Warn of what a variable frame rate does to markers."""
    warning = conformed(analysis).warning
    return replace(analysis, warnings=(*analysis.warnings, warning)) if warning else analysis


def _window(settings: Settings, facts: Probe) -> Window:
    return window_of(settings.start, settings.end, facts.rate, facts.start_frame, facts.drop_frame)
