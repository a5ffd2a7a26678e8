"""``cinetag evaluate sheet`` and ``ratings``: from analyses to sheets, and from filled sheets to figures."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from cinetag_plugin.document.files import SUFFIX, render_record
from cinetag_plugin.document.records import Analysis, DetectorUse, Film, Span, TagStrength, Timing


@pytest.fixture
def film(tmp_path):
    """Write the analysis of a film with these tags; return its path."""

    def write(name: str, *tags: str, file: str = "") -> Path:
        facts = {"width": 64, "height": 48, "duration": 1.0, "time_base": Fraction(1, 25), "start_pts": 0}
        analysis = Analysis(
            created_by="cinetag test",
            film=Film(
                path="film.mp4",
                name=name,
                frames=25,
                rate=Fraction(25),
                variable_rate=False,
                timing=(Timing(frame=0, pts=0, step=1),),
                **facts,
            ),
            analysed=Span(start=0, end=25),
            detector=DetectorUse(name="accurate", version="1"),
            shots=(),
            tags=tuple(TagStrength(tag=tag, count=1, weight=1.0, relative_strength=1.0) for tag in tags),
        )
        path = tmp_path / f"{file or name}{SUFFIX}"
        path.write_bytes(render_record(analysis))
        return path

    return write


@pytest.fixture
def filled(cinetag, tmp_path):
    """Let a volunteer fill a sheet: the answer to each film and tag."""

    def fill(who: str, analyses: list[Path], answer, *options: object) -> Path:
        path = tmp_path / f"{who}.csv"
        told = cinetag("evaluate", "sheet", *analyses, "-o", path, *options)
        assert told.code == 0, told.err
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(
                [head, *([*row[:-1], answer(*row[1:-1])] for row in rows)]
            )
        return path

    return fill


def test_ratings_come_to_scores_of_each_film_and_of_all(cinetag, film, filled):
    films = [film("One", "war", "forest"), film("Two", "food")]
    anna = filled("anna", films, lambda name, tag: {"War": 5, "Forest": 4, "Food": 1}[tag])
    ben = filled("ben", films, lambda name, tag: {"War": 3, "Forest": "", "Food": 1}[tag], "--seed", 7)
    told = cinetag("evaluate", "ratings", anna, ben, "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)["opinion"]["tags"]
    assert found["mos"] == pytest.approx((5 + 4 + 3 + 1 + 1) / 5)
    assert (found["n"], found["volunteers"]) == (5, 2)
    assert found["per_film"]["One"]["mos"] == 4
    assert found["per_film"]["Two"]["mos"] == 1
    assert found["per_film"]["Two"]["percent"] == 20
    assert found["interval"][0] <= found["mos"] <= found["interval"][1]


def test_own_tags_come_to_precision_recall_and_f1(cinetag, film, filled):
    films = [film("One", "war", "forest"), film("Two", "food")]
    anna = filled("anna", films, lambda name: {"One": "War", "Two": "Food, Music"}[name], "--ask", "own")
    told = cinetag("evaluate", "ratings", anna, "--against", *films, "--json")
    found = json.loads(told.out)["equation7"]
    assert found["precision"] == pytest.approx((1 / 2 + 1) / 2)
    assert found["recall"] == pytest.approx((1 + 1 / 2) / 2)
    assert found["f1"] == pytest.approx(0.75)
    assert found["per_film"]["One"]["precision"] == 1 / 2
    assert found["intervals"]["f1"] is None


def test_all_three_kinds_are_read_in_one_go(cinetag, film, filled):
    films = [film("One", "war")]
    sheets = [
        filled("anna", films, lambda *asked: 4),
        filled("ben", films, lambda *asked: 2, "--ask", "list"),
        filled("cleo", films, lambda *asked: "War, steam train", "--ask", "own"),
    ]
    told = cinetag("evaluate", "ratings", *sheets, "--against", *films)
    assert told.code == 0
    lines = [line.split() for line in told.out.splitlines()]
    assert ["all", "4.00", "-", "80.0", "1", "1"] in lines
    assert ["all", "2.00", "-", "40.0", "1", "1"] in lines
    assert ["all", "1.000", "0.500", "0.667", "1"] in lines
    assert "not in the vocabulary, so never right: steam_train" in told.err


def test_a_wrong_grade_is_4_with_its_line(cinetag, film, filled):
    sheet = filled("anna", [film("One", "war")], lambda *asked: 9)
    told = cinetag("evaluate", "ratings", sheet)
    assert (told.code, told.out) == (4, "")
    assert "anna.csv: line 2 has the rating '9': grades are whole numbers from 1 to 5" in told.err


def test_an_empty_sheet_is_4(cinetag, film, filled):
    sheet = filled("anna", [film("One", "war")], lambda *asked: "")
    assert cinetag("evaluate", "ratings", sheet).code == 4


def test_own_tags_need_the_analyses_of_their_films(cinetag, film, filled):
    films = [film("One", "war"), film("Two", "war")]
    sheet = filled("anna", films, lambda *asked: "war", "--ask", "own")
    assert cinetag("evaluate", "ratings", sheet).code == 2
    told = cinetag("evaluate", "ratings", sheet, "--against", films[0])
    assert told.code == 4
    assert "names tags of Two, which no analysis is of" in told.err


def test_two_films_of_one_name_are_refused(cinetag, film, tmp_path):
    films = [film("One", "war", file="a"), film("One", "food", file="b")]
    told = cinetag("evaluate", "sheet", *films, "-o", tmp_path / "sheet.csv")
    assert told.code == 4
    assert "another film is called One too" in told.err


def test_films_without_tags_are_told_of(cinetag, film, tmp_path):
    films = [film("One"), film("Two", "war")]
    told = cinetag("evaluate", "sheet", *films, "-o", tmp_path / "sheet.csv")
    assert told.code == 0
    assert "One: has no tags" in told.err
    assert cinetag("evaluate", "sheet", films[0], "-o", tmp_path / "none.csv").code == 4
    assert not (tmp_path / "none.csv").exists()
    assert cinetag("evaluate", "sheet", films[0], "--ask", "own", "-o", tmp_path / "own.csv").code == 0


def test_an_existing_sheet_is_kept(cinetag, film, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("filled by hand")
    run = ("evaluate", "sheet", film("One", "war"), "-o", sheet)
    assert cinetag(*run).code == 6
    assert sheet.read_text() == "filled by hand"
    assert cinetag(*run, "-y").code == 0
