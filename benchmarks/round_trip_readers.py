"""What independent readers and programs find in our files, beside what the analysis says, for round_trips.py.

Our own readers are those of ``tests/export``, which share no code with the writers; what is wanted is
taken from the JSON of the analysis, not from the table that the writers are given.
"""

import ast
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from round_trip_films import ffmpeg
from round_trip_truth import Span, Truth, plain, points

HERE = Path(__file__).parent
PATIENCE = 180
_IN_OTIO = HERE.parent / "tests" / "export" / "read_in_otio.py"


Reader = Callable[[Sequence[Path], Truth], Iterator["Reading"]]
"""Takes the files of a format."""


@dataclass
class Reading:
    """What one reader found of one kind of thing in one file; ``joined`` where a frame has one marker."""

    by: str
    of: str
    wanted: Sequence[Span]
    found: Sequence[Span]
    joined: bool = False


def _run(*command: str | Path, crashes: bool = False, **surroundings: str) -> bytes:
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        env=os.environ | surroundings,
    )
    if done.returncode and not crashes:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def _otio(path: Path, truth: Truth) -> Iterator[Reading]:
    wanted = [*truth.film, *truth.beats, *truth.tags, *truth.gradual]
    found = plain("otio").read(path.read_bytes())
    yield Reading("own", "markers", wanted, [(m["start"], m["end"]) for m in found.markers])
    ends = [(clip.source[0] - found.start, sum(clip.source) - found.start) for clip in found.clips]
    yield Reading("own", "clips", truth.shots, list(ends))
    for python in (sys.executable, *_other_pythons()):
        said = json.loads(_run(python, _IN_OTIO, "otio_json", f"{path}@"))
        by = f"OpenTimelineIO {said['release']}"
        yield Reading(by, "markers", wanted, [(a, b) for a, b in said["markers"]])
        yield Reading(by, "clips", truth.shots, [(a, b) for a, b in said["clips"]])


def _other_pythons() -> Iterator[str]:
    yield from filter(None, os.environ.get("CINETAG_OTIO_PYTHONS", "").split(os.pathsep))


def _adapted(path: Path, adapter: str, rate: str = "") -> tuple[str, dict[str, list[tuple[int, int]]]] | None:
    """Return what an adapter of OpenTimelineIO is called and reads; only 0.16 and before bring any."""
    for python in _other_pythons():
        if said := json.loads(_run(python, _IN_OTIO, adapter, f"{path}@{rate}")):
            kinds = ("markers", "clips", "clip_markers")
            spans = {kind: [(start, end) for start, end in said[kind]] for kind in kinds}
            return f"OTIO {said['release']}, {adapter}", spans
    return None


def _document(path: Path, truth: Truth) -> Iterator[Reading]:
    found = json.loads(path.read_text(encoding="utf-8"))
    for key, wanted in (("beats", truth.beats), ("tag_spans", truth.tags), ("shots", truth.shots)):
        yield Reading("own", key, wanted, [(row["start"], row["end"]) for row in found[key]])


def _csv(path: Path, truth: Truth) -> Iterator[Reading]:
    rows = plain("csv").read(path.read_bytes(), *truth.labels())
    yield Reading("own", "frames", truth.everything, [row.frames for row in rows])
    times = [(truth.frame(row.seconds[0]), truth.frame(row.seconds[1])) for row in rows]
    yield Reading("own", "seconds", truth.everything, times)
    if any(row.labelled for row in rows):
        spans = [truth.labelled(*row.labelled) for row in rows]
        yield Reading("own", "timecode", truth.everything, spans)


def _fcpxml(path: Path, truth: Truth) -> Iterator[Reading]:
    found = plain("fcpxml").read(path.read_bytes())
    start, (film,) = found.start, found.films
    markers = [(a - start, None) for a, *_ in film.markers]
    yield Reading("own", "markers", points(truth.marks), markers)
    keywords = [(a - start, b - start) for a, b, *_ in film.keywords]
    yield Reading("own", "keywords", [*truth.film, *truth.beats, *truth.tags], keywords)
    clips = [(clip.offset - start, clip.offset - start + clip.duration) for clip in found.shots]
    yield Reading("own", "clips", truth.shots, clips)


