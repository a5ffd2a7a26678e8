"""Time the kernels against OpenCV and against their numpy twins, in CPU time of one thread.

All contenders of a case take turns on the same picture, so that a busy machine disturbs them alike;
figures are medians. A ratio below 1 means that the kernel needs less time than its rival.

The last lines are what shots cost: a 1080p frame as the pipeline takes it, its reduction by FFmpeg included
(:mod:`reduction`), and the exact histogram of the full frame, each against OpenCV's ``cvtColor`` to HSV and
``calcHist`` of the three channels, on one thread.

    python benchmarks/kernels.py [--json FILE]
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from cinetag_plugin import _fast
from cinetag_plugin._fast import reference
from cinetag_plugin._fast.reference import Pixels, Plane
from cinetag_plugin.document.contracts import Planes
from machine import described
from reduction import PerFrame, per_frame

Call = Callable[[], Any]

ROUNDS = 40
BUDGET = 0.4
"""Seconds of CPU after which a slow contender has been measured often enough."""
LEAST_ROUNDS = 3
HOW: dict[str, Any] = {"matrix": "bt601", "full_range": False}
"""What OpenCV's own conversion of I420 pictures assumes."""


class Picture(NamedTuple):
    """One picture in every form that a contender may want ready."""

    name: str
    y: Plane
    u: Plane
    v: Plane
    rgb: Pixels
    i420: Plane
    next_y: Plane


class Case(NamedTuple):
    """One job and who can do it."""

    name: str
    kernel: Call
    rivals: dict[str, Call]


@dataclass(frozen=True)
class Result:
    """Median milliseconds of CPU, and how the kernel compares with each rival."""

    picture: str
    case: str
    milliseconds: dict[str, float]
    ratios: dict[str, float]


