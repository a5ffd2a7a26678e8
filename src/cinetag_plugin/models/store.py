"""Where models come from: the package, plugins, the user's folder, or a path."""

import hashlib
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
from cinetag_plugin.models.card import check_card, is_plain_name, read_card, write_card
from cinetag_plugin.models.inspection import inspected_card

Origin = Literal["built-in", "plugin", "user", "file"]

Faults = list[ModelError]

LARGEST_MODEL = 1024 * 1024 * 1024
"""Bytes; the largest picture networks have a tenth of that."""

BUILTIN = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A card and the file it speaks of."""

    card: Card
    path: Path
    origin: Origin

    def content(self) -> bytes:
        """Return the model's bytes, once their checksum is the card's.

        Raises:
            ModelError: the file is missing, or is not the one the card speaks of.
        """
        content = read_model(self.path)
        found = hashlib.sha256(content).hexdigest()
        if found != self.card.sha256:
            fault = f"has SHA-256 {found}, its card says {self.card.sha256}"
            raise ModelError(self.path, fault, "fetch the file again, or cinetag models add it anew")
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
        known = self._scan()[0]
        if str(wanted) in known:
            return known[str(wanted)]
        path = Path(wanted)
        if path.suffix.lower() in {".tflite", ".json"}:
            return _from_path(path, labels=None)
        raise ModelError(wanted, "no model of this name", f"known are {', '.join(known) or 'none'}")

    def backbone_of(self, head: StoredModel) -> StoredModel:
        """Return the model whose embedding a head takes: from beside the head, else by name.

        Raises:
            ModelError: it is nowhere, or gives no embedding.
        """
        name = head.card.backbone
        beside = head.path.parent / f"{name}.json"
        found = _from_card(beside, head.origin) if is_plain_name(name) and beside.is_file() else None
        found = found or self._scan()[0].get(name)
        if found is None:
            raise ModelError(head.card.name, f"needs the backbone {name}, which is not here", "add it first")
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
        if name in self._scan()[0] or (self.folder / f"{name}.json").exists():
            raise ModelError(name, "a model of this name is here already", f"cinetag models remove {name}")
        if source.card.backbone:
            self.backbone_of(source)
        content = source.content()
        card = replace(source.card, file=f"{name}.tflite")
        added = StoredModel(card, self.folder / card.file, "user")
        self._write(added, content)
        return added

    def remove(self, name: str) -> None:
        """Delete a model and its card from the user's folder.

        Raises:
            ModelError: no such model there, or it cannot be deleted.
        """
        card_path = self.folder / f"{name}.json"
        if not is_plain_name(name) or not card_path.is_file():
            raise ModelError(name, "no model of this name in your folder", "see cinetag models list")
        try:
            card_path.unlink()
            (self.folder / f"{name}.tflite").unlink(missing_ok=True)
        except OSError as fault:
            raise ModelError(
                card_path, f"cannot be deleted ({fault.strerror})", "check its rights"
            ) from fault

    def _write(self, model: StoredModel, content: bytes) -> None:
        """Write the file, then the card that makes it known; neither where one fails."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise ExportError(
                self.folder, f"cannot be written ({fault.strerror})", "set CINETAG_MODELS to another folder"
            ) from fault
        write_whole(model.path, content, overwrite=True)
        card_path = self.folder / f"{model.card.name}.json"
        try:
            write_card(card_path, model.card)
        finally:
            if not card_path.exists():
                model.path.unlink(missing_ok=True)

    def _scan(self) -> tuple[dict[str, StoredModel], Faults]:
        found: dict[str, StoredModel] = {}
        faults: Faults = []
        for model in self._each(faults):
            found.setdefault(model.card.name, model)
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
    for path in sorted(folder.glob("*.json")):
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