def _fcp7xml(path: Path, truth: Truth) -> Iterator[Reading]:
    xmeml = plain("xmeml")
    found = xmeml.read(path.read_bytes())
    yield Reading("own", "markers", truth.marks, [xmeml.span(marker) for marker in found.markers])
    yield Reading("own", "clips", truth.shots, [(start, end) for _, start, end, *_ in found.clips])
    if adapted := _adapted(path, "fcp_xml"):
        by, spans = adapted
        # which reads a point as without length
        markers = [(start, max(end, start + 1)) for start, end in spans["markers"]]
        yield Reading(by, "markers", truth.marks, markers)
        yield Reading(by, "clips", truth.shots, spans["clips"])


def _edl(paths: Sequence[Path], truth: Truth) -> Iterator[Reading]:
    events = [event for path in paths for event in plain("edl").read(path.read_bytes(), *truth.labels())[1]]
    locators = [(truth.place(frame), None) for event in events for frame, *_ in event.locators]
    yield Reading("own", "markers", points(truth.marks), locators)
    yield Reading("own", "clips", truth.shots, [truth.labelled(*event.record) for event in events])
    if len(paths) == 1 and (adapted := _adapted(paths[0], "cmx_3600", str(truth.made.rate))):
        by, spans = adapted
        yield Reading(by, "clips", truth.shots, spans["clips"])
        if not truth.made.drop:  # of which it knows no locators
            places = [(truth.place(start), None) for start, _ in spans["clip_markers"]]
            yield Reading(by, "markers", points(truth.marks), places)


def _resolve(path: Path, truth: Truth) -> Iterator[Reading]:
    _, found = plain("edl").read_markers(path.read_bytes(), *truth.labels())
    spans: list[Span] = [(truth.place(m.frame), truth.place(m.frame) + m.duration) for m in found]
    yield Reading("own", "markers", truth.marks, spans, joined=True)


def _avid(path: Path, truth: Truth) -> Iterator[Reading]:
    found = plain("edl").read_avid(path.read_bytes(), *truth.labels())
    spans: list[Span] = [(truth.place(frame), None) for frame, *_ in found]
    yield Reading("own", "markers", points(truth.marks), spans, joined=True)


def _avidxml(path: Path, truth: Truth) -> Iterator[Reading]:
    spans: list[Span] = [(m.frame, m.frame + m.length) for m in plain("avidxml").read(path.read_bytes())]
    yield Reading("own", "markers", truth.marks, spans, joined=True)


def _aaf(path: Path, truth: Truth) -> Iterator[Reading]:
    with tempfile.TemporaryDirectory() as folder:
        found = plain("aaf").read(path.read_bytes(), Path(folder))
    first = truth.first()
    clips = [(c.source - first, c.source - first + c.length) for c in found.tracks["V1"]]
    yield Reading("pyaaf2", "clips", truth.shots, clips)


def _kdenlive(path: Path, truth: Truth) -> Iterator[Reading]:
    guides = json.loads(path.read_text(encoding="utf-8"))
    spans: list[Span] = [(g["pos"], g["pos"] + (g["duration"] or 1)) for g in guides]
    yield Reading("own", "markers", truth.marks, spans, joined=True)


def _shotcut(path: Path, truth: Truth) -> Iterator[Reading]:
    found = plain("mlt").Plain(path.read_bytes())
    yield Reading("own", "markers", truth.marks, found.spans())
    yield Reading("own", "clips", truth.shots, [(start, end) for _, start, end in found.clips])
    if melt := shutil.which("melt"):
        with tempfile.TemporaryDirectory() as folder:
            again = Path(folder) / "again.mlt"
            # without its film it may crash as it ends, when the file is written
            _run(melt, path, "-consumer", f"xml:{again}", crashes=True)
            spans = plain("mlt").Plain(again.read_bytes()).spans()
            yield Reading("melt", "markers", truth.marks, spans)
            if truth.made.film and truth.made.start is None:
                played = _played(melt, path, Path(folder) / "played.mkv")
                yield _in_order("melt plays them", range(truth.frames), truth.made.film, played)


