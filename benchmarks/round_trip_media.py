"""Readers for ``round_trips.py``: chapters, text in time, and what FFmpeg and encoders are given."""

import csv
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from round_trip_films import ffmpeg
from round_trip_reading import Reading, in_order, pictures, run
from round_trip_truth import Span, Truth, plain, points


def chapters(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read chapters, also as mkvmerge and FFmpeg put them into films."""
    wanted = truth.chapters
    if path.suffix == ".xml":
        yield Reading("own", "chapters", wanted, _atoms(path.read_bytes(), truth))
    else:
        yield Reading("own", "chapters", wanted, _metadata(path.read_bytes(), truth))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mkvextract = shutil.which("mkvextract")
        if path.suffix == ".xml" and (mkvmerge := shutil.which("mkvmerge")) and mkvextract:
            plainly, made = folder / "plain.mkv", folder / "made.mkv"
            # FFmpeg does not read a Matroska of chapters alone
            ffmpeg("-f", "lavfi", "-i", "color=s=32x32:r=1:d=2", "-c:v", "mpeg4", plainly)
            run(mkvmerge, "-q", "-o", made, "--chapters", path, plainly)
            found = _atoms(run(mkvextract, made, "chapters", "-"), truth)
            yield Reading("mkvmerge, mkvextract", "chapters", wanted, found)
            found = _metadata(ffmpeg("-i", made, "-f", "ffmetadata", "-"), truth)
            yield Reading("mkvmerge, FFmpeg", "chapters", wanted, found)
        for suffix in (".mkv", ".mp4") if path.suffix == ".txt" else ():
            made = folder / f"made{suffix}"
            picture = ("-f", "lavfi", "-i", "color=s=32x32:r=1:d=2", "-i", path, "-map_chapters", "1")
            ffmpeg(*picture, "-c:v", "mpeg4", made)
            found = _metadata(ffmpeg("-i", made, "-f", "ffmetadata", "-"), truth)
            by, ends = f"FFmpeg in {suffix[1:]}", wanted
            if suffix == ".mp4":  # has no gaps: a chapter lasts until the next
                found, ends = points(found), points(wanted)
            yield Reading(by, "chapters", ends, found)
            if suffix == ".mkv" and mkvextract:
                found = _atoms(run(mkvextract, made, "chapters", "-"), truth)
                yield Reading("FFmpeg, mkvextract", "chapters", wanted, found)


def _atoms(content: bytes, truth: Truth) -> list[Span]:
    seconds = plain("clock").seconds
    return [
        (
            truth.frame(seconds(chapter["ChapterTimeStart"], ".", 9)),
            truth.frame(seconds(chapter["ChapterTimeEnd"], ".", 9)),
        )
        for chapter in plain("mkvchapters").read(content)
    ]


def _metadata(content: bytes, truth: Truth) -> list[Span]:
    return [(truth.frame(c.start), truth.frame(c.end)) for c in plain("ffmetadata").read(content)]


def youtube(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read chapters in whole seconds."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        clock, _, title = line.partition(" ")
        second = 0
        for part in clock.split(":"):
            second = second * 60 + int(part)
        if title != "Start":
            found.append((second, None))
    wanted: list[Span] = [(int(start / truth.made.rate), None) for start, _ in truth.chapters]
    yield Reading("own", "chapters, in whole seconds", wanted, found)


def webvtt(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read cues of JSON, and their times as FFmpeg has them."""
    cues = plain("webvtt").read(path.read_bytes())
    facts = [json.loads(text) for *_, text in cues]
    yield Reading("own", "frames", truth.everything, [(said["in"], said["out"]) for said in facts])
    yield Reading("own", "times", truth.everything, _clocks(cues, ".", truth))
    yield Reading("FFmpeg", "times", truth.everything, _packets(path, truth))


def srt(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read subtitles, and their times as FFmpeg has them."""
    wanted = [*truth.beats, *truth.tags] or truth.shots
    yield Reading("own", "times", wanted, _clocks(plain("srt").read(path.read_bytes()), ",", truth))
    yield Reading("FFmpeg", "times", wanted, _packets(path, truth))


def _clocks(cues: list[tuple[str, str, str]], point: str, truth: Truth) -> list[Span]:
    seconds = plain("clock").seconds
    return [(truth.frame(seconds(a, point, 3)), truth.frame(seconds(b, point, 3))) for a, b, _ in cues]


def _packets(path: Path, truth: Truth) -> list[Span]:
    text = ffmpeg("-i", path, "-map", "0", "-c", "copy", "-f", "framecrc", "-").decode()
    rows = [line.split(",") for line in text.splitlines() if line[0] != "#"]
    times = [(Fraction(int(row[2]), 1000), Fraction(int(row[2]) + int(row[3]), 1000)) for row in rows]
    return [(truth.frame(start), truth.frame(end)) for start, end in times]


def jsonl(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read events, by frames and by seconds."""
    _, rows = plain("json_lines").read(path.read_bytes())
    yield Reading("own", "frames", truth.everything, [(row["in"], row["out"]) for row in rows])
    times: list[Span] = [
        (truth.frame(Fraction(str(row["in_seconds"]))), truth.frame(Fraction(str(row["out_seconds"]))))
        for row in rows
    ]
    yield Reading("own", "seconds", truth.everything, times)


def select(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read which frames are kept, and let FFmpeg keep them."""
    spans = truth.beats or truth.tags or truth.shots
    kept = sorted({frame for start, end in spans for frame in range(start, end or 0)})
    text = path.read_text(encoding="ascii")
    ranges = [(int(a), int(b) + 1) for a, b in re.findall(r"between\(n,(\d+),(\d+)\)", text)]
    named = sorted({frame for start, end in ranges for frame in range(start, end)})
    yield Reading("own", "frames", points([(f, f) for f in kept]), points([(f, f) for f in named]))
    if truth.made.film:
        chosen = pictures(truth.made.film, text.strip())
        yield in_order("FFmpeg plays them", kept, truth.made.film, chosen)


def _access(truth: Truth) -> list[Span]:
    frames = {0, *(start for start, _ in (*truth.cuts, *truth.beats))}
    return [(frame, None) for frame in sorted(frames)]


def keyframes(path: Path, truth: Truth) -> Iterator[Reading]:
    """Let FFmpeg force key frames, and read where the film has them."""
    if not truth.made.film:
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.mkv"
        coded = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-x264-params"]
        forced = ["-force_key_frames", path.read_text(encoding="ascii")]
        ffmpeg("-i", truth.made.film, "-an", *coded, "keyint=infinite:scenecut=0", *forced, made)
        text = ffmpeg("-i", made, "-c", "copy", "-f", "framecrc", "-").decode()
    rows = [line for line in text.splitlines() if line[0] != "#"]
    keys: list[Span] = [(frame, None) for frame, row in enumerate(rows) if "F=" not in row]
    yield Reading("FFmpeg, libx264", "key frames", _access(truth), keys)


def qpfile(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read where key frames are wanted."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    assert all(row[1:] == ["I", "-1"] for row in rows)
    yield Reading("own", "key frames", _access(truth), [(int(row[0]), None) for row in rows])


def sendcmd(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read at which frames a text is another."""
    edges = sorted({0, *(edge for a, b, _ in truth.names for edge in (a, b) if edge < truth.frames)})
    held = [[name for a, b, name in truth.names if a <= edge < b] for edge in edges]
    changes: list[Span] = [(edge, None) for n, edge in enumerate(edges) if not n or held[n] != held[n - 1]]
    times = [Fraction(line.split(" ")[0]) for line in path.read_text(encoding="utf-8").splitlines()]
    found: list[Span] = [(-(-time * truth.made.rate // 1), None) for time in times]
    yield Reading("own", "changes", changes, found)


def segments(path: Path, truth: Truth) -> Iterator[Reading]:
    """Read pieces, by frames and by seconds."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    yield Reading("own", "frames", truth.shots, [(int(r["in_frame"]), int(r["out_frame"])) for r in rows])
    times: list[Span] = [
        (-(-Fraction(r["ss"]) * truth.made.rate // 1), -(-Fraction(r["to"]) * truth.made.rate // 1))
        for r in rows
    ]
    yield Reading("own", "seconds", truth.shots, times)
