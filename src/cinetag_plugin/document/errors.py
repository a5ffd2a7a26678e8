"""The family of errors that cinetag raises on purpose.

::

    CinetagError        something the user can understand and mend
    ├── UsageError      the call itself is wrong
    ├── MediaError      a film cannot be read, or is refused
    ├── DocumentError   an analysis file cannot be read
    ├── ModelError      a model, card or delegate cannot be used
    ├── PluginError     a plugin failed
    └── ExportError     an output cannot be written, or exists already
        └── UnfitError  a format cannot hold this film, or is not installed

The exit code of each class is the one in ``docs/exit-codes.md``.
"""

import unicodedata

LONGEST_FAULT = 500
"""Characters of a fault that a message shows; libraries quote the value they dislike, however long."""


def printable(text: object) -> str:
    """Escape what could forge a line or drive a terminal: controls, lone surrogates, bidi marks."""
    return "".join(c if _harmless(c) else _escaped(c) for c in str(text))


def _harmless(char: str) -> bool:
    return char == " " or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")


class CinetagError(Exception):
    """A fault that ends one piece of work: what was read, what is wrong, what to do.

    Args:
        subject: the file, model or option that was being read.
        fault: what is wrong with it, without a full stop.
        remedy: what the user can do; may be empty when nothing can be done.
    """

    exit_code = 1

    def __init__(self, subject: object, fault: str, remedy: str = "") -> None:
        super().__init__(subject, fault, remedy)
        self.subject = str(subject)
        self.fault = fault
        self.remedy = remedy

    def __str__(self) -> str:
        parts = (self.subject, _bounded(self.fault), self.remedy)
        return ": ".join(printable(part) for part in parts if part)


def _bounded(fault: str) -> str:
    """Cut a fault that quotes a whole file's worth of what was wrong."""
    return fault if len(fault) <= LONGEST_FAULT else f"{fault[:LONGEST_FAULT]} …"


class UsageError(CinetagError):
    """The call itself is wrong: an option, a value, a combination."""

    exit_code = 2


class MediaError(CinetagError):
    """A film cannot be read, or is refused."""

    exit_code = 4


class DocumentError(CinetagError):
    """An analysis or another file of ours cannot be read."""

    exit_code = 4


class ModelError(CinetagError):
    """A model, a card or a delegate cannot be used."""

    exit_code = 5


class PluginError(CinetagError):
    """A plugin raised, or could not be loaded."""

    exit_code = 1


class ExportError(CinetagError):
    """An output cannot be written, or exists already."""

    exit_code = 6


class UnfitError(ExportError):
    """A format cannot hold this film (its rate, too little that happens), or lacks a package."""
