"""Shots, movie tags and beat events of a film.

>>> import cinetag_plugin as ct
>>> analysis = ct.analyze("film.mp4")  # doctest: +SKIP
>>> [tag.tag for tag in analysis.tags]  # doctest: +SKIP
['beach_sea', 'romance']

The public names are loaded when they are first used, so that importing the package is cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cinetag_plugin.document.errors import (
        CinetagError,
        DocumentError,
        ExportError,
        MediaError,
        ModelError,
        PluginError,
        UsageError,
    )
    from cinetag_plugin.document.files import read_analysis
    from cinetag_plugin.document.records import Analysis
    from cinetag_plugin.pipeline import analyze
    from cinetag_plugin.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "CinetagError",
    "DocumentError",
    "ExportError",
    "MediaError",
    "ModelError",
    "PluginError",
    "Settings",
    "UsageError",
    "__version__",
    "analyze",
    "read_analysis",
]

_HOMES = {
    "analyze": "pipeline",
    "Settings": "settings",
    "read_analysis": "document.files",
    "Analysis": "document.records",
} | {name: "document.errors" for name in __all__ if name.endswith("Error")}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
