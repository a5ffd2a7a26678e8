"""The example script for FFmpeg: a film in, an encode out with its key frames on the cuts."""

import os
import shutil
import subprocess
import sys

import pytest

from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.packets import read_packets
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.synth import make_demo_film


def test_the_script_keys_every_cut(tmp_path, request):
    ffmpeg = find_ffmpeg()
    if shutil.which("sh") is None or "libx264" not in ffmpeg.encoders:
        pytest.skip("needs a shell and libx264")
    cuts = make_demo_film(tmp_path / "the film's.mp4", ffmpeg)
    program = tmp_path / "bin" / "cinetag"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cinetag_plugin "$@"\n')
    program.chmod(0o755)
    script = request.config.rootpath / "hooks" / "ffmpeg" / "encode_by_scene.sh"
    found_on = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", script, "the film's.mp4", "150", "made.mp4"],
        cwd=tmp_path,
        env=os.environ | {"PATH": found_on, "FFMPEG": ffmpeg.path},
        check=True,
    )
    packets = read_packets(probe(tmp_path / "made.mp4", ffmpeg), ffmpeg)
    assert len(packets) == 288
    assert {0, *cuts} <= set(packets.keys.nonzero()[0])
