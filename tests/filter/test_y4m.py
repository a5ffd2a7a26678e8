"""Headers of y4m, as FFmpeg and others write them."""

from fractions import Fraction

import pytest

from cinetag_plugin.filter.y4m import UnfitStreamError, parsed


def _header(tags: str):
    return parsed(f"YUV4MPEG2 {tags}\n".encode())


# chroma sizes are ceil(W/2) and ceil(H/2): 33x17 in 4:2:0 takes 33*17 + 2*17*9 = 867 bytes
@pytest.mark.parametrize(
    ("tags", "frame_bytes"),
    [
        ("W33 H17 C420jpeg", 867),
        ("W33 H17 C420mpeg2", 867),
        ("W33 H17 C420paldv", 867),
        ("W33 H17", 867),
        ("W33 H17 XYSCSS=444", 3 * 33 * 17),
        ("W33 H17 C411", 33 * 17 + 2 * 9 * 17),
        ("W33 H17 C422", 33 * 17 + 2 * 17 * 17),
        ("W33 H17 C444", 3 * 33 * 17),
        ("W33 H17 C444alpha", 4 * 33 * 17),
        ("W33 H17 Cmono", 33 * 17),
        ("W33 H17 Cmono12", 2 * 33 * 17),
        ("W33 H17 C420p10", 2 * 867),
        ("W33 H17 C444p16", 6 * 33 * 17),
    ],
)
def test_the_size_of_a_frame_follows_from_the_header(tags, frame_bytes):
    assert _header(tags).frame_bytes == frame_bytes


@pytest.mark.parametrize(
    ("tags", "rate"),
    [("F24000:1001", Fraction(24000, 1001)), ("F0:0", None), ("", None), ("Fx", None), ("F25:0", None)],
)
def test_a_rate_that_is_not_told_is_none(tags, rate):
    assert _header(f"W4 H4 {tags}").rate == rate


def test_what_ffmpeg_would_stumble_over_is_left_out_of_the_line_that_it_gets():
    line = _header(f"W4 H6 F30:1 Im A1:1 C422 XCOLORRANGE=FULL XFOO={'x' * 200}").line(Fraction(30))
    assert line == b"YUV4MPEG2 W4 H6 F30:1 I? A1:1 XCOLORRANGE=FULL C422\n"


@pytest.mark.parametrize("tags", ["", "W4", "W0 H4", "W-4 H4", "W4 H\u0664", "W99999 H99999"])
def test_a_header_without_a_size_that_can_be_is_unfit(tags):
    with pytest.raises(UnfitStreamError):
        _header(tags)


@pytest.mark.parametrize("chroma", ["420p11", "rgb", "440", "420p10be", "mono8"])
def test_an_unknown_pixel_format_is_unfit(chroma):
    with pytest.raises(UnfitStreamError, match=chroma):
        _header(f"W4 H4 C{chroma}").frame_bytes  # noqa: B018 - for its error
