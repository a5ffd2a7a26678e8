"""AAF: the cut of the film, exact in frames at every rate, read back with pyaaf2."""

import sys
import tempfile
from fractions import Fraction
from itertools import pairwise

import plain_aaf
import pytest
from hypothesis import HealthCheck, given, settings
from made_films import GRIDS, HOSTILE_TEXT, NAMES, STARTS, analysis, event, film, shots, told, variable

from cinetag_plugin.document.contracts import Losses
from cinetag_plugin.document.errors import ExportError, UnfitError
from cinetag_plugin.document.records import Source, Span, Transition
from cinetag_plugin.export.aaf import ELSEWHERE, losses, render
from cinetag_plugin.export.conform import beginning_at
from cinetag_plugin.export.events import events

# frames that the timecodes of STARTS name, by labels a second and labels dropped a minute: by hand
_STARTS = {
    (24, 0): (0, 86_400, 864_000, 2_073_360),
    (25, 0): (0, 90_000, 900_000, 2_159_750),
    (30, 0): (0, 108_000, 1_080_000, 2_591_700),
    (30, 2): (0, 107_892, 1_078_920, 2_589_108),
    (48, 0): (0, 172_800, 1_728_000, 4_146_720),
    (50, 0): (0, 180_000, 1_800_000, 4_319_500),
    (60, 0): (0, 216_000, 2_160_000, 5_183_400),
    (60, 4): (0, 215_784, 2_157_840, 5_178_216),
}


@pytest.mark.parametrize(("rate", "drop", "per_second", "dropped"), GRIDS)
def test_clips_ranges_and_timecode_are_exact(rate, drop, per_second, dropped, tmp_path):
    number = GRIDS.index((rate, drop, per_second, dropped)) % len(STARTS)
    label = f"{STARTS[number]}{';' if drop else ':'}00"
    borders = (0, 1, 17, 300, 720)
    source = analysis(film(720, rate, start_timecode=label, drop_frame=drop), borders)
    found = plain_aaf.read(render(events(source, NAMES), source), tmp_path)
    start = _STARTS[per_second, dropped][number]
    assert found.rates == {rate}
    assert found.timecode == (start, per_second, drop)
    assert found.files == {found.timecode}
    assert list(found.tracks) == ["V1", "A1"]
    assert set(found.lengths.values()) == {720}
    for clips in found.tracks.values():
        assert [(c.source - start, c.length, c.available) for c in clips] == [
            (a, b - a, 720) for a, b in pairwise(borders)
        ]
        assert [clip.name for clip in clips] == ["Shot 001", "Shot 002", "Shot 003", "Shot 004"]
        assert {clip.url for clip in clips} == {"file:///media/film.mov"}


@pytest.mark.parametrize("rate", [Fraction(25, 2), Fraction(15), Fraction(120000, 1001)])
def test_rates_without_timecode_are_written(rate, tmp_path):
    found = plain_aaf.read(render([], analysis(film(90, rate), (0, 7, 90))), tmp_path)
    assert found.rates == {rate}
    assert [(c.source, c.length) for c in found.tracks["V1"]] == [(0, 7), (7, 83)]


def test_the_timeline_may_begin_elsewhere_than_its_file(tmp_path):
    source = analysis(film(90, Fraction(25), start_timecode="00:00:10:00"), (0, 7, 90))
    found = plain_aaf.read(render([], beginning_at(source, "01:00:00:00")), tmp_path)
    assert (found.timecode, found.files) == ((90_000, 25, False), {(250, 25, False)})
    assert [(c.source, c.length) for c in found.tracks["V1"]] == [(250, 7), (257, 83)]


def test_a_silent_film_has_no_track_of_sound(tmp_path):
    found = plain_aaf.read(render([], analysis(film(9, Fraction(25), has_audio=False))), tmp_path)
    assert list(found.tracks) == ["V1"]


def test_a_shot_is_the_same_clip_whenever_it_is_written_and_in_picture_and_sound(tmp_path):
    first, again = (plain_aaf.read(render([], told()), tmp_path).tracks for _ in range(2))
    assert first == again
    identities = [clip.identity for clip in first["V1"]]
    assert identities == [clip.identity for clip in first["A1"]]
    assert len(set(identities)) == 3


def test_dissolves_are_cuts_and_what_was_not_analysed_is_film(tmp_path):
    cut = shots((100, 240, 480), Transition(kind="dissolve", start=230, end=250))
    source = analysis(film(720, Fraction(24)), shots=cut, analysed=Span(start=100, end=480))
    (clips, _) = plain_aaf.read(render([], source), tmp_path).tracks.values()
    assert [(c.source, c.length) for c in clips] == [(0, 100), (100, 140), (240, 240), (480, 240)]


def test_the_parts_of_a_joined_film_are_files_with_their_own_places(tmp_path):
    rate = Fraction(24)
    parts = (
        Source(path="/dcp/1.mxf", start=0, frames=300, entry=24, rate=rate),
        Source(path="/dcp/2.mxf", start=300, frames=420, entry=0, rate=rate),
    )
    source = analysis(film(720, rate, path="/dcp", sources=parts), (0, 240, 720))
    (clips, _) = plain_aaf.read(render([], source), tmp_path).tracks.values()
    assert [(c.url[-5:], c.source, c.length) for c in clips] == [
        ("1.mxf", 24, 240),
        ("1.mxf", 264, 60),
        ("2.mxf", 0, 420),
    ]


def test_at_variable_rate_the_cut_lies_on_the_conformed_grid(tmp_path):
    pts = [40 * i for i in range(100)] + [4000 + 20 * i for i in range(100)]
    source = variable(pts, Fraction(1, 1000), (0, 100, 150, 200))
    (clips, _) = plain_aaf.read(render([], source), tmp_path).tracks.values()
    assert [(c.source, c.length) for c in clips] == [(0, 100), (100, 25), (125, 25)]


def test_markers_are_not_in_the_file_and_that_is_counted(tmp_path):
    table = events(told(), NAMES, kinds={"film", "beat", "tag", "shot"})
    assert plain_aaf.read(render(table, told()), tmp_path).comments == 0
    assert losses(table, told()) == Losses(left_out=4, notes=(ELSEWHERE,))
    assert losses(events(told(), NAMES, kinds={"shot"}), told()) == Losses()


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    render([], told())
    assert list(tmp_path.iterdir()) == []


def test_without_room_for_temporary_files_the_fault_is_one_line(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/proc/none")
    with pytest.raises(ExportError, match=r"format aaf: cannot be made .*: see that TMPDIR has room"):
        render([], told())


@pytest.mark.parametrize("missing", ["aaf2", "otio_aaf_adapter.adapters"])
def test_without_the_adapter_the_remedy_is_one_line(missing, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UnfitError) as fault:
        render([], told())
    assert str(fault.value) == (
        "format aaf: needs the package otio-aaf-adapter: pip install 'cinetag-plugin[aaf]'"
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE_TEXT)
def test_hostile_words_leave_a_file_that_opens(tmp_path, text):
    source = analysis(film(9, name=text, path=f"/media/{text.replace(chr(0), '')}", fingerprint=text))
    (clips, _) = plain_aaf.read(render([event(0, 1, name=text)], source), tmp_path).tracks.values()
    assert [clip.length for clip in clips] == [9]