def make_picture(width: int, height: int, *, dark: bool = False) -> Picture:
    """Draw soft shapes with grain, or grainy black, from a fixed seed."""
    random = np.random.default_rng(20)
    down, across = np.mgrid[:height, :width] / height
    shapes = np.sin(5 * across + 3 * down**2) + np.sin(9 * down - 4 * across * down)
    y = 16 + (0 if dark else 1) * (50 * (shapes + 2)) + random.normal(0, 1 if dark else 3, down.shape)
    chroma = 128 + (0 if dark else 30) * shapes[::2, ::2]
    u, v = (chroma * sign + (1 - sign) * 128 for sign in (1, -1))
    y, u, v = (plane.clip(0, 255).astype(np.uint8) for plane in (y, u, v))
    i420 = np.concatenate([y.ravel(), u.ravel(), v.ravel()]).reshape(height * 3 // 2, width)
    name = f"{width}x{height}" + (" near-black" if dark else "")
    return Picture(name, y, u, v, reference.yuv_to_rgb(y, u, v, **HOW), i420, np.roll(y, 3, axis=1))


def opencv_marginals(rgb: Pixels, cv: Any) -> None:
    """Count hue, saturation and value with OpenCV."""
    hsv = cv.cvtColor(rgb, cv.COLOR_RGB2HSV)
    for channel, levels in enumerate((180, 256, 256)):
        cv.calcHist([hsv], [channel], None, [levels], [0, levels])


def histogram_cases(p: Picture, cv: Any) -> Iterator[Case]:
    """Jobs that end in counts."""
    planes = p.y, p.u, p.v

    def opencv(rgb: Pixels, joint: bool) -> None:
        if joint:
            hsv = cv.cvtColor(rgb, cv.COLOR_RGB2HSV)
            cv.calcHist([hsv], [0, 1, 2], None, [8, 8, 8], [0, 180, 0, 256, 0, 256])
            return
        opencv_marginals(rgb, cv)

    def opencv_from_planes(joint: bool) -> None:
        opencv(cv.cvtColor(p.i420, cv.COLOR_YUV2RGB_I420), joint)

    for joint, name in ((False, "hsv_histogram"), (True, "hsv_joint_histogram")):
        for ending, pictures, how in (("_yuv", planes, HOW), ("_rgb", (p.rgb,), {})):
            job = name + ending
            rivals: dict[str, Call] = {"numpy": partial(getattr(reference, job), *pictures, **how)}
            if cv:
                rivals["OpenCV, RGB ready"] = partial(opencv, p.rgb, joint)
            if cv and pictures is planes:
                rivals["OpenCV, from planes"] = partial(opencv_from_planes, joint)
            yield Case(job, partial(getattr(_fast, job), *pictures, **how), rivals)
    rivals = {"numpy": lambda: reference.luma_histogram(p.y)}
    if cv:
        rivals["OpenCV"] = lambda: cv.calcHist([p.y], [0], None, [256], [0, 256])
    yield Case("luma_histogram", lambda: _fast.luma_histogram(p.y), rivals)


def plane_cases(p: Picture, cv: Any) -> Iterator[Case]:
    """Jobs that end in pictures or numbers."""
    planes = p.y, p.u, p.v
    yield Case(
        "channel_entropies_yuv",
        lambda: _fast.channel_entropies_yuv(*planes),
        {"numpy": lambda: reference.channel_entropies_yuv(*planes)},
    )
    rivals: dict[str, Call] = {"numpy": lambda: reference.yuv_to_rgb(*planes, **HOW)}
    if cv:
        rivals["OpenCV"] = lambda: cv.cvtColor(p.i420, cv.COLOR_YUV2RGB_I420)
    yield Case("yuv_to_rgb", lambda: _fast.yuv_to_rgb(*planes, **HOW), rivals)
    rivals = {"numpy": lambda: reference.block_means(p.y, 18, 32)}
    if cv:
        rivals["OpenCV"] = lambda: cv.resize(p.y, (32, 18), interpolation=cv.INTER_AREA)
    yield Case("block_means 18x32", lambda: _fast.block_means(p.y, 18, 32), rivals)
    grids = (18, 32), (9, 16)
    yield Case(
        "colours_and_cells",
        lambda: _fast.colours_and_cells(*planes, *grids),
        {"numpy": lambda: reference.colours_and_cells(*planes, *grids)},
    )
    yield Case(
        "luma_statistics",
        lambda: _fast.luma_statistics(p.y),
        {"numpy": lambda: reference.luma_statistics(p.y)},
    )
    rivals = {"numpy": lambda: reference.mean_abs_difference(p.y, p.next_y)}
    if cv:
        rivals["OpenCV"] = lambda: cv.norm(p.y, p.next_y, cv.NORM_L1)
    yield Case("mean_abs_difference", lambda: _fast.mean_abs_difference(p.y, p.next_y), rivals)


def distance_cases(p: Picture, cv: Any) -> Iterator[Case]:
    """Distances of two histograms of 256 bins."""
    a, b = _fast.luma_histogram(p.y), _fast.luma_histogram(p.y // 2)
    a32, b32 = a.astype(np.float32), b.astype(np.float32)
    methods = {"half_l1": None, "bhattacharyya": "HISTCMP_BHATTACHARYYA"}
    methods["correlation_distance"] = "HISTCMP_CORREL"
    for name, method in methods.items():
        rivals: dict[str, Call] = {"numpy": partial(getattr(reference, name), a, b)}
        if cv and method:
            rivals["OpenCV"] = partial(cv.compareHist, a32, b32, getattr(cv, method))
        yield Case(name, partial(getattr(_fast, name), a, b), rivals)
    yield Case("entropy", lambda: _fast.entropy(a), {"numpy": lambda: reference.entropy(a)})


def once(call: Call) -> float:
    """Return the CPU seconds of one call, of a loop of calls where one is too short to be seen."""
    repeat = 1
    while True:
        begin = time.thread_time()
        for _ in range(repeat):
            call()
        spent = time.thread_time() - begin
        if spent > 5e-4:
            return spent / repeat
        repeat *= 4


def measure(picture: str, case: Case) -> Result:
    """Let the kernel and its rivals take turns, and return their medians."""
    contenders = {"kernel": case.kernel, **case.rivals}
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(ROUNDS):
        for name, call in contenders.items():
            if number < LEAST_ROUNDS or sum(spent[name]) < BUDGET:
                spent[name].append(once(call))
    medians = {name: 1000 * median(times) for name, times in spent.items()}
    ratios = {name: medians["kernel"] / medians[name] for name in case.rivals}
    return Result(picture, case.name, medians, ratios)


def machine() -> dict[str, Any]:
    """Describe what the figures were made on."""
    names = ("numpy", "Cython", "opencv-python-headless", "opencv-python")
    return described() | {
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "libraries": {d.name: d.version for d in metadata.distributions() if d.name in names},
        "kernels": _fast.implementation(),
        "dispatch": dispatch(),
    }


def dispatch() -> str:
    """Name the instruction set of the kernels that the loader chose (see ``_fast/dispatch.h``)."""
    if not _fast.COMPILED:
        return "numpy"
    if platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc":
        return "the compiler's own"
    return "AVX2" if " avx2 " in Path("/proc/cpuinfo").read_text(encoding="utf-8") else "plain x86-64"


def print_table(results: list[Result]) -> None:
    """Write one line a case and rival."""
    print(f"{'picture':22}{'job':26}{'kernel ms':>10}  {'rival':22}{'ms':>10}{'kernel / rival':>16}")
    for r in results:
        for rival, ratio in r.ratios.items():
            kernel, other = r.milliseconds["kernel"], r.milliseconds[rival]
            print(f"{r.picture:22}{r.case:26}{kernel:10.4f}  {rival:22}{other:10.4f}{ratio:16.2f}")


def goals(results: list[Result], frame: PerFrame, picture: str) -> dict[str, Any]:
    """Return the ratios that are promised, each with its limit."""
    full = next(r for r in results if (r.picture, r.case) == (picture, "hsv_histogram_yuv"))
    return {
        "measure of a 1080p frame, reduction included": asdict(frame) | {"ratio": frame.ratio, "limit": 0.1},
        "exact histogram of the full frame": {
            "kernel": full.milliseconds["kernel"],
            "opencv": full.milliseconds.get("OpenCV, RGB ready"),
            "ratio": full.ratios.get("OpenCV, RGB ready"),
            "limit": 1.0,
        },
    }


def print_goals(said: dict[str, Any]) -> None:
    """Write one line a goal."""
    print()
    for name, goal in said.items():
        times = ", ".join(
            f"{part} {value:.4f} ms"
            for part, value in goal.items()
            if value and part not in ("ratio", "limit")
        )
        ratio = "no OpenCV" if goal["ratio"] is None else f"{goal['ratio']:.3f} of OpenCV's time"
        print(f"{name}: {times}: {ratio} (at most {goal['limit']})")


def main() -> None:
    """Measure all cases on a reduced, a full and a dark picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here as well")
    options = parser.parse_args()
    try:
        cv = import_module("cv2")
        cv.setNumThreads(1)
    except ImportError as fault:
        cv = None
        print(f"without OpenCV: {fault}", file=sys.stderr)
    small, full = make_picture(320, 180), make_picture(1920, 1080)
    dark = make_picture(1920, 1080, dark=True)
    results = [
        measure(picture.name, case)
        for make, pictures in (
            (histogram_cases, (small, full, dark)),
            (plane_cases, (small, full)),
            (distance_cases, (small,)),
        )
        for picture in pictures
        for case in make(picture, cv)
    ]
    print_table(results)
    frame = per_frame(Planes(full.y, full.u, full.v), partial(opencv_marginals, full.rgb, cv) if cv else None)
    promised = goals(results, frame, full.name)
    print_goals(promised)
    print(f"kernels: {_fast.implementation()}, dispatch: {dispatch()}")
    if options.json:
        record = {"machine": machine(), "goals": promised, "results": [asdict(r) for r in results]}
        options.json.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
