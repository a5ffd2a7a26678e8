"""Where models come from: the package, plugins, the user's folder, or a path."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs
from msgspec.structs import replace

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import ExportError, ModelError
from cinetag_plugin.document.files import read_limited, write_whole
from cinetag_plugin.models.card import LARGEST_MODEL, check_card, is_plain_name, read_card, write_card
from cinetag_plugin.models.checksums import difference, same_file, sha256
from cinetag_plugin.models.inspection import inspected_card

Origin = Literal["built-in", "plugin", "user", "pulled", "file"]
"""``pulled``: the card is the package's or a plugin's, the file lies in the user's folder."""

Faults = list[ModelError]

BUILTIN = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A card and the file it speaks of, which may have to be pulled first."""

    card: Card
    path: Path
    origin: Origin

    @property
    def is_here(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    @property
    def way_here(self) -> str:
        """What the user can do to get a file that is not here."""
        if self.origin == "file":
            return f"lay {self.card.file} beside its card"
        pull = f"cinetag models pull {self.card.name}"
        return pull if self.card.address else f"{pull} --from FILE"

    def content(self) -> bytes:
        """Return the model's bytes, once they are found to be those the card speaks of.

        Raises:
            ModelError: the file is missing, or is another one.
        """
        if not self.is_here:
            raise ModelError(self.card.name, "its file is not here", self.way_here)
        content = read_model(self.path)
        fault = difference(content, self.card)
        if fault:
            again = "fetch the file again, or cinetag models add it anew"
            raise ModelError(self.path, fault, self.way_here if self.card.address else again)
        return content


def read_model(path: Path) -> bytes:
    """Return the bytes of a model file.

    Raises:
        ModelError: it is missing, no regular file, or larger than any model.
    """
    return read_limited(path, LARGEST_MODEL, ModelError)


def user_folder() -> Path:
    """Return the user's folder of models: ``CINETAG_MODELS``, or the platform's data folder."""
    named = os.environ.get("CINETAG_MODELS")
    return Path(named) if named else Path(platformdirs.user_data_dir("cinetag", appauthor=False)) / "models"


def builtin_model(name: str) -> StoredModel:
    """Return a model that ships with the package, whatever else bears its name.

    Raises:
        ModelError: its card is missing or damaged.
    """
    return _from_card(BUILTIN / f"{name}.json", "built-in")


class ModelStore:
    """Finds models by name; of two with one name the built-in comes before a plugin's before the user's.

    Args:
        folder: the user's folder; :func:`user_folder` where none is given.
        plugin_cards: cards that plugins registered; their ``file`` is an absolute path.
        builtin: the folder of the models that ship with the package.
    """

    def __init__(
        self, folder: Path | None = None, plugin_cards: Iterable[Card] = (), builtin: Path = BUILTIN
    ) -> None:
        self.folder = folder if folder is not None else user_folder()
        self._plugin_cards = tuple(plugin_cards)
        self._builtin = builtin

    def list(self) -> tuple[StoredModel, ...]:
        """Return all models whose cards can be read, built-in first, by name within an origin."""
        return tuple(self._scan()[0].values())

    def faults(self) -> tuple[ModelError, ...]:
        """Return what is wrong with the cards that cannot be used."""
        return tuple(self._scan()[1])

    def find(self, wanted: str | Path) -> StoredModel:
        """Return a model by name, or by the path of a card or a ``.tflite``.

        A ``.tflite`` without a card of its name beside it is inspected.

        Raises:
            ModelError: there is none, or its card cannot be used.
        """
        path = Path(wanted)
        if path.suffix.lower() in {".tflite", ".json"} and str(wanted) not in self._scan()[0]:
            return self._or_pulled(_from_path(path, labels=None))
        return self.named(str(wanted))

    def giving(self, role: str, wanted: str | Path) -> StoredModel:
        """Return a model as :meth:`find` does, if it gives ``tags`` or ``beats``, whichever is the role.

        Raises:
            ModelError: there is none, its file is still to be pulled, or it gives something else.
        """
        model = self.find(wanted)
        if not model.is_here:
            raise ModelError(model.card.name, "its file is not here", model.way_here)
        if model.card.role != role:
            given = {"embedding": "an embedding", "shots": "shots"}.get(model.card.role, model.card.role)
            raise ModelError(model.card.name, f"gives {given}, not {role}", f"name a model that gives {role}")
        return model

    def named(self, name: str) -> StoredModel:
        """Return a model by name alone.

        Raises:
            ModelError: there is none.
        """
        known = self._scan()[0]
        if name not in known:
            raise ModelError(name, "no model of this name", f"known are {', '.join(known) or 'none'}")
        return known[name]

    def backbone_of(self, head: StoredModel) -> StoredModel:
        """Return the model whose embedding a head takes: from beside the head, else by name.

        Raises:
            ModelError: it is nowhere, its file is still to be pulled, or it gives no embedding.
        """
        name = head.card.backbone
        beside = head.path.parent / f"{name}.json"
        found = _from_card(beside, head.origin) if is_plain_name(name) and beside.is_file() else None
        found = self._or_pulled(found) if found else self._scan()[0].get(name)
        if found is None or not found.is_here:
            way_here = found.way_here if found else "add it first"
            raise ModelError(head.card.name, f"needs the backbone {name}, which is not here", way_here)
        if found.card.role != "embedding":
            fault = f"needs the embedding of {name}, which gives {found.card.role}"
            raise ModelError(head.card.name, fault, "correct the card")
        return found

    def add(self, path: Path, *, labels: Path | None = None) -> StoredModel:
        """Copy a ``.tflite`` (or the one of a card) and its card into the user's folder.

        Without a card beside it, or with ``labels``, one is written from what the file tells of
        itself; see :func:`~cinetag_plugin.models.inspection.inspected_card`.

        Args:
            path: a ``.tflite``, or a card beside one.
            labels: a text file of one label a line, in the order of the outputs.

        Raises:
            ModelError: the model cannot be used, or its name is taken.
            ExportError: the folder cannot be written.
        """
        source = _from_path(path, labels)
        name = source.card.name
        self._refuse_known(name)
        if source.card.backbone:
            self.backbone_of(source)
        content = source.content()
        added = self._own(source.card, content)
        self._write(added, content)
        return added

    def keep(self, card: Card, content: bytes) -> StoredModel:
        """Put the file that a card without one speaks of into the user's folder, with the card.

        Raises:
            ModelError: the content is not what the card speaks of, or the name is the user's own.
            ExportError: the folder cannot be written.
        """
        self.refuse_own(card)
        fault = difference(content, card)
        if fault:
            raise ModelError(card.name, fault, "fetch the file elsewhere")
        self._write(self._own(card, content), content, overwrite=True)
        return self.named(card.name)

    def refuse_own(self, card: Card) -> None:
        """Raise a :class:`ModelError` where a model that the user added has a card's name.

        What was pulled has an address in its card; that may be replaced.
        """
        path = self._card_path(card.name)
        own = read_card(path) if path.is_file() else None
        if own and not own.address and not same_file(own, card):
            fault = "a model of your own has this name"
            raise ModelError(card.name, fault, f"cinetag models remove {card.name}")

    def part_path(self, name: str) -> Path:
        """Return where a model that is being pulled grows."""
        return self.folder / f"{name}.tflite.part"

    def remove(self, name: str) -> None:
        """Delete a model and its card from the user's folder, or what was pulled of it.

        Raises:
            ModelError: no such model there, or it cannot be deleted.
        """
        card_path, part = self._card_path(name), self.part_path(name)
        if not is_plain_name(name) or not (card_path.is_file() or part.is_file()):
            raise ModelError(name, "no model of this name in your folder", "see cinetag models list")
        try:
            for path in (card_path, self.folder / f"{name}.tflite", part):
                path.unlink(missing_ok=True)
        except OSError as fault:
            raise ModelError(
                card_path, f"cannot be deleted ({fault.strerror})", "check its rights"
            ) from fault

    def make_folder(self) -> None:
        """Make the user's folder where there is none yet.

        Raises:
            ExportError: it cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise ExportError(
                self.folder, f"cannot be written ({fault.strerror})", "set CINETAG_MODELS to another folder"
            ) from fault

    def _card_path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _refuse_known(self, name: str) -> None:
        known = self._scan()[0].get(name)
        if known and not known.is_here:
            remedy = f"cinetag models pull {name} --from FILE, or rename yours"
            raise ModelError(name, "a model of this name is known, without its file", remedy)
        if known or self._card_path(name).exists():
            own = known is None or known.origin in {"user", "pulled"}
            remedy = f"cinetag models remove {name}" if own else "rename yours"
            raise ModelError(name, "a model of this name is here already", remedy)

    def _own(self, card: Card, content: bytes) -> StoredModel:
        complete = replace(card, file=f"{card.name}.tflite", sha256=sha256(content))
        return StoredModel(complete, self.folder / complete.file, "user")

    def _or_pulled(self, model: StoredModel) -> StoredModel:
        """Return a model with the file that was pulled for it, where it has none of its own."""
        card_path = self._card_path(model.card.name)
        if model.is_here or not card_path.is_file():
            return model
        try:
            own = _from_card(card_path, "user")
        except ModelError:  # told where the folder is read
            return model
        if not own.is_here or not same_file(own.card, model.card):
            return model
        complete = replace(model.card, file=own.card.file, sha256=own.card.sha256)
        return StoredModel(complete, own.path, "pulled")

    def _write(self, model: StoredModel, content: bytes, *, overwrite: bool = False) -> None:
        """Write the file, then the card that makes it known; neither where one fails."""
        self.make_folder()
        write_whole(model.path, content, overwrite=True)
        card_path = self._card_path(model.card.name)
        try:
            write_card(card_path, model.card, overwrite=overwrite)
        finally:
            if not card_path.exists():
                model.path.unlink(missing_ok=True)

    def _scan(self) -> tuple[dict[str, StoredModel], Faults]:
        found: dict[str, StoredModel] = {}
        faults: Faults = []
        for model in self._each(faults):
            if model.card.name not in found:
                found[model.card.name] = self._or_pulled(model)
        return found, faults

    def _each(self, faults: Faults) -> Iterable[StoredModel]:
        yield from _in_folder(self._builtin, "built-in", faults)
        for card in self._plugin_cards:
            try:
                yield _of_plugin(card)
            except ModelError as fault:
                faults.append(fault)
        yield from _in_folder(self.folder, "user", faults)


