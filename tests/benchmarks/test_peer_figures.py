"""What peers say is read right, costs count children, and the picture shows every detector."""

import json
import sys
from xml.etree import ElementTree

import pytest

import rivals
from costs import Cost, cost_of, median
from peer_picture import drawn, points
from peers import RIVALS, Bench

SVG = "{http://www.w3.org/2000/svg}"


def said(f1, suite=None):
    groups = {"real clips": f1} | ({} if suite is None else {"suite": suite})
    return {"pooled": {group: {"cuts": {"f1": rate}} for group, rate in groups.items()}}


FIGURES = {
    "right": {"cinetag accurate": said(0.95, 0.9), "scdet": said(0.8), "never timed <&>": said(0.5)},
    "costs": {
        "a.mp4": {"cinetag accurate": {"cpu_times_bare": 1.0}, "scdet": {"cpu_times_bare": 1.25}},
        "b.mp4": {"cinetag accurate": {"cpu_times_bare": 1.5}, "scdet": {"cpu_times_bare": 1.25}},
    },
}


@pytest.mark.parametrize(
    ("values", "runs"),
    [([], []), ([0.9], [(0, 1)]), ([0.1, 0.6, 0.7, 0.2, 0.51], [(1, 3), (4, 5)]), ([0.5, 0.5], [])],
)
def test_runs_lie_above_the_least(values, runs):
    assert rivals._runs(values, 0.5) == runs


def test_a_peak_of_transnetv2_is_a_cut_unless_its_other_output_spans_a_change():
    single = [0.0, 0.9, 0.0, 0.0, 0.0, 0.9, 0.0, 0.0]
    many = [0.0, 0.9, 0.0, 0.0, 0.3, 0.9, 0.3, 0.0]
    assert rivals.told(single, many) == [("cut", 2, 2), ("other", 4, 7)]


def test_the_start_of_a_film_is_no_cut():
    assert rivals._cuts([0, 5]) == [("cut", 5, 5)]


def test_a_missing_package_leaves_a_peer_out_and_says_so(tmp_path, capsys):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    bench = Bench(sys.executable, tmp_path, 1)
    with pytest.MonkeyPatch.context() as patched:
        broken = tmp_path / "packages"
        (broken / "torch").mkdir(parents=True)
        (broken / "torch" / "__init__.py").write_text("raise ImportError('no torch here')")
        patched.setenv("PYTHONPATH", str(broken))
        assert bench.found("transnetv2", film) is None
    assert "left out: transnetv2 (no torch here)" in capsys.readouterr().err


def test_what_a_peer_found_is_kept_and_read_again(tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    bench = Bench("/nowhere/python", tmp_path, 1)
    bench._kept_at("scdet", film).write_text(json.dumps([["cut", 7, 7], ["other", 9, 12]]))
    found = bench.found("scdet", film)
    assert [(b.kind, b.start, b.end) for b in found] == [("cut", 7, 7), ("other", 9, 12)]


def test_costs_count_the_children_of_a_command():
    block = "block = bytearray(b'x') * 60_000_000"
    child = f"import time; {block}; time.sleep(0.3)"
    program = f"import subprocess, sys; {block}; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = cost_of([sys.executable, "-c", program])
    assert cost.peak_mb > 120
    assert cost.wall > 0.3
    assert cost.cpu > 0


def test_a_command_that_fails_ends_the_benchmark():
    with pytest.raises(SystemExit, match="failed"):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"])


def test_medians_are_of_time_and_the_most_of_memory():
    assert median([Cost(1, 5, 30), Cost(2, 4, 10), Cost(9, 3, 20)]) == Cost(2, 4, 30)


def test_the_picture_shows_whoever_was_timed():
    assert [(p.name, p.speed) for p in points(FIGURES)] == [("cinetag accurate", 0.8), ("scdet", 0.8)]
    texts = [text.text for text in ElementTree.fromstring(drawn(FIGURES)).iter(f"{SVG}text")]
    assert {"cinetag accurate", "scdet"} <= set(texts)


def test_of_two_ways_to_run_a_detector_the_better_is_shown():
    right = {"a": said(0.5), "a 1": said(0.6), "b": said(0.7), "b 1": said(0.7)}
    costs = {"film": {name: {"cpu_times_bare": 2.0} for name in right}}
    assert {p.name for p in points({"right": right, "costs": costs})} == {"a 1", "b"}


def test_without_costs_there_is_nothing_to_draw():
    with pytest.raises(SystemExit, match="nothing to draw"):
        drawn(FIGURES | {"costs": {}})


def test_names_of_peers_can_be_parted_by_commas():
    assert not [name for name in RIVALS if "," in name]
