"""How far the colours of a sample lie from those of the full frame: on real films, within what is stated."""

from itertools import islice

import numpy as np
import pytest

from cinetag_plugin import _fast
from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import WHOLE_SIZE, FramePipe
from cinetag_plugin.media.probe import probe
from cinetag_plugin.shots.key_frames import entropy_of

HISTOGRAM_BOUND = 0.1
"""Half the L1 distance of the histograms of hue, saturation and value."""

ENTROPY_BOUND = 0.15
"""Bits, three planes summed."""

EVERY, FRAMES = 20, 300


@pytest.mark.parametrize(
    "film",
    [
        "edited/big_buck_bunny_opening.mp4",
        "edited/leaf_and_deer.mp4",
        "edited/recut_reel_derived.mp4",
        "edited/sintel_film_rooftops.mp4",
        "edited/sintel_trailer_480p.mp4",
        "edited/tears_of_steel_battle.webm",
        "edited/trip_to_the_moon_trailer.mp4",
        "edited/venus_transit_nasa.mov",
        "nocuts/brightness_jump.avi",
        "nocuts/chaplin_bw.mp4",
        "nocuts/dialogue_bw_friday.mp4",
        "nocuts/flower.webm",
        "nocuts/kdenlive_screen_capture.ogv",
        "nocuts/rocket_launch.mp4",
        "nocuts/sign_language.mkv",
        "nocuts/traffic_camera.mp4",
    ],
)
def test_samples_have_the_colours_of_the_full_frame(shared, film):
    path, ffmpeg = shared / "media" / film, find_ffmpeg()
    looked_at = 0
    with FramePipe(probe(path, ffmpeg), ffmpeg, short_side=WHOLE_SIZE, threads=1) as pipe:
        for frame in islice(pipe, 0, FRAMES, EVERY):
            full = Frame(frame.index, frame.pts, frame.y, frame.u, frame.v, frame.matrix)
            assert frame.sampled.y.size < full.y.size / 3
            assert max(map(_fast.half_l1, histograms(full), histograms(frame))) <= HISTOGRAM_BOUND
            assert abs(entropy_of(full) - entropy_of(frame)) <= ENTROPY_BOUND
            looked_at += 1
    assert looked_at >= 3


def histograms(frame: Frame) -> tuple[np.ndarray, ...]:
    facts = {"matrix": frame.matrix, "full_range": frame.full_range}
    return _fast.hsv_histogram_yuv(*frame.sampled, **facts, bins=(30, 32, 32))
