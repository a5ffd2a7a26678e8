"""The table for the terminal, at any width and encoding, with names from anywhere."""

import io
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from cinetag_plugin.document.contracts import Tag, Vocabulary
from cinetag_plugin.document.records import BeatEvent, ModelUse, Transition
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.report.terminal import summary

NAMES = Names([builtin_vocabulary()])
anything = st.text(st.characters(exclude_categories=()), max_size=40)


def printed(analysis, names=NAMES, *, width=100, encoding="utf-8", terminal=False, **options) -> str:
    """Print on a terminal or file of an encoding that refuses what it does not know."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")
    colours = "truecolor" if terminal else None
    console = Console(
        file=file,
        width=width,
        force_terminal=terminal,
        color_system=colours,
        highlight=False,
        legacy_windows=False,
    )
    console.print(summary(analysis, names, width=width, **options))
    file.flush()
    return raw.getvalue().decode(encoding)


def row_of(text, name) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(name)).split()


def test_the_head_says_what_the_film_is(make_analysis):
    analysis = make_analysis({"war": 1.0}, shots=12, rejected={3, 4})
    lines = printed(analysis, about_models="right in 7 of 10 pictures").splitlines()
    assert lines[:6] == [
        "Example film",
        "0:12, 25 fps, 1280 x 720",
        "12 shots (60.0 a minute, detector accurate)",
        "12 key frames (2 dropped by the entropy gate)",
        "tags by example-50 on cpu",
        "right in 7 of 10 pictures",
    ]


def test_the_head_counts_gradual_transitions(make_analysis):
    analysis = make_analysis(shots=4)
    kinds = ("start", "fade", "dissolve", "fade")
    shots = tuple(
        replace(shot, transition_in=Transition(kind=kind, start=shot.start, end=shot.start + 2))
        for shot, kind in zip(analysis.shots, kinds, strict=True)
    )
    assert "of which 2 by fade, 1 by dissolve" in printed(replace(analysis, shots=shots)).splitlines()
    assert "of which" not in printed(analysis)


def test_a_row_has_strength_mean_probability_count_and_first_and_last_time(make_analysis):
    carried = [(2, "war"), (5, "war"), (9, "war"), (10, "robot"), (11, "war")]
    analysis = make_analysis({"war": 1.0, "robot": 0.25}, shots=12, carried=carried, rejected={11})
    text = printed(analysis)
    assert row_of(text, "War")[2:] == ["1.00", "0.50", "3", "0:02", "0:09"]
    assert row_of(text, "Robot")[2:] == ["0.25", "0.50", "3", "0:10", "0:10"]


def test_bars_are_as_long_as_the_tags_are_strong(make_analysis):
    analysis = make_analysis({"war": 1.0, "forest": 0.5, "sex": 0.0})
    text = printed(analysis, width=200)
    assert [len(row_of(text, name)[1]) for name in ("War", "Forest", "Sex")] == [40, 20, 1]
    assert set(row_of(text, "War")[1]) == {"█"}
    plain = printed(analysis, width=200, encoding="ascii")
    assert [row_of(plain, name)[1] for name in ("War", "Forest", "Sex")] == ["#" * 40, "#" * 20, "#"]


def test_a_film_without_tags_says_so(make_analysis):
    judged = ModelUse(role="tags", name="example-50", sha256="0" * 64, delegate="cpu")
    assert "no tags were found" in printed(replace(make_analysis(), models=(judged,)))


def test_a_film_whose_tags_were_not_asked_for_says_nothing_of_them(make_analysis):
    assert "tags" not in printed(make_analysis())


def test_tags_that_hold_nowhere_are_said_to_be_unsure(make_analysis):
    unsure = replace(make_analysis({"war": 1.0}, shots=4), tag_spans=())
    assert "none of them is sure enough" in printed(unsure)


def test_colours_are_those_of_the_groups_and_go_on_request(make_analysis):
    analysis = make_analysis({"war": 1.0})
    assert "\x1b[38;2;229;115;115m" in printed(analysis, terminal=True)  # #E57373
    assert "\x1b" not in printed(analysis, terminal=True, colour=False)
    assert "\x1b" not in printed(analysis)


def test_markup_in_names_is_text(make_analysis):
    analysis = make_analysis({"x": 1.0}, name="[bold]film[/bold] [link=http://a]b")
    names = Names([Vocabulary(name="any", tags=(Tag(slug="x", name="[red]tag[/red] :smile:"),))])
    text = printed(analysis, names, about_models="[/nonsense]")
    assert "[bold]film[/bold] [link=http://a]b" in text
    assert "[red]tag[/red] :smile:" in text
    assert "[/nonsense]" in text


def test_a_terminal_cannot_be_driven_by_a_name(make_analysis):
    analysis = make_analysis({"\x1b]0;x\x07": 1.0}, name="film\n\x1b[2Jcinetag: all is well\u202e")
    text = printed(analysis)
    assert text.splitlines()[0] == "film [2Jcinetag: all is well\\u202e"
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1"])
def test_what_an_encoding_does_not_know_is_spelled_out(make_analysis, encoding):
    text = printed(make_analysis({"映画": 1.0}, name="映画"), encoding=encoding)
    assert text.splitlines()[0] == r"\u6620\u753b"
    assert "█" not in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=anything,
    tag=anything,
    width=st.integers(50, 140),
    encoding=st.sampled_from(["utf-8", "ascii", "cp1252"]),
)
def test_any_name_fits_any_terminal(make_analysis, name, tag, width, encoding):
    names = Names([Vocabulary(name="any", tags=(Tag(slug="odd", name=tag),))])
    analysis = make_analysis({"odd": 0.7, "war": 0.2}, name=name, carried=[(0, "odd")])
    lines = printed(analysis, names, width=width, encoding=encoding).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert any(line.startswith("War") and "0.20" in line for line in lines)
    assert any("0.70" in line and line.rstrip().endswith("0:00") for line in lines)


@pytest.mark.parametrize("width", [20, 40])
def test_a_narrow_terminal_loses_the_bars_and_keeps_the_figures(make_analysis, width):
    text = printed(make_analysis({"war": 0.5}), width=width)
    assert "█" not in text
    assert all(cell_len(line) <= width for line in text.splitlines())


def with_beats(analysis, *beats):
    events = (
        BeatEvent(category=c, start=s, end=e, confidence=0.5, shots=(0,), key_shot=key)
        for c, s, e, key in beats
    )
    return replace(analysis, beats=tuple(events))


def test_a_beat_has_timecodes_in_and_out_confidence_and_key_shot(make_analysis):
    analysis = make_analysis(shots=200)
    film = replace(analysis.film, start_timecode="01:00:00:00")
    told = with_beats(replace(analysis, film=film), ("battle", 30, 1500, 3), ("victory", 1500, 1525, None))
    text = printed(told)
    assert row_of(text, "Battle") == ["Battle", "01:00:01:05", "01:01:00:00", "0.50", "4"]
    assert row_of(text, "Victory") == ["Victory", "01:01:00:00", "01:01:01:00", "0.50"]
    assert "\x1b[38;2;67;160;71m" in printed(told, terminal=True)  # #43A047, of victories of the good


def test_at_rates_without_timecode_beats_have_clock_times(make_analysis):
    analysis = make_analysis(shots=200)
    odd = replace(analysis, film=replace(analysis.film, rate=Fraction(25, 2)))
    assert row_of(printed(with_beats(odd, ("battle", 30, 1500, 0))), "Battle")[1:3] == ["0:01", "1:00"]


@pytest.mark.parametrize("width", [20, 60, 100])
def test_beats_fit_any_terminal(make_analysis, width):
    text = printed(with_beats(make_analysis(), ("a" * 90, 0, 25, 0)), width=width)
    assert all(cell_len(line) <= width for line in text.splitlines())


def test_a_beat_model_that_found_nothing_is_said_to_have(make_analysis):
    asked = ModelUse(role="beats", name="example-11", sha256="0" * 64, delegate="cpu")
    text = printed(replace(make_analysis(), models=(asked,)))
    assert "no beats were found" in text
    assert "no tags" not in text
