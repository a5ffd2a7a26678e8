"""The kinds of evidence there are, by name; each stands here in one line."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.evidence.kinds import EvidenceKind
from cinetag_plugin.evidence.listening import sound_kind
from cinetag_plugin.evidence.looking import faces_kind
from cinetag_plugin.evidence.reading import subtitles_kind
from cinetag_plugin.models.store import ModelStore

KINDS: Mapping[str, Callable[[ModelStore, ExitStack], EvidenceKind]] = {
    "sound": sound_kind,
    "faces": faces_kind,
    "subtitles": lambda store, opened: subtitles_kind(None),
}
"""What opens each kind: it is given the models, and what closes those that it opens."""


def opened_kinds(
    names: Iterable[str], store: ModelStore, opened: ExitStack, *, subtitles: Path | None = None
) -> list[EvidenceKind]:
    """Return the kinds of evidence named, ready for one film after the other.

    Args:
        names: of :data:`KINDS`.
        store: knows the models.
        opened: closes those that are opened.
        subtitles: a file that the user named; None leaves it to each film.

    Raises:
        UsageError: there is no such kind, or a file goes with one that is not named.
        ModelError: a model that one needs cannot be used.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in KINDS:
            fault, remedy = "no such evidence", f"choose from {', '.join(KINDS)}"
            raise UsageError(f"--evidence {name}", fault, remedy)
    if subtitles is None:
        return [KINDS[name](store, opened) for name in wanted]
    if "subtitles" not in wanted:
        raise UsageError("--subtitles", "is evidence that is not asked for", "add --evidence subtitles")
    given = subtitles_kind(subtitles)
    return [given if name == given.name else KINDS[name](store, opened) for name in wanted]