def _in_folder(folder: Path, origin: Origin, faults: Faults) -> Iterable[StoredModel]:
    for path in sorted(folder.glob("*.json"), key=lambda path: path.stem):
        try:
            yield _from_card(path, origin)
        except ModelError as fault:
            faults.append(fault)


def _from_card(path: Path, origin: Origin) -> StoredModel:
    card = read_card(path)
    if origin == "user" and path.stem != card.name:
        raise ModelError(
            path, f"is the card of {card.name}, under another name", f"rename it to {card.name}.json"
        )
    return StoredModel(card, path.parent / card.file, origin)


def _of_plugin(card: Card) -> StoredModel:
    path = Path(card.file)
    if not path.is_absolute():
        raise ModelError(
            card.name, f"a plugin's card names {card.file!r}, not an absolute path", "mend the plugin"
        )
    check_card(replace(card, file=path.name), card.name)
    return StoredModel(card, path, "plugin")


def _from_path(path: Path, labels: Path | None) -> StoredModel:
    card_path = path.with_suffix(".json")
    if card_path.is_file() and labels is None:
        return _from_card(card_path, "file")
    if path.suffix.lower() == ".json":
        raise ModelError(path, "no such card", "give the path of a card or of a .tflite")
    lines = None if labels is None else _label_lines(labels)
    return StoredModel(inspected_card(read_model(path), path, lines), path, "file")


def _label_lines(path: Path) -> list[str]:
    text = read_limited(path, 4 * 1024 * 1024, ModelError).decode("utf-8-sig", "replace")
    return text.splitlines()
