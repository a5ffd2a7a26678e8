"""The pictures of scores: marks lie where the figures say, and no name can break them."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Category, Tag, Vocabulary
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.report.confusion_chart import confusion_chart
from cinetag_plugin.report.quality_chart import MOST_MISTAKES, Confused, QualityBar, quality_chart

SVG = "{http://www.w3.org/2000/svg}"
NAMES = Names([builtin_vocabulary()])
BARS = (
    QualityBar("war", 1.0, (0.5, 1.0), 0.25, 1200, 8),
    QualityBar("forest", 0.5, None, 0.1, 30, 1),
)
BINS = ((0.1, 0.2, 500), (0.9, 0.8, 12))
anything = st.text(st.characters(exclude_categories=()), max_size=40)


def quality(bars=BARS, bins=BINS, confused=(), names=NAMES, model="colours") -> bytes:
    return quality_chart(model, "some pictures", bars, bins, confused, names)


def texts_of(picture: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def tipped(picture: bytes) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(picture)
    return {mark.findtext(f"{SVG}title", ""): mark for mark in root if mark.find(f"{SVG}title") is not None}


def test_bars_are_as_long_as_the_average_precision():
    marks = tipped(quality())
    war = marks["War: average precision 1.000 (0.500 to 1.000)"]
    forest = marks["Forest: average precision 0.500"]
    assert float(forest.get("width")) == pytest.approx(float(war.get("width")) / 2, abs=0.02)
    assert float(war.get("y")) < float(forest.get("y"))


def test_intervals_reach_from_low_to_high_and_are_left_out_where_there_is_none():
    picture = quality()
    war = tipped(picture)["War: average precision 1.000 (0.500 to 1.000)"]
    left, width = float(war.get("x")), float(war.get("width"))
    whiskers = [path.get("d") for path in ElementTree.fromstring(picture).iter(f"{SVG}path")]
    lines = [re.match(r"M([\d.]+) [\d.]+h([\d.]+)", d) for d in whiskers if "h" in d]
    assert [(float(m[1]), float(m[2])) for m in lines] == [
        (pytest.approx(left + width / 2, abs=0.02), pytest.approx(width / 2, abs=0.02))
    ]


def test_bins_lie_over_their_probability():
    picture = quality()
    marks = tipped(picture)
    low, high = (
        marks["probability 0.10: holds in 0.20 of 500"],
        marks["probability 0.90: holds in 0.80 of 12"],
    )
    centre = lambda mark, axis, size: float(mark.get(axis)) + float(mark.get(size)) / 2  # noqa: E731
    across = centre(high, "x", "width") - centre(low, "x", "width")
    up = centre(low, "y", "height") - centre(high, "y", "height")
    assert up / across == pytest.approx(0.6 / 0.8, abs=0.001)
    assert float(high.get("width")) < float(low.get("width"))


def test_mistakes_are_counted_and_many_are_cut_at_a_number_that_is_told():
    confused = [Confused("war", f"tag_{n}", 40 - n, 0.1) for n in range(MOST_MISTAKES + 3)]
    texts = texts_of(quality(confused=confused))
    assert "War → Tag 0" in texts
    assert "40 (10%)" in texts
    assert f"War → Tag {MOST_MISTAKES}" not in texts
    assert "and 3 rarer kinds" in texts
    assert "Nothing." in texts_of(quality())


def test_a_matrix_shows_counts_shares_and_figures():
    picture = confusion_chart(
        "A title",
        "8 judged",
        ["battle", "romance"],
        [[3, 1], [0, 4]],
        [(1.0, 0.75, 0.857), (0.8, None, None)],
        NAMES,
    )
    marks = tipped(picture)
    assert set(marks) == {
        "A title: 8 judged",
        "Battle, answered Battle: 3 times",
        "Battle, answered Romance: 1 time",
        "Romance, answered Romance: 4 times",
    } - {"A title: 8 judged"}
    right, wrong = (marks[f"Battle, answered {name}"] for name in ("Battle: 3 times", "Romance: 1 time"))
    assert float(right.get("x")) < float(wrong.get("x"))
    assert right.get("y") == wrong.get("y")
    light = [int(mark.get("fill")[1:3], 16) for mark in (right, wrong)]
    assert light[0] < light[1]
    texts = texts_of(picture)
    assert {"Battle", "Romance", "Batt", "Rom", "0.86", "0.75", "-", "3", "4"} <= set(texts)


@pytest.mark.parametrize("size", [1, 11, 60])
def test_matrices_of_any_size_stay_inside_their_picture(size):
    labels = [f"category_{n}" for n in range(size)]
    matrix = [[row + column for column in range(size)] for row in range(size)]
    root = ElementTree.fromstring(
        confusion_chart("A", "b", labels, matrix, [(None, None, None)] * size, NAMES)
    )
    width, height = float(root.get("width")), float(root.get("height"))
    for mark in root.iter(f"{SVG}rect"):
        assert float(mark.get("x")) + float(mark.get("width")) <= width
        assert float(mark.get("y")) + float(mark.get("height")) <= height


@settings(deadline=None, max_examples=40)
@given(model=anything, name=anything, group=anything)
def test_no_name_can_break_a_picture(model, name, group):
    tag, category = Tag(slug="odd", name=name, group=group), Category(slug="odd", name=name, short=group)
    names = Names([Vocabulary(name="any", tags=(tag,), categories=(category,))])
    bar = QualityBar("odd", 0.5, (0.1, 0.7), 0.1, 3, 2)
    for picture in (
        quality([bar], confused=[Confused("odd", "odd", 1, 1.0)], names=names, model=model),
        confusion_chart(model, name, ["odd"], [[2]], [(1.0, 1.0, 1.0)], names),
    ):
        root = ElementTree.fromstring(picture)
        known = {f"{SVG}{kind}" for kind in ("svg", "title", "rect", "path", "line", "text")}
        assert {element.tag for element in root.iter()} <= known
        categories = {unicodedata.category(char) for text in root.itertext() for char in text.strip()}
        assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}
