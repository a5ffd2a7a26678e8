"""Cut lists from outside: OTIO, analyses, and what is no cut list."""

from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Boundary, Frame
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import render_record
from cinetag_plugin.pipeline import analyze
from cinetag_plugin.settings import Settings
from cinetag_plugin.shots.cutlists import FilmClock, GivenCuts, read_cut_list, refuse_outside

NTSC = FilmClock(Fraction(30000, 1001), 107_892, drop_frame=True)


def _timeline(rate: float, *lengths: int, transition_at: int | None = None) -> str:
    track = otio.schema.Track(kind=otio.schema.TrackKind.Video)
    for index, length in enumerate(lengths):
        if index == transition_at:
            offset = otio.opentime.RationalTime(5, rate)
            track.append(otio.schema.Transition("d", "SMPTE_Dissolve", offset, offset))
        span = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(length, rate)
        )
        track.append(otio.schema.Clip(source_range=span))
    timeline = otio.schema.Timeline()
    timeline.tracks.append(track)
    return otio.adapters.write_to_string(timeline, "otio_json")


def test_an_otio_timeline(read_frames):
    assert read_frames("film.otio", _timeline(25.0, 24, 20, 28)) == [24, 44]


def test_an_otio_timeline_with_a_dissolve(read):
    found = read("film.otio", _timeline(25.0, 24, 20, 28, transition_at=2))
    assert found == (Boundary("cut", 24, 24), Boundary("dissolve", 39, 49))


def test_transitions_at_the_ends_of_a_timeline_are_no_boundaries(read_frames):
    timeline = otio.adapters.read_from_string(_timeline(25.0, 24, 20), "otio_json")
    offset = otio.opentime.RationalTime(5, 25.0)
    track = timeline.video_tracks()[0]
    track.insert(0, otio.schema.Transition("in", "SMPTE_Dissolve", offset, offset))
    track.append(otio.schema.Transition("out", "SMPTE_Dissolve", offset, offset))
    assert read_frames("film.otio", timeline.to_json_string()) == [24]


def test_an_otio_timeline_of_another_rate_is_placed_by_its_seconds(read_frames):
    slow = _timeline(24000 / 1001, *[24_000] * 3)
    assert read_frames("film.otio", slow, FilmClock(Fraction(24), None)) == [24_024, 48_048]


def _clip(**fields) -> str:
    """Return a timeline of two clips, the second with fields of its own."""
    timeline = otio.adapters.read_from_string(_timeline(25.0, 24, 20), "otio_json")
    clip = timeline.video_tracks()[0][1]
    clip.name = "the second"
    for name, value in fields.items():
        setattr(clip, name, value)
    return timeline.to_json_string()


def _span(value: float, rate: float) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(otio.opentime.RationalTime(0, 25), otio.opentime.RationalTime(value, rate))


@pytest.mark.parametrize(
    "span",
    [
        None,
        _span(10, float("inf")),
        _span(float("inf"), 25),
        _span(float("nan"), 25),
        _span(10, -25),
        _span(10, 0),
        _span(-10, 25),
    ],
)
def test_a_clip_that_lasts_no_time_one_can_tell_is_refused_by_name(read, span):
    with pytest.raises(DocumentError, match="clip 2 'the second'"):
        read("film.otio", _clip(source_range=span))


def test_a_clip_longer_than_any_film_is_refused(read):
    with pytest.raises(DocumentError, match="check that it belongs to this film"):
        read("film.otio", _timeline(25.0, 24, 2**31, 20))


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_nesting_is_refused_before_otio_sees_it(read, bracket):
    with pytest.raises(DocumentError, match="nested"):
        read("deep.otio", '{"a": "\\\\", "b": "]]}}", "c": ' + bracket * 200_000)


def test_a_timeline_that_holds_itself_is_refused(read):
    """OTIO reads it, and overflows the stack when asked how long it is."""
    text = _clip().replace('"OTIO_SCHEMA": "Stack.1"', '"OTIO_SCHEMA": "Stack.1", "OTIO_REF_ID": "all"')
    itself = '"children": [{"OTIO_SCHEMA": "Serializable\\u004fbjectRef.1", "id": "all"}]'
    head, tail = text.rsplit('"children": [', 1)
    with pytest.raises(DocumentError, match="by reference"):
        read("loop.otio", head + itself + ', "more": [' + tail)


