"""Our own plugins, as import paths that are resolved when a hook asks for them.

This room knows no detector, model or format; what it names is loaded the moment it is wanted.
"""

from importlib import import_module
from typing import Any

from cinetag_plugin.document.contracts import (
    ENTROPY_THRESHOLD,
    DetectorSpec,
    Exporter,
    GroupingSpec,
    Vocabulary,
)
from cinetag_plugin.document.records import Film, KeyFrame
from cinetag_plugin.document.vocabulary import builtin_vocabulary
from cinetag_plugin.hooks.specs import hookimpl

_DETECTORS = (
    "cinetag_plugin.shots.accurate:SPEC",
    "cinetag_plugin.shots.neighbours:SPEC",
    "cinetag_plugin.shots.paper:SPEC",
)
_EXPORTERS = ("cinetag_plugin.export.formats:EXPORTERS", "cinetag_plugin.report.formats:EXPORTERS")


_GROUPINGS = "cinetag_plugin.beats.groupings:GROUPINGS"


def _resolved(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


GATE = "cinetag.entropy-gate"


class Detectors:
    """The detectors that come with cinetag."""

    @hookimpl
    def cinetag_register_detectors(self) -> list[DetectorSpec]:
        """Name ``accurate``, ``rule`` and ``paper``."""
        return [_resolved(path) for path in _DETECTORS]


class Exporters:
    """The formats that come with cinetag."""

    @hookimpl
    def cinetag_register_exporters(self) -> list[Exporter]:
        """Name the formats of the export and report rooms."""
        return [exporter for path in _EXPORTERS for exporter in _resolved(path)]


class Groupings:
    """The ways of grouping shots into beat events that come with cinetag."""

    @hookimpl
    def cinetag_register_groupings(self) -> list[GroupingSpec]:
        """Name ``semi-markov``, ``viterbi``, ``paper`` and ``centred``."""
        return list(_resolved(_GROUPINGS))


class MovieTags:
    """The vocabulary of the papers."""

    @hookimpl
    def cinetag_register_vocabulary(self) -> list[Vocabulary]:
        """Name the 50 tags and 11 beat categories."""
        return [builtin_vocabulary()]


class EntropyGate:
    """Turns away key frames that show next to nothing (equation 4).

    Attributes:
        threshold: bits of cumulative entropy; a key frame passes above it.
    """

    def __init__(self) -> None:
        self.threshold = ENTROPY_THRESHOLD

    @hookimpl
    def cinetag_key_frame_accepted(self, film: Film, key_frame: KeyFrame) -> bool:
        """Accept what holds more than ``threshold`` bits."""
        return key_frame.entropy > self.threshold


def builtin_plugins() -> dict[str, Any]:
    """Return our own plugins by name, in the order in which they register."""
    return {
        "cinetag.vocabulary": MovieTags(),
        "cinetag.detectors": Detectors(),
        "cinetag.exporters": Exporters(),
        "cinetag.groupings": Groupings(),
        GATE: EntropyGate(),
    }
