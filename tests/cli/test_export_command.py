"""``cinetag export``: which files it writes from analyses, what is in them, what it does with bad ones."""

import csv
import json
import sys
from pathlib import Path

import opentimelineio as otio
import pytest

from cinetag_plugin.document.files import SUFFIX

_CONSTANT = {"rate": "24/1", "variable_rate": False, "timing": [{"frame": 0, "pts": 0, "step": 1000}]}
# a second at 24 fps, then a second at 12 fps
_VARIABLE = {
    "rate": "24/1",
    "variable_rate": True,
    "timing": [{"frame": 0, "pts": 0, "step": 1000}, {"frame": 24, "pts": 24000, "step": 2000}],
}


def _document(**film: object) -> str:
    """An analysis of 36 frames: two shots, a tag over the second, a beat over the first."""
    start = {"kind": "start", "start": 0, "end": 0}
    cut = {"kind": "cut", "start": 24, "end": 24}
    facts = {
        "path": "film.mp4",
        "name": "film",
        "frames": 36,
        "time_base": "1/24000",
        "start_pts": 0,
        "width": 160,
        "height": 90,
        "duration": 1.5,
        "has_audio": False,
    }
    key = {"pts": 0, "entropy": 5.0}
    return json.dumps(
        {
            "schema_version": "1.0",
            "created_by": "cinetag 0.1.0",
            "film": facts | _CONSTANT | film,
            "analysed": {"start": 0, "end": 36},
            "detector": {"name": "accurate", "version": "1", "settings": {}},
            "shots": [
                {"index": 0, "start": 0, "end": 24, "transition_in": start, "key_frames": [0]},
                {"index": 1, "start": 24, "end": 36, "transition_in": cut, "key_frames": [1]},
            ],
            "key_frames": [
                {"index": 0, "shot": 0, "frame": 12} | key,
                {"index": 1, "shot": 1, "frame": 30} | key,
            ],
            "tags": [{"tag": "war", "count": 1, "weight": 0.5, "relative_strength": 1.0}],
            "tag_spans": [
                {"tag": "war", "start": 24, "end": 36, "strength": 1.0, "probability": 0.8, "shots": [1]}
            ],
            "beats": [
                {"category": "battle", "start": 0, "end": 24, "confidence": 0.7, "shots": [0], "key_shot": 0}
            ],
        }
    )


@pytest.fixture
def written(tmp_path):
    """Lay down an analysis; return its path."""

    def write(name: str = "film", **film: object) -> Path:
        path = tmp_path / f"{name}{SUFFIX}"
        path.write_text(_document(**film), encoding="utf-8")
        return path

    return write


@pytest.fixture
def exported(cinetag, tmp_path):
    """Run ``cinetag export`` into a folder of its own."""

    def run(*arguments: object):
        return cinetag("export", *arguments, "-o", tmp_path / "out")

    return run


