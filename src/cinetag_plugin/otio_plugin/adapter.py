"""The adapter ``cinetag``: a film read as a timeline.

>>> import opentimelineio as otio
>>> timeline = otio.adapters.read_from_file("film.mp4", adapter_name="cinetag")  # doctest: +SKIP
"""

import logging
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import parsed_rate
from cinetag_plugin.export.events import events
from cinetag_plugin.export.otio import Markers, timeline
from cinetag_plugin.hooks.manager import Plugins
from cinetag_plugin.settings import Settings

_log = logging.getLogger("cinetag_plugin")


def read_from_file(
    filepath: str, markers: Markers = "stack", transitions: bool = False, **settings: Any
) -> otio.schema.Timeline:
    """Analyse a film and return its timeline; an analysis that was written before is only read.

    Args:
        filepath: a film, or a ``.cinetag.json``.
        markers: ``stack``, ``clip`` or ``both``: where beats and tags are marked.
        transitions: write dissolves as transitions rather than as markers.
        settings: fields of :class:`~cinetag_plugin.settings.Settings`, such as ``detector="paper"``.

    Raises:
        CinetagError: the film or the analysis cannot be read, or a setting does not exist.
    """
    if markers not in {"stack", "clip", "both"}:
        raise UsageError(f"markers={markers!r}", "is not stack, clip or both", "choose one of them")
    chosen = _settings_of(settings)
    plugins = Plugins(only_own=not chosen.plugins, strict=chosen.strict, warn=_log.warning)
    is_document = filepath.endswith(SUFFIX)
    analysis = read_analysis(Path(filepath)) if is_document else _analysed(filepath, chosen, plugins)
    return timeline(events(analysis, plugins.names()), analysis, markers=markers, transitions=transitions)


def _analysed(filepath: str, settings: Settings, plugins: Plugins) -> Analysis:
    from cinetag_plugin.pipeline import analyze

    return analyze(filepath, settings, plugins=plugins)


def _settings_of(given: dict[str, Any]) -> Settings:
    try:
        return Settings(**{name: _READ.get(name, _as_given)(value) for name, value in given.items()})
    except (TypeError, ValueError) as fault:
        raise UsageError("adapter arguments", str(fault), "see cinetag_plugin.Settings") from fault


def _as_given(value: Any) -> Any:
    return value


def _stages(value: Any) -> frozenset[str]:
    return frozenset(value.split(",") if isinstance(value, str) else value)


def _rate(value: Any) -> Fraction:
    return parsed_rate(str(value))


# otioconvert hands on text, numbers and lists, never these types
_READ: dict[str, Callable[[Any], Any]] = {"only": _stages, "cut_list": Path, "rate": _rate}
