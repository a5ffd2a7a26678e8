"""A composition playlist (CPL): which frames of which picture files make the film, in order.

DCP: SMPTE ST 429-7 and its Interop forerunner (reels); IMF: SMPTE ST 2067-3 (segments, resources).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.package.xml_documents import Element

ROOT = "CompositionPlaylist"

LONGEST = 100
"""Hours; the longest film ever shown had 87."""

MOST_EXCERPTS = 10_000
"""Excerpts, each repetition counted."""

_HIGHEST_RATE = 1000
_COUNT = re.compile(r"\d{1,18}", re.ASCII)
_RATE = re.compile(r"(\d{1,9})(?:[ /](\d{1,9}))?", re.ASCII)
_PICTURES = ("MainPicture", "MainStereoscopicPicture")
_DAMAGED = "the package is damaged; get it again"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A run of pictures out of one file.

    Attributes:
        asset: the file, by its id in the package: ``urn:uuid:…`` in lower case.
        entry: the first edit unit shown, counted from the file's own first.
        frames: how many are shown.
        rate: edit units a second, as the playlist says of this file.
    """

    asset: str
    entry: int
    frames: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Playlist:
    """What a composition playlist says.

    Attributes:
        path: its file.
        title: what it calls the film.
        kind: ``DCP`` or ``IMF``.
        rate: frames a second.
        excerpts: in order, one a reel or resource, repetitions written out.
        stereoscopic: the files hold a picture for each eye, left and right by turns.
        encrypted: some picture needs a key.
        has_sound: there is a sound track.
        timecode: the label of the first frame, ``;`` before the frames for drop-frame; empty where none.
        warnings: what the user should know.
    """

    path: Path
    title: str
    kind: Literal["DCP", "IMF"]
    rate: Fraction
    excerpts: tuple[Excerpt, ...]
    stereoscopic: bool
    encrypted: bool
    has_sound: bool
    timecode: str
    warnings: tuple[str, ...]

    @property
    def frames(self) -> int:
        """Length in frames."""
        return sum(excerpt.frames for excerpt in self.excerpts)


def playlist_of(root: Element, path: Path) -> Playlist:
    """Read a playlist; ``path`` is where it came from.

    Raises:
        MediaError: it is none, has no picture, or says something impossible.
    """
    if root.name != ROOT:
        raise MediaError(path, "is XML, but no composition playlist", "name the package's folder, or its CPL")
    reader = _Reader(path, root)
    pictures = list(reader.pictures())
    if not pictures:
        raise MediaError(path, "the composition has no picture", "name another CPL of the package")
    rate = reader.edit_rate(root if reader.is_imf else pictures[0])
    return Playlist(
        path=path,
        title=root.word("ContentTitle") or root.word("ContentTitleText"),
        kind="IMF" if reader.is_imf else "DCP",
        rate=rate,
        excerpts=reader.excerpts(pictures, rate),
        stereoscopic=any(picture.name == _PICTURES[1] for picture in pictures),
        encrypted=any(picture.child("KeyId") is not None for picture in pictures),
        has_sound=reader.has_sound(),
        timecode=_timecode(root),
        warnings=tuple(dict.fromkeys(reader.warnings)),
    )


