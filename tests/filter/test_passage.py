"""A stream let through: the bytes that come out, what is found in them, how it ends."""

import os
import re

import pytest

from cinetag_plugin.filter.passage import Passage, Wishes

GRAY = ["gray", "gray10le", "gray12le", "gray16le"]
EIGHT = ["yuv420p", "yuv411p", "yuv422p", "yuv444p", "yuva444p"]
DEEP = [f"yuv{chroma}p{bits}le" for chroma in ("420", "422", "444") for bits in (9, 10, 12, 14, 16)]


@pytest.mark.parametrize("pixel_format", [*GRAY, *EIGHT, *DEEP])
def test_every_pixel_format_goes_through_unchanged_and_shows_its_cut(made, passed, pixel_format):
    stream = made(pixel_format)
    found = passed(stream)
    assert found.out == stream
    assert found.outcome.is_complete
    assert [(shot.start, shot.end) for shot in found.outcome.analysis.shots] == [(0, 12), (12, 25)]


@pytest.mark.parametrize("pixel_format", ["gray16le", *EIGHT, "yuv444p12le"])
def test_odd_sizes_go_through_unchanged(made, passed, pixel_format):
    stream = made(pixel_format, "33x17")
    found = passed(stream)
    assert found.out == stream
    assert found.outcome.analysis.film.frames == 25
    assert (found.outcome.analysis.film.width, found.outcome.analysis.film.height) == (33, 17)


def _edited(stream: bytes, pattern: bytes, replacement: bytes, count: int = 0) -> bytes:
    return re.sub(pattern, replacement, stream, count=count)


@pytest.mark.parametrize(
    "edit",
    [
        (rb"(?m)^FRAME$", b"FRAME Ip"),
        (rb"FRAME\n", b"FRAME XFOO=" + b"x" * 200 + b"\n"),  # FFmpeg takes no line above 80 bytes
        (rb"XCOLORRANGE=LIMITED", b"XCINETAG=" + b"x" * 200),  # nor a header above 96
        (rb" C420jpeg XYSCSS=420JPEG", b""),
        (rb" Ip ", b" Im "),
    ],
)
def test_forms_that_ffmpeg_stumbles_over_are_analysed_all_the_same(made, passed, edit):
    stream = _edited(made("yuv420p"), *edit)
    found = passed(stream)
    assert found.out == stream
    assert [shot.start for shot in found.outcome.analysis.shots] == [0, 12]


def test_parameters_longer_than_a_tiny_frame_are_taken_whole(made, passed):
    stream = _edited(made("yuv420p", "8x8"), rb"FRAME\n", b"FRAME X" + b"x" * 1000 + b"\n")
    found = passed(stream)
    assert found.out == stream
    assert found.outcome.frames == 25


def test_a_rate_that_is_not_told_is_warned_of(made, passed):
    found = passed(made("yuv420p").replace(b" F24000:1001", b" F0:0"))
    assert found.outcome.analysis.film.rate == 25
    assert "does not tell its rate" in found.outcome.analysis.warnings[0]


@pytest.mark.parametrize("form", ["nut", "matroska"])
def test_nut_and_matroska_go_through_unchanged_and_are_analysed(made, passed, form):
    stream = made("yuv420p", form=form)
    found = passed(stream)
    assert found.out == stream
    assert [shot.start for shot in found.outcome.analysis.shots] == [0, 12]


@pytest.mark.parametrize("form", ["nut", "matroska"])
def test_nut_and_matroska_that_end_inside_a_frame_are_cut_short(made, passed, form):
    stream = made("yuv420p", "320x240", form=form)[:-1000]
    found = passed(stream)
    assert found.out == stream
    assert found.outcome.cut_short
    assert found.outcome.analysis.film.frames >= 24


@pytest.mark.parametrize(
    "stream",
    [b"no film at all, but bytes all the same" * 1000, b"YUV4MPEG2 W64 H48 F25:1 C440\n" + b"x" * 99999],
)
def test_what_cannot_be_analysed_is_passed_on_with_the_reason(passed, stream):
    found = passed(stream)
    assert found.out == stream
    assert found.outcome.analysis is None
    assert found.outcome.unfit
    assert not found.outcome.is_complete


