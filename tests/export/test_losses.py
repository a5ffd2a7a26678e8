"""What a format says that it loses is what a reader of its own finds missing in the file.

Each reader returns, marker by marker, what the file says: place, length, text, comment, colour; None for
what it says nothing of. What should be there is counted here, from the events.
"""

import ast
import json
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from xml.dom import minidom
from xml.etree import ElementTree as ET

import plain_avidxml
import plain_edl
import plain_fcpxml
import plain_ffmetadata
import plain_otio
import plain_xmeml
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_films import analysis, counted, event, film, gridded_films

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.export import (
    avid,
    avidxml,
    blender,
    edl,
    fcp7xml,
    fcpxml,
    ffmetadata,
    kdenlive,
    mkvchapters,
    otio,
    resolve_edl,
    shotcut,
    srt,
    webvtt,
    youtube,
)
from cinetag_plugin.export.formats import EXPORTERS


@dataclass
class Seen:
    place: int
    length: int | None
    text: str
    comment: bool
    colour: str | None


WORDS = st.text("abcdefgh ", min_size=1, max_size=76).map(lambda text: f"n{text.strip()}")
COMMENTS = st.text("ijklmnop ", max_size=200).map(lambda text: f"q{text.strip()}") | st.just("")


@st.composite
def tables(draw: st.DrawFn):
    """A film and events of every kind in it, many of which begin together."""
    made, *_ = draw(gridded_films())
    assume(made.frames <= counted(made)[3])  # labels of the next day are those of this one
    places = draw(st.lists(st.integers(0, made.frames - 1), min_size=1, max_size=4))
    table = []
    for _ in range(draw(st.integers(0, 7))):
        kind = draw(st.sampled_from(["film", "beat", "tag", "shot", "transition", "key_frame"]))
        start = 0 if kind == "film" else draw(st.sampled_from(places))
        end = (
            made.frames if kind == "film" else draw(st.integers(start + 1, made.frames) | st.just(start + 1))
        )
        facts = {"confidence": draw(st.floats(0, 1))}
        table.append(
            event(start, end, kind=kind, name=draw(WORDS), comment=draw(COMMENTS), data={"cinetag": facts})
        )
    return analysis(made), sorted(table, key=lambda row: row.start)


def missing(table: list[Event], seen: list[Seen], *, joined: bool) -> Losses:
    """Count what of the events is not in the markers."""
    groups = [list(g) for _, g in groupby(table, key=lambda e: e.start)] if joined else [[e] for e in table]
    assert [s.place for s in seen] == sorted(s.place for s in seen)
    if joined:
        by_place = {group[0].start: group for group in groups}
        found = [(by_place[s.place], s) for s in seen]
    else:
        assert len(groups) == len(seen)
        found = list(zip(groups, seen, strict=True))
    for group, marker in found:
        assert marker.place == group[0].start
    return Losses(
        colours=sum(s.colour is None for _, s in found),
        comments=sum(any(e.comment for e in group) and not s.comment for group, s in found),
        durations=sum(max(e.duration for e in group) > (s.length or 1) for group, s in found),
        merged=sum(len(group) for group, _ in found) - len(found),
        left_out=len(table) - sum(len(group) for group, _ in found),
        shortened=sum(not _whole(group, s) for group, s in found),
    )


def _whole(group: list[Event], seen: Seen) -> bool:
    names = " + ".join(e.name for e in group)
    comments = " / ".join(e.comment for e in group if e.comment)
    return names in seen.text and (not seen.comment or comments in seen.text)


def see_resolve(source, table):
    start, per_second, dropped, day = counted(source.film)
    _, found = plain_edl.read_markers(resolve_edl.render(table, source), per_second, dropped)
    return [
        Seen((m.frame - start) % day, m.duration, f"{m.name} {m.note}", bool(m.note), m.colour) for m in found
    ]


def see_avid(source, table, **options):
    start, per_second, dropped, day = counted(source.film)
    found = plain_edl.read_avid(avid.render(table, source, **options), per_second, dropped)
    return [
        Seen((frame - start) % day, length, text, " - q" in text, colour)
        for frame, colour, text, length in found
    ]


def see_avid_spans(source, table):
    return see_avid(source, table, span=True)


