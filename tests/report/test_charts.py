"""The two pictures of tags: what they show, where it lies, and that no name can break them."""

import re
import subprocess
import sys
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Tag, Vocabulary
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.export.colours import colour
from cinetag_plugin.report.charts import MOST_ROWS, strength_chart, timeline_chart

SVG = "{http://www.w3.org/2000/svg}"
NAMES = Names([builtin_vocabulary()])
CHARTS = [strength_chart, timeline_chart]
anything = st.text(st.characters(exclude_categories=()), max_size=40)


def texts_of(picture: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def tipped(picture: bytes) -> dict[str, ElementTree.Element]:
    """Map what a pointer reads to what it rests on."""
    root = ElementTree.fromstring(picture)
    marks = (mark for mark in root if mark.tag in {f"{SVG}rect", f"{SVG}path"})
    return {mark.findtext(f"{SVG}title", ""): mark for mark in marks if mark.find(f"{SVG}title") is not None}


def mark_of(picture: bytes, name: str) -> ElementTree.Element:
    return next(mark for tip, mark in tipped(picture).items() if tip.startswith(f"{name}:"))


def boxes_of(mark: ElementTree.Element) -> list[tuple[float, float]]:
    """Read x and width of the parts of a path."""
    return [(float(x), float(w)) for x, w in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", mark.get("d", ""))]


def axis_of(picture: bytes) -> list[float]:
    return [float(line.get("x1")) for line in ElementTree.fromstring(picture).iter(f"{SVG}line")]


def test_bars_are_as_long_as_the_tags_are_strong(make_analysis):
    picture = strength_chart(make_analysis({"war": 1.0, "forest": 0.5, "robot": 0.25, "sex": 0.0}), NAMES)
    zero, *_, one = axis_of(picture)
    width = {name: float(mark_of(picture, name).get("width")) for name in ("War", "Forest", "Robot", "Sex")}
    assert width["War"] == pytest.approx(one - zero, abs=0.02)
    assert width["Forest"] == pytest.approx((one - zero) / 2, abs=0.02)
    assert width["Robot"] == pytest.approx((one - zero) / 4, abs=0.02)
    assert 0 < width["Sex"] < 5
    assert float(mark_of(picture, "War").get("x")) == pytest.approx(zero, abs=0.02)


def test_the_strongest_tag_stands_first_whatever_the_order_in_the_document(make_analysis):
    picture = strength_chart(make_analysis({"robot": 0.25, "war": 1.0, "forest": 0.5}), NAMES)
    tops = [float(mark_of(picture, name).get("y")) for name in ("War", "Forest", "Robot")]
    assert tops == sorted(tops)
    labels = [text for text in texts_of(picture) if text in {"War", "Forest", "Robot"}]
    assert labels == ["War", "Forest", "Robot"]


def test_strength_and_count_stand_in_figures(make_analysis):
    texts = texts_of(strength_chart(make_analysis({"war": 0.8251}), NAMES))
    assert "0.83" in texts
    assert "3" in texts
    assert "Example film" in texts
    assert "Relative strength of 1 tag" in texts


@pytest.mark.parametrize("chart", CHARTS)
def test_marks_have_the_colour_of_the_group_and_the_legend_names_it(make_analysis, chart):
    analysis = make_analysis(
        {"war": 1.0, "forest": 0.5, "steam_train": 0.1},
        spans=[("war", 0, 25), ("forest", 25, 50), ("steam_train", 50, 75)],
    )
    picture = chart(analysis, NAMES)
    assert mark_of(picture, "War").get("fill") == colour("tag.action", "hex")
    assert mark_of(picture, "Forest").get("fill") == colour("tag.nature", "hex")
    assert mark_of(picture, "Steam train").get("fill") == colour("tag.other", "hex")
    assert {"Action", "Nature", "Other"} <= set(texts_of(picture))


def test_spans_lie_where_the_film_has_them(make_analysis):
    picture = timeline_chart(make_analysis({"war": 1.0}, spans=[("war", 25, 50), ("war", 75, 100)]), NAMES)
    start, *later = axis_of(picture)
    second = later[0] - start
    assert [text for text in texts_of(picture) if text.startswith("0:")] == [f"0:0{n}" for n in range(5)]
    assert boxes_of(mark_of(picture, "War")) == [
        (pytest.approx(start + second, abs=0.02), pytest.approx(second, abs=0.02)),
        (pytest.approx(start + 3 * second, abs=0.02), pytest.approx(second, abs=0.02)),
    ]


def test_time_is_that_of_the_frames_not_their_number(make_analysis):
    """The first half of the frames takes a quarter of the time."""
    analysis = make_analysis({"war": 1.0}, spans=[("war", 0, 50)], timing=((0, 7, 1), (50, 57, 3)))
    picture = timeline_chart(analysis, NAMES)
    whole = timeline_chart(make_analysis({"war": 1.0}, spans=[("war", 0, 100)]), NAMES)
    ((_, width),) = boxes_of(mark_of(picture, "War"))
    ((_, film),) = boxes_of(mark_of(whole, "War"))
    assert width == pytest.approx(film / 4, abs=0.05)


def test_a_part_of_a_film_fills_the_axis_with_its_own_times(make_analysis):
    analysis = make_analysis({"war": 1.0}, shots=200, spans=[("war", 3000, 4000)], analysed=(3000, 5000))
    picture = timeline_chart(analysis, NAMES)
    assert "2:00" in texts_of(picture)
    assert "0:00" not in texts_of(picture)
    ((x, width),) = boxes_of(mark_of(picture, "War"))
    first, second, *_ = axis_of(picture)
    assert x == pytest.approx(first, abs=0.02)
    assert width == pytest.approx((second - first) * 4, abs=0.1)


def test_every_cut_has_its_tick_in_a_film_of_few_shots(make_analysis):
    picture = timeline_chart(make_analysis({"war": 1.0}, spans=[("war", 0, 25)], shots=9), NAMES)
    assert len(boxes_of(tipped(picture)["8 cuts"])) == 8


def test_spans_without_a_strength_of_their_own_are_shown(make_analysis):
    picture = timeline_chart(make_analysis({}, spans=[("war", 0, 25)]), NAMES)
    assert boxes_of(mark_of(picture, "War"))


def test_tags_without_spans_have_no_row_in_time(make_analysis):
    picture = timeline_chart(make_analysis({"war": 1.0, "robot": 0.5}, spans=[("robot", 0, 25)]), NAMES)
    assert "War" not in texts_of(picture)
    assert "1 tag over time: 4 shots in 4.0 s" in texts_of(picture)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_film_without_tags_says_so(make_analysis, chart):
    texts = " ".join(texts_of(chart(make_analysis(), NAMES)))
    assert "No tag" in texts
    assert "No model for tags was used." in texts
    analysed = make_analysis({"war": 1.0})
    assert "No model" not in " ".join(texts_of(chart(analysed, NAMES)))


@pytest.mark.parametrize("chart", CHARTS)
def test_many_tags_are_cut_at_a_number_that_is_told(make_analysis, chart):
    tags = {f"tag_{n:03}": 1 - n / 100 for n in range(MOST_ROWS + 12)}
    analysis = make_analysis(tags, spans=[(tag, 0, 25) for tag in tags])
    texts = texts_of(chart(analysis, NAMES))
    assert any(f"the strongest {MOST_ROWS} of {MOST_ROWS + 12} tags" in text for text in texts)
    assert "Tag 059" in texts
    assert "Tag 060" not in texts


@pytest.mark.parametrize("chart", CHARTS)
def test_a_long_film_of_many_tags_stays_a_small_picture(make_analysis, chart):
    tags = {tag.slug: 1 - n / 100 for n, tag in enumerate(NAMES.tags)}
    spans = [(tag, shot * 25, shot * 25 + 25) for tag in tags for shot in range(0, 3000, 2)]
    picture = chart(make_analysis(tags, shots=3000, spans=spans), NAMES)
    assert len(picture) < 400_000
    for mark in tipped(picture).values():
        assert all(x + width <= 840 for x, width in boxes_of(mark))


@pytest.mark.parametrize("chart", CHARTS)
def test_the_same_film_gives_the_same_bytes(make_analysis, chart):
    analysis = make_analysis({"war": 1.0, "robot": 0.5}, spans=[("robot", 0, 25), ("war", 0, 50)])
    assert chart(analysis, NAMES) == chart(analysis, Names([builtin_vocabulary()]))


@pytest.mark.parametrize("chart", CHARTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(film=anything, tag=anything, group=anything)
def test_no_name_can_break_a_picture(make_analysis, chart, film, tag, group):
    names = Names([Vocabulary(name="any", tags=(Tag(slug="odd", name=tag, group=group),))])
    picture = chart(make_analysis({"odd": 1.0}, spans=[("odd", 0, 25)], name=film), names)
    root = ElementTree.fromstring(picture)
    known = {f"{SVG}{tag}" for tag in ("svg", "title", "rect", "path", "line", "text")}
    assert {element.tag for element in root.iter()} <= known
    categories = {unicodedata.category(char) for text in root.itertext() for char in text.strip()}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("chart", CHARTS)
def test_markup_in_names_is_text(make_analysis, chart):
    analysis = make_analysis(
        {"<b>&\"'": 1.0}, spans=[("<b>&\"'", 0, 25)], name="</text><script>alert(1)</script>"
    )
    picture = chart(analysis, NAMES)
    assert b"<script" not in picture
    assert "</text><script>alert(1)</script>" in texts_of(picture)


@pytest.mark.parametrize("chart", CHARTS)
def test_long_names_are_cut_in_the_picture_and_whole_at_the_pointer(make_analysis, chart):
    name = "Argument between people who once were friends and are so no longer"
    names = Names([Vocabulary(name="long", tags=(Tag(slug="long", name=name),))])
    picture = chart(make_analysis({"long": 1.0}, spans=[("long", 0, 25)], name="n" * 150), names)
    assert any(text.startswith("Argument between") and text.endswith("…") for text in texts_of(picture))
    assert any(text.startswith("nnn") and text.endswith("…") for text in texts_of(picture))
    assert mark_of(picture, name) is not None


@pytest.mark.parametrize("timing", [((0, 0, 0),), ((0, 0, -5),), ((0, 0, 2**62),), ((0, -(2**62), 1),)])
def test_times_that_cannot_be_still_give_a_picture(make_analysis, timing):
    picture = timeline_chart(make_analysis({"war": 1.0}, spans=[("war", 25, 50)], timing=timing), NAMES)
    ((x, width),) = boxes_of(mark_of(picture, "War"))
    assert 0 < x < x + width < 840
    assert len(axis_of(picture)) < 12


def test_charts_need_neither_numpy_nor_pictures():
    code = (
        "import sys, cinetag_plugin.report.charts; "
        "print([m for m in ('numpy', 'cv2', 'PIL', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
