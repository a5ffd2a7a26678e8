"""Colour conversion and HSV histograms: values from the Recommendations and from OpenCV."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_pictures import one_colour, pictures, unhurried

from cinetag_plugin._fast import reference

BARS = [
    ("bt601", (16, 128, 128), (0, 0, 0)),
    ("bt601", (235, 128, 128), (255, 255, 255)),
    ("bt601", (81, 90, 240), (255, 0, 0)),
    ("bt601", (145, 54, 34), (0, 255, 0)),
    ("bt601", (41, 240, 110), (0, 0, 255)),
    ("bt709", (63, 102, 240), (255, 0, 0)),
    ("bt709", (173, 42, 26), (0, 255, 0)),
    ("bt709", (32, 240, 118), (0, 0, 255)),
    ("bt709", (219, 16, 138), (255, 255, 0)),
    ("bt2020", (74, 97, 240), (255, 0, 0)),
    ("bt2020", (164, 47, 25), (0, 255, 0)),
]
"""8-bit codes of the 100 % colour bars, rounded from the equations of each Recommendation."""

HSV = [
    ((0, 0, 0), (0, 0, 0)),
    ((255, 255, 255), (0, 0, 255)),
    ((255, 0, 0), (0, 255, 255)),
    ((255, 255, 0), (30, 255, 255)),
    ((0, 255, 0), (60, 255, 255)),
    ((0, 255, 255), (90, 255, 255)),
    ((0, 0, 255), (120, 255, 255)),
    ((255, 0, 255), (150, 255, 255)),
    ((255, 0, 4), (0, 255, 255)),
    ((255, 0, 5), (179, 255, 255)),
    ((100, 60, 60), (0, 102, 100)),
    ((1, 0, 0), (0, 255, 1)),
]
"""By hand: H = 30 * sextant, S = 255 * (max - min) / max, V = max, each to the nearest integer."""

LUMA_WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}


@pytest.mark.parametrize(("matrix", "yuv", "rgb"), BARS)
def test_colour_bars(kernels, matrix, yuv, rgb):
    pixels = kernels.yuv_to_rgb(*one_colour(3, 5, yuv), matrix=matrix, full_range=False)
    assert pixels.shape == (3, 5, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - rgb).max() <= 2


@pytest.mark.parametrize("matrix", LUMA_WEIGHTS)
def test_full_range_leaves_greys_as_they_are(kernels, matrix):
    y = np.arange(256, dtype=np.uint8).reshape(16, 16)
    neutral = np.full((8, 8), 128, dtype=np.uint8)
    rgb = kernels.yuv_to_rgb(y, neutral, neutral, matrix=matrix, full_range=True)
    assert (rgb == y[..., None]).all()


@pytest.mark.parametrize("matrix", LUMA_WEIGHTS)
def test_limited_range_greys_are_grey_and_stretch_to_both_ends(kernels, matrix):
    y = np.arange(256, dtype=np.uint8).reshape(16, 16)
    neutral = np.full((8, 8), 128, dtype=np.uint8)
    rgb = kernels.yuv_to_rgb(y, neutral, neutral, matrix=matrix, full_range=False).astype(int)
    exact = np.clip((np.arange(256) - 16) * 255 / 219, 0, 255).reshape(16, 16)
    assert (rgb.min(axis=-1) == rgb.max(axis=-1)).all()
    assert np.abs(rgb[..., 0] - exact).max() <= 0.52


@pytest.mark.parametrize("matrix", LUMA_WEIGHTS)
@pytest.mark.parametrize("full_range", [False, True])
def test_within_one_level_of_the_equations(kernels, matrix, full_range):
    u, v = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    off, several = 0, range(0, 256, 15)
    for luma in several:
        y = np.full((512, 512), luma, dtype=np.uint8)
        got = kernels.yuv_to_rgb(y, u, v, matrix=matrix, full_range=full_range)[::2, ::2]
        distance = np.abs(got - _equations(luma, u, v, matrix, full_range))
        assert distance.max() <= 0.6
        off += (distance > 0.5).mean()
    assert off / len(several) < 0.02


def _equations(y, u, v, matrix, full_range):
    kr, kb = LUMA_WEIGHTS[matrix]
    luma = y / 255 if full_range else (y - 16) / 219
    cb, cr = ((c.astype(float) - 128) / (255 if full_range else 224) for c in (u, v))
    red, blue = luma + 2 * (1 - kr) * cr, luma + 2 * (1 - kb) * cb
    green = (luma - kr * red - kb * blue) / (1 - kr - kb)
    return np.clip(np.stack([red, green, blue], axis=-1) * 255, 0, 255)


def test_chroma_is_that_of_the_two_by_two_block(kernels):
    y = np.full((3, 3), 128, dtype=np.uint8)
    u = np.full((2, 2), 128, dtype=np.uint8)
    v = np.array([[128, 200], [60, 128]], dtype=np.uint8)
    rgb = kernels.yuv_to_rgb(y, u, v, matrix="bt709", full_range=True)
    more_red = rgb[..., 0].astype(int) - rgb[..., 2]
    assert (np.sign(more_red) == [[0, 0, 1], [0, 0, 1], [-1, -1, 0]]).all()


@pytest.mark.parametrize(("rgb", "hsv"), HSV)
def test_hsv_of_known_colours(kernels, rgb, hsv):
    picture = np.full((2, 3, 3), rgb, dtype=np.uint8)
    assert tuple(h.argmax() for h in kernels.hsv_histogram_rgb(picture)) == hsv
    assert [h.max() for h in kernels.hsv_histogram_rgb(picture)] == [6, 6, 6]
    joint = kernels.hsv_joint_histogram_rgb(picture, bins=(18, 16, 16))
    assert joint[(hsv[0] // 10 * 16 + hsv[1] // 16) * 16 + hsv[2] // 16] == 6


def test_bins_share_the_levels_equally(kernels):
    value = np.arange(256, dtype=np.uint8).reshape(16, 16)
    grey = np.repeat(value[..., None], 3, axis=-1)
    _, _, counts = kernels.hsv_histogram_rgb(grey, bins=(4, 4, 3))
    assert counts.tolist() == [86, 85, 85]
    assert kernels.luma_histogram(value, 64).tolist() == [4] * 64


def test_step_takes_the_first_of_each(kernels):
    rgb = np.zeros((3, 5, 3), dtype=np.uint8)
    rgb[::2, ::3] = 255
    _, _, value = kernels.hsv_histogram_rgb(rgb, bins=(1, 1, 2), step=1)
    assert value.tolist() == [11, 4]
    _, _, value = kernels.hsv_histogram_rgb(rgb[:, :4], bins=(1, 1, 2), step=3)
    assert value.tolist() == [0, 2]
    assert kernels.luma_histogram(rgb[..., 0].copy(), 2, 100).tolist() == [0, 1]


@unhurried
@given(pictures(), st.integers(1, 100))
def test_every_sample_is_counted_once(kernels, picture, step):
    height, width = picture[0].shape
    samples = len(range(0, height, step)) * len(range(0, width, step))
    how = {"matrix": "bt601", "full_range": True, "step": step}
    joint = kernels.hsv_joint_histogram_yuv(*picture, **how)
    assert joint.shape == (512,)
    assert joint.sum() == samples
    for bins in kernels.hsv_histogram_yuv(*picture, **how):
        assert bins.sum() == samples


@unhurried
@given(pictures())
def test_planes_and_their_rgb_have_one_histogram(kernels, picture):
    how = {"matrix": "bt2020", "full_range": False}
    rgb = kernels.yuv_to_rgb(*picture, **how)
    from_planes = kernels.hsv_histogram_yuv(*picture, **how)
    for one, other in zip(from_planes, kernels.hsv_histogram_rgb(rgb), strict=True):
        np.testing.assert_array_equal(one, other)


def test_joint_bins_add_up_to_marginal_bins(kernels):
    rgb = np.random.default_rng(3).integers(0, 256, (37, 41, 3), dtype=np.uint8)
    cube = kernels.hsv_joint_histogram_rgb(rgb, bins=(6, 5, 4)).reshape(6, 5, 4)
    hue, saturation, value = kernels.hsv_histogram_rgb(rgb, bins=(6, 5, 4))
    assert cube.sum(axis=(1, 2)).tolist() == hue.tolist()
    assert cube.sum(axis=(0, 2)).tolist() == saturation.tolist()
    assert cube.sum(axis=(0, 1)).tolist() == value.tolist()


def _all_colours(red: int) -> np.ndarray:
    rgb = np.empty((256, 256, 3), dtype=np.uint8)
    rgb[..., 0] = red
    rgb[..., 1], rgb[..., 2] = np.ogrid[:256, :256]
    return rgb


def test_twins_equal_opencv_on_all_colours(cv2):
    for red in range(256):
        rgb = _all_colours(red)
        hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
        assert np.array_equal(reference.rgb_to_hsv(rgb), hsv), red


def test_compiled_equals_opencv_on_all_colours(compiled, cv2):
    """Two of the three channels at a time, at full resolution, for each level of red."""
    for red in range(256):
        rgb = _all_colours(red)
        hue, saturation, value = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV).astype(np.int64))
        for bins, flat in (
            ((180, 256, 1), hue * 256 + saturation),
            ((180, 1, 256), hue * 256 + value),
            ((1, 256, 256), saturation * 256 + value),
        ):
            got = compiled.hsv_joint_histogram_rgb(rgb, bins=bins)
            assert np.array_equal(got, np.bincount(flat.ravel(), minlength=got.size)), (red, bins)


def test_marginals_equal_opencv_on_a_picture(kernels, cv2):
    rgb = np.random.default_rng(5).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    rgb[:45] //= 8
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    got = kernels.hsv_histogram_rgb(rgb)
    for channel, levels in enumerate((180, 256, 256)):
        expected = cv2.calcHist([hsv], [channel], None, [levels], [0, levels])
        assert got[channel].tolist() == expected.ravel().astype(int).tolist()
