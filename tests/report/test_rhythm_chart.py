"""The chart of a film's rhythm: beats where they are, in their colours; a small picture of a long film."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cinetag_plugin.document.contracts import Category, Tag, Vocabulary
from cinetag_plugin.document.records import BeatEvent, ModelUse
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.export.colours import colour
from cinetag_plugin.report.formats import EXPORTERS
from cinetag_plugin.report.rhythm import LOUDNESS, MOST_TAGS, rhythm_chart

SVG = "{http://www.w3.org/2000/svg}"
NAMES = Names([builtin_vocabulary()])
anything = st.text(st.characters(exclude_categories=()), max_size=40)


def with_beats(analysis, *beats, loudness=None):
    events = tuple(BeatEvent(category=c, start=s, end=e, confidence=0.75) for c, s, e in beats)
    measured = (
        replace(shot, measures={LOUDNESS: loudness(shot.index)} if loudness else {})
        for shot in analysis.shots
    )
    return replace(analysis, beats=events, shots=tuple(measured))


def texts_of(picture):
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def tipped(picture):
    root = ElementTree.fromstring(picture)
    return {mark.findtext(f"{SVG}title", ""): mark for mark in root if mark.find(f"{SVG}title") is not None}


def axis_of(picture):
    return [float(line.get("x1")) for line in ElementTree.fromstring(picture).iter(f"{SVG}line")]


def curves_of(picture):
    found = ElementTree.fromstring(picture).iter(f"{SVG}polyline")
    return [[tuple(map(float, p.split(","))) for p in line.get("points").split()] for line in found]


def test_beats_lie_where_the_film_has_them_with_name_colour_and_confidence(make_analysis):
    analysis = with_beats(make_analysis(shots=8), ("battle", 25, 100), ("victory", 100, 150))
    picture = rhythm_chart(analysis, NAMES)
    start, *later = axis_of(picture)
    second = later[0] - start
    battle = tipped(picture)["Battle: 0:01 to 0:04, confidence 0.75"]
    assert float(battle.get("x")) == pytest.approx(start + second, abs=0.02)
    assert float(battle.get("width")) == pytest.approx(3 * second, abs=0.02)
    assert battle.get("fill") == colour("beat.battle", "hex")
    victory = tipped(picture)["Victory: 0:04 to 0:06, confidence 0.75"]
    assert victory.get("fill") == colour("beat.victory_good", "hex")
    assert texts_of(picture).count("Battle") == 2  # on the ribbon and in the legend
    assert "Rhythm: 2 beat events, 8 shots in 8.0 s" in texts_of(picture)


def test_a_name_that_does_not_fit_is_short_or_only_in_the_legend(make_analysis):
    beats = [("battle_preparation", 0, 125), ("good_argue_bad", 125, 150), ("romance", 150, 2500)]
    texts = texts_of(rhythm_chart(with_beats(make_analysis(shots=100), *beats), NAMES))
    assert texts.count("Battle Preparation") == 1
    assert "Prep" in texts
    assert texts.count("Good Argue Bad") == 1
    assert "GAB" not in texts


@pytest.mark.parametrize(
    ("models", "why"),
    [
        ((), "No beats: no model for beats was used."),
        ((ModelUse(role="beats", name="b", sha256="0", delegate="cpu"),), "No beat was found in this film."),
    ],
)
def test_a_film_without_beats_says_why(make_analysis, models, why):
    assert why in texts_of(rhythm_chart(replace(make_analysis(), models=models), NAMES))


def test_the_strongest_tags_have_lanes(make_analysis):
    tags = {f"tag_{n:02}": 1 - n / 100 for n in range(MOST_TAGS + 3)}
    picture = rhythm_chart(make_analysis(tags, spans=[(tag, 0, 25) for tag in tags]), NAMES)
    assert [text for text in texts_of(picture) if text.startswith("Tag ")] == [
        f"Tag {n:02}" for n in range(MOST_TAGS)
    ]


def test_the_cut_rate_of_an_evenly_cut_film_is_a_level_line(make_analysis):
    """Shots of one second are sixty cuts a minute: the scale ends at 100, the line lies at 0.6 of it."""
    picture = rhythm_chart(make_analysis(shots=300), NAMES)
    (pace,) = curves_of(picture)
    places = {m.text: float(m.get("y")) - 4 for m in ElementTree.fromstring(picture).iter(f"{SVG}text")}
    foot, top = places["0"], places["100"]
    heights = [(foot - y) / (foot - top) * 100 for _, y in pace[20:-20]]
    assert heights == pytest.approx([60] * len(heights), abs=2)
    assert "over 50 s" in texts_of(picture)


def test_loudness_is_drawn_where_it_was_measured(make_analysis):
    quiet_then_loud = with_beats(make_analysis(shots=10), loudness=lambda n: -40.0 if n < 5 else -10.0)
    picture = rhythm_chart(quiet_then_loud, NAMES)
    _, loud = curves_of(picture)
    assert loud[10][1] > loud[-10][1]  # further down is quieter
    assert {"loudness", "dBFS", "-40", "-10"} <= set(texts_of(picture))
    assert "loudness" not in texts_of(rhythm_chart(make_analysis(), NAMES))


def test_three_hours_of_three_thousand_shots_stay_a_small_picture(make_analysis):
    classes = [known.slug for known in NAMES.beat_classes]
    beats = [(classes[n % len(classes)], n * 25, n * 25 + 25) for n in range(3000)]
    tags = {tag.slug: 1 - n / 100 for n, tag in enumerate(NAMES.tags)}
    spans = [(tag, shot * 25, shot * 25 + 25) for tag in list(tags)[:9] for shot in range(0, 3000, 2)]
    film = make_analysis(tags, shots=3000, spans=spans, timing=((0, 0, 4),))
    picture = rhythm_chart(with_beats(film, *beats, loudness=lambda n: -20.0 - n % 7), NAMES)
    assert "3,000 beat events, 3,000 shots in 3:20:00" in " ".join(texts_of(picture))
    assert len(picture) < 120_000
    root = ElementTree.fromstring(picture)
    width = float(root.get("width"))
    for mark in root.iter(f"{SVG}path"):
        boxes = re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", mark.get("d"))
        assert all(float(x) + float(w) <= width - 60 for x, w in boxes)


def test_an_event_too_short_for_a_pixel_is_seen(make_analysis):
    film = with_beats(make_analysis(shots=4000), ("battle", 50_000, 50_001))
    paths = ElementTree.fromstring(rhythm_chart(film, NAMES)).iter(f"{SVG}path")
    assert any(path.get("fill") == colour("beat.battle", "hex") for path in paths)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(film=anything, name=anything)
def test_no_name_can_break_the_picture(make_analysis, film, name):
    odd = Vocabulary(
        name="any",
        tags=(Tag(slug="odd", name=name, group=name),),
        categories=(Category(slug="odd", name=name, short=name),),
    )
    analysis = make_analysis({"odd": 1.0}, spans=[("odd", 0, 25)], name=film)
    picture = rhythm_chart(with_beats(analysis, ("odd", 0, 50)), Names([odd]))
    categories = {
        unicodedata.category(c) for t in ElementTree.fromstring(picture).itertext() for c in t.strip()
    }
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("timing", [((0, 0, 0),), ((0, 0, -5),), ((0, 0, 2**62),)])
def test_times_that_cannot_be_still_give_a_picture(make_analysis, timing):
    film = make_analysis({"war": 1.0}, spans=[("war", 0, 25)], timing=timing)
    picture = rhythm_chart(with_beats(film, ("battle", 25, 50), loudness=lambda n: -20.0), NAMES)
    assert "Battle" in texts_of(picture)
    assert b"nan" not in picture


def test_the_same_film_gives_the_same_bytes(make_analysis):
    film = with_beats(make_analysis(shots=900), *[("battle", n * 30, n * 30 + 30) for n in range(700)])
    assert rhythm_chart(film, NAMES) == rhythm_chart(film, Names([builtin_vocabulary()]))


def test_it_is_a_format_of_its_own(make_analysis):
    exporter = next(known for known in EXPORTERS if known.slug == "rhythm")
    film = with_beats(make_analysis(), ("battle", 0, 50))
    assert exporter.suffix == ".rhythm.svg"
    assert exporter.render([], film) == rhythm_chart(film, NAMES)
