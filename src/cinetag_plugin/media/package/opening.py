"""From what the user named - a folder, an asset map, a playlist - to the parts of the film."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.package.assets import MAP_NAMES, AssetMap, packed_files, read_asset_map
from cinetag_plugin.media.package.composition import ROOT, Playlist, playlist_of
from cinetag_plugin.media.package.xml_documents import read_document

MOST_SHOWN = 20
"""Parts that a description shows."""

_HEAD = 64 * 1024
_BEFORE_XML = b"\xef\xbb\xbf\xfe\xff \t\r\n"  # marks of byte order, space


@dataclass(frozen=True, slots=True)
class Part:
    """A run of pictures out of one file, at its place in the film.

    Attributes:
        path: the file, checked.
        start: index of its first frame in the film.
        entry: the edit unit of the file that this frame is.
        frames: how many follow each other.
        rate: edit units a second, as the playlist says of this file.
    """

    path: Path
    start: int
    entry: int
    frames: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Composition:
    """A film in a package: what its playlist says, and the files, all of them there.

    Attributes:
        playlist: the playlist.
        parts: in order, at least one, each of at least one frame.
        warnings: of the choice, the playlist and the files.
    """

    playlist: Playlist
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = field(default=())

    def described(self) -> Iterator[tuple[str, str]]:
        """Yield the facts as pairs of words for people."""
        playlist = self.playlist
        eyes = ", stereoscopic: the left eye is taken" if playlist.stereoscopic else ""
        yield "package", f"{playlist.kind}, {playlist.path.name}{eyes}"
        if playlist.title:
            yield "title", playlist.title
        for part in self.parts[:MOST_SHOWN]:
            yield "part", f"{part.frames} frames of {part.path.name} from {part.entry} on"
        if len(self.parts) > MOST_SHOWN:
            yield "part", f"and {len(self.parts) - MOST_SHOWN} more"


def is_package(path: Path) -> bool:
    """Tell whether a folder or a file is a package, or the map or a playlist of one."""
    try:
        if path.is_dir():
            return _map_in(path) is not None or next(_loose_playlists(path), None) is not None
        return path.name in MAP_NAMES or _is_playlist(path)
    except (OSError, ValueError):
        return False


def open_package(path: Path) -> Composition:
    """Return the film that ``path`` names: a playlist, or the longest of a package.

    Raises:
        MediaError: hostile, incomplete, encrypted, or no package.
    """
    if path.is_dir() or path.name in MAP_NAMES:
        assets = _asset_map(path)
        playlist, told = _longest(assets)
    else:
        assets = _asset_map(path.parent)
        playlist, told = playlist_of(read_document(path), path), ()
    if playlist.encrypted:
        raise MediaError(
            path, "the picture is encrypted (KeyId)", "it needs a key (KDM), which cinetag cannot use"
        )
    parts = tuple(_parts(playlist, assets))
    return Composition(playlist, parts, (*told, *playlist.warnings, *_packing_warnings(assets, playlist)))


def _asset_map(path: Path) -> AssetMap:
    found = _map_in(path) if path.is_dir() else path
    if found is None:
        raise MediaError(path, "has no ASSETMAP, so its files cannot be found", "complete the package")
    return read_asset_map(found)


def _map_in(folder: Path) -> Path | None:
    return next((folder / name for name in MAP_NAMES if os.path.lexists(folder / name)), None)


def _loose_playlists(folder: Path) -> Iterator[Path]:
    return (
        entry
        for entry in folder.iterdir()
        if entry.name.upper().startswith("CPL") and entry.suffix.lower() == ".xml" and _is_playlist(entry)
    )


def _is_playlist(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD).replace(b"\0", b"")  # UTF-16 as well
    return head.lstrip(_BEFORE_XML)[:1] == b"<" and ROOT.encode() in head


def _longest(assets: AssetMap) -> tuple[Playlist, tuple[str, ...]]:
    """Return the longest playlist of a package, and what to tell where it was a choice."""
    found, faults = _playlists(assets)
    if not found:
        raise faults[0] if faults else MediaError(assets.folder, "has no composition playlist", "complete it")
    told = [str(fault) for fault in faults]
    longest = max(found, key=lambda playlist: playlist.frames)
    if len(found) > 1:
        names = ", ".join(f"{playlist.path.name} ({playlist.frames} frames)" for playlist in found)
        told.append(
            f"the package has {len(found)} compositions: {names}; {longest.path.name} was taken, as the"
            " longest: name another to have that"
        )
    return longest, tuple(told)


def _playlists(assets: AssetMap) -> tuple[list[Playlist], list[MediaError]]:
    found, faults = [], []
    for name, asset in assets.assets.items():
        if asset.is_packing_list or not asset.path.lower().endswith(".xml"):
            continue
        try:
            path = assets.file(name)
            if _is_playlist(path):
                found.append(playlist_of(read_document(path), path))
        except MediaError as fault:
            faults.append(fault)
        except OSError as fault:
            faults.append(MediaError(assets.folder, f"{asset.path} cannot be read ({fault.strerror})"))
    return found, faults


def _parts(playlist: Playlist, assets: AssetMap) -> Iterator[Part]:
    start = 0
    files: dict[str, Path] = {}
    for excerpt in playlist.excerpts:
        if excerpt.asset not in files:
            files[excerpt.asset] = assets.file(excerpt.asset)
        yield Part(files[excerpt.asset], start, excerpt.entry, excerpt.frames, excerpt.rate)
        start += excerpt.frames


def _packing_warnings(assets: AssetMap, playlist: Playlist) -> Iterator[str]:
    try:
        packed = packed_files(assets)
    except MediaError as fault:
        yield f"the files were not checked against a packing list: {fault}"
        return
    for asset in dict.fromkeys(excerpt.asset for excerpt in playlist.excerpts):
        if asset in packed:
            yield from packed[asset].faults(assets.file(asset))