def _rows(tmp_path: Path, name: str = "film") -> list[dict[str, str]]:
    text = (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_format_named_is_written(written, exported, tmp_path):
    told = exported(written(), "--to", "otio,csv", "--to", "json")
    assert told.code == 0
    assert _names(tmp_path / "out") == [f"film{SUFFIX}", "film.csv", "film.otio"]
    assert told.err.count("wrote ") == 3
    clips = otio.adapters.read_from_file(str(tmp_path / "out" / "film.otio")).video_tracks()[0]
    assert [clip.source_range.duration.value for clip in clips] == [24, 12]
    assert [row["kind"] for row in _rows(tmp_path)].count("shot") == 2


def test_all_writes_every_format_under_a_name_of_its_own(written, exported, tmp_path):
    told = exported(written(), "--to", "all", "--no-plugins")
    assert told.code == 0
    names = _names(tmp_path / "out")
    assert {f"film{SUFFIX}", "film.otio", "film.csv", "film.timeline.svg"} <= set(names)
    assert "film: has 1 of the 3 chapters of 10 s that YouTube asks for" in told.err
    assert "film.youtube.txt" not in names


def test_a_format_that_is_not_installed_is_told_and_is_no_fault_among_all(
    written, exported, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "aaf2", None)
    told = exported(written(), "--to", "all", "--no-plugins")
    remedy = "cinetag: format aaf: needs the package otio-aaf-adapter: pip install 'cinetag-plugin[aaf]'"
    assert told.code == 0
    assert remedy in told.err.splitlines()
    assert "film.aaf" not in _names(tmp_path / "out")
    named = exported(written(), "--to", "aaf,otio", "-y")
    assert (named.code, named.err.splitlines()[-1]) == (6, remedy)


def test_a_format_named_that_cannot_hold_the_film_is_a_fault(written, exported, tmp_path):
    assert exported(written(), "--to", "youtube,csv").code == 6
    assert _names(tmp_path / "out") == ["film.csv"]


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        (["--events", "tags"], {"tag"}),
        (["--events", "beats,shots"], {"beat", "shot"}),
        (["--events", "film", "--events", "transitions, key_frames"], {"film", "transition", "key_frame"}),
        ([], {"film", "beat", "tag", "shot", "transition", "key_frame"}),
    ],
)
def test_only_the_events_named_are_written(written, exported, tmp_path, given, kinds):
    assert exported(written(), "--to", "csv", *given).code == 0
    assert {row["kind"] for row in _rows(tmp_path)} == kinds


def test_events_not_wanted_are_no_markers_and_the_shots_stay(written, exported, tmp_path):
    exported(written(), "--to", "otio", "--events", "beats")
    timeline = otio.adapters.read_from_file(str(tmp_path / "out" / "film.otio"))
    assert [marker.name for marker in timeline.tracks.markers] == ["Battle"]
    assert len(timeline.video_tracks()[0]) == 2


def test_the_document_is_written_whole_whatever_events_and_rate_are_wanted(written, exported, tmp_path):
    told = exported(written(), "--to", "json", "--events", "beats", "--conform-rate", "30")
    document = json.loads((tmp_path / "out" / f"film{SUFFIX}").read_text(encoding="utf-8"))
    assert told.code == 0
    assert (document["film"]["rate"], document["film"]["variable_rate"]) == ("24/1", False)
    assert len(document["tag_spans"]) == 1
    assert "conformed" not in told.err


def test_frame_based_formats_are_conformed_to_the_rate_wanted(written, exported, tmp_path):
    """A cut after one second of 24 frames lies at frame 30 of a timeline of 30 a second."""
    told = exported(written(), "--to", "otio,csv,json", "--conform-rate", "30")
    first, second = otio.adapters.read_from_file(str(tmp_path / "out" / "film.otio")).video_tracks()[0]
    assert (first.source_range.duration.value, first.source_range.duration.rate) == (30, 30)
    assert (second.source_range.duration.value, second.source_range.duration.rate) == (15, 30)
    shots = [row for row in _rows(tmp_path) if row["kind"] == "shot"]
    assert [(row["in_frame"], row["in_tc"]) for row in shots] == [("0", "00:00:00:00"), ("24", "00:00:01:00")]
    assert told.err.count("another frame rate") == 1


def test_the_films_own_rate_changes_nothing(written, exported, tmp_path):
    told = exported(written(), "--to", "otio", "--conform-rate", "24")
    plain = (tmp_path / "out" / "film.otio").read_bytes()
    assert "conformed" not in told.err
    exported(written(), "--to", "otio", "-y")
    assert (tmp_path / "out" / "film.otio").read_bytes() == plain


def test_what_a_variable_rate_does_is_told_once_a_film(written, exported):
    told = exported(written(**_VARIABLE), written("other"), "--to", "otio,csv")
    assert told.code == 0
    (line,) = [line for line in told.err.splitlines() if "variable frame rate" in line]
    assert f"film{SUFFIX}: " in line


