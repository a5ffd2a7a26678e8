"""Rating sheets: what is asked, in which order, and how filled ones are read."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.evaluation.sheets import (
    KINDS,
    OwnTags,
    Rating,
    film_key,
    read_answers,
    sheet,
)

NAMES = Names([builtin_vocabulary()])
RATED = "volunteer,film,tag,rating 1 (bad) to 5 (excellent)\n"


@pytest.fixture
def answers(tmp_path):
    """Write answers, one file a text, as anna.csv, ben.csv ..., and read them."""

    def read(*texts: str | bytes, names=NAMES):
        paths = []
        for who, text in zip(("anna", "ben", "cleo"), texts, strict=False):
            path = tmp_path / f"{who}.csv"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(path)
        return read_answers(paths, names)

    return read


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_sheet_asks_for_every_tag_of_every_film(make_film):
    films = [make_film("One", forest=1.0, war=0.5), make_film("Two", beach_sea=1.0)]
    head, *rows = rows_of(sheet(films, "tags", NAMES))
    assert head[:3] == ["volunteer", "film", "tag"]
    assert sorted(row[1:3] for row in rows) == [["One", "Forest"], ["One", "War"], ["Two", "Beach/Sea"]]
    assert {(row[0], row[3]) for row in rows} == {("", "")}


def test_the_order_is_drawn_by_the_seed_and_repeats(make_film):
    tags = {tag.slug: 1.0 for tag in NAMES.tags[:20]}
    film = make_film("One", **tags)
    first = sheet([film], "tags", NAMES, seed=1)
    assert first == sheet([film], "tags", NAMES, seed=1)
    other = sheet([film], "tags", NAMES, seed=2)
    assert rows_of(other) != rows_of(first)
    assert sorted(rows_of(other)) == sorted(rows_of(first))
    assert [row[2] for row in rows_of(first)[1:]] != [NAMES.tag_name(tag) for tag in tags]


def test_a_list_keeps_the_order_of_strength(make_film):
    _, row = rows_of(sheet([make_film("One", war=1.0, forest=0.25)], "list", NAMES))
    assert row == ["", "One", "War 1.00, Forest 0.25", ""]


def test_volunteers_who_name_tags_are_not_shown_ours(make_film):
    content = sheet([make_film("One", war=1.0)], "own", NAMES)
    assert rows_of(content)[1:] == [["", "One", ""]]
    assert b"War" not in content


def test_spreadsheets_know_the_encoding_and_run_no_formulas(make_film):
    for name in ("=cmd|' /C calc'!A1", "+1", "-1", "@SUM(1)", "'=1"):
        content = sheet([make_film(name, war=1.0)], "tags", NAMES)
        assert content.startswith(b"\xef\xbb\xbf")
        assert rows_of(content)[1][1] == f"'{name}"


@given(st.text(min_size=1, max_size=30))
def test_a_film_of_any_name_comes_back_under_that_name(tmp_path_factory, make_film, name):
    if not film_key(name):
        return
    film = make_film(name, war=1.0)
    path = tmp_path_factory.mktemp("sheets") / "anna.csv"
    for kind, said in (("tags", "4"), ("list", "4"), ("own", "war")):
        head, row = rows_of(sheet([film], kind, NAMES))
        text = io.StringIO(newline="")
        csv.writer(text).writerows([head, [*row[:-1], said]])
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        found = read_answers([path], NAMES)
        assert {answer.film for answer in (*found.ratings, *found.own)} == {film_key(name)}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_sheets_are_read_however_they_were_saved(answers, mark, start, end):
    lines = [["volunteer", "film", "tag", "rating"], ['"x; y, z"', "One", "Beach/Sea", "4"]]
    text = start + end.join(mark.join(line) for line in lines) + end
    assert answers(text).ratings == [Rating("x; y, z", "One", "beach_sea", 4)]


def test_blank_is_not_rated_and_the_file_names_the_volunteer(answers):
    found = answers(f"{RATED},One,War,5\n,One,Forest,\n,,,\n\nDora,One,War,2,00\n".replace("2,00", '"2,00"'))
    assert found.ratings == [Rating("anna", "One", "war", 5), Rating("Dora", "One", "war", 2)]


def test_tags_are_known_by_name_alias_and_slug(answers):
    found = answers('film,own tags\nOne,"Car crash, beach; SCI-FI , steam train,"\nTwo,\n')
    assert found.own == [
        OwnTags("anna", "One", frozenset({"vehicle_crash", "beach_sea", "sci_fi", "steam_train"}))
    ]


def test_a_sheet_of_lists_rates_the_film(answers):
    assert answers('film,tags,rating\nOne,"War 1.00, Forest 0.25",3\n').ratings == [
        Rating("anna", "One", "", 3)
    ]


@pytest.mark.parametrize("grade", ["0", "6", "-1", "4.5", "good", "5 stars", "=5", "٣", "1e0"])
def test_a_grade_out_of_range_is_refused_with_its_line(answers, grade):
    with pytest.raises(DocumentError, match=r"anna\.csv: line 3 has the rating .*: .*1 to 5"):
        answers(f"{RATED},One,Forest,1\n,One,War,{grade}\n")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{RATED},,War,4\n", "line 2 does not say of which film"),
        (f"{RATED},One,,4\n", "line 2 does not say which tag"),
        (f"{RATED},One,War,4\n,One,war,3\n", "line 3: anna has answered this of One before"),
        ("tag,rating\nWar,3\n", "no column film"),
        ("film,tag\nOne,War\n", "neither a rating nor own tags"),
        ("", "no column film"),
        (b"film,rating\n\xe9,3\n", "UTF-8"),
        ('film,rating\n"One,3\n', "line 2 is no row"),
    ],
)
def test_what_is_no_answer_is_refused(answers, text, fault):
    with pytest.raises(DocumentError, match=fault):
        answers(text)


def test_two_volunteers_may_answer_the_same(answers):
    found = answers(f"{RATED},One,War,4\n", f"{RATED},One,War,2\n")
    assert [(rating.volunteer, rating.grade) for rating in found.ratings] == [("anna", 4), ("ben", 2)]


def test_every_kind_of_sheet_is_known():
    assert KINDS == ("tags", "list", "own")
