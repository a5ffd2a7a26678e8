"""The JSON Schemas of the files cinetag writes, made from the records.

``python -m cinetag_plugin.document.schema DIR`` writes them; a test holds the published ones to the
records.
"""

import inspect
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.records import Analysis, Record

PUBLISHED: dict[str, type[Record]] = {"analysis.schema.json": Analysis, "card.schema.json": Card}


def schema(kind: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record; fields of later versions are allowed."""
    made = msgspec.json.schema(kind, schema_hook=_fraction)
    for definition in made.get("$defs", {}).values():
        definition.get("properties", {}).pop("extra", None)
        # Python 3.13 strips the indentation of docstrings, earlier ones keep it
        definition["description"] = inspect.cleandoc(definition["description"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind.__name__, **made}


def _fraction(kind: type) -> dict[str, Any]:
    if kind is not Fraction:
        raise NotImplementedError(kind)
    return {"type": "string", "pattern": r"^[0-9]+/[1-9][0-9]*$", "examples": ["24000/1001"]}


def publish(folder: Path) -> None:
    """Write every schema into ``folder``."""
    for name, kind in PUBLISHED.items():
        folder.joinpath(name).write_bytes(
            msgspec.json.format(msgspec.json.encode(schema(kind)), indent=1) + b"\n"
        )


if __name__ == "__main__":
    publish(Path(sys.argv[1]))