class _Reader:
    """Reads one playlist, and notes what is odd about it."""

    def __init__(self, path: Path, root: Element) -> None:
        self.warnings: list[str] = []
        self.is_imf = root.child("SegmentList") is not None
        self._path = path
        self._root = root

    def pictures(self) -> Iterator[Element]:
        """Yield what names picture files, in order: the reels' pictures, or the image track's resources."""
        for group in self._groups():
            tracks = [child for child in group.children if child.name in (*_PICTURES, "MainImageSequence")]
            if len(tracks) > 1:
                self.warnings.append("the composition has several picture tracks: the first was taken")
            for track in tracks[:1]:
                yield from [track] if track.name in _PICTURES else _resources(track)

    def has_sound(self) -> bool:
        """Tell whether any reel or segment has sound."""
        names = {child.name for group in self._groups() for child in group.children}
        return not names.isdisjoint({"MainSound", "MainAudioSequence"})

    def _groups(self) -> Iterator[Element]:
        outer, inner, tracks = (
            ("SegmentList", "Segment", "SequenceList") if self.is_imf else ("ReelList", "Reel", "AssetList")
        )
        listed = self._root.child(outer)
        for group in listed.all(inner) if listed is not None else ():
            found = group.child(tracks)
            if found is not None:
                yield found

    def excerpts(self, pictures: list[Element], rate: Fraction) -> tuple[Excerpt, ...]:
        """Return what is shown of each file, within bounds."""
        found: list[Excerpt] = []
        length = 0
        for number, picture in enumerate(pictures, start=1):
            excerpt = self._excerpt(picture, number, rate)
            repeats = self._count(picture, "RepeatCount", 1)
            length += excerpt.frames * repeats
            if length > LONGEST * 3600 * rate:
                raise self._fault(f"the composition would last more than {LONGEST} hours")
            if len(found) + repeats > MOST_EXCERPTS:
                raise self._fault(f"the composition has more than {MOST_EXCERPTS} parts")
            found += [excerpt] * (repeats if excerpt.frames else 0)
        if not found:
            raise self._fault("the composition has no frame")
        return tuple(found)

    def edit_rate(self, element: Element) -> Fraction:
        """Return the edit rate that an element states."""
        text = element.word("EditRate")
        match = _RATE.fullmatch(text)
        above, below = (int(match[1]), int(match[2] or 1)) if match else (0, 0)
        if not below or not below <= above <= _HIGHEST_RATE * below:
            raise self._fault(f"its edit rate is {text[:40]!r}, which is no film's")
        return Fraction(above, below)

    def _excerpt(self, picture: Element, number: int, rate: Fraction) -> Excerpt:
        asset = (picture.word("TrackFileId") if self.is_imf else picture.word("Id")).lower()
        if not asset:
            raise self._fault(f"part {number} names no file")
        own_rate = self.edit_rate(picture) if picture.child("EditRate") is not None else rate
        if own_rate != rate:
            self.warnings.append(
                f"part {number} claims {own_rate} frames a second in a composition of {rate}: its frames were"
                f" taken at {rate}"
            )
        entry = self._count(picture, "EntryPoint", 0)
        has = self._count(picture, "IntrinsicDuration", None)
        if entry >= has > 0 or not has:
            raise self._fault(f"part {number} begins at frame {entry} of a file that has {has}")
        frames = self._count(picture, "SourceDuration" if self.is_imf else "Duration", has - entry)
        if entry + frames > has:
            self.warnings.append(
                f"part {number} asks for {frames} frames from frame {entry} on, its file has {has}:"
                " it was cut short"
            )
            frames = has - entry
        return Excerpt(asset, entry, frames, own_rate)

    def _count(self, element: Element, name: str, default: int | None) -> int:
        text = element.word(name)
        if not text and default is not None:
            return default
        if not _COUNT.fullmatch(text):
            raise self._fault(f"its {name} is {text[:40]!r}, which is no count")
        return int(text)

    def _fault(self, fault: str) -> MediaError:
        return MediaError(self._path, fault, _DAMAGED)


def _resources(track: Element) -> Iterator[Element]:
    listed = track.child("ResourceList")
    return listed.all("Resource") if listed is not None else iter(())


def _timecode(root: Element) -> str:
    stated = root.child("CompositionTimecode")
    if stated is None:
        return ""
    label = stated.word("TimecodeStartAddress")
    if not label.strip("0:;. "):
        return ""  # what writers put who know nothing
    if stated.word("TimecodeDropFrame") in {"true", "1"} and label[-3:-2] == ":":
        label = f"{label[:-3]};{label[-2:]}"
    return label
