"""Beat events against a truth: as many pairs as there can be, and what is left out."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Category, Vocabulary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.records import BeatEvent, BeatScore, Shot, Transition
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.evaluation.beat_events import EventScores, comparable, labels_of, score_events, score_film
from cinetag_plugin.evaluation.beat_truth import MOST_ROWS, BeatSpan, read_spans
from cinetag_plugin.evaluation.shots import Counts

NAMES = Names([builtin_vocabulary()])


def spans(*given: tuple[int, int, str]) -> list[BeatSpan]:
    return [BeatSpan(*span) for span in given]


some_spans = st.lists(
    st.builds(
        lambda start, length, category: BeatSpan(start, start + length, category),
        st.integers(0, 20),
        st.integers(1, 12),
        st.sampled_from(["battle", "pursuit"]),
    ),
    max_size=5,
)


def brute_force(true, found) -> int:
    """Try every order of the found against the true, frame by frame."""

    def alike(a, b):
        one, other = set(range(a.start, a.end)), set(range(b.start, b.end))
        return a.category == b.category and 2 * len(one & other) >= len(one | other)

    few, many = sorted((true, found), key=len)
    return max(sum(map(alike, few, order)) for order in permutations(many, len(few)))


@settings(deadline=None, max_examples=150)
@given(some_spans, some_spans)
def test_as_many_pairs_are_found_as_any_order_has(true, found):
    together = score_events(true, found).together
    assert together == Counts(len(true), len(found), brute_force(true, found))


@given(some_spans)
def test_a_truth_is_right_about_itself(true):
    assert score_events(true, true).together == Counts(len(true), len(true), len(true))


def test_half_is_enough_and_less_is_not():
    assert score_events(spans((0, 100, "battle")), spans((50, 100, "battle"))).together.matched == 1
    assert score_events(spans((0, 100, "battle")), spans((51, 100, "battle"))).together.matched == 0
    assert score_events(spans((0, 100, "battle")), spans((0, 200, "battle"))).together.matched == 1
    assert score_events(spans((0, 100, "battle")), spans((0, 100, "pursuit"))).together.matched == 0


def test_one_event_cut_in_two_is_one_right_and_one_false():
    scores = score_events(spans((0, 100, "battle")), spans((0, 50, "battle"), (50, 100, "battle")))
    assert scores.counts == {"battle": Counts(1, 2, 1)}


def test_what_a_viewer_would_not_decide_is_in_no_figure():
    true = spans((0, 100, "difficult"), (100, 200, "battle"), (300, 400, "none"))
    found = spans((40, 110, "romance"), (100, 200, "battle"), (300, 400, "joy_bad"), (0, 9, "difficult"))
    scores = score_events(true, found)
    assert scores.counts == {"battle": Counts(1, 1, 1), "joy_bad": Counts(0, 1, 0)}
    assert (scores.difficult, scores.unjudged) == (1, 1)
    assert scores.mean_f == 1 / 2


def test_no_events_have_no_figures():
    scores = score_events([], [])
    assert (scores.together.f1, scores.mean_f, scores.confusion, scores.grouped_accuracy) == (None,) * 4


@pytest.mark.parametrize(
    ("labels", "levels"),
    [
        ({"physical_war", "battle"}, {"physical_war": "battle", "battle": "battle"}),
        ({"despair_in_jail"}, {"despair_in_jail": "despair_good", "despair": "despair_good"}),
        ({"joy"}, {"joy": "joy_bad", "joy_bad": "joy_bad"}),
        ({"victory"}, {"victory_good": "victory", "victory_bad": "victory", "victory": "victory"}),
        ({"victory_good"}, {"victory_good": "victory_good", "victory_bad": "victory_bad"}),
        ({"odd"}, {"odd": "odd"}),
    ],
)
def test_parts_and_merged_classes_come_to_one_level(labels, levels):
    level = comparable(NAMES, labels)
    assert {slug: level(slug) for slug in levels} == levels


def test_a_vocabulary_that_goes_round_comes_to_an_end():
    round_about = (Category(slug="a", name="A", within="b"), Category(slug="b", name="B", within="a"))
    assert comparable(Names([Vocabulary(name="round", categories=round_about)]), {"a"})("a") in {"a", "b"}


def with_beats(made, events, said):
    """A film with the events told, and shots of ten frames that say what is told."""
    shots = tuple(
        Shot(
            index=n,
            start=n * 10,
            end=n * 10 + 10,
            transition_in=Transition(kind="cut", start=n * 10, end=n * 10),
            beats=tuple(BeatScore(category=slug, probability=0.5) for slug in best),
        )
        for n, best in enumerate(said)
    )
    beats = tuple(BeatEvent(category=c, start=s, end=e, confidence=1.0) for s, e, c in events)
    return type(made)(
        **{name: getattr(made, name) for name in made.__struct_fields__} | {"shots": shots, "beats": beats}
    )


def test_shots_are_told_by_the_shot_and_by_the_event_that_cover_them_most(make_film):
    analysis = with_beats(
        make_film("film"),
        [(0, 25, "battle"), (25, 40, "argument")],
        [["battle", "romance"], ["romance"], ["good_argue_bad"], []],
    )
    true_shots = spans(
        (0, 12, "battle"),
        (12, 20, "battle"),
        (20, 30, "good_argue_good"),
        (30, 40, "romance"),
        (40, 50, "none"),
    )
    level = comparable(NAMES, labels_of(analysis))
    scores = score_film(analysis, spans((0, 20, "battle")), true_shots, level)
    assert scores.counts["battle"] == Counts(1, 1, 1)
    assert [(shot.true, shot.said, shot.grouped) for shot in scores.shots] == [
        ("battle", "battle", "battle"),
        ("battle", "romance", "battle"),
        ("argument", "argument", "battle"),
        ("romance", None, "argument"),
    ]
    assert scores.confusion.accuracy == 2 / 4
    assert scores.grouped_accuracy == 2 / 4
    assert scores.shots_left_out == 1
    assert scores.confusion.labels[-1] == "none"


def test_films_add_up():
    one = EventScores({"battle": Counts(1, 2, 1)}, 1, 2, None)
    other = EventScores({"battle": Counts(3, 1, 0), "joy_bad": Counts(1, 0, 0)}, 0, 1, ())
    both = one + other
    assert both.counts == {"battle": Counts(4, 3, 1), "joy_bad": Counts(1, 0, 0)}
    assert (both.difficult, both.unjudged, both.shots) == (1, 3, ())
    assert (one + one).shots is None


def test_the_tables_of_the_labelled_clips_hold_what_their_page_counts(shared):
    labels = shared / "media" / "labels"
    events = [span for path in labels.glob("*.events.tsv") for span in read_spans(path, "events", NAMES)]
    found = {slug: sum(span.category == slug for span in events) for slug in {s.category for s in events}}
    expected = {"battle": 5, "difficult": 9, "pursuit": 3, "despair_good": 1, "battle_preparation": 1}
    assert found == expected
    tables = [path for path in labels.glob("*.tsv") if not path.name.endswith(".events.tsv")]
    shots = [span for path in tables for span in read_spans(path, "shots", NAMES)]
    assert len(shots) == 108
    assert sum(span.end - span.start for span in shots) == 9722
    assert sum(span.category not in ("difficult", "none") for span in shots) == 37


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("0\t10", "lacks its frames or its category"),
        ("a\t10\tbattle", "lacks its frames or its category"),
        ("-1\t10\tbattle", "lacks its frames or its category"),
        ("10\t10\tbattle", "ends before it starts"),
        ("0\t10\tpicnic", "has the unknown category 'picnic'"),
        ("0\t10\t", "has the unknown category"),
    ],
)
def test_a_row_that_is_none_is_refused_with_its_line(tmp_path, line, fault):
    path = tmp_path / "film.events.tsv"
    path.write_text(f"# start\tend\tcategory\tnote\n{line}\tnote\n" if "\t" in line[4:] else f"#\n{line}\n")
    with pytest.raises(DocumentError, match=f"line 2 {fault}"):
        read_spans(path, "events", NAMES)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"0\t1\tbattle\n" * (MOST_ROWS + 1)])
def test_what_is_no_truth_is_refused(tmp_path, content):
    path = tmp_path / "film.events.tsv"
    path.write_bytes(content)
    with pytest.raises(DocumentError):
        read_spans(path, "events", NAMES)


def test_names_and_parts_are_read_as_people_write_them(tmp_path):
    path = tmp_path / "film.events.tsv"
    path.write_text("5\t9\tBattle Preparation\t\r\n0\t5\tPhysical War\tnote\r\n")
    assert list(read_spans(path, "events", NAMES)) == spans(
        (0, 5, "physical_war"), (5, 9, "battle_preparation")
    )
