"""What is told of a stream while it runs is what the whole of it tells, once, as soon as it cannot change."""

from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.records import BeatEvent, KeyFrame, Shot, TagScore, Transition
from cinetag_plugin.filter.closing import BEHIND_SHOTS, Closing
from cinetag_plugin.tags.spans import GAP_SHOTS, spans
from cinetag_plugin.tags.strengths import strengths


def _shots(lengths: list[int]) -> list[Shot]:
    ends = [sum(lengths[: place + 1]) for place in range(len(lengths))]
    return [
        Shot(
            index=index,
            start=end - length,
            end=end,
            transition_in=Transition(kind="cut", start=end - length, end=end - length),
            key_frames=(index,),
        )
        for index, (end, length) in enumerate(zip(ends, lengths, strict=True))
    ]


def _key_frame(shot: Shot, tags: set[str]) -> KeyFrame:
    scores = tuple(TagScore(tag=tag, probability=0.6) for tag in sorted(tags))
    return KeyFrame(
        index=shot.index, shot=shot.index, frame=shot.start, pts=shot.start, entropy=7.0, tags=scores
    )


FILMS = st.lists(st.tuples(st.integers(1, 60), st.sets(st.sampled_from(["beach_sea", "war"]))), max_size=40)


@given(FILMS)
def test_a_span_is_told_once_and_never_changes(film):
    shots = _shots([length for length, _ in film])
    keys = [_key_frame(shot, tags) for shot, (_, tags) in zip(shots, film, strict=True)]
    closing, told = Closing(), []
    for shot, key in zip(shots, keys, strict=True):
        closing.add(shot, [key])
        told += [(span.tag, span.start, span.end) for span in closing.spans()]
    whole = spans(shots, keys, strengths(keys))
    assert len(told) == len(set(told))
    assert set(told) <= {(span.tag, span.start, span.end) for span in whole}


def test_a_span_is_told_as_soon_as_no_shot_can_be_joined_to_it():
    shots = _shots([10] * 6)
    carried = [set(), {"war"}, {"war"}, set(), set(), set()]
    closing, told = Closing(), []
    for shot, tags in zip(shots, carried, strict=True):
        closing.add(shot, [_key_frame(shot, tags)])
        told.append([(span.start, span.end) for span in closing.spans()])
    assert told.index([(10, 30)]) == 2 + GAP_SHOTS + 1
    assert sum(map(len, told)) == 1


def _battles(shots, keys) -> list[BeatEvent]:
    """Shots 3 to 5 are a battle, and so is every shot from the 16th on."""
    runs = [[s for s in shots if 3 <= s.index <= 5], [s for s in shots if s.index >= 16]]
    return [
        BeatEvent(
            category="battle",
            start=run[0].start,
            end=run[-1].end,
            confidence=0.5,
            shots=tuple(shot.index for shot in run),
            key_shot=run[0].index,
        )
        for run in runs
        if run
    ]


def test_a_beat_is_told_once_when_it_lies_behind():
    closing, told = Closing(), []
    for shot in _shots([10] * 40):
        closing.add(shot, [])
        told += [(shot.index, beat.shots) for beat in closing.beats(_battles)]
    assert told == [(2 * BEHIND_SHOTS - 1, (3, 4, 5))]  # that which goes on is left to the end