def test_one_bad_analysis_does_not_stop_the_others(written, exported, tmp_path):
    bad = tmp_path / f"bad{SUFFIX}"
    bad.write_text("{", encoding="utf-8")
    told = exported(written("a"), bad, tmp_path / "missing.cinetag.json", written("b"), "--to", "csv")
    assert told.code == 3
    assert _names(tmp_path / "out") == ["a.csv", "b.csv"]
    assert told.err.splitlines()[-3:] == [
        "cinetag: 2 of 4 analyses failed:",
        f"cinetag:   {bad}",
        f"cinetag:   {tmp_path / 'missing.cinetag.json'}",
    ]


def test_a_single_bad_analysis_has_the_code_of_its_fault(exported, tmp_path):
    told = exported(tmp_path / "missing.cinetag.json", "--to", "csv")
    assert told.code == 4
    assert len(told.err.splitlines()) == 1


def test_an_existing_output_ends_the_run_before_anything_is_written(written, exported, tmp_path):
    kept = tmp_path / "out" / "b.csv"
    kept.parent.mkdir()
    kept.write_text("mine")
    told = exported(written("a"), written("b"), "--to", "csv")
    assert told.code == 6
    assert "use -y" in told.err
    assert _names(kept.parent) == ["b.csv"]
    assert kept.read_text() == "mine"
    assert exported(written("a"), written("b"), "--to", "csv", "-y").code == 0
    assert kept.read_text().startswith("in_frame,")


def test_the_same_analysis_twice_is_written_once(written, exported, tmp_path):
    assert exported(written(), written(), "--to", "csv").code == 0
    assert _names(tmp_path / "out") == ["film.csv"]


def _markers(tmp_path):
    timeline = otio.adapters.read_from_file(str(tmp_path / "out" / "film.otio"))
    return timeline, [marker.name for marker in timeline.tracks.markers]


def test_what_is_weaker_than_wanted_is_left_out_and_the_shots_stay(written, exported, tmp_path):
    told = exported(written(), "--to", "otio", "--min-strength", "0.75")
    timeline, names = _markers(tmp_path)
    assert told.code == 0
    assert names == ["Film: War 1.00", "War"]
    assert len(timeline.video_tracks()[0]) == 2


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--max-markers", "2"], ["Film: War 1.00", "Battle"]),
        (["--max-markers", "1", "--events", "beats,tags"], ["Battle"]),
        (["--max-markers", "0"], []),
    ],
)
def test_the_markers_that_matter_most_are_kept_and_the_others_counted(
    written, exported, tmp_path, options, names
):
    path = written()
    told = exported(path, "--to", "otio", *options)
    assert _markers(tmp_path)[1] == names
    kept = len(names)
    left_out = (2 if "--events" in options else 3) - kept
    assert (
        f"cinetag: {path}: the {kept} markers that matter most are kept, {left_out} left out"
        in told.err.splitlines()
    )


def test_gradual_transitions_are_the_first_markers_to_go_and_cuts_are_none(written, exported, tmp_path):
    path = written()
    document = json.loads(path.read_text(encoding="utf-8"))
    document["shots"][1]["transition_in"] = {"kind": "dissolve", "start": 20, "end": 28}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert exported(path, "--to", "otio,csv", "--max-markers", "3").code == 0
    assert _markers(tmp_path)[1] == ["Film: War 1.00", "Battle", "War"]
    exported(written(), "--to", "csv", "--max-markers", "0", "-y")
    assert {row["kind"] for row in _rows(tmp_path)} == {"shot", "transition", "key_frame"}


def test_as_many_markers_as_there_are_is_worth_no_word(written, exported):
    assert "left out" not in exported(written(), "--to", "otio", "--max-markers", "3").err


