"""From a finished take to the analysis: tags, beats, and what plugins make of them."""

from collections.abc import Sequence

from msgspec.structs import replace

from cinetag_plugin import __version__
from cinetag_plugin.beats.scheme import Scheme
from cinetag_plugin.beats.votes import voted
from cinetag_plugin.chosen import grouping_spec
from cinetag_plugin.document.errors import UsageError
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
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.hooks.manager import Plugins
from cinetag_plugin.labelling import Labeller
from cinetag_plugin.quick import QuickTake
from cinetag_plugin.settings import Settings
from cinetag_plugin.shot_records import shots_of
from cinetag_plugin.tags.spans import spans
from cinetag_plugin.tags.strengths import filtered, strengths
from cinetag_plugin.take import Take


class Findings:
    """Makes analyses of what was seen and labelled.

    Args:
        settings: what to look for, and how.
        plugins: refine what is found; one may group beats.
        labeller: what labelled the key frames; None where nothing did.
    """

    def __init__(self, settings: Settings, plugins: Plugins, labeller: Labeller | None) -> None:
        self._settings = settings
        self._plugins = plugins
        self._labeller = labeller
        self._grouping = grouping_spec(settings, plugins)
        self._scheme = Scheme(plugins.names().beat_classes)

    def document(
        self,
        film: Film,
        take: Take | QuickTake,
        use: DetectorUse,
        warnings: Sequence[str],
        beside: Beside,
    ) -> Analysis:
        """Return the analysis of a film.

        Args:
            film: as it was decoded.
            take: finished.
            use: what found its shots.
            warnings: what people should know of it.
            beside: what was measured of the shots beside.

        Raises:
            UsageError: nothing was looked at.
            CinetagError: evidence or a plugin ends the film.
        """
        if take.start is None:
            raise UsageError(film.path, "nothing lies between --start and --end", "see cinetag info FILM")
        settings = self._settings
        analysis = Analysis(
            created_by=f"cinetag {__version__}",
            film=film,
            analysed=Span(start=take.start, end=take.end),
            detector=use,
            shots=shots_of(film, take, "model" if settings.cut_list is None else "person"),
            key_frames=tuple(take.key_frames),
            key_frame_rule=KeyFrameRule(which=str(settings.key_frames), sampling=settings.sampling),
            models=self._labeller.uses() if self._labeller else (),
            warnings=tuple(warnings),
        )
        analysis = beside.measured(_with_conforming_told(analysis))
        analysis = self._grouped(self._plugins.refined_tags(self._tagged(analysis)))
        return self._plugins.refined_beats(analysis)

    def beats_among(
        self, film: Film, shots: Sequence[Shot], key_frames: Sequence[KeyFrame], use: DetectorUse
    ) -> Sequence[BeatEvent]:
        """Return the beat events of shots of a film that is still running, as no plugin has refined them.

        Args:
            film: as far as it has come.
            shots: one following the other.
            key_frames: of these shots.
            use: what found the shots.
        """
        among = Analysis(
            created_by=f"cinetag {__version__}",
            film=film,
            analysed=Span(start=shots[0].start, end=shots[-1].end),
            detector=use,
            shots=tuple(shots),
            key_frames=tuple(key_frames),
            models=self._labeller.uses() if self._labeller else (),
        )
        return self._grouped(among).beats

    def _tagged(self, analysis: Analysis) -> Analysis:
        settings = self._settings
        if "tags" not in settings.only:
            return analysis
        found = strengths(analysis.key_frames, settings.weighting)
        kept = filtered(found, settings.min_strength, settings.top)
        return replace(analysis, tags=kept, tag_spans=spans(analysis.shots, analysis.key_frames, kept))

    def _grouped(self, analysis: Analysis) -> Analysis:
        if self._grouping is None or "beats" not in self._settings.only:
            return analysis
        analysis = replace(analysis, shots=voted(analysis.shots, analysis.key_frames, self._scheme))
        analysis = replace(analysis, evidence=self._settings.evidence)
        return replace(analysis, beats=tuple(self._grouping.group(analysis)))


def _with_conforming_told(analysis: Analysis) -> Analysis:
    """Warn of what a variable frame rate does to markers."""
    warning = conformed(analysis).warning
    return replace(analysis, warnings=(*analysis.warnings, warning)) if warning else analysis
