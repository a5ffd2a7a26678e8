"""The kinds of evidence there are, by name; each stands here in one line."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.evidence.kinds import EvidenceKind
from cinetag_plugin.evidence.listening import sound_kind
from cinetag_plugin.evidence.looking import faces_kind
from cinetag_plugin.evidence.reading import subtitles_kind
from cinetag_plugin.models.store import ModelStore


@dataclass(frozen=True, slots=True)
class Means:
    """What kinds of evidence are opened with.

    Attributes:
        store: knows the models.
        opened: closes those that are opened.
        subtitles: a file that the user named; None leaves it to each film.
    """

    store: ModelStore
    opened: ExitStack
    subtitles: Path | None = None


KINDS: Mapping[str, Callable[[Means], EvidenceKind]] = {
    "sound": lambda means: sound_kind(means.store, means.opened),
    "faces": lambda means: faces_kind(means.store, means.opened),
    "subtitles": lambda means: subtitles_kind(means.subtitles),
}
"""What opens each kind."""


def opened_kinds(names: Iterable[str], means: Means) -> list[EvidenceKind]:
    """Return the kinds of evidence named, ready for one film after the other.

    Raises:
        UsageError: there is no such kind, or a file goes with one that is not named.
        ModelError: a model that one needs cannot be used.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in KINDS:
            fault, remedy = "no such evidence", f"choose from {', '.join(KINDS)}"
            raise UsageError(f"--evidence {name}", fault, remedy)
    if means.subtitles is not None and "subtitles" not in wanted:
        raise UsageError("--subtitles", "is evidence that is not asked for", "add --evidence subtitles")
    return [KINDS[name](means) for name in wanted]
