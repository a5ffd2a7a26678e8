"""Markers of a cinetag analysis for the current timeline of DaVinci Resolve.

NOT RUN IN RESOLVE: written after the published descriptions of its scripting interface, and tested
against a stand-in of it. Please report what your version does.

The timeline must begin with the first frame of the film; its rate may be another. Put this file with
``film.cinetag.json`` beside it into Resolve's folder of scripts and choose it under Workspace >
Scripts, or, with Resolve Studio running, call ``python resolve_markers.py film.cinetag.json``.

Every beat, every tag span and, at the first frame, the tags of the whole film become markers. Resolve
keeps one marker a frame: what begins together is one marker. Markers of an earlier run are replaced,
those of other people are left alone: where one of theirs stands ours is told as refused, or, with ``--nudge``
(``NUDGE`` below), set on the next frame that is free.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

ANALYSIS = ""
"""Path of the analysis; empty: the argument, or the only ``*.cinetag.json`` beside this file."""

NUDGE = False
"""Set a marker whose frame is taken on the next free one."""

FARTHEST = 12
"""Frames that a marker may be moved."""

OURS = "cinetag:"
"""What the custom data of our markers begin with."""

FILM_COLOUR, OTHER_COLOUR = "Cream", "Cream"
BEAT_COLOURS = {
    "Yellow": "pursuit car_pursuit bike_pursuit horse_pursuit men_pursuit",
    "Sand": "battle_preparation",
    "Red": "battle physical_war war_destruction bomb_explosion fire_attack arrows_war",
    "Pink": "romance",
    "Blue": "despair_good despair_by_expressions despair_in_jail despair",
    "Fuchsia": "joy_bad joy",
    "Sky": "good_argue_good argument",
    "Cyan": "good_argue_bad",
    "Purple": "bad_argue_bad",
    "Green": "victory_good victory",
    "Cocoa": "victory_bad",
}
TAG_COLOURS = {
    "Rose": "action bomb_explosion car_chase destruction sword_fight vehicle_crash violence military war "
    "weapon",
    "Lavender": "abduction heist murder police prison",
    "Mint": "adventure animal beach_sea climbing desert hiking forest valleys_hills",
    "Pink": "children family wedding college_university hospital nudity romance sex",
    "Lemon": "club_bar dance music drinking food smoking exercise sports swimming glamor_fashion",
    "Cocoa": "horror monster",
    "Sky": "lab_experiment sci_fi super_hero technology robot",
    "Cream": "animation drama",
}
WHOLE_RATES = (24, 30, 48, 60, 120)  # those that also exist as 1000/1001 of themselves


class Marker(NamedTuple):
    """One marker: frames from the start of the timeline, ``fact`` what it is known again by."""

    frame: int
    duration: int
    colour: str
    name: str
    note: str
    fact: str


def main(resolve: Any, analysis: dict[str, Any], nudge: bool = NUDGE) -> str:
    """Mark the current timeline; return what was done in one line.

    Args:
        resolve: the program.
        analysis: what is marked.
        nudge: set a marker whose frame is taken on the next free one.

    Raises:
        RuntimeError: no timeline is open.
    """
    project = resolve.GetProjectManager().GetCurrentProject()
    timeline = project.GetCurrentTimeline() if project else None
    if not timeline:
        raise RuntimeError("no timeline is open")
    rate = timeline_rate(timeline.GetSetting("timelineFrameRate"))
    for marker in dict(timeline.GetMarkers() or {}).values():
        if str(marker.get("customData", "")).startswith(OURS):
            timeline.DeleteMarkerByCustomData(marker["customData"])
    made, moved, refused = 0, 0, []
    for marker in one_a_frame(markers(analysis, rate)):
        last = marker.frame + (FARTHEST if nudge else 0)
        frame = next((at for at in range(marker.frame, last + 1) if added(timeline, at, marker)), None)
        made += frame is not None
        moved += frame not in (None, marker.frame)
        refused += [str(marker.frame)] if frame is None else []
    later = f", {moved} of them later than they should be" if moved else ""
    taken = f"; frames where Resolve took none (a marker stands there?): {', '.join(refused)}"
    return f"cinetag: {made} markers{later}{taken if refused else ''}"


def added(timeline: Any, frame: int, marker: Marker) -> bool:
    """Set a marker; tell whether it stands.

    The frame counts from the start of the timeline, not from timecode zero: one that includes the start
    timecode is accepted, and lies an hour past the end.
    """
    said = (marker.colour, marker.name, marker.note, marker.duration)
    try:
        return bool(timeline.AddMarker(frame, *said, identity(marker.fact)))
    except TypeError:  # an older Resolve takes no custom data: ours are known again by what they say
        if timeline.AddMarker(frame, *said):
            return True
        at = dict(timeline.GetMarkers() or {}).get(frame, {})
        return (at.get("name"), at.get("note")) == (marker.name, marker.note)


def markers(analysis: dict[str, Any], rate: Fraction) -> Iterator[Marker]:
    """Yield the markers of an analysis in frames of a timeline of ``rate``."""
    spans = analysis.get("tag_spans", [])
    held = {span["tag"] for span in spans}
    tags = sorted(
        (tag for tag in analysis.get("tags", []) if tag["tag"] in held),
        key=lambda tag: (-tag["relative_strength"], tag["tag"]),
    )
    if tags:
        said = [f"{spoken(tag['tag'])} {tag['relative_strength']:.2f}" for tag in tags]
        yield Marker(0, 1, FILM_COLOUR, f"Film: {said[0]}", " - ".join(said), "film")
    frame_of = placed(analysis["film"], rate)
    rows = [("beat", beat["category"], beat) for beat in analysis.get("beats", [])]
    rows += [("tag", span["tag"], span) for span in spans]
    for kind, slug, row in rows:
        first = frame_of(row["start"])
        yield Marker(
            first,
            max(1, frame_of(row["end"]) - first),
            colour_of(slug, BEAT_COLOURS if kind == "beat" else TAG_COLOURS),
            spoken(slug),
            note_of(kind, row),
            f"{kind},{slug},{row['start']},{row['end']}",
        )


def note_of(kind: str, row: dict[str, Any]) -> str:
    """Return what is said of a beat or tag span beside its name."""
    if kind == "beat":
        return f"beat - confidence {row['confidence']:.2f}"
    return f"tag - strength {row['strength']:.2f} - probability {row['probability']:.2f}"


def one_a_frame(found: Iterator[Marker]) -> list[Marker]:
    """Join what begins on one frame: the first gives the colour, the longest the length."""
    at: dict[int, Marker] = {}
    for new in found:
        old = at.get(new.frame)
        at[new.frame] = new if old is None else joined(old, new)
    return [at[frame] for frame in sorted(at)]


def joined(old: Marker, new: Marker) -> Marker:
    """Return one marker for two."""
    return Marker(
        old.frame,
        max(old.duration, new.duration),
        old.colour,
        f"{old.name} + {new.name}",
        f"{old.note} / {new.note}",
        f"{old.fact};{new.fact}",
    )


def placed(film: dict[str, Any], rate: Fraction) -> Callable[[int], int]:
    """Return what gives the timeline's frame, nearest in time, of a frame of the film."""

    def seconds(frame: int) -> Fraction:
        if not film["variable_rate"]:
            return frame / Fraction(film["rate"])
        runs = film["timing"]
        run = [run for run in runs if run["frame"] <= frame][-1]
        ticks = run["pts"] + (frame - run["frame"]) * run["step"] - runs[0]["pts"]
        return ticks * Fraction(film["time_base"])

    return lambda frame: int(seconds(frame) * rate + Fraction(1, 2))


