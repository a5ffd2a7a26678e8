"""Whatever stands in a document: an analysis that holds together, or one DocumentError."""

import copy
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.checks import contradiction
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import parse_record, read_analysis, render_record
from cinetag_plugin.document.records import Analysis, Span

hostile = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 2, 2**31, 2**63, 2**64, -(2**63), 10**25, 1e308, -1e308, 1e-320, 0.5, 0]),
    st.sampled_from(
        ["", "1/0", "0/1", "-1/2", "1e30", "1e999999999", "nan", "١/٢", "1/2/3", " 1/2", "a" * 1000]
    ),
    st.sampled_from([[], {}, [[]], [None], {"extra": None}, {"": {}}, [[[[]]]]]),
    st.text(max_size=8),
    st.lists(st.integers(-5, 300), max_size=3),
)


def places_in(value, place=()):
    """List the way to every value of a JSON document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = [found for key, item in items for found in places_in(item, (*place, key))]
    return [place, *inner] if place else inner


def put(document, place, value):
    for step in place[:-1]:
        document = document[step]
    document[place[-1]] = value


def value_at(document, place):
    for step in place:
        document = document[step]
    return document


def accepted(content: bytes, path) -> Analysis | None:
    """Read a document; anything but an analysis or a DocumentError of one line fails the test."""
    path.write_bytes(content)
    try:
        return read_analysis(path)
    except DocumentError as fault:
        message = str(fault)
    assert len(message.splitlines()) == 1
    assert len(message) < 5000
    return None


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_value_in_any_place_gives_an_analysis_or_one_line(document, tmp_path, data):
    damaged = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 2))):
        put(damaged, data.draw(st.sampled_from(places_in(damaged))), copy.deepcopy(data.draw(hostile)))
    analysis = accepted(json.dumps(damaged).encode(), tmp_path / "film.cinetag.json")
    if analysis is not None:
        assert contradiction(analysis) == ""
        again = parse_record(render_record(analysis), Analysis, subject="again")
        assert render_record(again) == render_record(analysis)
        assert all(analysis.shots[key.shot].index == key.shot for key in analysis.key_frames)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_bytes_that_were_changed_or_cut_give_an_analysis_or_one_line(document, tmp_path, data):
    content = bytearray(json.dumps(document).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    accepted(bytes(content[:cut] if data.draw(st.booleans()) else content), tmp_path / "film.cinetag.json")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_document_give_one_line(content):
    with pytest.raises(DocumentError):
        parse_record(content, Analysis, subject="noise")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'"film"',
        b'{"film": NaN}',
        b'{"film": Infinity}',
        b'{"film": 1e999}',
        b'{"film": "\\ud800"}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
)
def test_what_is_no_json_object_is_refused(content):
    with pytest.raises(DocumentError, match="is not a valid analysis"):
        parse_record(content, Analysis, subject="film")


@pytest.mark.parametrize("place", [("later",), ("film", "later"), ("detector", "settings", "later")])
def test_a_field_nested_beyond_use_is_refused_and_a_deep_one_is_kept(document, place):
    for levels, kept in ((90, True), (200, False), (700, False)):
        deep: list = []
        for _ in range(levels):
            deep = [deep]
        put(document, place, deep)
        content = json.dumps(document).encode()
        if kept:
            again = json.loads(render_record(parse_record(content, Analysis, subject="film")))
            assert value_at(again, place) == deep
        else:
            with pytest.raises(DocumentError, match="nested more than 100 levels"):
                parse_record(content, Analysis, subject="film")


@pytest.mark.parametrize(
    "rate", ["1/0", "1e999999999", "-1e9", "0x10/1", "1_0/1", "٢/1", "1/" + "9" * 30, 25, 23.976]
)
def test_what_is_no_fraction_is_refused_at_once(document, rate):
    document["film"]["rate"] = rate
    began = time.monotonic()
    with pytest.raises(DocumentError, match="is not a valid analysis"):
        parse_record(json.dumps(document).encode(), Analysis, subject="film")
    assert time.monotonic() - began < 5


def test_a_message_does_not_quote_a_whole_file(document):
    document["shots"][0]["transition_in"]["kind"] = "x" * 10**6
    with pytest.raises(DocumentError) as caught:
        parse_record(json.dumps(document).encode(), Analysis, subject="film")
    assert len(str(caught.value)) < 1000


def test_of_a_key_that_stands_twice_the_last_counts():
    content = json.dumps({"start": 1, "end": 2})[:-1] + ', "end": 3}'
    assert parse_record(content.encode(), Span, subject="span").end == 3
