"""What plugins hand us runs inside these: a fault of theirs is told with their name, never as ours."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from cinetag_plugin.document.contracts import (
    Boundary,
    Detector,
    DetectorSpec,
    Event,
    EvidenceSpec,
    Exporter,
    Frame,
    GroupingSpec,
    StreamFacts,
    files_in,
)
from cinetag_plugin.document.errors import PluginError
from cinetag_plugin.document.records import Analysis, BeatEvent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

Accuse = Callable[[str, BaseException], PluginError]
"""Turns what a plugin did wrong into an error that names the plugin."""


class GuardedDetector:
    """A plugin's detector; a fault ends the film with the plugin's name, for shots are missing then."""

    def __init__(self, make: Callable[[], Detector], accuse: Accuse) -> None:
        self._accuse = accuse
        self._detector = self._guarded(make)

    def feed(self, frame: Frame) -> Iterable[Boundary]:
        """Feed the plugin's detector.

        Raises:
            PluginError: it raised, or answered with what is no boundary.
        """
        return self._guarded(lambda: _boundaries(self._detector.feed(frame)))

    def finish(self) -> Iterable[Boundary]:
        """Finish the plugin's detector; as :meth:`feed`."""
        return self._guarded(lambda: _boundaries(self._detector.finish()))

    def _guarded(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except (Exception, SystemExit) as fault:  # a plugin may raise anything
            raise self._accuse("failed as a detector", fault) from fault


def _boundaries(answer: Iterable[Boundary]) -> list[Boundary]:
    found = list(answer)
    for item in found:
        if not isinstance(item, Boundary):
            raise TypeError(f"gave {type(item).__name__}, not Boundary")
    return found


class GuardedEvidence:
    """A plugin's measure; after its first fault it measures nothing: ``nan``."""

    def __init__(self, make: Callable[[], Any], tell: Callable[[BaseException], None]) -> None:
        self._make = make
        self._tell = tell
        self._evidence: Any = None
        self._failed = False

    def feed(self, frame: Frame) -> float:
        """Return the measure of a frame; ``nan`` where the plugin failed."""
        return self._guarded(lambda evidence: evidence.feed(frame))

    def hear(self, samples: "NDArray[np.float32]") -> float:
        """Return the measure of a piece of sound; ``nan`` where the plugin failed."""
        return self._guarded(lambda evidence: evidence.hear(samples))

    def _guarded(self, measure: Callable[[Any], object]) -> float:
        if self._failed:
            return math.nan
        try:
            if self._evidence is None:
                self._evidence = self._make()
            return float(measure(self._evidence))  # type: ignore[arg-type]
        except (Exception, SystemExit) as fault:  # a plugin may raise anything
            self._failed = True
            self._tell(fault)
            return math.nan


def guarded_detector(spec: DetectorSpec, accuse: Accuse) -> DetectorSpec:
    """Return the spec with detectors that are guarded."""

    def make(facts: StreamFacts, threshold: float | None) -> Detector:
        return GuardedDetector(lambda: spec.make(facts, threshold), accuse)

    return replace(spec, make=make)


def guarded_evidence(spec: EvidenceSpec, tell: Callable[[BaseException], None]) -> EvidenceSpec:
    """Return the spec with evidence that is guarded."""
    return replace(spec, make=lambda facts: GuardedEvidence(lambda: spec.make(facts), tell))


def guarded_exporter(exporter: Exporter, accuse: Accuse) -> Exporter:
    """Return an exporter whose faults name its plugin."""

    def render(events: Sequence[Event], analysis: Analysis) -> tuple[bytes, ...]:
        try:
            return files_in(exporter.render(events, analysis))
        except (Exception, SystemExit) as fault:  # a plugin may raise anything
            raise accuse(f"failed as the format {exporter.slug}", fault) from fault

    return replace(exporter, render=render)


def guarded_grouping(spec: GroupingSpec, accuse: Accuse) -> GroupingSpec:
    """Return a grouping whose faults name its plugin."""

    def group(analysis: Analysis) -> Sequence[BeatEvent]:
        try:
            events = tuple(spec.group(analysis))
            for event in events:
                if not isinstance(event, BeatEvent):
                    raise TypeError(f"gave {type(event).__name__}, not BeatEvent")
        except (Exception, SystemExit) as fault:  # a plugin may raise anything
            raise accuse(f"failed as the grouping {spec.name}", fault) from fault
        return events

    return replace(spec, group=group)