def _played(melt: str, project: Path, made: Path) -> list[str]:
    """Let melt play a project; return checksums of the luminance of its frames: it converts chrominance."""
    coded = ("vcodec=ffv1", "pix_fmt=yuv420p", "an=1", "real_time=-1", "f=matroska")
    _run(melt, project, "-consumer", f"avformat:{made}", *coded)
    return _pictures(made)


def _in_order(by: str, wanted: Sequence[int], film: Path, chosen: list[str]) -> Reading:
    """Say which frames of a film these pictures are; one that is none of them is frame -1."""
    whole = _pictures(film)
    frames = dict(zip(reversed(whole), reversed(range(len(whole))), strict=True))
    found: list[Span] = [
        (want if here == whole[want] else frames.get(here, -1), None)
        for want, here in zip(wanted, chosen, strict=False)
    ]
    found += [(frames.get(here, -1), None) for here in chosen[len(wanted) :]]
    return Reading(by, "frames", [(frame, None) for frame in wanted], found)


def _blender(path: Path, truth: Truth) -> Iterator[Reading]:
    text = path.read_text(encoding="ascii")
    rows = ast.literal_eval(text[text.index("MARKERS = ") + 10 : text.index("\n)\n") + 2])
    wanted = points(truth.marks)
    yield Reading("own", "markers", wanted, [(place, None) for place, _ in rows], joined=True)
    if blender := shutil.which("blender"):
        with tempfile.TemporaryDirectory() as folder:
            scenes = Path(folder) / "scenes.jsonl"
            dump = HERE.parent / "tests" / "export" / "read_in_blender.py"
            run = (blender, "-b", "--factory-startup", "-P", path, "-P", dump)
            _run(*run, SCENES=str(scenes))
            scene = json.loads(scenes.read_text(encoding="utf-8"))
        found = [(frame - scene["first"], None) for frame, _ in scene["markers"]]
        yield Reading("Blender", "markers", wanted, found, joined=True)
        rate = Fraction(scene["fps"]) / Fraction(scene["fps_base"])
        right = abs(rate / truth.made.rate - 1) < Fraction(1, 10**7)
        yield Reading("Blender", "rate", [(0, None)], [(0 if right else -1, None)])


def _chapters(path: Path, truth: Truth) -> Iterator[Reading]:
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
            _run(mkvmerge, "-q", "-o", made, "--chapters", path, plainly)
            found = _atoms(_run(mkvextract, made, "chapters", "-"), truth)
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
                found = _atoms(_run(mkvextract, made, "chapters", "-"), truth)
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


def _youtube(path: Path, truth: Truth) -> Iterator[Reading]:
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


def _webvtt(path: Path, truth: Truth) -> Iterator[Reading]:
    cues = plain("webvtt").read(path.read_bytes())
    facts = [json.loads(text) for *_, text in cues]
    yield Reading("own", "frames", truth.everything, [(said["in"], said["out"]) for said in facts])
    yield Reading("own", "times", truth.everything, _clocks(cues, ".", truth))
    yield Reading("FFmpeg", "times", truth.everything, _packets(path, truth))


def _srt(path: Path, truth: Truth) -> Iterator[Reading]:
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


def _jsonl(path: Path, truth: Truth) -> Iterator[Reading]:
    _, rows = plain("json_lines").read(path.read_bytes())
    yield Reading("own", "frames", truth.everything, [(row["in"], row["out"]) for row in rows])
    times: list[Span] = [
        (truth.frame(Fraction(str(row["in_seconds"]))), truth.frame(Fraction(str(row["out_seconds"]))))
        for row in rows
    ]
    yield Reading("own", "seconds", truth.everything, times)


