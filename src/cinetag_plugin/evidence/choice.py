"""The kinds of evidence there are, by name; each stands here in one line."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack

from cinetag_plugin.document.contracts import EvidenceSpec
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.evidence.kinds import EvidenceKind
from cinetag_plugin.evidence.listening import plugins_kind, sound_kind
from cinetag_plugin.models.store import ModelStore

KINDS: Mapping[str, Callable[[ModelStore, ExitStack], EvidenceKind]] = {"sound": sound_kind}
"""What opens each kind: it is given the models, and what closes those that it opens."""


def opened_kinds(
    names: Iterable[str], store: ModelStore, opened: ExitStack, heard: Iterable[EvidenceSpec] = ()
) -> list[EvidenceKind]:
    """Return the kinds of evidence named, ready for one film after the other.

    Args:
        names: what is wanted.
        store: knows the models.
        opened: closes what is opened here.
        heard: what plugins measure of sound, in any case.

    Raises:
        UsageError: there is no such kind.
        ModelError: a model that one needs cannot be used.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in KINDS:
            fault, remedy = "no such evidence", f"choose from {', '.join(KINDS)}"
            raise UsageError(f"--evidence {name}", fault, remedy)
    own, specs = [KINDS[name](store, opened) for name in wanted], tuple(heard)
    return [*own, plugins_kind(specs)] if specs else own