def test_another_form_than_the_one_asked_for_is_passed_on(made, passed):
    stream = made("yuv420p")
    found = passed(stream, Wishes(form="nut"))
    assert found.out == stream
    assert "no nut" in found.outcome.unfit


def test_a_stream_that_ends_inside_a_frame_is_analysed_so_far(made, passed):
    stream = made("yuv420p")[:-100]
    found = passed(stream)
    assert found.out == stream
    assert found.outcome.cut_short == "ends inside frame 24"
    assert found.outcome.analysis.film.frames == 24
    assert any("cut short" in warning for warning in found.outcome.analysis.warnings)


def test_a_second_stream_behind_the_first_is_passed_on_and_not_guessed_at(made, passed):
    stream = made("yuv420p") * 2
    found = passed(stream)
    assert found.out == stream
    assert "frame 25" in found.outcome.cut_short
    assert found.outcome.analysis.film.frames == 25


@pytest.mark.parametrize("length", [0, 4, 40])
def test_a_stream_without_a_frame_is_cut_short(made, passed, length):
    stream = made("yuv420p")[:length]
    found = passed(stream)
    assert found.out == stream
    assert found.outcome.cut_short or found.outcome.unfit
    assert found.outcome.analysis is None


def test_a_header_alone_holds_no_frame(made, passed):
    stream = made("yuv420p").split(b"\n")[0] + b"\n"
    assert passed(stream).outcome.cut_short == "holds no frame"


def test_a_reader_that_goes_away_leaves_what_was_seen(made, analyzer, tmp_path):
    given = tmp_path / "given"
    given.write_bytes(made("yuv420p", "640x480"))
    source = os.open(given, os.O_RDONLY)
    reader, writer = os.pipe()
    os.close(reader)
    outcome = Passage(analyzer, Wishes(), ()).run(source, writer)
    os.close(source)
    assert outcome.reader_gone
    assert not outcome.is_complete


class _Interrupted(BaseException):
    pass


def test_an_interruption_leaves_what_was_seen_and_is_kept_to_be_raised(made, analyzer, tmp_path):
    given = tmp_path / "given"
    given.write_bytes(made("yuv420p"))
    source, sink = os.open(given, os.O_RDONLY), os.open(os.devnull, os.O_WRONLY)

    def interrupt(frames: int, left_out: int) -> None:
        if frames == 20:
            raise _Interrupted

    outcome = Passage(analyzer, Wishes(), (), interrupt).run(source, sink)
    os.close(source)
    assert isinstance(outcome.interruption, _Interrupted)
    assert outcome.analysis.film.frames == 20
    assert outcome.reason == "interrupted"


def test_a_teller_that_fails_ends_the_analysis_and_not_the_stream(made, passed):
    class Broken:
        def begin(self, facts, places):
            raise ZeroDivisionError

        def see(self, frame):
            pass

        def tell(self, closed):
            pass

        def tell_event(self, event, passed):
            pass

    stream = made("yuv420p", "640x480") + b""
    found = passed(stream, tellers=[Broken()])
    assert found.out == stream
    assert isinstance(found.outcome.fault, ZeroDivisionError)


class _Slow:
    """Keeps the analysis from its frames until all have passed."""

    def __init__(self):
        self.closed = []

    def begin(self, facts, places):
        self._places = places

    def see(self, frame):
        while frame.index == 0 and self._places.frames < 25:
            pass

    def tell(self, closed):
        self.closed.append(closed)

    def tell_event(self, event, passed):
        pass


def test_frames_left_out_of_the_analysis_are_passed_on_and_counted(made, passed, monkeypatch):
    monkeypatch.setattr("cinetag_plugin.filter.backlog._BYTES", 0)  # three blocks
    stream = made("yuv420p", "1280x720")  # more than fits into pipes on the way
    slow = _Slow()
    found = passed(stream, Wishes(sample=True), [slow])
    outcome = found.outcome
    assert found.out == stream
    assert outcome.is_complete
    assert 0 < outcome.left_out < 25
    assert outcome.analysis.film.frames == outcome.frames == 25
    assert outcome.analysis.shots[-1].end == 25
    assert [(c.shot.start, c.shot.end) for c in slow.closed] == [
        (shot.start, shot.end) for shot in outcome.analysis.shots
    ]
