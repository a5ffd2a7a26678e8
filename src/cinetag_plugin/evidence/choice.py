"""The kinds of evidence there are, by name; each stands here in one line."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from cinetag_plugin.document.contracts import EvidenceSpec
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.evidence.kinds import EvidenceKind
from cinetag_plugin.evidence.listening import plugins_kind, sound_kind
from cinetag_plugin.evidence.looking import faces_kind
from cinetag_plugin.evidence.reading import subtitles_kind
from cinetag_plugin.models.store import ModelStore

KINDS: Mapping[str, Callable[[ModelStore, ExitStack], EvidenceKind]] = {
    "sound": sound_kind,
    "faces": faces_kind,
    "subtitles": lambda store, opened: subtitles_kind(None),
}
"""What opens each kind: it is given the models, and what closes those that it opens."""

MEASURED_ALREADY = "motion"
"""Evidence that every shot carries in any case; naming it lets it count for beats."""


def opened_kinds(
    names: Iterable[str],
    store: ModelStore,
    opened: ExitStack,
    heard: Iterable[EvidenceSpec] = (),
    *,
    subtitles: Path | None = None,
) -> list[EvidenceKind]:
    """Return the kinds of evidence named, ready for one film after the other.

    Args:
        names: what is wanted.
        store: knows the models.
        opened: closes what is opened here.
        heard: what plugins measure of sound, in any case.
        subtitles: a file that the user named; None leaves it to each film.

    Raises:
        UsageError: there is no such kind, or a file goes with one that is not named.
        ModelError: a model that one needs cannot be used.
    """
    kinds = dict(KINDS)
    if subtitles is not None:
        kinds["subtitles"] = lambda store, opened: subtitles_kind(subtitles)
    wanted = [name for name in dict.fromkeys(names) if name != MEASURED_ALREADY]
    for name in wanted:
        if name not in kinds:
            fault, remedy = "no such evidence", f"choose from {', '.join([*kinds, MEASURED_ALREADY])}"
            raise UsageError(f"--evidence {name}", fault, remedy)
    if subtitles is not None and "subtitles" not in wanted:
        raise UsageError("--subtitles", "is evidence that is not asked for", "add --evidence subtitles")
    own, specs = [kinds[name](store, opened) for name in wanted], tuple(heard)
    return [*own, plugins_kind(specs)] if specs else own
