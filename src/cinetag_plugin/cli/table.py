"""Showing an analysis on the terminal."""

import sys

from msgspec.structs import replace

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names

MOST_ROWS = 20


def show(analysis: Analysis, names: Names) -> None:
    """Print the head lines of a film, its strongest tags and its surest beats on stdout."""
    from rich.console import Console

    from cinetag_plugin.report.terminal import summary

    console = Console(file=sys.stdout, highlight=False)
    surest = sorted(analysis.beats, key=lambda beat: -beat.confidence)[:MOST_ROWS]
    in_order = tuple(sorted(surest, key=lambda beat: (beat.start, beat.end)))
    strongest = replace(analysis, tags=analysis.tags[:MOST_ROWS], beats=in_order)
    told = summary(strongest, names, width=console.width, about_models=_about_models(analysis))
    console.print(told)
    for kind, left in (("weaker tags", len(analysis.tags)), ("less sure beats", len(analysis.beats))):
        if left > MOST_ROWS:
            console.print(f"and {left - MOST_ROWS} {kind}")


def _about_models(analysis: Analysis) -> str:
    """Return what the card of the tag model says first of its limits."""
    from cinetag_plugin.models.store import ModelStore

    used = next((model.name for model in analysis.models if model.role == "tags"), None)
    if used is None:
        return ""
    try:
        limits = ModelStore().find(used).card.limits
    except ModelError:  # a plugin's model, or one given as a file: its card is not in the store
        return ""
    first = limits.partition(".")[0]
    return f"{first}: see cinetag models show {used}" if first else ""


def effort(analysis: Analysis, seconds: float) -> str:
    """Say what found the shots, and how fast: ``seconds`` is what the analysis took."""
    from cinetag_plugin.report.words import analysed_seconds

    detector, frames = analysis.detector, analysis.analysed.end - analysis.analysed.start
    settings = "".join(f", {name} {value}" for name, value in detector.settings.items())
    speed = float(analysed_seconds(analysis)) / max(seconds, 1e-6)
    return (
        f"detector {detector.name} {detector.version}{settings}: {frames} frames in {seconds:.1f} s, "
        f"{frames / max(seconds, 1e-6):.0f} a second, {speed:.1f} times real time"
    )
