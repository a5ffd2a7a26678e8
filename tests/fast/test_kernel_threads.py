"""The compiled kernels let other threads run, and do not disturb each other."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from kernel_pictures import one_colour

HOW = {"matrix": "bt709", "full_range": False}
CALLS = {
    "hsv_histogram_yuv": lambda k, p: k.hsv_histogram_yuv(*p, **HOW),
    "hsv_joint_histogram_yuv": lambda k, p: k.hsv_joint_histogram_yuv(*p, **HOW),
    "luma_histogram": lambda k, p: k.luma_histogram(p[0]),
    "channel_entropies_yuv": lambda k, p: k.channel_entropies_yuv(*p),
    "yuv_to_rgb": lambda k, p: k.yuv_to_rgb(*p, **HOW),
}


@pytest.fixture(scope="module")
def large():
    return one_colour(6000, 8000, (90, 100, 150))


@pytest.mark.parametrize("name", CALLS)
def test_other_threads_run_meanwhile(compiled, large, name):
    spans = []

    def call():
        begin = time.perf_counter()
        CALLS[name](compiled, large)
        spans.append((begin, time.perf_counter()))

    caller = threading.Thread(target=call)
    ticks = []
    caller.start()
    while caller.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(0.0002)
    caller.join()
    begin, end = spans[0]
    quarter = (end - begin) / 4
    assert any(begin + quarter < tick < end - quarter for tick in ticks)


def test_results_do_not_depend_on_company(compiled):
    random = np.random.default_rng(2)
    pictures = []
    for _ in range(12):
        sizes = (121, 201), (61, 101), (61, 101)
        pictures.append([random.integers(0, 256, s, dtype=np.uint8) for s in sizes])

    def measure(picture):
        hue, saturation, value = compiled.hsv_histogram_yuv(*picture, **HOW)
        joint = compiled.hsv_joint_histogram_yuv(*picture, **HOW)
        distance = compiled.half_l1(saturation, value)
        return [*hue, *saturation, *value, *joint, distance]

    alone = [measure(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(measure, pictures * 10))
    assert together == alone * 10
