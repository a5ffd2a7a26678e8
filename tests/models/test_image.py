"""What a model is handed: the part of the picture, its size, and the numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import ModelInput
from cinetag_plugin.models.image import prepare


def wanted(**changes):
    return ModelInput(**{"kind": "picture", "size": (8, 8)} | changes)


def striped(height, width, colours):
    """Vertical stripes of equal width."""
    picture = np.zeros((height, width, 3), np.uint8)
    for stripe, colour in zip(np.array_split(np.arange(width), len(colours)), colours, strict=True):
        picture[:, stripe] = colour
    return picture


RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def test_centre_cuts_the_middle_of_a_wide_picture():
    array = prepare(striped(40, 120, [RED, GREEN, BLUE]), wanted(dtype="uint8"))
    assert array.shape == (1, 8, 8, 3)
    assert (array[0, :, 1:-1] == GREEN).all()


def test_centre_cuts_the_middle_of_a_tall_picture():
    tall = striped(40, 120, [RED, GREEN, BLUE]).transpose(1, 0, 2)
    assert (prepare(tall, wanted(dtype="uint8"))[0, 1:-1] == GREEN).all()


def test_centre_of_the_wanted_aspect_keeps_the_whole_picture():
    array = prepare(striped(30, 60, [RED, BLUE]), wanted(size=(8, 16), dtype="uint8"))
    assert (array[0, 4, 0] == RED).all()
    assert (array[0, 4, -1] == BLUE).all()


def test_stretch_squeezes_the_whole_picture():
    array = prepare(striped(40, 120, [RED, GREEN, BLUE]), wanted(size=(8, 9), dtype="uint8", crop="stretch"))
    assert (array[0, 0, 0] == RED).all()
    assert (array[0, 0, 4] == GREEN).all()
    assert (array[0, 0, -1] == BLUE).all()


def test_fit_adds_black_bars_above_and_below_a_wide_picture():
    white = np.full((40, 80, 3), 255, np.uint8)
    array = prepare(white, wanted(dtype="uint8", crop="fit"))
    assert [int(row.max()) for row in array[0]] == [0, 0, 255, 255, 255, 255, 0, 0]


def test_a_picture_of_the_wanted_size_is_not_changed():
    picture = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    for crop in ("centre", "stretch", "fit"):
        assert (prepare(picture, wanted(dtype="uint8", crop=crop))[0] == picture).all()


def test_reduction_averages_rather_than_picks():
    checks = np.zeros((64, 64, 3), np.uint8)
    checks[::2, ::2] = checks[1::2, 1::2] = 255
    array = prepare(checks, wanted(dtype="uint8"))
    assert abs(array[0].astype(int) - 127).max() <= 3


def test_float_is_byte_less_mean_over_std_of_each_channel():
    grey = np.full((8, 8, 3), 100, np.uint8)
    array = prepare(grey, wanted(mean=(127.5, 100.0, 0.0), std=(127.5, 2.0, 255.0)))
    assert array.dtype == np.float32
    assert array[0, 0, 0] == pytest.approx([-27.5 / 127.5, 0.0, 100 / 255])


def test_bytes_are_kept_for_uint8_and_shifted_for_int8():
    picture = striped(8, 8, [(0, 127, 255)])
    assert prepare(picture, wanted(dtype="uint8"))[0, 0, 0].tolist() == [0, 127, 255]
    shifted = prepare(picture, wanted(dtype="int8"))
    assert shifted.dtype == np.int8
    assert shifted[0, 0, 0].tolist() == [-128, -1, 127]


def test_bgr_turns_the_channels_and_mean_follows_the_turned_order():
    array = prepare(striped(8, 8, [(10, 20, 30)]), wanted(colour="BGR", mean=(1.0, 2.0, 3.0)))
    assert array[0, 0, 0].tolist() == [29, 18, 7]


def test_nchw_puts_the_channels_first():
    picture = np.random.default_rng(2).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    last = prepare(picture, wanted(size=(8, 12)))
    first = prepare(picture, wanted(size=(8, 12), layout="NCHW"))
    assert first.shape == (1, 3, 8, 12)
    assert (first == last.transpose(0, 3, 1, 2)).all()
    assert first.flags.c_contiguous


@settings(deadline=None)
@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    crop=st.sampled_from(["centre", "stretch", "fit"]),
)
def test_any_picture_gives_the_wanted_shape_and_a_flat_one_stays_flat(height, width, size, crop):
    array = prepare(np.full((height, width, 3), 77, np.uint8), wanted(size=size, dtype="uint8", crop=crop))
    assert array.shape == (1, *size, 3)
    assert set(np.unique(array)) <= ({0, 77} if crop == "fit" else {77})
    assert 77 in array


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60))
def test_views_and_read_only_pictures_serve(height, width):
    whole = np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)
    view = whole[::-1, ::-1]
    view.flags.writeable = False
    assert (prepare(view, wanted()) == prepare(view.copy(), wanted())).all()


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises(ValueError, match="picture"):
        prepare(picture, wanted())


def test_an_embedding_input_takes_no_picture():
    with pytest.raises(ValueError, match="embedding"):
        prepare(np.zeros((4, 4, 3), np.uint8), ModelInput(kind="embedding", size=(1280,)))
