"""Reads FlatBuffers, the form of ``.tflite`` files, with every offset checked against the file.

Only what reading a graph needs: tables, vectors, text. Layout as in the "FlatBuffer Internals"
chapter of its documentation: little-endian; a table begins with a signed offset back to its vtable;
the vtable holds the position of each field in the table, 0 where the field is absent.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_VECTOR = 1 << 20
"""Elements; vectors of tables or numbers above this are refused (the contents of weights are not read)."""


class MalformedError(ValueError):
    """The bytes are not what a FlatBuffer of this kind has there."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table at an absolute position in its file."""

    data: bytes | bytearray
    at: int

    @classmethod
    def root(cls, data: bytes | bytearray, identifier: bytes) -> "Table":
        """Return the first table of a file.

        Raises:
            MalformedError: too short, or another kind of file.
        """
        if len(data) < 12 or data[4:8] != identifier:
            raise MalformedError(f"has no {identifier.decode()} identifier at byte 4")
        return cls(data, _follow(data, 0))

    def slot(self, field: int) -> int:
        """Return where a field's own bytes stand in the file; 0 where the field is absent."""
        vtable = self.at - _number(self.data, self.at, "<i")
        length = _number(self.data, vtable, "<H")
        entry = 4 + 2 * field
        inside = _number(self.data, vtable + entry, "<H") if entry + 2 <= length else 0
        return self.at + inside if inside else 0

    def number(self, field: int, form: str, default: int = 0) -> int:
        """Return a whole-number field; ``form`` is its :mod:`struct` letter."""
        slot = self.slot(field)
        return _number(self.data, slot, "<" + form) if slot else default

    def table(self, field: int) -> "Table | None":
        """Return the table a field refers to."""
        slot = self.slot(field)
        return Table(self.data, _follow(self.data, slot)) if slot else None

    def tables(self, field: int) -> list["Table"]:
        """Return the tables of a vector field, empty where it is absent."""
        return [Table(self.data, _follow(self.data, at)) for at in self._elements(field, 4)]

    def numbers(self, field: int, form: str) -> list[float]:
        """Return the numbers of a vector field; ``form`` is their :mod:`struct` letter."""
        return [_value(self.data, at, "<" + form) for at in self._elements(field, struct.calcsize(form))]

    def text(self, field: int) -> str:
        """Return a text field, with undecodable bytes replaced."""
        return self.content(field).decode("utf-8", "replace")

    def content(self, field: int) -> bytes:
        """Return the bytes of a text or byte-vector field."""
        slot = self.slot(field)
        if not slot:
            return b""
        start = _follow(self.data, slot)
        length = _number(self.data, start, "<I")
        if start + 4 + length > len(self.data):
            raise MalformedError(f"has {length} bytes at {start}, beyond its end")
        return bytes(self.data[start + 4 : start + 4 + length])

    def length(self, field: int) -> int:
        """Return how many elements a vector field has, 0 where it is absent."""
        slot = self.slot(field)
        return _number(self.data, _follow(self.data, slot), "<I") if slot else 0

    def vector(self, field: int, width: int) -> tuple[int, int]:
        """Return where a vector's first element stands and how many there are; (0, 0) without one."""
        slot = self.slot(field)
        if not slot:
            return 0, 0
        start = _follow(self.data, slot)
        length = _number(self.data, start, "<I")
        if length > LONGEST_VECTOR or start + 4 + length * width > len(self.data):
            raise MalformedError(f"has a list of {length} at {start}, beyond its end or any sense")
        return start + 4, length

    def _elements(self, field: int, width: int) -> Iterator[int]:
        first, length = self.vector(field, width)
        return iter(range(first, first + length * width, width))


def _follow(data: bytes | bytearray, at: int) -> int:
    target = at + _number(data, at, "<I")
    if target + 4 > len(data):
        raise MalformedError(f"refers from {at} to {target}, beyond its end")
    return target


def _number(data: bytes | bytearray, at: int, form: str) -> int:
    return int(_value(data, at, form))


def _value(data: bytes | bytearray, at: int, form: str) -> float:
    if at < 0:
        raise MalformedError(f"refers to {at}, before its beginning")
    try:
        value: float = struct.unpack_from(form, data, at)[0]
    except struct.error:
        raise MalformedError(f"refers to {at}, beyond its end") from None
    return value