def test_a_timeline_may_begin_at_another_timecode_than_its_file(written, exported, tmp_path):
    told = exported(written(), "--to", "otio,resolve,json", "--start-tc", "01:00:00:00")
    assert told.code == 0
    timeline, _ = _markers(tmp_path)
    assert timeline.global_start_time.value == 86400
    assert [clip.source_range.start_time.value for clip in timeline.video_tracks()[0]] == [0, 24]
    assert b" 01:00:00:00 " in (tmp_path / "out" / "film.resolve.edl").read_bytes()
    assert "the timeline must begin at 01:00:00:00" in told.err
    document = json.loads((tmp_path / "out" / f"film{SUFFIX}").read_text(encoding="utf-8"))
    assert document["film"].get("start_timecode") is None


def test_it_counts_at_the_rate_that_is_written(written, exported, tmp_path):
    rate = ("--conform-rate", "30000/1001")
    assert exported(written(), "--to", "otio", "--start-tc", "01:00:00;00", *rate).code == 0
    assert _markers(tmp_path)[0].global_start_time.value == 107_892


def test_a_timecode_that_the_rate_has_not_is_wrong_usage(written, exported):
    told = exported(written(), "--to", "otio", "--start-tc", "01:00:00;00")
    assert told.code == 2
    assert "24 frames a second have no drop frame" in told.err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--to", "csv", "--min-strength", "2"],
        ["--to", "csv", "--max-markers", "-1"],
        ["--to", "csv", "--start-tc", "tomorrow"],
        ["--to", "csv", "--start-tc", "90.5"],
        ["--to", "betamax"],
        ["--to", "csv", "--events", "tags,explosions"],
        ["--to", "csv", "--events", ","],
        ["--to", "csv", "--conform-rate", "fast"],
        ["--to", "csv", "--conform-rate", "0"],
        [],
    ],
)
def test_wrong_usage_is_2_and_writes_nothing(written, exported, tmp_path, wrong):
    assert exported(written(), *wrong).code == 2
    assert not (tmp_path / "out").exists()


def test_dissolves_become_transitions_on_request(written, exported, tmp_path):
    path = written()
    text = json.loads(path.read_text(encoding="utf-8"))
    text["shots"][1]["transition_in"] = {"kind": "dissolve", "start": 20, "end": 28}
    path.write_text(json.dumps(text), encoding="utf-8")
    for options, expected in (((), 0), (("--otio-transitions",), 1)):
        code, _, told = exported(path, "--to", "otio", "-y", *options)
        assert code == 0, told
        timeline = otio.adapters.read_from_file(str(next(tmp_path.rglob("film.otio"))))
        found = [item for item in timeline.tracks[0] if isinstance(item, otio.schema.Transition)]
        assert len(found) == expected
        assert [(t.in_offset.value, t.out_offset.value) for t in found] == [(4, 4)] * expected


@pytest.mark.parametrize(
    ("options", "name", "said"),
    [
        (["--to", "fcpxml", "--fcpxml-version", "1.13"], "film.fcpxml", '<fcpxml version="1.13">'),
        (["--to", "avid", "--avid-span"], "film.avid.txt", "beat - confidence 0.70 - shot 1\t24\r\n"),
        (["--to", "csv", "--excel"], "film.csv", "\ufeffin_frame"),
        (
            ["--to", "all", "--no-plugins", "--edl-note", "name"],
            "film.resolve.edl",
            "|M:War - tag - strength",
        ),
    ],
)
def test_an_option_of_a_format_changes_its_file(written, exported, tmp_path, options, name, said):
    told = exported(written(), *options)
    assert told.code == 0, told.err
    assert said in (tmp_path / "out" / name).read_bytes().decode()


def test_an_option_of_a_format_that_is_not_written_is_wrong_usage_and_names_it(written, exported, tmp_path):
    told = exported(written(), "--to", "csv", "--avid-span")
    assert told.code == 2
    assert told.err.splitlines() == [
        "cinetag: --avid-span: is an option of avid, which is not among the formats: "
        "add --to avid, or leave it out"
    ]
    assert not (tmp_path / "out").exists()