def _select(path: Path, truth: Truth) -> Iterator[Reading]:
    spans = truth.beats or truth.tags or truth.shots
    kept = sorted({frame for start, end in spans for frame in range(start, end or 0)})
    text = path.read_text(encoding="ascii")
    ranges = [(int(a), int(b) + 1) for a, b in re.findall(r"between\(n,(\d+),(\d+)\)", text)]
    named = sorted({frame for start, end in ranges for frame in range(start, end)})
    yield Reading("own", "frames", points([(f, f) for f in kept]), points([(f, f) for f in named]))
    if truth.made.film:
        chosen = _pictures(truth.made.film, text.strip())
        yield _in_order("FFmpeg plays them", kept, truth.made.film, chosen)


def _pictures(film: Path, *chain: str) -> list[str]:
    """Return checksums of the luminance of the frames that a chain of filters lets through."""
    text = ffmpeg("-i", film, "-an", "-vf", ",".join([*chain, "extractplanes=y"]), "-f", "framemd5", "-")
    return [line.split(",")[-1].strip() for line in text.decode().splitlines() if line[0] != "#"]


def _access(truth: Truth) -> list[Span]:
    frames = {0, *(start for start, _ in (*truth.cuts, *truth.beats))}
    return [(frame, None) for frame in sorted(frames)]


def _keyframes(path: Path, truth: Truth) -> Iterator[Reading]:
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


def _qpfile(path: Path, truth: Truth) -> Iterator[Reading]:
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    assert all(row[1:] == ["I", "-1"] for row in rows)
    yield Reading("own", "key frames", _access(truth), [(int(row[0]), None) for row in rows])


def _sendcmd(path: Path, truth: Truth) -> Iterator[Reading]:
    edges = sorted({0, *(edge for a, b, _ in truth.names for edge in (a, b) if edge < truth.frames)})
    held = [[name for a, b, name in truth.names if a <= edge < b] for edge in edges]
    changes: list[Span] = [(edge, None) for n, edge in enumerate(edges) if not n or held[n] != held[n - 1]]
    times = [Fraction(line.split(" ")[0]) for line in path.read_text(encoding="utf-8").splitlines()]
    found: list[Span] = [(-(-time * truth.made.rate // 1), None) for time in times]
    yield Reading("own", "changes", changes, found)


def _segments(path: Path, truth: Truth) -> Iterator[Reading]:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    yield Reading("own", "frames", truth.shots, [(int(r["in_frame"]), int(r["out_frame"])) for r in rows])
    times: list[Span] = [
        (-(-Fraction(r["ss"]) * truth.made.rate // 1), -(-Fraction(r["to"]) * truth.made.rate // 1))
        for r in rows
    ]
    yield Reading("own", "seconds", truth.shots, times)


def _one(read: Callable[[Path, Truth], Iterator[Reading]]) -> Reader:
    """Return a reader of the format's one file."""
    return lambda paths, truth: read(paths[0], truth)


READERS: dict[str, Reader] = {
    "otio": _one(_otio),
    "json": _one(_document),
    "csv": _one(_csv),
    "fcpxml": _one(_fcpxml),
    "fcp7xml": _one(_fcp7xml),
    "edl": _edl,
    "resolve": _one(_resolve),
    "avid": _one(_avid),
    "avidxml": _one(_avidxml),
    "aaf": _one(_aaf),
    "kdenlive": _one(_kdenlive),
    "shotcut": _one(_shotcut),
    "blender": _one(_blender),
    "ffmetadata": _one(_chapters),
    "mkvchapters": _one(_chapters),
    "youtube": _one(_youtube),
    "webvtt": _one(_webvtt),
    "srt": _one(_srt),
    "jsonl": _one(_jsonl),
    "select": _one(_select),
    "keyframes": _one(_keyframes),
    "qpfile": _one(_qpfile),
    "sendcmd": _one(_sendcmd),
    "segments": _one(_segments),
}
"""By the format's slug. ``zones``, ``advisories`` and the charts have no events to read back."""
