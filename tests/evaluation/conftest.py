"""Films made up for the rating sheets: a name, and tags with their relative strengths."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from cinetag_plugin.document.records import Analysis, DetectorUse, Film, Span, TagStrength, Timing


@pytest.fixture(scope="session")
def make_film() -> Callable[..., Analysis]:
    """Build the analysis of a film without shots; tags as ``slug=R``."""

    def make(name: str, **tags: float) -> Analysis:
        film = Film(
            path="film.mp4",
            name=name,
            frames=25,
            rate=Fraction(25),
            variable_rate=False,
            time_base=Fraction(1, 25),
            start_pts=0,
            width=1280,
            height=720,
            duration=1.0,
            timing=(Timing(frame=0, pts=0, step=1),),
        )
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