def test_rates_above_30_are_written_to_an_edl_on_request(written, exported, tmp_path):
    path = written(rate="50/1")
    assert exported(path, "--to", "edl").code == 6
    assert exported(path, "--to", "edl", "--force").code == 0
    assert _names(tmp_path / "out") == ["film.edl"]


def _cut_often(path, clips):
    """Give an analysis so many shots of a frame."""
    document = json.loads(path.read_text(encoding="utf-8"))
    document["film"] |= {"frames": clips, "duration": clips / 24}
    document |= {"analysed": {"start": 0, "end": clips}, "key_frames": [], "tag_spans": [], "beats": []}
    document["shots"] = [
        {
            "index": n,
            "start": n,
            "end": n + 1,
            "transition_in": {"kind": "cut" if n else "start", "start": n, "end": n},
            "key_frames": [],
        }
        for n in range(clips)
    ]
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_film_of_more_clips_than_an_edl_holds_is_several(written, exported, tmp_path):
    path, out = _cut_often(written(), 1100), tmp_path / "out"
    told = exported(path, "--to", "edl")
    assert told.code == 0
    assert told.err.splitlines() == [
        f"cinetag: wrote {out / 'film-1.edl'}",
        f"cinetag: wrote {out / 'film-2.edl'}",
        f"cinetag: {out / 'film-1.edl'} to film-2.edl: 2 lists of at most 999 clips",
    ]
    assert _names(out) == ["film-1.edl", "film-2.edl"]
    assert exported(path, "--to", "edl").code == 6
    assert exported(path, "--to", "edl", "-y").code == 0


def test_a_part_is_never_written_over_another_film(written, exported, tmp_path):
    told = exported(_cut_often(written(), 1100), written("film-1"), "--to", "edl", "-y")
    assert told.code == 3
    assert "film-1.edl: is also another film's file: export each into a folder of its own" in told.err
    assert _names(tmp_path / "out") == ["film-1.edl"]
    assert b"Shot 002" in (tmp_path / "out" / "film-1.edl").read_bytes()


def test_marker_formats_get_films_beats_and_tags_unless_others_are_named(written, exported, tmp_path):
    path, lists = written(), tmp_path / "out" / "film.avid.txt"
    assert exported(path, "--to", "avid").code == 0
    assert len(lists.read_text(encoding="utf-8").splitlines()) == 2
    assert exported(path, "--to", "avid", "--events", "shots", "-y").code == 0
    assert [line.split("\t")[4][:8] for line in lists.read_text(encoding="utf-8").splitlines()] == [
        "Shot 001",
        "Shot 002",
    ]


def test_what_a_file_does_not_hold_is_told_in_a_line(written, exported, tmp_path):
    told = exported(written(), "--to", "resolve,csv,blender")
    lines = [line for line in told.err.splitlines() if "lost" in line]
    out = tmp_path / "out"
    # the film, the beat and the tag: the first two begin together, and the film is the longest
    assert lines == [
        f"cinetag: {out / 'film.resolve.edl'}: lost: durations 1, merged 1; "
        "the timeline must begin at 00:00:00:00",
        f"cinetag: {out / 'film.blender.py'}: lost: colours 2, comments 2, durations 2, merged 1",
    ]


def test_a_format_that_refuses_a_film_does_not_keep_others_from_being_written(written, exported, tmp_path):
    told = exported(written(rate="25/2"), "--to", "edl,csv,avid,fcpxml")
    assert told.code == 6
    assert _names(tmp_path / "out") == ["film.csv", "film.fcpxml"]
    assert "a CMX 3600 EDL cannot carry 12.5" in told.err
    assert "a marker list of Avid cannot carry 12.5" in told.err