def see_avidxml(source, table):
    return [
        Seen(m.frame, m.length, m.text, " - q" in m.text, m.colour)
        for m in plain_avidxml.read(avidxml.render(table, source))
    ]


def see_edl(source, table):
    start, per_second, dropped, day = counted(source.film)
    assume(source.film.rate <= 30)
    _, found = plain_edl.read(edl.render(table, source), per_second, dropped)
    return [
        Seen((frame - start) % day, None, text.lower(), False, colour)
        for made in found
        for frame, colour, text in made.locators
    ]


def see_kdenlive(source, table):
    return [
        Seen(g["pos"], g["duration"] or 1, g["comment"], ": q" in g["comment"], g["type"])
        for g in json.loads(kdenlive.render(table, source))
    ]


def see_blender(source, table):
    (markers,) = re.findall(r"^MARKERS = (\(.*?^\))", blender.render(table, source).decode(), re.M | re.S)
    return [Seen(place, None, name, False, None) for place, name in ast.literal_eval(markers)]


def see_shotcut(source, table):
    root = ET.fromstring(shotcut.render(table, source))
    seen = []
    for node in root.findall("tractor/properties[@name='shotcut:markers']/properties"):
        said = {field.get("name"): field.text for field in node}
        start, end = (_frame(said[which], source.film.rate) for which in ("start", "end"))
        seen.append(Seen(start, max(end - start, 1), said["text"], ": q" in said["text"], said["color"]))
    return seen


def _frame(clock: str, rate: Fraction) -> int:
    hours, minutes, seconds = clock.split(":")
    return int((int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)) * rate + Fraction(1, 2))


def see_fcp7xml(source, table):
    seen = []
    for marker in plain_xmeml.read(fcp7xml.render(table, source)).markers:
        start, end = plain_xmeml.span(marker)
        text = f"{marker['name']} {marker['comment']}"
        seen.append(Seen(start, end - start, text, bool(marker["comment"]), marker.get("pproColor", "green")))
    return seen


def see_fcpxml(source, table):
    """A marker and a keyword of one event are one."""
    start = counted(source.film)[0]
    (whole,) = plain_fcpxml.read(fcpxml.render(table, source)).films
    markers = [(a - start, b - a, name, note) for a, b, name, note in whole.markers]
    spans = [(a - start, b - a, name, note) for a, b, name, note in whole.keywords]
    seen = [Seen(place, length, f"{name} {note}", bool(note), None) for place, length, name, note in spans]
    for _, _, name, note in spans:
        said = re.sub("^(beat|tag): ", "", name)
        markers.remove(next(m for m in markers if (m[2], m[3]) == (said, note)))
    seen += [Seen(place, length, f"{name} {note}", bool(note), None) for place, length, name, note in markers]
    # in the order of the events, by their words
    order = {f"{e.name} {e.comment}": number for number, e in enumerate(table)}
    assume(len(order) == len(table))
    return sorted(seen, key=lambda s: order[re.sub("^(beat|tag): ", "", s.text)])


MARKERS = [
    (resolve_edl, see_resolve, True, {}),
    (avid, see_avid, True, {}),
    (avid, see_avid_spans, True, {"span": True}),
    (avidxml, see_avidxml, True, {}),
    (edl, see_edl, False, {}),
    (kdenlive, see_kdenlive, True, {}),
    (blender, see_blender, True, {}),
    (shotcut, see_shotcut, False, {}),
    (fcp7xml, see_fcp7xml, False, {}),
    (fcpxml, see_fcpxml, False, {}),
]


def _counts(losses: Losses) -> dict[str, int]:
    names = ("colours", "comments", "durations", "merged", "left_out", "shortened")
    return {name: getattr(losses, name) for name in names}


@pytest.mark.parametrize(
    ("module", "see", "joined", "options"), MARKERS, ids=[see.__name__[4:] for _, see, *_ in MARKERS]
)
@settings(max_examples=40, deadline=None)
@given(tables())
def test_the_counts_are_what_a_reader_of_markers_misses(module, see, joined, options, drawn):
    source, table = drawn
    seen = see(source, table)
    assert _counts(module.losses(table, source, **options)) == _counts(missing(table, seen, joined=joined))


