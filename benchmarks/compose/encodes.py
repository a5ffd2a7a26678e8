"""How composed films are stored: codecs, rates, groups of pictures and containers."""

import subprocess
from pathlib import Path
from typing import NamedTuple

from cinetag_plugin.media.ffmpeg import Ffmpeg
from compose.edit import Edit


class Encode(NamedTuple):
    """A way to store a film: FFmpeg's encoder, its options, the file's ending."""

    encoder: str
    options: tuple[str, ...] = ()
    suffix: str = ".mp4"


def _x264(*options: str, suffix: str = ".mp4") -> Encode:
    return Encode("libx264", options, suffix)


ENCODES = {
    "x264": _x264(),
    "veryfast": _x264("-preset", "veryfast"),
    "gop48": _x264("-preset", "veryfast", "-g", "48", "-keyint_min", "48", "-sc_threshold", "0"),
    "opengop": _x264("-x264-params", "open-gop=1", suffix=".mkv"),
    "ts": _x264("-preset", "veryfast", suffix=".ts"),
    "crf38": _x264("-crf", "38"),
    "100k": _x264("-b:v", "100k"),
    "crf12": _x264("-crf", "12"),
    "interlaced": _x264("-vf", "setfield=tff", "-flags", "+ilme+ildct"),
    "x265": Encode("libx265", ("-preset", "fast", "-x265-params", "log-level=error:pools=2:frame-threads=1")),
    "mpeg2": Encode("mpeg2video", ("-g", "12", "-bf", "2", "-q:v", "4"), ".mpg"),
    "mpeg4": Encode("mpeg4", ("-g", "250", "-bf", "2", "-q:v", "4")),
    "vp8": Encode("libvpx", ("-deadline", "realtime", "-cpu-used", "8", "-b:v", "800k"), ".webm"),
    "vp9": Encode("libvpx-vp9", ("-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k"), ".webm"),
    "mjpeg": Encode("mjpeg", ("-q:v", "4", "-pix_fmt", "yuvj420p"), ".mkv"),
    "ffv1": Encode("ffv1", (), ".mkv"),
}
"""By name; the number of threads is fixed, for it changes what encoders write."""


def encoded(edit: Edit, encode: Encode, path: Path, ffmpeg: Ffmpeg) -> None:
    """Write the frames of an edit into a film, complete or absent.

    Raises:
        SystemExit: FFmpeg failed; its message says why.
    """
    part = path.with_name(f"part-{path.name}")
    size = f"{edit.size.width}x{edit.size.height}"
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", str(edit.rate), "-i", "pipe:")
    command = [ffmpeg.path, "-v", "error", "-y", *raw, "-c:v", encode.encoder, "-threads", "2"]
    run = subprocess.Popen(
        [*command, *encode.options, "-bitexact", str(part)], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert run.stdin is not None
    try:
        for picture in edit.frames:
            run.stdin.write(picture.tobytes())
    except BrokenPipeError:
        pass
    _, said = run.communicate()
    if run.returncode:
        part.unlink(missing_ok=True)
        raise SystemExit(f"{path.name} cannot be made: {said.decode('utf-8', 'replace').strip()}")
    part.replace(path)
