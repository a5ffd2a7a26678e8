"""What independent readers and programs find in our files, beside what the analysis says, for round_trips.py.

Our own readers are those of ``tests/export``, which share no code with the writers; what is wanted is
taken from the JSON of the analysis, not from the table that the writers are given.
"""

import ast
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import round_trip_media
from round_trip_reading import Reading, in_order, pictures, run
from round_trip_truth import Span, Truth, plain, points

HERE = Path(__file__).parent
_IN_OTIO = HERE.parent / "tests" / "export" / "read_in_otio.py"


Reader = Callable[[Sequence[Path], Truth], Iterator[Reading]]
"""Takes the files of a format."""


def _otio(path: Path, truth: Truth) -> Iterator[Reading]:
    wanted = [*truth.film, *truth.beats, *truth.tags, *truth.gradual]
    found = plain("otio").read(path.read_bytes())
    yield Reading("own", "markers", wanted, [(m["start"], m["end"]) for m in found.markers])
    ends = [(clip.source[0] - found.start, sum(clip.source) - found.start) for clip in found.clips]
    yield Reading("own", "clips", truth.shots, list(ends))
    for python in (sys.executable, *_other_pythons()):
        said = json.loads(run(python, _IN_OTIO, "otio_json", f"{path}@"))
        by = f"OpenTimelineIO {said['release']}"
        yield Reading(by, "markers", wanted, [(a, b) for a, b in said["markers"]])
        yield Reading(by, "clips", truth.shots, [(a, b) for a, b in said["clips"]])


def _other_pythons() -> Iterator[str]:
    yield from filter(None, os.environ.get("CINETAG_OTIO_PYTHONS", "").split(os.pathsep))


def _adapted(path: Path, adapter: str, rate: str = "") -> tuple[str, dict[str, list[tuple[int, int]]]] | None:
    """Return what an adapter of OpenTimelineIO is called and reads; only 0.16 and before bring any."""
    for python in _other_pythons():
        if said := json.loads(run(python, _IN_OTIO, adapter, f"{path}@{rate}")):
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
            run(melt, path, "-consumer", f"xml:{again}", crashes=True)
            spans = plain("mlt").Plain(again.read_bytes()).spans()
            yield Reading("melt", "markers", truth.marks, spans)
            if truth.made.film and truth.made.start is None:
                played = _played(melt, path, Path(folder) / "played.mkv")
                yield in_order("melt plays them", range(truth.frames), truth.made.film, played)


def _played(melt: str, project: Path, made: Path) -> list[str]:
    """Let melt play a project; return checksums of the luminance of its frames: it converts chrominance."""
    coded = ("vcodec=ffv1", "pix_fmt=yuv420p", "an=1", "real_time=-1", "f=matroska")
    run(melt, project, "-consumer", f"avformat:{made}", *coded)
    return pictures(made)


def _blender(path: Path, truth: Truth) -> Iterator[Reading]:
    text = path.read_text(encoding="ascii")
    rows = ast.literal_eval(text[text.index("MARKERS = ") + 10 : text.index("\n)\n") + 2])
    wanted = points(truth.marks)
    yield Reading("own", "markers", wanted, [(place, None) for place, _ in rows], joined=True)
    if blender := shutil.which("blender"):
        with tempfile.TemporaryDirectory() as folder:
            scenes = Path(folder) / "scenes.jsonl"
            dump = HERE.parent / "tests" / "export" / "read_in_blender.py"
            command = (blender, "-b", "--factory-startup", "-P", path, "-P", dump)
            run(*command, SCENES=str(scenes))
            scene = json.loads(scenes.read_text(encoding="utf-8"))
        found = [(frame - scene["first"], None) for frame, _ in scene["markers"]]
        yield Reading("Blender", "markers", wanted, found, joined=True)
        rate = Fraction(scene["fps"]) / Fraction(scene["fps_base"])
        right = abs(rate / truth.made.rate - 1) < Fraction(1, 10**7)
        yield Reading("Blender", "rate", [(0, None)], [(0 if right else -1, None)])


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
    "ffmetadata": _one(round_trip_media.chapters),
    "mkvchapters": _one(round_trip_media.chapters),
    "youtube": _one(round_trip_media.youtube),
    "webvtt": _one(round_trip_media.webvtt),
    "srt": _one(round_trip_media.srt),
    "jsonl": _one(round_trip_media.jsonl),
    "select": _one(round_trip_media.select),
    "keyframes": _one(round_trip_media.keyframes),
    "qpfile": _one(round_trip_media.qpfile),
    "sendcmd": _one(round_trip_media.sendcmd),
    "segments": _one(round_trip_media.segments),
}
"""By the format's slug. ``zones``, ``advisories`` and the charts have no events to read back."""
