"""Films made up for the rating sheets: a name, and tags with their relative strengths."""

from collections.abc import Callable

import pytest

from cinetag_plugin.document.records import Analysis, DetectorUse, Span, TagStrength
from plain_film import plain_film


@pytest.fixture(scope="session")
def make_film() -> Callable[..., Analysis]:
    """Build the analysis of a film without shots; tags as ``slug=R``."""

    def make(name: str, **tags: float) -> Analysis:
        film = plain_film(25, name=name)
        return Analysis(
            created_by="cinetag test",
            film=film,
            analysed=Span(start=0, end=25),
            detector=DetectorUse(name="accurate", version="1"),
            shots=(),
            tags=tuple(
                TagStrength(tag=tag, count=1, weight=1.0, relative_strength=strength)
                for tag, strength in tags.items()
            ),
        )

    return make
