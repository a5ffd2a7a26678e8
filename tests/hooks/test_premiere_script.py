"""The script for Premiere Pro, run by Node against a stand-in of its interface as it is described."""

import json
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.export.colours import colour

STAND_IN = Path(__file__).with_name("premiere_stand_in.js")


@pytest.fixture
def path(request):
    return request.config.rootpath / "hooks" / "nle" / "premiere_markers.jsx"


@pytest.fixture
def run(path, tmp_path):
    """Run the script on an analysis; return what it said and the markers."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node to run ExtendScript")

    def call(analysis, *, times=1, wanted=("said", "markers")):
        given = tmp_path / "film.cinetag.json"
        text = analysis if isinstance(analysis, str) else json.dumps(analysis)
        given.write_text(text, encoding="utf-8")
        command = [node, STAND_IN, path, given, str(times)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
        found = json.loads(done.stdout)
        return [found[key] for key in wanted]

    return call


def document(beats, **film):
    facts = {"rate": "24000/1001", "variable_rate": False, "time_base": "1001/24000", "timing": []}
    return {
        "film": facts | film,
        "tags": [{"tag": "war", "relative_strength": 0.82}, {"tag": "forest", "relative_strength": 0.9}],
        "tag_spans": [{"tag": "war", "start": 0, "end": 480, "strength": 0.82, "probability": 0.91}],
        "beats": [
            {"category": slug, "start": start, "end": end, "confidence": 0.81} for slug, start, end in beats
        ],
    }


def test_markers_have_the_times_names_and_colours_of_the_analysis(run):
    said, found = run(document([("battle", 125, 175)]))
    assert said == ["cinetag: 3 markers, 0 stood already"]
    film, battle, war = found
    assert (film["name"], film["start"], film["color"]) == ("Film: War 0.82", 0, 5)
    assert (battle["name"], battle["color"], battle["comments"]) == ("Battle", 1, "beat - confidence 0.81")
    rate = Fraction(24000, 1001)
    assert [round(Fraction(battle[k]) * rate, 6) for k in ("start", "end")] == [125, 175]
    assert (war["comments"], war["color"]) == ("tag - strength 0.82 - probability 0.91", 1)


@pytest.mark.parametrize("rate", ["24000/1001", "25/1", "30000/1001", "60000/1001"])
def test_no_frame_of_a_long_film_is_off(run, rate):
    frames = [0, 1, 107_891, 107_892, 431_567, 5_000_000]
    said, found = run(document([("battle", frame, frame + 1) for frame in frames], rate=rate))
    places = [m["start"] * Fraction(rate) for m in found if m["name"] == "Battle"]
    assert [round(place) for place in places] == frames
    assert all(abs(place - frame) < 1e-5 for place, frame in zip(places, frames, strict=True))
    assert "off" not in said[0]


def test_films_of_variable_rate_are_marked_by_their_times(run):
    runs = [{"frame": 0, "pts": 500, "step": 40}, {"frame": 100, "pts": 4500, "step": 20}]
    _, found = run(document([("battle", 125, 150)], variable_rate=True, time_base="1/1000", timing=runs))
    assert (found[1]["start"], found[1]["end"]) == (4.5, 5)


def test_a_second_run_makes_nothing_twice(run):
    said, found = run(document([("battle", 125, 175)]), times=2)
    assert said[1] == "cinetag: 0 markers, 3 stood already"
    assert len(found) == 3


def test_the_markers_that_stand_are_read_once_a_run(run):
    long = document([("battle", 10 * n, 10 * n + 5) for n in range(300)])
    said, asked = run(long, times=2, wanted=("said", "asked"))
    assert said == ["cinetag: 302 markers, 0 stood already", "cinetag: 0 markers, 302 stood already"]
    assert asked == 1 + 303


def test_what_an_analysis_says_twice_is_one_marker(run):
    said, found = run(document([("battle", 125, 175), ("battle", 125, 175)]))
    assert said == ["cinetag: 3 markers, 1 stood already"]
    assert len(found) == 3


def test_json_is_read_whatever_stands_in_it(run):
    strange = {"a": ['"\\/\b\f\n\r\t', "é🎬\u2028", -1.5e-3, True, False, None, [], {}], "{": "}"}
    for ascii_only in (True, False):
        text = json.dumps(document([]) | {"more": strange}, ensure_ascii=ascii_only, indent=1)
        assert run(text)[0] == ["cinetag: 2 markers, 0 stood already"]


@pytest.mark.parametrize("text", ["", "{", '{"film": alert(1)}', '{"film" 1}', "[1 2]", '{"a": "b}'])
def test_what_is_no_json_is_refused_and_never_run(run, text):
    with pytest.raises(subprocess.CalledProcessError) as fault:
        run(text)
    assert "no JSON" in fault.value.stderr


def test_the_colours_are_those_of_the_exported_files(path):
    text = path.read_text(encoding="utf-8")
    names = Names([builtin_vocabulary()])

    def rows(name):
        block = re.search(rf"cinetag\.{name} = \[(.*?)\];", text, re.DOTALL)[1]
        return {slug: n for n, row in enumerate(re.findall('"(.*?)"', block)) for slug in row.split()}

    beats, tags = rows("BEATS"), rows("TAGS")
    assert beats == {
        known.slug: int(colour(f"beat.{names.beat_family(known.slug)}", "premiere_index"))
        for known in names.beat_classes
    }
    assert tags == {tag.slug: int(colour(f"tag.{tag.group}", "premiere_index")) for tag in names.tags}


def test_the_script_keeps_to_what_extendscript_knows(path):
    code = "\n".join(line.partition("//")[0] for line in path.read_text(encoding="utf-8").splitlines())
    assert not re.search(r"=>|`|\b(let|const|JSON(?=\.)|forEach|map|filter|trim|eval)\b", code)
