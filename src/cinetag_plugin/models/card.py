"""Model cards: reading, checking and writing them.

A card is JSON beside its ``.tflite``; what it says is checked before anything acts on it, since
cards come from plugins, from the net and from other people.
"""

import math
import re
from pathlib import Path

from cinetag_plugin.document.contracts import Card, ModelInput, ModelOutput, Relations
from cinetag_plugin.document.errors import DocumentError, ModelError
from cinetag_plugin.document.files import parse_record, read_limited, render_record, write_whole
from cinetag_plugin.models.address import fault_of_address

LARGEST_CARD = 4 * 1024 * 1024
"""Bytes; a card of a thousand labels has some twenty thousand."""

LARGEST_MODEL = 1024 * 1024 * 1024
"""Bytes; the largest picture networks have a tenth of that."""

LARGEST_SIDE = 4096
"""Pixels; no picture model takes more."""

LARGEST_VECTOR = 65536
"""Values of an embedding, or labels."""

LARGEST_SOUND = 16000 * 60
"""Samples that a sound model may hear at once: a minute."""

RAREST = 1e-6
"""Share of a label below which its probabilities cannot be weighed."""

_LONGEST = {"embedding": (1, LARGEST_VECTOR), "measures": (2, LARGEST_VECTOR), "sound": (1, LARGEST_SOUND)}
"""By kind of input: how many lengths its size has, and how long each may be."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,127}")
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_GIT_BLOB = re.compile(r"[0-9a-f]{40}")


def read_card(path: Path) -> Card:
    """Read a card and check it.

    Raises:
        ModelError: it cannot be read, is no card, or says what cannot be.
    """
    content = read_limited(path, LARGEST_CARD, ModelError)
    try:
        card = parse_record(content, Card, subject=path)
    except DocumentError as fault:
        raise ModelError(path, fault.fault, "correct the card") from fault
    check_card(card, path)
    return card


def write_card(path: Path, card: Card, *, overwrite: bool = False) -> None:
    """Check a card and write it, whole or not at all.

    Raises:
        ModelError: the card says what cannot be.
        ExportError: the file exists, or cannot be written.
    """
    check_card(card, path)
    write_whole(path, render_record(card), overwrite=overwrite)


def is_plain_name(name: str) -> bool:
    """Say whether a name can only be a file in its own folder: letters, digits and ``._+-`` inside."""
    return bool(_PLAIN_NAME.fullmatch(name)) and not name.endswith(".")


def check_card(card: Card, subject: object) -> None:
    """Raise a :class:`ModelError` where a card says what cannot be; ``subject`` is named in it."""
    fault = (
        _fault(card)
        or _fault_of_file(card)
        or _fault_of_input(card.input)
        or _fault_of_output(card.output)
        or _fault_of_errors(card)
    )
    if fault:
        raise ModelError(subject, fault, "correct the card")


def _fault(card: Card) -> str:
    for what, name in (("name", card.name), ("file", card.file), ("backbone", card.backbone or "none")):
        if not is_plain_name(name):
            return f"has the {what} {name!r}; letters, digits and ._+- make a name, and no folder"
    if bool(card.backbone) != (card.input.kind == "embedding"):
        return "must name a backbone if it takes an embedding, and only then"
    for role, kind in (("shots", "measures"), ("sound", "sound")):
        if (card.role == role) != (card.input.kind == kind):
            return f"has the role {card.role} but takes {card.input.kind}"
    if (card.role == "embedding") != (card.output.kind == "embedding"):
        return f"has the role {card.role} but gives {card.output.kind}"
    return ""


def _fault_of_file(card: Card) -> str:
    if card.git_blob and not _GIT_BLOB.fullmatch(card.git_blob):
        return "has a git blob that is not 40 lower-case hex digits"
    to_be_taken = not card.sha256 and card.git_blob and card.address
    if not to_be_taken and not _CHECKSUM.fullmatch(card.sha256):
        return "has no SHA-256 of 64 lower-case hex digits"
    if not 0 <= card.bytes <= LARGEST_MODEL:
        return f"speaks of a file of {card.bytes} bytes"
    fault = fault_of_address(card.address) if card.address else ""
    return f"has an address that {fault}" if fault else ""


def _fault_of_input(wanted: ModelInput) -> str:
    if wanted.kind in _LONGEST:
        lengths, longest = _LONGEST[wanted.kind]
        good = len(wanted.size) == lengths and all(1 <= length <= longest for length in wanted.size)
        return "" if good else f"takes {wanted.kind} of impossible size {wanted.size}"
    if len(wanted.size) != 2 or not all(1 <= side <= LARGEST_SIDE for side in wanted.size):
        return f"takes pictures of impossible size {wanted.size}"
    if len(wanted.mean) != 3 or len(wanted.std) != 3:
        return "needs a mean and a std for each of three channels"
    if not all(map(math.isfinite, (*wanted.mean, *wanted.std))) or 0.0 in wanted.std:
        return "has a mean or std that is no number, or a std of 0"
    return ""


def _fault_of_output(given: ModelOutput) -> str:
    if given.kind == "embedding":
        good = 1 <= given.size <= LARGEST_VECTOR and not given.labels
        return "" if good else f"gives an embedding of {given.size} values and {len(given.labels)} labels"
    if not 1 <= len(given.labels) <= LARGEST_VECTOR:
        return f"gives scores for {len(given.labels)} labels"
    if given.size not in (0, len(given.labels)):
        return f"has {len(given.labels)} labels for {given.size} scores"
    if given.relations is not None and not _fits(given.relations, len(given.labels)):
        return f"relates other labels than its {len(given.labels)}, or by what is no number"
    if len(set(given.labels)) != len(given.labels) or not all(map(str.strip, given.labels)):
        return "has labels that are empty or stand there twice"
    return ""


def _fault_of_errors(card: Card) -> str:
    if card.errors is None:
        return ""
    labels, counts = card.errors.labels, card.errors.counts
    if card.role != "beats" or len(set(labels)) != len(labels) or len(labels) > LARGEST_VECTOR:
        return "states errors of labels that it cannot give, or that stand there twice"
    square = len(counts) == len(labels) and all(len(row) == len(labels) for row in counts)
    if not square or any(count < 0 for row in counts for count in row):
        return f"states errors by counts that are no square of {len(labels)} rows"
    shares = card.errors.shares
    if shares and (
        len(shares) != len(labels)
        or not all(RAREST <= share < 1 for share in shares)
        or abs(sum(shares) - 1) > 0.01
    ):
        return f"states shares that are not {len(labels)} numbers above {RAREST:g} that sum to 1"
    return ""


def _fits(relations: Relations, labels: int) -> bool:
    rows = (*relations.matrix, relations.offset)
    return len(rows) == labels + 1 and all(
        len(row) == labels and all(map(math.isfinite, row)) for row in rows
    )
