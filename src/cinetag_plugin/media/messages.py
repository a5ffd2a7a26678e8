"""What FFmpeg says on standard error: which lines are complaints, and what they mean to a user.

All patterns are for lines written under ``-loglevel level+repeat+info``, which both FFmpeg 5 and
later write as ``[component @ 0x1234] [error] text``.
"""

import re
from collections import Counter
from collections.abc import Iterable

from cinetag_plugin.document.errors import MediaError, printable

_COMPLAINT = re.compile(r"(?:\[[^][]+ @ 0x[0-9a-f]+\] )*\[(warning|error|fatal|panic)\] (.*)")
_GRAVE_WARNING = re.compile(r"corrupt|truncat|premature|partial|broken|mismatch", re.IGNORECASE)
# raw frames have no times: what the writer of our own output thinks of them is no fault of the film
_OF_OUTPUT = re.compile(r"non monotonically increasing dts to muxer")
_NUMBER = re.compile(r"-?\b(?:0x[0-9a-f]+|\d+)\b")
_LONGEST = 200
_MOST_KINDS = 100
_INCOMPLETE = "its index is missing: the file is incomplete"
_NO_MEDIA = "is not a film that FFmpeg can read"
_CHECK = "check that it is a film, and whether it plays elsewhere"

# the first that matches any line decides; the order is from the telling to the general
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (r"low score of 1,", _NO_MEDIA, _CHECK),
    (r"incorrect decryption key", "is encrypted", "it needs a key, which cinetag cannot use"),
    (r"moov atom not found", _INCOMPLETE, "the copy or the recording was interrupted; get it again"),
    (r"not on whitelist", "points to other files or the network", "name the film itself"),
    (r"exceeds specified max pixel", "has pictures too large to be safe", "scale it down first"),
    (
        r"Picture size .* is invalid",
        "has an impossible picture size",
        "the file is damaged, or bare raw video",
    ),
    (r"Permission denied", "may not be read", "check its rights"),
    (r"No such file or directory", "no such file", "check the name"),
    (r"[Cc]annot allocate memory", "asks for more memory than there is", "the file is damaged"),
    (r"Invalid data found", _NO_MEDIA, _CHECK),
)


def complaint_in(line: str) -> tuple[str, str] | None:
    """Return ``(level, text)`` of a warning or an error; None for anything else."""
    match = _COMPLAINT.match(line)
    return (match[1], match[2].strip()) if match and match[2].strip() else None


def is_grave(level: str, text: str) -> bool:
    """Tell whether a complaint means that pictures are damaged or missing."""
    if _OF_OUTPUT.search(text):
        return False
    return level != "warning" or _GRAVE_WARNING.search(text) is not None


def refusal(subject: object, lines: Iterable[str]) -> MediaError:
    """Return the error that says in plain words why FFmpeg would not read ``subject``."""
    complaints = [found[1] for line in lines if (found := complaint_in(line))]
    for pattern, fault, remedy in _MEANINGS:
        if any(re.search(pattern, text) for text in complaints):
            return MediaError(subject, fault, remedy)
    last = complaints[-1][:200] if complaints else "no reason given"
    return MediaError(subject, f"{_NO_MEDIA} ({last})", _CHECK)


def refuse_undecodable(subject: object, lines: Iterable[str]) -> None:
    """Refuse what FFmpeg makes pictures of that have nothing to do with those in the file."""
    if any("unsupported marker 0xFF50" in line for line in lines):  # ISO/IEC 15444-15: CAP
        raise MediaError(
            subject,
            "is High-Throughput JPEG 2000, which this FFmpeg cannot decode",
            "use FFmpeg 7 or later, such as that of the Python package imageio-ffmpeg",
        )


class Complaints:
    """Collects what FFmpeg says is damaged, each kind of complaint once, in a bounded space."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def take(self, line: str) -> None:
        """Note a line if it is a grave complaint."""
        found = complaint_in(line)
        if found and is_grave(*found):
            kind = _NUMBER.sub("…", found[1])[:_LONGEST]
            if kind in self._counts or len(self._counts) < _MOST_KINDS:
                self._counts[kind] += 1

    @property
    def first(self) -> str:
        """The first complaint, empty where there is none."""
        return next(iter(self._counts), "")

    def summary(self) -> str:
        """Return one warning about all of them, empty where there is none."""
        if not self._counts:
            return ""
        count = self._counts.total()
        times = "" if count == 1 else f", and {count - 1} complaints more"
        return f"parts of the film may be damaged or missing (FFmpeg: {printable(self.first)}{times})"
