"""Analysis documents: read, written back, and refused with one clear line."""

import json
import os
import sys

import pytest

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import DocumentError, ModelError
from cinetag_plugin.document.files import (
    parse_record,
    plain,
    read_analysis,
    read_limited,
    render_compact,
    render_record,
)
from cinetag_plugin.document.records import Analysis, Span


def parsed(document) -> Analysis:
    return parse_record(json.dumps(document).encode(), Analysis, subject="film.cinetag.json")


def objects_in(value, place=()):
    """Yield every object of a JSON value with the way to it."""
    if isinstance(value, dict):
        yield place
        for key, item in value.items():
            yield from objects_in(item, (*place, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects_in(item, (*place, index))


def at(value, place):
    for step in place:
        value = value[step]
    return value


def test_a_document_is_written_back_as_it_was_read(document):
    once = render_record(parsed(document))
    assert render_record(parse_record(once, Analysis, subject="film")) == once
    again = json.loads(once)
    assert again["film"]["rate"] == "24000/1001"
    assert all(
        again[key] == document[key] for key in ("analysed", "warnings", "created_by", "schema_version")
    )


def test_what_was_not_said_is_written_with_its_default(document):
    again = plain(parsed(document))
    assert again["film"]["pixel_aspect"] == "1/1"
    assert again["shots"][1]["origin"] == "model"
    assert again["beats"][0]["origin"] == "person"


def test_fields_of_later_versions_survive_at_every_level(document):
    later = {"n": [1, {"extra": {"x": None}}], "t": "ü"}
    places = list(objects_in(document))
    for place in places:
        if place[-1:] != ("measures",):
            at(document, place).update({"later": later, "extra": {"kept": True}})
    again = json.loads(render_record(parsed(document)))
    for place in places:
        if place[-1:] != ("measures",):
            assert at(again, place)["later"] == later, place
            assert at(again, place)["extra"] == {"kept": True}, place


def test_settings_of_any_shape_are_kept(document):
    settings = {"extra": {"a": 1}, "list": [[{"extra": {}}]], "none": None}
    document["detector"]["settings"] = settings
    assert plain(parsed(document))["detector"]["settings"] == settings


def test_a_field_set_by_a_plugin_cannot_take_the_place_of_a_known_one():
    assert plain(Span(start=0, end=5, extra={"end": 9, "more": 1})) == {"start": 0, "end": 5, "more": 1}


def test_both_forms_say_the_same(document):
    analysis = parsed(document)
    assert json.loads(render_compact(analysis)) == json.loads(render_record(analysis)) == plain(analysis)
    assert b"\n" not in render_compact(analysis)
    assert render_record(analysis).endswith(b"}\n")


def test_a_name_that_utf8_cannot_say_does_not_stop_the_writing(document):
    film = "strange\udcff.mp4"
    record = Span(start=0, end=1, extra={film: [film]})
    assert json.loads(render_compact(record)) == {"strange�.mp4": ["strange�.mp4"], "start": 0, "end": 1}


def test_a_file_is_read_and_believed_when_it_is_sound(document, tmp_path):
    path = tmp_path / "film.cinetag.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    analysis = read_analysis(path)
    assert analysis.film.start_frame == 86_400
    assert analysis.film.clock.pts(60) == 60_060
    assert [shot.end for shot in analysis.shots] == [120, 200]


def test_a_contradiction_names_the_file(document, tmp_path):
    path = tmp_path / "film.cinetag.json"
    document["shots"][1]["start"] = 130
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"film\.cinetag\.json: has shots that do not follow each other"):
        read_analysis(path)


def test_cards_are_read_by_the_same_rules():
    card = {
        "name": "tags",
        "role": "tags",
        "file": "tags.tflite",
        "sha256": "00",
        "input": {"kind": "picture", "size": [224, 224], "later": 1},
        "output": {"kind": "scores", "labels": ["war"]},
        "measured": {"extra": {"hit1": 0.5}},
    }
    record = parse_record(json.dumps(card).encode(), Card, subject="tags.json")
    assert record.input.size == (224, 224)
    again = plain(record)
    assert again["input"]["later"] == 1
    assert again["measured"] == {"extra": {"hit1": 0.5}}


@pytest.mark.parametrize("name", ["missing.json", "", "a\0b"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(DocumentError, match=r"no such file|not a regular file"):
        read_limited(tmp_path / name, 10)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes there")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DocumentError, match="not a regular file"):
        read_limited(tmp_path / "pipe", 10)


def test_a_file_above_the_limit_is_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"12345678901")
    assert read_limited(path, 11) == b"12345678901"
    with pytest.raises(ModelError, match="larger than 10 bytes"):
        read_limited(path, 10, ModelError)
