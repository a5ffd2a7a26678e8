"""Where analysed frames stand in a stream of which some were left out."""

from cinetag_plugin.document.checks import contradiction
from cinetag_plugin.document.records import (
    Analysis,
    DetectorUse,
    KeyFrame,
    Shot,
    Span,
    TagSpan,
    Transition,
)
from cinetag_plugin.filter.places import Mapped, Places
from plain_film import plain_film


def _places(pattern: str) -> Places:
    """Return places of a stream in which ``.`` was analysed and ``x`` left out."""
    places = Places()
    for mark in pattern:
        places.note(analysed=mark == ".")
    return places


def test_each_analysed_frame_knows_its_place_in_the_stream():
    pattern = "..x.xx...x"
    places = _places(pattern)
    assert [places.of(k) for k in range(pattern.count("."))] == [k for k, m in enumerate(pattern) if m == "."]
    assert (places.frames, places.left_out) == (10, 4)


def _analysis(frames: int) -> Analysis:
    start = Transition(kind="start", start=0, end=0)
    shots = (
        Shot(index=0, start=0, end=3, transition_in=start, key_frames=(0,)),
        Shot(index=1, start=3, end=frames, transition_in=Transition(kind="cut", start=3, end=3)),
    )
    film = plain_film(frames)
    return Analysis(
        created_by="test",
        film=film,
        analysed=Span(start=0, end=frames),
        detector=DetectorUse(name="x", version="1", settings={}),
        shots=shots,
        key_frames=(KeyFrame(index=0, shot=0, frame=2, pts=2, entropy=1.0),),
        tag_spans=(TagSpan(tag="music", start=3, end=frames, strength=1.0, probability=0.5, shots=(1,)),),
    )


def test_an_analysis_is_put_onto_all_frames_of_the_stream():
    mapped = Mapped(6, _places("..x.xx...x")).analysis(_analysis(6))
    assert not contradiction(mapped)
    assert mapped.film.frames == 10
    assert mapped.film.duration == 0.4
    assert [(shot.start, shot.end) for shot in mapped.shots] == [(0, 6), (6, 10)]
    assert mapped.shots[1].transition_in.start == 6
    assert (mapped.key_frames[0].frame, mapped.key_frames[0].pts) == (3, 3)
    assert (mapped.tag_spans[0].start, mapped.tag_spans[0].end) == (6, 10)


def test_an_analysis_of_every_frame_stays_as_it_is():
    analysis = _analysis(6)
    assert Mapped(6, _places("......")).analysis(analysis) is analysis