@settings(max_examples=40, deadline=None)
@given(tables())
def test_a_timeline_loses_nothing(drawn):
    source, table = drawn
    table = [e for e in table if e.kind in {"film", "beat", "tag"}]
    seen = [
        Seen(m["start"], m["end"] - m["start"], f"{m['name']} {m['comment']}", bool(m["comment"]), m["color"])
        for m in plain_otio.read(otio.render(table, source)).markers
    ]
    assert missing(table, seen, joined=False) == Losses()
    (exporter,) = [exporter for exporter in EXPORTERS if exporter.slug == "otio"]
    assert exporter.losses is None


def test_more_than_the_most_are_counted_with_those_that_share_a_marker():
    table = sorted((event(n // 2, n // 2 + 1, name=f"n{n}") for n in range(2100)), key=lambda e: e.start)
    source = analysis(film(1100))
    seen = see_resolve(source, table)
    assert len(seen) == 999
    assert _counts(resolve_edl.losses(table, source)) == _counts(missing(table, seen, joined=True))


def see_ffmetadata(source, table):
    rate = source.film.rate
    return [
        Seen(int(c.start * rate), int((c.end - c.start) * rate), c.title, False, None)
        for c in plain_ffmetadata.read(ffmetadata.render(table, source))
    ]


def see_mkvchapters(source, table):
    seen = []
    for atom in minidom.parseString(mkvchapters.render(table, source)).getElementsByTagName("ChapterAtom"):
        said = {node.tagName: "".join(c.data for c in node.childNodes if c.nodeType == c.TEXT_NODE)
                for node in atom.getElementsByTagName("*")}  # fmt: skip
        start, end = (_frame(said[f"ChapterTime{which}"], source.film.rate) for which in ("Start", "End"))
        seen.append(Seen(start, end - start, said["ChapterString"], False, None))
    return seen


def chaptered(table: list[Event]) -> list[Event]:
    """What chapters are made of."""
    return [e for e in table if e.kind == "beat"] or [e for e in table if e.kind == "shot"]


@pytest.mark.parametrize(("module", "see"), [(ffmetadata, see_ffmetadata), (mkvchapters, see_mkvchapters)])
@settings(max_examples=40, deadline=None)
@given(tables())
def test_the_counts_are_what_a_reader_of_chapters_misses(module, see, drawn):
    source, table = drawn
    wanted = chaptered(table)
    assume(wanted)
    first = {e.start: e for e in reversed(wanted)}
    seen = see(source, table)
    assert _counts(module.losses(table, source)) == _counts(
        Losses(
            colours=len(seen),
            comments=sum(bool(first[s.place].comment) for s in seen),
            durations=sum(first[s.place].duration > s.length for s in seen),
            left_out=len(wanted) - len(seen),
        )
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 900), COMMENTS), max_size=12))
def test_the_counts_are_what_a_reader_of_a_description_misses(drawn):
    source = analysis(film(10_900, Fraction(25)))
    always = [(0, 500, ""), (4000, 1, ""), (9000, 900, "")]  # a site wants three chapters
    wanted = [
        event(start, start + length, name=f"n{number}", comment=comment)
        for number, (start, length, comment) in enumerate(sorted([*always, *drawn]))
    ]
    table = [event(3, 9, kind="tag"), *wanted]
    lines = youtube.render(table, source).decode().splitlines()
    named = {e.name: e for e in wanted}
    found = [named[title] for title in (line.partition(" ")[2] for line in lines) if title != "Start"]
    assert _counts(youtube.losses(table, source)) == _counts(
        Losses(
            colours=len(found),
            comments=sum(bool(e.comment) for e in found),
            durations=sum(e.duration > 1 for e in found),
            left_out=len(wanted) - len(found),
        )
    )


@pytest.mark.parametrize("module", [ffmetadata, mkvchapters, youtube, srt, webvtt])
def test_where_there_are_no_events_there_is_nothing_to_lose(module):
    assert module.losses([], analysis()) == Losses()


@given(tables())
def test_the_counts_are_what_readers_of_text_miss(drawn):
    source, table = drawn
    shown = [e for e in table if e.kind in {"beat", "tag"}] or [e for e in table if e.kind == "shot"]
    for module, wanted in ((srt, shown), (webvtt, table)):
        text = module.render(table, source).decode()
        assert wanted == [] or text.count(" --> ") == len(wanted)
        comments = sum(bool(e.comment) for e in wanted)
        assert module.losses(table, source) == Losses(colours=len(wanted), comments=comments)
