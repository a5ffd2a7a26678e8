"""What FFmpeg says on standard error: which lines are complaints, and what they mean to a user.

All patterns are for lines written under ``-loglevel level+repeat+info``, which both FFmpeg 5 and
later write as ``[component @ 0x1234] [error] text``.
"""

import re
from collections.abc import Iterable

from cinetag_plugin.document.errors import MediaError

_COMPLAINT = re.compile(r"(?:\[[^][]+ @ 0x[0-9a-f]+\] )*\[(warning|error|fatal|panic)\] (.*)")
_GRAVE_WARNING = re.compile(r"corrupt|truncat|premature|partial|broken|mismatch", re.IGNORECASE)
_INCOMPLETE = "its index is missing: the file is incomplete"
_NO_MEDIA = "is not a film that FFmpeg can read"
_CHECK = "check that it is a film, and whether it plays elsewhere"

# the first that matches any line decides; the order is from the telling to the general
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (r"low score of 1,", _NO_MEDIA, _CHECK),
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
    return level != "warning" or _GRAVE_WARNING.search(text) is not None


def refusal(subject: object, lines: Iterable[str]) -> MediaError:
    """Return the error that says in plain words why FFmpeg would not read ``subject``."""
    complaints = [found[1] for line in lines if (found := complaint_in(line))]
    for pattern, fault, remedy in _MEANINGS:
        if any(re.search(pattern, text) for text in complaints):
            return MediaError(subject, fault, remedy)
    last = complaints[-1][:200] if complaints else "no reason given"
    return MediaError(subject, f"{_NO_MEDIA} ({last})", _CHECK)


def without_numbers(text: str) -> str:
    """Return a complaint with its numbers taken out, so that the same one is counted once."""
    return re.sub(r"-?\b(0x[0-9a-f]+|\d+)\b", "…", text)[:200]
