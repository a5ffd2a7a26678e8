"""What is printed of frames: the measures of FFmpeg's scdet, in the form of metadata=print."""

import re
import subprocess

from cinetag_plugin.filter.scd import Printed
from cinetag_plugin.media.ffmpeg import find_ffmpeg

_BLOCK = re.compile(r"frame:(\d+) +pts:(\d+) +pts_time:(\S+)\n((?:lavfi\.\S+=.*\n)*)")


def _blocks(text: str) -> list[tuple[int, int, str, dict[str, str]]]:
    found = [
        (int(frame), int(pts), seconds, dict(line.split("=", 1) for line in lines.splitlines()))
        for frame, pts, seconds, lines in _BLOCK.findall(text)
    ]
    assert sum(map(len, (match[0] for match in _BLOCK.finditer(text)))) == len(text)
    return found


def _scdet(stream: bytes) -> str:
    command = [
        find_ffmpeg().path,
        "-v",
        "error",
        "-i",
        "-",
        "-vf",
        "scdet,metadata=print:file=-",
        "-f",
        "null",
    ]
    return subprocess.run(
        [*command, "/dev/null"], input=stream, check=True, capture_output=True
    ).stdout.decode()


def test_frames_are_printed_as_scdet_prints_them(made, passed):
    stream = made("yuv420p", "144x108")  # as small as a sample: every pixel is measured
    lines: list[bytes] = []
    passed(stream, tellers=[Printed(lines.append)])
    ours, theirs = _blocks(b"".join(lines).decode()), _blocks(_scdet(stream))
    assert [block[:3] for block in ours] == [block[:3] for block in theirs]
    for (*_, own), (*_, ffmpeg) in zip(ours, theirs, strict=True):
        assert own.get("lavfi.scd.time") == ffmpeg.get("lavfi.scd.time")
        for key in ("lavfi.scd.mafd", "lavfi.scd.score"):
            assert abs(float(own[key]) - float(ffmpeg[key])) < 0.05
    assert [own["lavfi.cinetag.shot"] for *_, own in ours] == ["0"] * 12 + ["1"] * 13
    assert {block[0]: own["lavfi.cinetag.cut"] for *block, own in ours if "lavfi.cinetag.cut" in own} == {
        12: "cut"
    }
