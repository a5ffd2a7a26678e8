"""Loading plugins and calling hooks; nothing outside this room knows pluggy.

pluggy drops every answer when one implementation raises, and has no chains; so implementations
are called one by one here, and one that fails is reported and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pluggy

from cinetag_plugin.document.checks import contradiction
from cinetag_plugin.document.contracts import (
    Card,
    DetectorSpec,
    EvidenceSpec,
    Exporter,
    GroupingSpec,
    Vocabulary,
)
from cinetag_plugin.document.errors import PluginError
from cinetag_plugin.document.records import Analysis, Film, KeyFrame
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.hooks import specs
from cinetag_plugin.hooks.builtin import GATE, EntropyGate, builtin_plugins
from cinetag_plugin.hooks.guards import guarded_detector, guarded_evidence, guarded_exporter, guarded_grouping

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

OWN = "cinetag"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin as ``cinetag plugins`` lists it; ``fault`` is empty where it works."""

    name: str
    origin: str
    hooks: tuple[str, ...] = ()
    fault: str = ""


class Plugins:
    """All plugins of one run.

    Args:
        only_own: load nothing but what comes with cinetag (``--no-plugins``).
        strict: let a failing plugin end the run.
        warn: gets one line for each plugin that fails.
    """

    def __init__(
        self,
        *,
        only_own: bool = False,
        strict: bool = False,
        warn: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._strict = strict
        self._warn = warn
        self._origins: dict[str, str] = {}
        self._faults: dict[str, str] = {}
        self._pluggy = pluggy.PluginManager(specs.GROUP)
        self._pluggy.add_hookspecs(specs)
        own = builtin_plugins()
        self.gate: EntropyGate = own[GATE]
        for name, plugin in own.items():
            self._register(name, plugin, OWN)
        if not only_own:
            self._load_entry_points()

    def _load_entry_points(self) -> None:
        from importlib import metadata  # takes longer to load than all our own plugins

        for point in sorted(metadata.entry_points(group=specs.GROUP), key=lambda p: p.name):
            origin = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
            name = point.name if point.name not in self._origins else f"{point.name} of {origin}"
            self._origins[name] = origin
            try:
                self._register(name, point.load(), origin)
            except (Exception, SystemExit) as fault:  # a plugin may raise anything while it is imported
                self._failed(name, "could not be loaded", fault)

    def _register(self, name: str, plugin: object, origin: str) -> None:
        self._origins[name] = origin
        self._pluggy.register(plugin, name)
        try:
            self._pluggy.check_pending()
        except pluggy.PluginValidationError:
            self._pluggy.unregister(name=name)
            raise

    def _failed(self, name: str, what: str, fault: BaseException) -> None:
        error = self._accused(name, what, fault)
        if self._strict:
            raise error from fault
        self._warn(str(error))

    def _accused(self, name: str, what: str, fault: BaseException) -> PluginError:
        """Remember a plugin's fault, and return it as an error that names the plugin."""
        reason = f"{what} ({type(fault).__name__}: {fault})"
        self._faults.setdefault(name, reason)
        return PluginError(
            f"plugin {name} of {self._origins[name]}", reason, "mend or remove it, or run with --no-plugins"
        )

    def loaded(self) -> list[Loaded]:
        """Return every plugin: what it implements, where it comes from, what failed."""
        hooks: dict[str, list[str]] = {name: [] for name in self._origins}
        for caller in self._callers():
            for implementation in caller.get_hookimpls():
                hooks[implementation.plugin_name].append(caller.name)
        return [
            Loaded(name, self._origins[name], tuple(sorted(hooks[name])), self._faults.get(name, ""))
            for name in self._origins
        ]

    def _callers(self) -> list[pluggy.HookCaller]:
        return [getattr(self._pluggy.hook, name) for name in vars(specs) if name.startswith("cinetag_")]

    def _answers(
        self, hook: str, kind: type[T], given: dict[str, Any] | None = None, *, newest_first: bool = False
    ) -> Iterator[tuple[str, T]]:
        """Call the implementations in the order of registration; ``given`` is read anew for each.

        An answer that is no ``kind`` is the plugin's fault; None is no answer.
        """
        arguments = {} if given is None else given
        caller: pluggy.HookCaller = getattr(self._pluggy.hook, hook)
        implementations = caller.get_hookimpls()
        for implementation in reversed(implementations) if newest_first else implementations:
            try:
                answer = implementation.function(*(arguments[name] for name in implementation.argnames))
                if answer is not None and not isinstance(answer, kind):
                    raise TypeError(f"answered {type(answer).__name__}, not {kind.__name__}")
            except (Exception, SystemExit) as fault:  # a plugin may raise anything
                self._failed(implementation.plugin_name, f"failed in {hook}", fault)
                continue
            if answer is not None:
                yield implementation.plugin_name, answer

    def _collected(
        self, hook: str, kind: type[T], key: str = "name", guard: Callable[[T, str], T] | None = None
    ) -> dict[str, T]:
        """Return what the plugins offer under ``hook``; what is not our own goes through ``guard``."""
        found: dict[str, T] = {}
        for plugin, answer in self._answers(hook, list):
            for item in answer:
                fault = self._unusable(item, kind, key, found)
                if fault is not None:
                    self._failed(plugin, f"failed in {hook}", fault)
                elif guard is None or self._origins[plugin] == OWN:
                    found[getattr(item, key)] = item
                else:
                    found[getattr(item, key)] = guard(item, plugin)
        return found

    @staticmethod
    def _unusable(item: object, kind: type, key: str, found: dict[str, Any]) -> Exception | None:
        if not isinstance(item, kind):
            return TypeError(f"offered {type(item).__name__}, not {kind.__name__}")
        if getattr(item, key) in found:
            return ValueError(f"the name {getattr(item, key)!r} is taken already")
        return None

    def detectors(self) -> dict[str, DetectorSpec]:
        """Return the shot detectors by name."""
        return self._collected(
            "cinetag_register_detectors",
            DetectorSpec,
            guard=lambda spec, plugin: guarded_detector(spec, partial(self._accused, plugin)),
        )

    def cards(self) -> list[Card]:
        """Return the model cards that plugins add."""
        return list(self._collected("cinetag_register_models", Card).values())

    def names(self) -> Names:
        """Return the names of all tags and categories, our own vocabulary first."""
        return Names(self._collected("cinetag_register_vocabulary", Vocabulary).values())

    def exporters(self) -> dict[str, Exporter]:
        """Return the output formats by slug."""
        return self._collected(
            "cinetag_register_exporters",
            Exporter,
            "slug",
            guard=lambda exporter, plugin: guarded_exporter(exporter, partial(self._accused, plugin)),
        )

    def evidence(self, *, hears: bool = False) -> dict[str, EvidenceSpec]:
        """Return the extra measures by name: those of frames, or those of sound."""
        found = self._collected(
            "cinetag_register_evidence",
            EvidenceSpec,
            guard=lambda spec, plugin: guarded_evidence(
                spec, partial(self._failed, plugin, f"failed as evidence {spec.name}")
            ),
        )
        return {name: spec for name, spec in found.items() if spec.hears == hears}

    def groupings(self) -> dict[str, GroupingSpec]:
        """Return the ways of grouping shots into beat events, by name."""
        return self._collected(
            "cinetag_register_groupings",
            GroupingSpec,
            guard=lambda spec, plugin: guarded_grouping(spec, partial(self._accused, plugin)),
        )

    def accepts(self, film: Film, key_frame: KeyFrame) -> bool:
        """Tell whether a key frame is to be labelled; the plugin registered last is asked first."""
        given = {"film": film, "key_frame": key_frame}
        answers = self._answers("cinetag_key_frame_accepted", bool, given, newest_first=True)
        return next((answer for _, answer in answers), True)

    def refined_label(self, key_frame: KeyFrame, picture: NDArray[np.uint8]) -> KeyFrame:
        """Return a key frame with the labels that the chain of second stages leaves."""
        given: dict[str, Any] = {"key_frame": key_frame, "picture": picture}
        for _, scores in self._answers("cinetag_refine_label", specs.Scores, given):
            key_frame = msgspec.structs.replace(key_frame, tags=scores.tags, beats=scores.beats)
            given["key_frame"] = key_frame
        return key_frame

    def refined_tags(self, analysis: Analysis) -> Analysis:
        """Return the analysis that the chain of tag refinements leaves."""
        return self._chained("cinetag_refine_tags", analysis)

    def refined_beats(self, analysis: Analysis) -> Analysis:
        """Return the analysis that the chain of beat refinements leaves."""
        return self._chained("cinetag_refine_beats", analysis)

    def _chained(self, hook: str, analysis: Analysis) -> Analysis:
        given = {"analysis": analysis}
        for plugin, answer in self._answers(hook, Analysis, given):
            fault = contradiction(answer)
            if fault:
                self._failed(plugin, f"failed in {hook}", ValueError(f"the analysis {fault}"))
            else:
                given["analysis"] = answer
        return given["analysis"]

    def finished(self, analysis: Analysis) -> None:
        """Tell every plugin that a film has been analysed."""
        for _ in self._answers("cinetag_analysis_finished", object, {"analysis": analysis}):
            pass

    def add_commands(self, app: specs.CommandRegistry) -> None:
        """Let plugins add their sub-commands."""
        for _ in self._answers("cinetag_cli_commands", object, {"app": app}):
            pass