def timeline_rate(setting: Any) -> Fraction:
    """Return the exact rate that a setting such as ``23.976``, ``29.97 DF`` or ``25`` means."""
    said = Fraction(re.match(r"[\d.]+", str(setting))[0])
    for whole in WHOLE_RATES:
        if said != whole and abs(said - Fraction(whole * 1000, 1001)) < Fraction(1, 100):
            return Fraction(whole * 1000, 1001)
    return said


def identity(fact: str) -> str:
    """Return what a marker is known again by."""
    return OURS + hashlib.sha1(fact.encode()).hexdigest()


def colour_of(slug: str, colours: dict[str, str]) -> str:
    """Return Resolve's name of the colour of a class."""
    return next((name for name, slugs in colours.items() if slug in slugs.split()), OTHER_COLOUR)


def spoken(slug: str) -> str:
    """Return a slug as people say it."""
    return slug.replace("_", " ").capitalize()


def found_analysis() -> Path:
    """Return the path of the analysis.

    Raises:
        RuntimeError: none is named, and there is not exactly one beside this file (or, where the host does
            not say which file it runs, in the current folder).
    """
    named = [word for word in sys.argv[1:] if word != "--nudge"]
    if ANALYSIS or named:
        return Path(ANALYSIS or named[0])
    folder = Path(__file__).resolve().parent if "__file__" in globals() else Path()
    beside = sorted(folder.glob("*.cinetag.json"))
    if len(beside) != 1:
        raise RuntimeError(f"{len(beside)} analyses beside this file: name one in ANALYSIS")
    return beside[0]


if __name__ == "__main__":
    host = globals().get("resolve")  # given by Resolve to scripts of its menu
    if host is None:
        import DaVinciResolveScript

        host = DaVinciResolveScript.scriptapp("Resolve")
    if host is None:
        sys.exit("cinetag: Resolve does not answer: start Resolve Studio, or allow scripts in its settings")
    analysis = json.loads(found_analysis().read_text(encoding="utf-8"))
    print(main(host, analysis, nudge=NUDGE or "--nudge" in sys.argv))
