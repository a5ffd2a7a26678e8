"""A film that was never decoded, and its analysis beside it."""

from fractions import Fraction
from pathlib import Path

import pytest

from cinetag_plugin.document.files import render_record
from cinetag_plugin.document.records import (
    Analysis,
    BeatEvent,
    DetectorUse,
    Film,
    Shot,
    Span,
    TagSpan,
    Timing,
    Transition,
)


@pytest.fixture
def analysis(tmp_path: Path) -> Analysis:
    """Ten seconds at 24 frames a second from 01:00:00:00: three shots, a battle, a war."""
    rate = Fraction(24)
    film = Film(
        path=str(tmp_path / "film.mov"),
        name="film",
        frames=240,
        rate=rate,
        variable_rate=False,
        time_base=1 / rate,
        start_pts=0,
        start_timecode="01:00:00:00",
        width=320,
        height=180,
        duration=10.0,
        timing=(Timing(frame=0, pts=0, step=1),),
    )
    borders = [(0, 80), (80, 160), (160, 240)]
    return Analysis(
        created_by="cinetag 0.1.0",
        film=film,
        analysed=Span(start=0, end=240),
        detector=DetectorUse(name="accurate", version="1"),
        shots=tuple(
            Shot(
                index=i,
                start=a,
                end=b,
                transition_in=Transition(kind="cut" if i else "start", start=a, end=a),
            )
            for i, (a, b) in enumerate(borders)
        ),
        tag_spans=(TagSpan(tag="war", start=0, end=160, strength=1.0, probability=0.9),),
        beats=(BeatEvent(category="battle", start=100, end=200, confidence=0.8),),
    )


@pytest.fixture
def document(analysis: Analysis, tmp_path: Path) -> Path:
    """The analysis as a file, beside where the film would lie."""
    path = tmp_path / "film.cinetag.json"
    path.write_bytes(render_record(analysis))
    return path
