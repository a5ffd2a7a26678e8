"""The compiled kernels against their specification, the twins, on pictures nobody chose."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_pictures import one_colour, pictures, pixels, rgb_pictures, sides, unhurried

matrices = st.sampled_from(["bt601", "bt709", "bt2020"])
steps = st.one_of(st.integers(1, 9), st.integers(60, 10**12))
hsv_bins = st.tuples(st.integers(1, 180), st.integers(1, 256), st.integers(1, 256))
few_bins = st.tuples(st.integers(1, 180), st.integers(1, 20), st.integers(1, 18))
counts = st.lists(st.integers(0, 2**40), min_size=1, max_size=300)
weights = st.lists(st.floats(0, 1e12), min_size=1, max_size=300)


def _same(one, other):
    if isinstance(one, tuple):
        for a, b in zip(one, other, strict=True):
            _same(a, b)
        return
    assert one.dtype == other.dtype
    np.testing.assert_array_equal(one, other)


@unhurried
@given(pictures(), matrices, st.booleans(), hsv_bins, steps)
def test_marginal_histograms_of_planes(compiled, twins, picture, matrix, full_range, bins, step):
    how = {"matrix": matrix, "full_range": full_range, "bins": bins, "step": step}
    _same(compiled.hsv_histogram_yuv(*picture, **how), twins.hsv_histogram_yuv(*picture, **how))


@unhurried
@given(pictures(), matrices, st.booleans(), few_bins, steps)
def test_joint_histograms_of_planes(compiled, twins, picture, matrix, full_range, bins, step):
    how = {"matrix": matrix, "full_range": full_range, "bins": bins, "step": step}
    one = compiled.hsv_joint_histogram_yuv(*picture, **how)
    _same(one, twins.hsv_joint_histogram_yuv(*picture, **how))


@unhurried
@given(rgb_pictures(), hsv_bins, few_bins, steps)
def test_histograms_of_rgb(compiled, twins, rgb, bins, few, step):
    one = compiled.hsv_histogram_rgb(rgb, bins=bins, step=step)
    _same(one, twins.hsv_histogram_rgb(rgb, bins=bins, step=step))
    one = compiled.hsv_joint_histogram_rgb(rgb, bins=few, step=step)
    _same(one, twins.hsv_joint_histogram_rgb(rgb, bins=few, step=step))


@unhurried
@given(pictures())
def test_colour_cubes(compiled, twins, picture):
    _same(compiled.colour_cube(*picture), twins.colour_cube(*picture))


grids = st.tuples(st.integers(1, 40), st.integers(1, 80))


@unhurried
@given(pictures(), grids, grids)
def test_colours_and_cells(compiled, twins, picture, luma_grid, chroma_grid):
    one = compiled.colours_and_cells(*picture, luma_grid, chroma_grid)
    _same(one, twins.colours_and_cells(*picture, luma_grid, chroma_grid))


@unhurried
@given(pictures(), matrices, st.booleans())
def test_conversion_to_rgb(compiled, twins, picture, matrix, full_range):
    how = {"matrix": matrix, "full_range": full_range}
    _same(compiled.yuv_to_rgb(*picture, **how), twins.yuv_to_rgb(*picture, **how))


@unhurried
@given(pictures(), st.integers(1, 256), steps)
def test_luma_histogram(compiled, twins, picture, bins, step):
    one = compiled.luma_histogram(picture[0], bins, step)
    _same(one, twins.luma_histogram(picture[0], bins, step))


@unhurried
@given(pictures(), st.integers(1, 80), st.integers(1, 80))
def test_block_means(compiled, twins, picture, rows, cols):
    _same(compiled.block_means(picture[0], rows, cols), twins.block_means(picture[0], rows, cols))


@unhurried
@given(st.data(), sides, sides, steps)
def test_mean_abs_difference(compiled, twins, data, height, width, step):
    a, b = data.draw(pixels((height, width))), data.draw(pixels((height, width)))
    assert compiled.mean_abs_difference(a, b, step) == twins.mean_abs_difference(a, b, step)


@unhurried
@given(pictures(), steps)
def test_luma_statistics(compiled, twins, picture, step):
    assert compiled.luma_statistics(picture[0], step) == twins.luma_statistics(picture[0], step)


@unhurried
@given(pictures())
def test_channel_entropies(compiled, twins, picture):
    one, other = compiled.channel_entropies_yuv(*picture), twins.channel_entropies_yuv(*picture)
    assert one == pytest.approx(other, rel=0, abs=1e-12)


@unhurried
@given(st.one_of(counts, weights))
def test_entropy(compiled, twins, histogram):
    assert compiled.entropy(histogram) == pytest.approx(twins.entropy(histogram), abs=1e-12)


def _another(a):
    return st.one_of(st.permutations(a), st.just(a), st.just([0] * len(a)))


@unhurried
@given(st.data(), counts)
def test_correlation_distance(compiled, twins, data, a):
    b = data.draw(_another(a))
    one, other = compiled.correlation_distance(a, b), twins.correlation_distance(a, b)
    assert one == pytest.approx(other, abs=1e-9)


@unhurried
@given(st.data(), st.one_of(counts, weights))
def test_distances(compiled, twins, data, a):
    b = data.draw(_another(a))
    assert compiled.half_l1(a, b) == pytest.approx(twins.half_l1(a, b), abs=1e-12)
    one, other = compiled.bhattacharyya(a, b), twins.bhattacharyya(a, b)
    assert one**2 == pytest.approx(other**2, abs=1e-12)


@pytest.mark.parametrize("width", [1, 2, 1023, 1024, 1025, 2047, 2049, 3000])
@pytest.mark.parametrize("step", [1, 2, 3, 5000])
def test_rows_longer_than_a_block(compiled, twins, width, step):
    random = np.random.default_rng(width)
    half = (2, (width + 1) // 2)
    picture = [random.integers(0, 256, s, dtype=np.uint8) for s in ((3, width), half, half)]
    how = {"matrix": "bt709", "full_range": False, "step": step}
    one, other = (form.hsv_histogram_yuv(*picture, **how) for form in (compiled, twins))
    _same(one, other)
    one, other = (form.luma_histogram(picture[0], 64, step) for form in (compiled, twins))
    _same(one, other)
    rgb = random.integers(0, 256, (3, width, 3), dtype=np.uint8)
    one, other = (form.hsv_histogram_rgb(rgb, step=step) for form in (compiled, twins))
    _same(one, other)
    one, other = (form.colour_cube(*picture) for form in (compiled, twins))
    _same(one, other)
    how.pop("step")
    _same(compiled.yuv_to_rgb(*picture, **how), twins.yuv_to_rgb(*picture, **how))


@settings(max_examples=20, deadline=None)
@given(matrices, st.booleans(), st.integers(0, 255))
def test_all_chroma_at_one_luma(compiled, twins, matrix, full_range, luma):
    y = np.full((512, 512), luma, dtype=np.uint8)
    u, v = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    how = {"matrix": matrix, "full_range": full_range}
    _same(compiled.yuv_to_rgb(y, u, v, **how), twins.yuv_to_rgb(y, u, v, **how))
    _same(compiled.hsv_histogram_yuv(y, u, v, **how), twins.hsv_histogram_yuv(y, u, v, **how))


def test_a_whole_flat_picture_counts_every_pixel(compiled):
    planes = one_colour(1080, 1920, (16, 128, 128))
    hue, saturation, value = compiled.hsv_histogram_yuv(*planes, matrix="bt709", full_range=False)
    assert hue[0] == saturation[0] == value[0] == 1080 * 1920
