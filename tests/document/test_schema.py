"""The published JSON Schemas are those of the records."""

import json

import msgspec
import pytest

from cinetag_plugin.document.schema import PUBLISHED, schema


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_schema_is_fresh(name, request):
    published = json.loads((request.config.rootpath / "docs" / name).read_text(encoding="utf-8"))
    made = json.loads(msgspec.json.encode(schema(PUBLISHED[name])))
    assert published == made, "run python -m cinetag_plugin.document.schema docs"
