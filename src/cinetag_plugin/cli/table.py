"""Showing an analysis on the terminal."""

import sys

from msgspec.structs import replace

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names

MOST_ROWS = 20


def show(analysis: Analysis, names: Names) -> None:
    """Print the head lines of a film and its strongest tags on stdout."""
    from rich.console import Console

    from cinetag_plugin.report.terminal import summary

    console = Console(file=sys.stdout, highlight=False)
    strongest = replace(analysis, tags=analysis.tags[:MOST_ROWS])
    console.print(summary(strongest, names, width=console.width))
    left = len(analysis.tags) - MOST_ROWS
    if left > 0:
        console.print(f"and {left} weaker tags")
