"""CSV files: RFC 4180, lines ended by CR LF, UTF-8; or in the form that Excel takes for what it is."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMULA = "=+-@"
_EXCELS = "utf-8-sig"  # without a byte order mark Excel reads the code page of its machine


def written(rows: Iterable[Sequence[Any]], *, excel: bool = False) -> bytes:
    """Return the file.

    Args:
        rows: the lines, the header first.
        excel: with a byte order mark, and a ``'`` before words that Excel would run as a formula. That
            changes the data, so it is not done unasked.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[_harmless(cell) for cell in row] for row in rows] if excel else rows)
    return text.getvalue().encode(_EXCELS if excel else "utf-8")


def _harmless(cell: Any) -> Any:
    is_formula = isinstance(cell, str) and cell[:1] and cell[0] in _FORMULA and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
