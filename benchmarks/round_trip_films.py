"""Films of one real film at many rates and starts, and what the program finds in them, for round_trips.py."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from cinetag_plugin.media.ffmpeg import find_ffmpeg

RATES = (
    ("24000/1001", False),
    ("24", False),
    ("25", False),
    ("30000/1001", False),
    ("30000/1001", True),
    ("48", False),
    ("50", False),
    ("60000/1001", False),
    ("60000/1001", True),
)
STARTS = (None, "01:00:00", "23:59:50")
ODD_RATES = ("15", "25/2", "120000/1001")
"""Rates without timecode."""

LONG_HOURS = 2
LONG = (("24000/1001", False, "01:00:00"), ("60000/1001", True, "01:00:00"))


@dataclass(frozen=True, slots=True)
class Made:
    """A film that was made and its analysis.

    Attributes:
        rate: frames a second.
        drop: timecode counts drop-frame.
        start: start timecode, or None.
        document: the analysis as the program wrote it.
        film: the film; None where there is only a document.
        how: what is to be known of the analysis, in words.
    """

    rate: Fraction
    drop: bool
    start: str | None
    document: Path
    film: Path | None
    how: str

    @property
    def name(self) -> str:
        """What the film is called in tables."""
        counting = " DF" if self.drop else ""
        return f"{float(self.rate):.6g}{counting} from {self.start or 'no timecode'}"


def cinetag(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program; its exit status is the caller's business."""
    run = [sys.executable, "-m", "cinetag_plugin", *arguments]
    return subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def ffmpeg(*arguments: str | Path) -> bytes:
    """Run FFmpeg; return what it prints."""
    run = [find_ffmpeg().path, "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    return subprocess.run(run, capture_output=True, check=True).stdout


def made_films(source: Path, work: Path) -> Iterator[Made]:
    """Make every film and let the program analyse it; what stands in ``work`` is used again.

    Every frame of the source is kept and shown at the other rate, so the film runs faster or slower.
    """
    for text, drop in RATES:
        for start in STARTS:
            first = start or ("00:00:00" if drop else None)
            label = f"{first}{';' if drop else ':'}00" if first else None
            yield _made(source, work, text, drop, label)
    for text in ODD_RATES:
        yield _made(source, work, text, False, None)


def _made(source: Path, work: Path, text: str, drop: bool, label: str | None) -> Made:
    rate = Fraction(text)
    plain = work / f"plain-{rate.numerator}-{rate.denominator}.mov"
    if not plain.exists():
        coded = ["-vf", "scale=400:-2", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"]
        ffmpeg("-r", text, "-i", source, "-an", *coded, plain)
    tail = (label or "none").replace(":", "").replace(";", "d")
    film = work / f"film-{rate.numerator}-{rate.denominator}-{tail}.mov"
    if not film.exists():
        ffmpeg("-i", plain, "-c", "copy", *(["-timecode", label] if label else []), film)
    document = work / f"{film.stem}.cinetag.json"
    if not document.exists():
        done = cinetag("analyze", str(film), "-o", str(work), "-y", "-q")
        if done.returncode:
            raise SystemExit(f"{film}: {done.stderr}")
    found = json.loads(document.read_text(encoding="utf-8"))
    assert Fraction(found["film"]["rate"]) == rate, found["film"]["rate"]
    assert found["film"]["start_timecode"] == label
    assert found["film"]["drop_frame"] == drop
    return Made(rate, drop, label, document, film, _by_hand(document, found))


def _by_hand(document: Path, found: dict[str, Any]) -> str:
    """Put beats and tags that a person might have set where the models found none; say so."""
    frames, put = found["film"]["frames"], []
    facts = {"shots": [0], "origin": "person"}
    if not found["beats"]:
        spans = [(0, frames // 5), (frames // 4, frames // 2), (frames - 1, frames)]
        said = {"category": "battle", "confidence": 1.0, "key_shot": 0}
        found["beats"] = [said | facts | {"start": a, "end": b} for a, b in spans]
        put.append("beats")
    if not found["tag_spans"]:
        said = {"tag": "war", "strength": 1.0, "probability": 1.0}
        spans = [(0, frames // 3), (frames // 3, frames)]
        found["tag_spans"] = [said | facts | {"start": a, "end": b} for a, b in spans]
        found["tags"] = [{"tag": "war", "count": 2, "weight": 1.0, "relative_strength": 1.0}]
        put.append("tags")
    if put:
        document.write_text(json.dumps(found), encoding="utf-8")
    by_hand = any(row["origin"] == "person" for row in (*found["beats"], *found["tag_spans"]))
    return "beats or tags set by hand" if by_hand else "as the models found it"


def long_films(made: list[Made], work: Path) -> Iterator[Made]:
    """Yield analyses of two hours: those of the short films again and again. There is no picture."""
    for text, drop, start in LONG:
        base = next(
            m
            for m in made
            if (m.rate, m.drop) == (Fraction(text), drop) and (m.start or "").startswith(start)
        )
        found = json.loads(base.document.read_text(encoding="utf-8"))
        copies = -(-LONG_HOURS * 3600 * base.rate // found["film"]["frames"])
        document = work / f"long-{base.document.name}"
        document.write_text(json.dumps(_repeated(found, int(copies))), encoding="utf-8")
        yield Made(
            base.rate, drop, base.start, document, None, f"the analysis of a short film {copies} times"
        )


def _repeated(found: dict[str, Any], copies: int) -> dict[str, Any]:
    frames, shots, keys = found["film"]["frames"], len(found["shots"]), len(found["key_frames"])
    step = found["film"]["timing"][0]["step"]
    film = found["film"] | {"frames": copies * frames, "duration": found["film"]["duration"] * copies}
    film["sources"] = [row | {"frames": copies * frames} for row in film["sources"]]
    again: dict[str, list[Any]] = {name: [] for name in ("shots", "key_frames", "tag_spans", "beats")}
    for copy in range(copies):
        at, number = copy * frames, copy * shots
        for row in found["shots"]:
            passage = row["transition_in"]
            kind = "cut" if copy and passage["kind"] == "start" else passage["kind"]
            moved = {"kind": kind, "start": passage["start"] + at, "end": passage["end"] + at}
            place = {"start": row["start"] + at, "end": row["end"] + at, "index": row["index"] + number}
            own = {"transition_in": moved, "key_frames": [key + copy * keys for key in row["key_frames"]]}
            again["shots"].append({k: v for k, v in row.items() if k != "group"} | place | own)
        for row in found["key_frames"]:
            place = {"index": row["index"] + copy * keys, "shot": row["shot"] + number}
            again["key_frames"].append(
                row | place | {"frame": row["frame"] + at, "pts": row["pts"] + at * step}
            )
        for name in ("tag_spans", "beats"):
            for row in found[name]:
                place = {"start": row["start"] + at, "end": row["end"] + at}
                again[name].append(row | place | {"shots": [shot + number for shot in row["shots"]]})
                if "key_shot" in row:
                    again[name][-1]["key_shot"] = row["key_shot"] + number
    timing = [{"frame": 0, "pts": found["film"]["timing"][0]["pts"], "step": step}]
    whole = {"film": film | {"timing": timing}, "analysed": {"start": 0, "end": copies * frames}}
    return found | whole | again
