"""What colour an event has in each editing system: the table ``data/colours.tsv``.

Colour is never the only carrier of a fact: targets with few colours show a family, the name says
which class it is.
"""

import csv
from functools import cache
from importlib import resources

UNKNOWN = "tag.other"
"""The row of tags and categories that only a plugin knows."""


def colour(key: str, target: str) -> str:
    """Return the colour of an event's colour key (``beat.battle``, ``tag.crime``) in ``target``.

    Args:
        key: a key of the table; one that it does not have gets the colour of ``tag.other``.
        target: a column of the table, such as ``otio``, ``resolve_edl``, ``kdenlive_type`` or ``hex``.

    Raises:
        KeyError: the table has no such column.
    """
    table = _table()
    return table.get(key, table[UNKNOWN])[target]


@cache
def _table() -> dict[str, dict[str, str]]:
    text = resources.files("cinetag_plugin.export").joinpath("data/colours.tsv").read_text(encoding="utf-8")
    return {row["class"]: row for row in csv.DictReader(text.splitlines(), delimiter="\t")}
