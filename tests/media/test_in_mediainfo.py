"""Start timecodes as we report them and as MediaInfo reads them, which is what Kdenlive goes by."""

import json
import shutil
import subprocess

import pytest

from cinetag_plugin.media.probe import probe

CODED = {".mov": ["-c:v", "mpeg4"], ".mp4": ["-c:v", "mpeg4"], ".mxf": ["-c:v", "mpeg2video"]}


def read(path) -> str:
    """Return the start timecode that MediaInfo finds."""
    mediainfo = shutil.which("mediainfo")
    if mediainfo is None:
        pytest.skip("mediainfo is not installed")
    done = subprocess.run([mediainfo, "--Output=JSON", str(path)], check=True, capture_output=True)
    tracks = json.loads(done.stdout)["media"]["track"]
    found = {track[key] for track in tracks for key in ("TimeCode_FirstFrame",) if key in track}
    (label,) = found
    return label


@pytest.mark.parametrize("suffix", CODED)
@pytest.mark.parametrize(
    ("rate", "label"),
    [
        ("24000/1001", "01:00:00:00"),
        ("25", "10:00:00:24"),
        ("30000/1001", "01:00:00:00"),
        ("30000/1001", "00:59:59;28"),
        ("30000/1001", "23:59:50;00"),
    ],
)
def test_the_start_timecode_is_that_which_mediainfo_reads(tmp_path, ffmpeg, suffix, rate, label):
    film = tmp_path / f"film{suffix}"
    run = [ffmpeg.path, "-v", "error", "-nostdin", "-f", "lavfi"]
    picture = ["-i", f"color=s=320x240:r={rate}:d=0.5", "-timecode", label]
    subprocess.run([*run, *picture, *CODED[suffix], str(film)], check=True)
    found = probe(film, ffmpeg)
    assert found.start_timecode == read(film) == label
    assert found.drop_frame == (";" in label)
