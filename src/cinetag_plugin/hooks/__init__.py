"""What plugin authors import: the hook marker and the types of the contracts.

A plugin is a module or object with functions marked ``@hookimpl`` under the names in
:mod:`cinetag_plugin.hooks.specs`, declared as an entry point of the group ``cinetag``.
``hooks/pluggy/`` in the source tree holds a complete example; ``docs/hooks.md`` describes each hook.
"""

from cinetag_plugin.document.contracts import (
    Boundary,
    Card,
    Category,
    Detector,
    DetectorSpec,
    Event,
    Evidence,
    EvidenceSpec,
    Exporter,
    Frame,
    GroupingSpec,
    Losses,
    ModelInput,
    ModelOutput,
    SoundEvidence,
    StreamFacts,
    Tag,
    Vocabulary,
)
from cinetag_plugin.document.records import (
    Analysis,
    BeatEvent,
    BeatScore,
    Film,
    KeyFrame,
    Shot,
    TagScore,
    TagSpan,
    TagStrength,
)
from cinetag_plugin.hooks.specs import CommandRegistry, Scores, hookimpl

__all__ = [
    "Analysis",
    "BeatEvent",
    "BeatScore",
    "Boundary",
    "Card",
    "Category",
    "CommandRegistry",
    "Detector",
    "DetectorSpec",
    "Event",
    "Evidence",
    "EvidenceSpec",
    "Exporter",
    "Film",
    "Frame",
    "GroupingSpec",
    "KeyFrame",
    "Losses",
    "ModelInput",
    "ModelOutput",
    "Scores",
    "Shot",
    "SoundEvidence",
    "StreamFacts",
    "Tag",
    "TagScore",
    "TagSpan",
    "TagStrength",
    "Vocabulary",
    "hookimpl",
]
