"""``cinetag evaluate beats --events``: analyses against tables of events and of shots."""

import json
from pathlib import Path

import pytest

from cinetag_plugin.document.files import render_record
from cinetag_plugin.document.records import (
    Analysis,
    BeatEvent,
    BeatScore,
    DetectorUse,
    Shot,
    Span,
    Transition,
)
from plain_film import plain_film


@pytest.fixture
def lay(tmp_path):
    """Write the analysis of a film of 100 frames, four shots, all said to be ``said``."""

    def make(name: str, *beats: tuple[str, int, int], said: str = "battle") -> Path:
        film = plain_film(100, name=name)
        shots = tuple(
            Shot(
                index=n,
                start=n * 25,
                end=n * 25 + 25,
                transition_in=Transition(kind="cut" if n else "start", start=n * 25, end=n * 25),
                beats=(BeatScore(category=said, probability=0.9),),
            )
            for n in range(4)
        )
        analysis = Analysis(
            created_by="cinetag test",
            film=film,
            analysed=Span(start=0, end=100),
            detector=DetectorUse(name="accurate", version="1"),
            shots=shots,
            beats=tuple(BeatEvent(category=c, start=s, end=e, confidence=0.9) for c, s, e in beats),
        )
        path = tmp_path / f"{name}.cinetag.json"
        path.write_bytes(render_record(analysis))
        return path

    return make


@pytest.fixture
def truth(tmp_path) -> Path:
    folder = tmp_path / "truth"
    folder.mkdir()
    (folder / "one.events.tsv").write_text(
        "# start\tend\tcategory\tnote\n0\t50\tbattle\t\n50\t75\tdifficult\t\n"
    )
    (folder / "two.events.tsv").write_text("0\t50\tpursuit\t\n")
    (folder / "one.tsv").write_text("0\t50\twar\tbattle\n50\t75\t-\tdifficult\n75\t100\t-\tromance\n")
    return folder


def test_films_are_scored_against_a_folder_of_truths(cinetag, lay, truth):
    films = [lay("one", ("battle", 0, 40), ("romance", 50, 70)), lay("two", ("battle", 0, 50))]
    told = cinetag("evaluate", "beats", "--events", truth, *films, "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert {"per_category", "mean_f", "accuracy", "confusion"} <= found.keys()
    assert (found["n"], found["answered"], found["right"]) == (2, 2, 1)
    assert found["per_category"]["battle"] == {
        "precision": 1 / 2,
        "recall": 1.0,
        "f": 2 / 3,
        "n": 1,
        "answered": 2,
        "right": 1,
    }
    assert found["left_out"] == {"difficult": 1, "unjudged": 1, "shots": 1}
    assert (found["shots"], found["accuracy"], found["grouped_accuracy"]) == (2, 1 / 2, 1 / 2)
    assert found["confusion"] == {"labels": ["battle", "romance"], "matrix": [[1, 0], [1, 0]]}
    assert [film["film"] for film in found["films"]] == ["one", "two"]
    assert found["films"][1]["shots"] is None


def test_people_get_a_table_and_what_was_left_out(cinetag, lay, truth):
    told = cinetag("evaluate", "beats", "--events", truth / "one.events.tsv", lay("one", ("battle", 0, 40)))
    lines = [line.split() for line in told.out.splitlines()]
    assert ["Battle", "1", "1", "1", "1.000", "1.000", "1.000"] in lines
    assert "left out because a viewer would not decide: 1 true event" in told.out
    assert "2 shots with a category, accuracy 0.500 (left out: 1)" in told.out


def test_a_film_without_its_truth_is_4(cinetag, lay, truth):
    told = cinetag("evaluate", "beats", "--events", truth, lay("three"))
    assert told.code == 4
    assert "three.events.tsv: " in told.err


def test_the_truth_of_a_longer_film_is_refused(cinetag, lay, truth):
    (truth / "one.events.tsv").write_text("0\t101\tbattle\t\n")
    told = cinetag("evaluate", "beats", "--events", truth, lay("one"))
    assert told.code == 4
    assert "goes on after the 100 frames of one.cinetag.json" in told.err


def test_what_does_not_go_together_is_wrong_usage(cinetag, lay, truth):
    one, two = lay("one"), lay("two")
    assert cinetag("evaluate", "beats", "--events", truth).code == 2
    assert cinetag("evaluate", "beats", "--events", truth / "one.events.tsv", one, two).code == 2
    assert cinetag("evaluate", "beats", "--events", truth, one, "--model", "x").code == 2
    assert cinetag("evaluate", "beats", "--events", truth, one, "--picture", "x.svg").code == 2
    film = cinetag("evaluate", "beats", "--events", truth, "film.mp4")
    assert film.code == 2
    assert "run cinetag analyze first" in film.err
