"""A small film made by FFmpeg alone, with cuts at known frames, for ``cinetag demo``."""

import tempfile
from pathlib import Path

from cinetag_plugin.document.errors import ExportError
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.process import lines_of

DEMO_RATE = 24
_SIZE = "640x360"
_GRADIENT = "gradients=s={size}:r={rate}:nb_colors=2:x0=0:y0=0:x1=640:y1=360:seed=7:"
# generator and length in frames of each shot; they differ in colour and structure, and move calmly
_SHOTS = (
    ("testsrc2=s={size}:r={rate}", 60),
    ("mandelbrot=s=320x180:r={rate}:start_scale=1:maxiter=500,scale={size}", 48),
    (_GRADIENT + "c0=0x204080:c1=0xE0A030", 54),
    ("smptebars=s={size}:r={rate},hue=H=0.8*t", 42),
    ("sierpinski=s={size}:r={rate}:type=triangle:seed=3,curves=preset=darker,hue=h=90", 48),
    (_GRADIENT + "c0=0x30A050:c1=0x602080", 36),
)
_FADE = 18  # frames of the fade to black at the end of the last shot
_ENCODERS = (("libx264", ("-preset", "veryfast", "-crf", "28")), ("mpeg4", ("-q:v", "6")))


def make_demo_film(path: Path, ffmpeg: Ffmpeg) -> tuple[int, ...]:
    """Write a film of 12 s, 640x360, 24 fps with sound; return the first frames of its shots but the first.

    The film is complete or absent.

    Raises:
        ExportError: it cannot be written, or this FFmpeg has no encoder for it.
    """
    codec = next((pair for pair in _ENCODERS if pair[0] in ffmpeg.encoders), None)
    if codec is None:
        raise ExportError(path, "cannot be made: FFmpeg has no H.264 or MPEG-4 encoder", "use another FFmpeg")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".cinetag-") as folder:
            part = Path(folder) / "demo.mp4"
            lines = lines_of(ffmpeg, _arguments(part, codec[0], codec[1]), subject=path)
            if not part.is_file() or part.stat().st_size == 0:
                raise ExportError(
                    path, f"cannot be made ({(lines or ['no reason given'])[-1]})", "use another FFmpeg"
                )
            part.replace(path)
    except OSError as fault:
        raise ExportError(
            path, f"cannot be written ({fault.strerror})", "choose another folder with -o"
        ) from fault
    return _cuts()


def _cuts() -> tuple[int, ...]:
    lengths = [length for _, length in _SHOTS]
    return tuple(sum(lengths[: i + 1]) for i in range(len(lengths) - 1))


def _arguments(part: Path, codec: str, quality: tuple[str, ...]) -> list[str]:
    shots = [
        f"{source.format(size=_SIZE, rate=DEMO_RATE)},trim=end_frame={length},format=yuv420p,setsar=1,"
        f"setpts=N/{DEMO_RATE}/TB[s{i}]"
        for i, (source, length) in enumerate(_SHOTS)
    ]
    total = sum(length for _, length in _SHOTS)
    joined = "".join(f"[s{i}]" for i in range(len(_SHOTS)))
    fade = f"fade=t=out:s={total - _FADE}:n={_FADE}"
    graph = ";".join([*shots, f"{joined}concat=n={len(_SHOTS)}:v=1:a=0,{fade},format=yuv420p[v]"])
    sound = f"aevalsrc=0.1*sin(2*PI*(220+40*floor(t/2))*t):s=44100:d={total / DEMO_RATE}"
    return [
        *("-f", "lavfi", "-i", sound, "-filter_complex", graph, "-map", "[v]", "-map", "0:a"),
        *("-c:v", codec, *quality, "-r", str(DEMO_RATE), "-g", "48", "-pix_fmt", "yuv420p"),
        *("-c:a", "aac", "-b:a", "48k", "-bitexact", "-movflags", "+faststart", "-shortest", str(part)),
    ]
