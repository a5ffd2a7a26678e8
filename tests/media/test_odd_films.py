"""Every row of the table of odd and hostile files: how many frames, at what rate, or why not."""

import csv
import os
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from cinetag_plugin.document.errors import MediaError

TABLE = (
    Path(os.environ.get("CINETAG_SHARED", Path(__file__).parents[3] / "shared")) / "media/odd/EXPECTED.tsv"
)
TOO_SMALL = {"size_2x2.mkv", "size_1x1.mkv"}  # "cuts may be missed"
NEEDLESS = {"two_programs.ts", "reschange.ts"}  # two films; a clock that does jump back
VISIBLE = 18  # mean difference of luminance at a cut of the table's films; the rest stay below 8


def rows():
    if not TABLE.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(f"no table of odd files at {TABLE}"))]
    with TABLE.open(encoding="utf-8") as file:
        found = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [pytest.param(row, id=row["file"].encode("ascii", "replace").decode()) for row in found]


def rate_of(row):
    text = row["rate"].split()[0]
    return Fraction(text) if text[0].isdigit() else None


@pytest.mark.parametrize("row", rows())
def test_a_film_of_the_table_is_read_or_refused_as_it_says(row, odd: Path, decode: Callable) -> None:
    begin = time.monotonic()
    got, refusal = outcome(decode, odd / row["file"], row)
    if refusal is not None:
        assert "refuse" in row["verdict"], refusal
        assert "\n" not in str(refusal)
        assert refusal.remedy
        assert time.monotonic() - begin < 20
        return
    assert "analyse" in row["verdict"], "should have been refused"
    assert got.film.frames in range_of(row["frames"])
    assert all(a < b for a, b in zip(got.pts, got.pts[1:], strict=False))
    check_rate(got, row)
    assert got.film.start_timecode == (None if row["start_tc"] == "-" else row["start_tc"])
    check_warnings(got, row)
    check_cuts(got, row)


def outcome(decode, path, row):
    given = Fraction(24) if row["rate"].startswith("given") else None
    try:
        return decode(path, rate=given), None
    except MediaError as refusal:
        return None, refusal


def range_of(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def check_rate(got, row):
    expected = rate_of(row)
    if row["rate"].startswith("VFR") or row["file"] == "anim.webp":
        assert got.film.variable_rate
    elif expected is not None:
        assert got.film.rate == expected
    if row["verdict"] == "analyse" and expected is not None:
        assert not got.film.variable_rate


def check_warnings(got, row):
    if "warn" in row["verdict"]:
        assert got.warnings
    elif row["file"] not in NEEDLESS:
        assert not got.warnings
    assert all("\n" not in warning for warning in got.warnings)


def check_cuts(got, row):
    if row["cuts"] == "-" or row["file"] in TOO_SMALL:
        return
    expected = [] if row["cuts"] == "none" else row["cuts"].split(",")
    places = [{int(n) for n in place.split("|")} for place in expected]
    seen = {frame for frame, change in enumerate(got.changes) if change > VISIBLE}
    assert all(seen & place for place in places)
    # a frame of two fields of different shots differs from both its neighbours
    assert seen <= set().union(*places)
