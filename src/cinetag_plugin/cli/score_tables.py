"""Figures in aligned columns on stdout, for people."""

from collections.abc import Iterable, Sequence

from cinetag_plugin.document.errors import printable


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as lines: the first column to the left, the others to the right, two spaces between.

    What could drive a terminal is spelled out.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def listed(counts: Iterable[tuple[str, int]]) -> str:
    """Write names with their numbers on one line; what could drive a terminal is spelled out."""
    return printable(", ".join(f"{name} {n:,}" for name, n in counts))


def rate(value: float | None) -> str:
    """Write a share with three decimals; a dash where there is none."""
    return "-" if value is None else f"{value:.3f}"


def span(ends: tuple[float, float] | None, decimals: int = 3) -> str:
    """Write an interval; a dash where there is none."""
    return "-" if ends is None else f"{ends[0]:.{decimals}f} to {ends[1]:.{decimals}f}"
