"""The hooks: one function a hook, with its arguments and what becomes of the answers.

All hooks appeared in cinetag 0.1. Implementations are called one by one; one that raises is named
with its distribution in one line on stderr and the film goes on without it (``--strict`` stops).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

import pluggy

from cinetag_plugin.document.contracts import (
    Card,
    DetectorSpec,
    EvidenceSpec,
    Exporter,
    GroupingSpec,
    Vocabulary,
)
from cinetag_plugin.document.records import Analysis, BeatScore, Film, KeyFrame, Record, TagScore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUP = "cinetag"
"""Name of the entry-point group and of the pluggy project."""

F = TypeVar("F", bound=Callable[..., object])

hookspec = pluggy.HookspecMarker(GROUP)
_marker = pluggy.HookimplMarker(GROUP)


def hookimpl(function: F) -> F:
    """Mark a function or method as the implementation of the hook of its name."""
    return _marker(function)


class Scores(Record, frozen=True, kw_only=True):
    """The labels of one key frame, as a second stage corrects them; both in descending order."""

    tags: tuple[TagScore, ...] = ()
    beats: tuple[BeatScore, ...] = ()


class CommandRegistry(Protocol):
    """What ``cinetag_cli_commands`` gets: the place to add a sub-command of ``cinetag``."""

    def add(
        self,
        name: str,
        summary: str,
        configure: Callable[[argparse.ArgumentParser], None],
        run: Callable[[argparse.Namespace], int],
    ) -> None:
        """Add a sub-command: ``configure`` adds its options, ``run`` returns the exit code."""


@hookspec
def cinetag_register_detectors() -> list[DetectorSpec]:  # type: ignore[empty-body]
    """Name shot detectors. Collected; a name that is taken already is refused."""


@hookspec
def cinetag_register_models() -> list[Card]:  # type: ignore[empty-body]
    """Add model cards; ``file`` is an absolute path to the ``.tflite``. Collected."""


@hookspec
def cinetag_register_vocabulary() -> list[Vocabulary]:  # type: ignore[empty-body]
    """Add tags, groups, aliases, categories. Collected; the built-in vocabulary comes first."""


@hookspec
def cinetag_register_exporters() -> list[Exporter]:  # type: ignore[empty-body]
    """Add output formats for ``--to``. Collected; a slug that is taken already is refused."""


@hookspec
def cinetag_register_evidence() -> list[EvidenceSpec]:  # type: ignore[empty-body]
    """Add measures that are fed every decoded frame, or the sound. Collected."""


@hookspec
def cinetag_register_groupings() -> list[GroupingSpec]:  # type: ignore[empty-body]
    """Add ways of turning labelled shots into beat events. Collected."""


@hookspec
def cinetag_key_frame_accepted(film: Film, key_frame: KeyFrame) -> bool | None:
    """Say whether a key frame is worth labelling; None leaves it to others. The first answer counts.

    Args:
        film: the film as far as it is known; ``frames`` counts those decoded so far.
        key_frame: its frame, pts and entropy; no labels yet.
    """


@hookspec
def cinetag_refine_label(key_frame: KeyFrame, picture: NDArray[np.uint8]) -> Scores | None:
    """Correct the labels of a key frame. A chain: each sees what the one before made of it.

    Args:
        key_frame: the key frame with its labels so far.
        picture: RGB, ``(height, width, 3)``, uint8, display aspect.
    """


@hookspec
def cinetag_refine_tags(analysis: Analysis) -> Analysis | None:
    """Correct tag strengths and spans. A chain, after they have been computed."""


@hookspec
def cinetag_refine_beats(analysis: Analysis) -> Analysis | None:
    """Correct beat events. A chain, after they have been computed."""


@hookspec
def cinetag_analysis_finished(analysis: Analysis) -> None:
    """Learn that a film has been analysed: to index it, to send a message, to upload."""


@hookspec
def cinetag_cli_commands(app: CommandRegistry) -> None:
    """Add sub-commands to the command line."""
