"""Reading XML that strangers wrote: no document type, no entities, bounded in size, depth and number.

Only names, texts and nesting are kept: that is all a package says with. Namespaces are dropped, as SMPTE,
Interop and the several editions of IMF differ in little else.
"""

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from cinetag_plugin.document.errors import MediaError

LARGEST = 16 << 20
"""Bytes of an XML file; the longest compositions have some hundred thousand."""

DEEPEST = 100
"""Elements inside each other; compositions need about 15."""

MOST_ELEMENTS = 400_000
"""Elements of a file; ten thousand parts need about half as many."""

LONGEST_TEXT = 4096
"""Characters kept of an element's text; what a package says with is far shorter, certificates apart."""

_GET_IT_AGAIN = "the package is damaged; get it again"


@dataclass(slots=True)
class Element:
    """An element: its local name, its own text, and what is in it, in order."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        """Yield the children of that name."""
        return (child for child in self.children if child.name == name)

    def child(self, *path: str) -> "Element | None":
        """Return the first child of that name, or what lies at the end of a path of such names."""
        element: Element | None = self
        for name in path:
            element = next(element.all(name), None) if element is not None else None
        return element

    def word(self, *path: str) -> str:
        """Return the text at the end of a path of names, without space around it; empty where none is."""
        element = self.child(*path)
        return element.text.strip() if element is not None else ""


def read_document(path: Path) -> Element:
    """Read an XML file and return its root.

    Raises:
        MediaError: no such file, no regular file, too large, no well-formed XML, too deep, or it has a
            document type, which a package has no use for and an attacker has.
    """
    return parsed(_content(path), path)


def parsed(content: bytes, subject: object) -> Element:
    """Return the root of an XML document; ``subject`` is what a fault is about.

    Raises:
        MediaError: as :func:`read_document`.
    """
    builder = _Builder(subject)
    try:
        builder.parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as fault:  # the last two: unknown encodings
        raise MediaError(subject, f"is no well-formed XML ({fault})", _GET_IT_AGAIN) from fault
    return builder.root


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise MediaError(path, "is not a regular file", _GET_IT_AGAIN)
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as fault:
        raise MediaError(path, "no such file", _GET_IT_AGAIN) from fault
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else fault
        raise MediaError(path, f"cannot be read ({reason})", "check its rights") from fault
    if len(content) > LARGEST:
        raise MediaError(path, f"is larger than {LARGEST >> 20} MiB", "no part of a package is that long")
    return content


class _Builder:
    """Builds the tree while expat reads, and stops it at what is not allowed."""

    def __init__(self, subject: object) -> None:
        self._subject = subject
        self._open = [Element("")]
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    @property
    def root(self) -> Element:
        return self._open[0].children[0]

    def _refuse_doctype(self, *_declared: object) -> NoReturn:
        raise MediaError(self._subject, "has a document type (DOCTYPE)", "no honest package has one")

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > DEEPEST or self._count > MOST_ELEMENTS:
            what = "elements nested too deep" if len(self._open) > DEEPEST else "too many elements"
            raise MediaError(self._subject, f"has {what}", _GET_IT_AGAIN)
        element = Element(name.rpartition(" ")[2])
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        element = self._open[-1]
        if len(element.text) < LONGEST_TEXT:
            element.text += text[:LONGEST_TEXT]
