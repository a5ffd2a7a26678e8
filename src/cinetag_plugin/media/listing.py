"""Reading what ``ffmpeg -i`` lists of a file: streams, flags, tags.

Tags are written by strangers. A line counts only at the indentation where FFmpeg puts such a line,
and what a tag says is never taken for a stream.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

_LINE = re.compile(r"\[info\] ( *)(.*)")
_INPUT = re.compile(r"Input #0, ([\w,.-]+), from '")
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d\.\d+)[, ]")
_START = re.compile(r"Duration: [^,]+, start: (-?\d+\.\d+)[, ]")
_STREAM = re.compile(r"Stream #0:(\d+)(?:\[(0x[0-9a-f]+)\])?(?:\([^()\s]*\))?: ([A-Z][a-z]+): (.*)")
_TAG = re.compile(r"(\S[^:]*?) *: (.*)")
_ROTATION = re.compile(r"display ?matrix: rotation of (-?\d+(?:\.\d+)?) degrees", re.IGNORECASE)
_SIZE = re.compile(r", (\d{1,6})x(\d{1,6})[, ]")
_RATES = re.compile(r", (\d+(?:\.\d+)?)(k?) (?:fps|tbr)\b")
_FLAGS = re.compile(r"((?: \([a-z /]+\))+)$")


@dataclass
class Stream:
    """A stream as listed.

    Attributes:
        index: FFmpeg's number of it.
        id: the container's number of it, None where it has none.
        kind: ``Video``, ``Audio``, ``Data`` …
        text: the rest of its line: codec, pixel format, size, rates, flags.
        program: place of its program among the programs, 0 where there is none.
        tags: keys in lower case.
        rotation: degrees, as listed.
    """

    index: int
    id: int | None
    kind: str
    text: str
    program: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    rotation: float = 0.0

    @property
    def codec(self) -> str:
        """The name of the codec."""
        return self.text.split(" ", 1)[0].rstrip(",")

    @property
    def flags(self) -> frozenset[str]:
        """Dispositions, such as ``default`` and ``attached pic``."""
        match = _FLAGS.search(self.text)
        return frozenset(re.findall(r"\(([a-z /]+)\)", match[1])) if match else frozenset()

    @property
    def size(self) -> tuple[int, int] | None:
        """Coded width and height, None where unknown."""
        match = _SIZE.search(self.text + " ")
        return (int(match[1]), int(match[2])) if match and int(match[1]) and int(match[2]) else None

    @property
    def rate(self) -> Fraction | None:
        """The first rate listed, rounded as FFmpeg prints it; None where there is none above zero."""
        match = _RATES.search(self.text)
        rate = Fraction(match[1]) * (1000 if match[2] else 1) if match else Fraction(0)
        return rate or None


@dataclass
class Listing:
    """What FFmpeg found in a file: its format's name, length and first time in seconds, streams and tags."""

    format: str = ""
    duration: Fraction | None = None
    start: Fraction = Fraction(0)
    streams: list[Stream] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Stream]:
        """Return the streams of one kind."""
        return [stream for stream in self.streams if stream.kind == kind]


def parsed_listing(lines: Iterable[str]) -> Listing:
    """Read the listing of the first input; an empty one where FFmpeg opened nothing."""
    reader = _Reader()
    for line in lines:
        match = _LINE.match(line)
        if match:
            reader.take(len(match[1]), match[2])
    return reader.listing


def _stream(match: re.Match[str], program: int) -> Stream:
    number = int(match[2], 16) if match[2] else None
    return Stream(index=int(match[1]), id=number, kind=match[3], text=match[4], program=program)


class _Reader:
    """Follows the indentation: file (2), program or group (2, 4), stream (2 or 4), tags below."""

    def __init__(self) -> None:
        self.listing = Listing()
        self._stream: Stream | None = None
        self._is_inside = False
        self._programs = 0
        self._in_group = False
        self._base = 0  # indentation of the owner of tags
        self._tags: dict[str, str] | None = None

    def take(self, depth: int, text: str) -> None:
        if depth == 0:
            self._begin_or_end(text)
        elif not self._is_inside:
            return
        elif depth == 2 or (depth == 4 and self._in_group and text.startswith("Stream #")):
            self._head(depth, text)
        elif depth == self._base + 2:
            self._tags = self._owner_tags() if text == "Metadata:" else None
        elif depth == self._base + 4:
            self._detail(text)

    def _begin_or_end(self, text: str) -> None:
        match = None if self.listing.format else _INPUT.match(text)
        self._is_inside = match is not None
        if match:
            self.listing.format = match[1]

    def _head(self, depth: int, text: str) -> None:
        self._tags = None
        if depth == 2:
            self._in_group = text.startswith("Stream group #")
        if match := _STREAM.match(text):
            self._add(match, depth)
        elif match := _DURATION.match(text):
            self._stream, self._base = None, 0
            hours, minutes = int(match[1]), int(match[2])
            self.listing.duration = (hours * 60 + minutes) * 60 + Fraction(match[3])
            if begins := _START.match(text):
                self.listing.start = Fraction(begins[1])
        elif text == "Metadata:" and not self.listing.streams and not self._programs:
            self._stream, self._base, self._tags = None, 0, self.listing.tags
        else:
            self._programs += text.startswith("Program ")
            self._stream, self._base = None, -9

    def _add(self, match: re.Match[str], depth: int) -> None:
        self._base = depth
        index = int(match[1])
        known = next((s for s in self.listing.streams if s.index == index), None)
        # a stream of two programs is listed twice; a second text for it would be a forgery
        self._stream = known or _stream(match, max(0, self._programs - 1))
        if known is None:
            self.listing.streams.append(self._stream)

    def _owner_tags(self) -> dict[str, str] | None:
        return self._stream.tags if self._stream else None

    def _detail(self, text: str) -> None:
        if self._tags is not None:
            if match := _TAG.match(text):
                self._tags.setdefault(match[1].lower(), match[2])
        elif self._stream and (match := _ROTATION.match(text)):
            self._stream.rotation = float(match[1])
