"""Text as every format can carry it: names and comments on one line, numbers without a locale."""

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

NAME_LIMIT = 80
COMMENT_LIMIT = 500
SEPARATOR = " - "
"""Stands between the fields of a comment."""

_DATA_LIMIT = 4096
_CUT = "..."
_LARGEST_INTEGER = 2**63
_LINE_BREAKS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
# C0 and C1 controls and what XML 1.0 section 2.2 leaves out of its characters
_ILLEGAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str, limit: int = COMMENT_LIMIT) -> str:
    """Return text on one line, in Unicode NFC, with nothing that XML 1.0 forbids, of at most ``limit``.

    A text that is too long is cut at a word and ends in ``...``. Cleaning twice changes nothing.
    """
    line = _ILLEGAL.sub("", _LINE_BREAKS.sub(" ", text))
    return _shortened(unicodedata.normalize("NFC", line).strip(), limit)


def _shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    room = limit - len(_CUT)
    words = text[: room + 1].rpartition(" ")[0].rstrip()
    return (words or text[:room]) + _CUT


def two_decimals(value: float) -> str:
    """Return a number as comments show it: two decimals, a point in every locale."""
    return f"{value:.2f}"


def decimal_seconds(seconds: Fraction, places: int) -> str:
    """Return a time with exactly ``places`` decimals, rounded half to even from the exact value."""
    ticks = round(seconds * 10**places)
    sign, (whole, part) = "-" if ticks < 0 else "", divmod(abs(ticks), 10**places)
    return f"{sign}{whole}.{part:0{places}}"


def clock_time(seconds: Fraction, places: int, point: str = ".") -> str:
    """Return a time as ``HH:MM:SS`` with ``places`` decimals after ``point``; hours may have more digits."""
    whole, _, part = decimal_seconds(seconds, places).partition(".")
    minutes, left = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{left:02}{point}{part}"


def strict_json(value: Any) -> Any:
    """Return ``value`` as strict JSON can say it, for data that plugins made.

    Text is cleaned; a number that is not finite becomes None; an integer beyond 64 bits becomes text;
    what is neither text, number, list nor mapping is spelt out.
    """
    if isinstance(value, Mapping):
        return {clean(str(key), _DATA_LIMIT): strict_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict_json(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and -_LARGEST_INTEGER <= value < _LARGEST_INTEGER:
        return value
    return clean(str(value), _DATA_LIMIT)
