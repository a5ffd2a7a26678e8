"""Showing an analysis on the terminal."""

import sys

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names


def show(analysis: Analysis, names: Names) -> None:
    """Print the table of tags and the head line of a film on stdout."""
    from rich.console import Console

    from cinetag_plugin.report.terminal import summary

    console = Console(file=sys.stdout, highlight=False)
    console.print(summary(analysis, names, width=console.width))
