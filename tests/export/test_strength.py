"""Fewer events: those sure enough, the few that matter most, in the order of the table."""

from hypothesis import given
from hypothesis import strategies as st
from made_films import NAMES, event, told

from cinetag_plugin.export.events import KINDS, events
from cinetag_plugin.export.strength import most_important, strength, sure_enough


def rows(drawn):
    return [
        event(
            start,
            start + 1,
            kind=kind,
            name=f"{number}",
            data={"cinetag": {{"beat": "confidence", "tag": "probability"}.get(kind, "other"): value}},
        )
        for number, (start, kind, value) in enumerate(sorted(drawn))
    ]


TABLES = st.lists(st.tuples(st.integers(0, 99), st.sampled_from(KINDS), st.floats(0, 1)), max_size=12).map(
    rows
)


def test_a_beat_has_its_confidence_and_a_tag_its_probability_and_a_shot_neither():
    found = {row.kind: strength(row) for row in events(told(), NAMES, kinds={"beat", "shot", "film"})}
    assert found == {"beat": 0.81, "shot": None, "film": None}
    assert [strength(row) for row in events(told(), NAMES, kinds={"tag"})] == [0.91, 0.7]
    assert strength(event(0, 1, data={"cinetag": 3})) is None


@given(TABLES, st.floats(0, 1))
def test_what_is_left_out_is_a_beat_or_tag_that_is_weaker(table, least):
    kept = sure_enough(table, least)
    assert [row for row in table if row in kept] == kept
    for row in table:
        (value,) = row.data["cinetag"].values()
        assert (row in kept) == (row.kind not in {"beat", "tag"} or value >= least)


@given(TABLES, st.integers(0, 13))
def test_the_few_that_are_kept_come_before_all_others_by_kind_and_strength(table, limit):
    kept = most_important(table, limit, lambda row: row.kind in {"film", "beat", "tag"})
    counted = [row for row in table if row.kind in {"film", "beat", "tag"}]
    stay = [row for row in table if row not in counted]
    assert [row for row in table if row in kept] == kept
    assert [row for row in kept if row.kind not in {"film", "beat", "tag"}] == stay
    assert len(kept) == len(stay) + min(limit, len(counted))

    def order(row):
        return ["film", "beat", "tag"].index(row.kind), -next(iter(row.data["cinetag"].values()))

    left_out = [row for row in counted if row not in kept]
    for row in left_out:
        value = order(row) if row.kind != "film" else (0, 0)
        assert all(order(other) <= value or other.kind == "film" for other in kept if other in counted)
