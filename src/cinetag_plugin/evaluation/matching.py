"""Pairing what is true with what was found: how far two spans overlap, and as many pairs as there can be."""

from collections.abc import Sequence

Extent = tuple[int, int]
"""Frames ``start <= frame < end``."""


def overlap(a: Extent, b: Extent) -> float:
    """Return the intersection over union of two spans; 1 for two alike and empty."""
    common = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    together = (a[1] - a[0]) + (b[1] - b[0]) - common
    if together == 0:
        return float(a == b)
    return common / together


def largest_matching(choices: Sequence[Sequence[tuple[float, int]]]) -> dict[int, int]:
    """Pair as many rows as possible with one place each; return the row of each place.

    Augmenting paths (Kuhn 1955), rows with the cheapest choice first.

    Args:
        choices: for each row its (cost, place), cheapest first.
    """
    row_of: dict[int, int] = {}
    for row in sorted((r for r, choice in enumerate(choices) if choice), key=lambda r: choices[r][0][0]):
        _place(row, choices, row_of)
    return row_of


def _place(row: int, choices: Sequence[Sequence[tuple[float, int]]], row_of: dict[int, int]) -> None:
    """Give ``row`` a place, moving other rows on where that makes room; change nothing where it does not."""
    seen: set[int] = set()
    path: list[tuple[int, int]] = []
    waiting = [(row, iter(choices[row]))]
    while waiting:
        current, rest = waiting[-1]
        place = next((place for _, place in rest if place not in seen), None)
        if place is None:
            waiting.pop()
            if path:
                path.pop()
            continue
        seen.add(place)
        path.append((current, place))
        if place not in row_of:
            row_of.update({place: mover for mover, place in path})
            return
        waiting.append((row_of[place], iter(choices[row_of[place]])))
