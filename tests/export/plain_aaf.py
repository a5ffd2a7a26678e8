"""A reader of AAF that follows each clip to its file with pyaaf2, and shares no code with the writer."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import aaf2


@dataclass
class PlainClip:
    name: str
    length: int
    source: int
    """first frame in the numbers of the file's timecode"""
    available: int
    """frames that the file is said to have"""
    url: str
    identity: str


@dataclass
class PlainAaf:
    name: str
    tracks: dict[str, list[PlainClip]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    timecode: tuple[int, int, bool] | None = None
    """start, labels a second, drop frame: of the composition"""
    files: set[tuple[int, int, bool]] = field(default_factory=set)
    """the same of the files"""
    rates: set[Fraction] = field(default_factory=set)
    comments: int = 0


def read(content: bytes, folder: Path) -> PlainAaf:
    path = folder / "read.aaf"
    path.write_bytes(content)
    with aaf2.open(str(path)) as file:
        (composition,) = file.content.toplevel()
        found = PlainAaf(composition.name)
        for slot in composition.slots:
            found.rates.add(Fraction(slot.edit_rate.numerator, slot.edit_rate.denominator))
            segment = slot.segment
            if isinstance(segment, aaf2.components.Timecode):
                found.timecode = (segment.start, segment.fps, segment.drop)
            elif isinstance(slot, aaf2.mobslots.EventMobSlot):
                found.comments += 1
            else:
                clips = list(_clips(segment))
                found.tracks[slot.name] = [_clip(clip) for clip in clips]
                found.lengths[slot.name] = segment.length
        found.files = {
            (slot.segment.start, slot.segment.fps, slot.segment.drop)
            for mob in file.content.sourcemobs()
            for slot in mob.slots
            if isinstance(slot.segment, aaf2.components.Timecode)
        }
    return found


def _clips(segment):
    if isinstance(segment, aaf2.components.OperationGroup):
        for inner in segment.segments:
            yield from _clips(inner)
    elif isinstance(segment, aaf2.components.Sequence):
        for inner in segment.components:
            yield from _clips(inner)
    elif isinstance(segment, aaf2.components.SourceClip):
        yield segment


def _clip(clip) -> PlainClip:
    """Follow a clip from master to file to tape, adding up where each begins in the next."""
    master, place, step, url = clip.mob, clip.start, clip, ""
    available = None
    while step.mob is not None:
        mob = step.mob
        (slot,) = [slot for slot in mob.slots if slot.slot_id == step.slot_id]
        step = slot.segment
        place += step.start
        available = step.length
        if isinstance(mob, aaf2.mobs.SourceMob):
            url = next((locator["URLString"].value for locator in mob.descriptor.locator), url)
    return PlainClip(master.name, clip.length, place, available, url, str(master.mob_id))