def test_an_analysis_gives_its_shots_back(read, analysis, boundaries):
    assert read("film.cinetag.json", render_record(analysis)) == boundaries


@pytest.mark.parametrize("rate", [29.97, 30000 / 1001])
def test_an_otio_rate_written_short_is_the_films(read_frames, rate):
    lengths = [1001] * 40
    assert read_frames("film.otio", _timeline(rate, *lengths), NTSC) == [1001 * n for n in range(1, 40)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("empty.txt", ""),
        ("words.txt", "here\nthere\n"),
        ("negative.txt", "-5\n"),
        ("float.csv", "frame\n12.5\n"),
        ("falling.txt", "30\n20\n"),
        ("twice.txt", "30\n30\n"),
        ("early.otio", _timeline(25.0, 2, 20, transition_at=1)),
        ("bare.otio", _timeline(25.0)),
        ("broken.cinetag.json", "{}"),
        ("huge.txt", "99999999999\n"),
        ("reversed.tsv", "dissolve\t20\t10\n"),
        ("binary.txt", b"\xff\xfe\x00\x01"),
        ("none.edl", "TITLE: nothing\n"),
        ("broken.otio", "{"),
        ("clip.otio", '{"OTIO_SCHEMA": "Clip.2"}'),
        ("nofilm.otio", '{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1"}}'),
    ],
)
def test_what_is_no_cut_list_is_refused_by_name(read, name, text):
    with pytest.raises(DocumentError, match=name):
        read(name, text)


def test_a_missing_list_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="no such file"):
        read_cut_list(tmp_path / "gone.csv", FilmClock(Fraction(25), None))


def test_a_boundary_beyond_the_film_is_refused(tmp_path):
    refuse_outside(tmp_path / "a.csv", [Boundary("cut", 9, 9)], 10)
    with pytest.raises(DocumentError, match="frame 10"):
        refuse_outside(tmp_path / "a.csv", [Boundary("cut", 10, 10)], 10)
    with pytest.raises(DocumentError, match="frame 11"):
        refuse_outside(tmp_path / "a.csv", [Boundary("dissolve", 5, 11)], 10)


def test_what_a_list_assumes_stands_in_the_analysis(shared, tmp_path):
    cuts = tmp_path / "film.edl"
    cuts.write_text("001 F V C 01:00:00:00 01:00:01:00 01:00:00:00 01:00:01:00\n")
    film = shared / "media" / "edited" / "leaf_and_deer.mp4"
    found = analyze(film, Settings(only=frozenset({"shots"}), cut_list=cuts))
    assert [(shot.start, shot.origin) for shot in found.shots] == [(0, "person")]
    assert any("no timecode" in warning for warning in found.warnings)


def test_given_cuts_come_when_their_frame_comes():
    detector = GivenCuts([Boundary("cut", 3, 3), Boundary("dissolve", 6, 10)])
    found = [(i, b) for i in range(12) for b in detector.feed(Frame(i, i, None, None, None))]
    assert [(index, boundary.kind) for index, boundary in found] == [(3, "cut"), (8, "dissolve")]
    assert not list(detector.finish())


_WHOLE = _timeline(25.0, 24, 20, 28, transition_at=2)


@given(
    st.integers(0, len(_WHOLE)),
    st.integers(0, 60),
    st.sampled_from(
        ["", "null", "NaN", "-1", "1e999", "[]", "{}", '"', "\\", '"Gap.1"', '"Stack.1"', "\ud800"]
    ),
)
@example(0, 0, "\x00")
def test_no_timeline_does_more_than_be_refused(refused_or_sound, place, length, instead):
    refused_or_sound("fuzz.otio", _WHOLE[:place] + instead + _WHOLE[place + length :])


@given(
    st.lists(
        st.tuples(st.floats(width=32) | st.integers(0, 99), st.sampled_from([25.0, 24.0, 23.98, 1e-300])),
        max_size=4,
    ),
    st.none() | st.integers(0, 4),
)
def test_no_length_of_clips_does_more_than_be_refused(refused_or_sound, clips, transition_at):
    spans = iter([_span(*clip) for clip in clips])
    timeline = otio.adapters.read_from_string(
        _timeline(25.0, *[9] * len(clips), transition_at=transition_at), "otio_json"
    )
    for clip in timeline.find_clips():
        clip.source_range = next(spans)
    refused_or_sound("lengths.otio", timeline.to_json_string())
