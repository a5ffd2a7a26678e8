"""Where the files of a package lie: its asset map (ST 429-9) and packing lists (ST 429-8, 2067-2).

Every path is a stranger's: it must name a regular file under the map's own folder, links followed.
"""

import base64
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.package.xml_documents import Element, read_document

MAP_NAMES = ("ASSETMAP.xml", "ASSETMAP")
"""What the map is called: in SMPTE packages and IMF, and in Interop packages."""

LARGEST_HASHED = 16 << 20
"""Bytes up to which a file is hashed; whole masters take minutes to read."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DAMAGED = "the package is damaged; get it again"
_HOSTILE = "do not trust this package"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as the map names it: a path downwards, not looked at yet, and whether it is a packing list."""

    path: str
    is_packing_list: bool


@dataclass(frozen=True, slots=True)
class AssetMap:
    """The files of a package by id (``urn:uuid:…`` in lower case)."""

    path: Path
    assets: dict[str, Asset]

    @property
    def folder(self) -> Path:
        """The package's folder."""
        return self.path.parent

    def file(self, asset: str) -> Path:
        """Return the file of an asset: regular, and inside the package.

        Raises:
            MediaError: not in the package, missing, no regular file, or outside.
        """
        if asset not in self.assets:
            raise MediaError(
                self.folder,
                f"the asset {asset} is not in this package",
                "it is a version file or incomplete: analyse the original version",
            )
        return self._checked(self.assets[asset].path)

    def _checked(self, text: str) -> Path:
        path = self.folder / text
        try:
            if not os.path.lexists(path) and unquote(text) != text:
                # the standards call it a URI, and some writers do escape
                _refuse_foreign(self.folder, unquote(text))
                path = self.folder / unquote(text)
            status = path.stat()
        except FileNotFoundError as fault:
            raise MediaError(self.folder, f"its file {text} is missing", "complete the package") from fault
        except (OSError, ValueError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else fault
            raise MediaError(self.folder, f"its file {text} cannot be read ({reason})", _DAMAGED) from fault
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise MediaError(self.folder, f"its file {text} is a link out of the package", _HOSTILE)
        if not stat.S_ISREG(status.st_mode):
            raise MediaError(self.folder, f"its file {text} is not a regular file", _DAMAGED)
        return path


def read_asset_map(path: Path) -> AssetMap:
    """Read an asset map.

    Raises:
        MediaError: no asset map that can be read, one of several volumes, or one that points elsewhere.
    """
    root = read_document(path)
    listed = root.child("AssetList")
    if root.name != "AssetMap" or listed is None:
        raise MediaError(path, "is no asset map", _DAMAGED)
    assets: dict[str, Asset] = {}
    for element in listed.all("Asset"):
        asset = _asset(element, path)
        _refuse_foreign(path.parent, asset.path)
        assets.setdefault(element.word("Id").lower(), asset)
    return AssetMap(path, assets)


def _asset(element: Element, path: Path) -> Asset:
    chunks = element.child("ChunkList")
    found = list(chunks.all("Chunk")) if chunks is not None else []
    if len(found) != 1:
        raise MediaError(
            path, "has a file in several pieces or none", "join the volumes of the package first"
        )
    marked = element.child("PackingList")
    return Asset(found[0].word("Path"), marked is not None and marked.text.strip() in {"", "true", "1"})


def _refuse_foreign(folder: Path, text: str) -> None:
    """Refuse what is no plain path downwards: addresses, absolute paths, steps up, other separators."""
    steps = text.split("/")
    if not text or _SCHEME.match(text) or "\\" in text or "\0" in text or steps[0] == "" or ".." in steps:
        raise MediaError(folder, f"its asset map points outside of the package ({text[:200]})", _HOSTILE)


@dataclass(frozen=True, slots=True)
class Packed:
    """What a packing list says of a file; None where it does not say.

    Attributes:
        size: bytes.
        sha1: digest of the whole file.
    """

    size: int | None
    sha1: bytes | None

    def faults(self, path: Path) -> Iterator[str]:
        """Yield what is wrong with a file: its size, and its digest where that takes no time."""
        try:
            has = path.stat().st_size
            digest = _sha1(path) if self.sha1 is not None and has <= LARGEST_HASHED else self.sha1
        except OSError as fault:
            raise MediaError(path, f"cannot be read ({fault.strerror})", "check its rights") from fault
        if self.size not in {None, has}:
            yield f"{path.name} has {has} bytes, its packing list says {self.size}: it may be damaged"
        elif digest != self.sha1:
            yield f"{path.name} is not as its packing list says (SHA-1): it was changed or is damaged"


def _sha1(path: Path) -> bytes:
    return hashlib.sha1(path.read_bytes(), usedforsecurity=False).digest()


def packed_files(assets: AssetMap) -> dict[str, Packed]:
    """Return what the packing lists say of each asset.

    Raises:
        MediaError: a list cannot be read.
    """
    found: dict[str, Packed] = {}
    for name, asset in assets.assets.items():
        listed = read_document(assets.file(name)).child("AssetList") if asset.is_packing_list else None
        for element in listed.all("Asset") if listed is not None else ():
            found[element.word("Id").lower()] = _packed(element)
    return found


def _packed(element: Element) -> Packed:
    size = element.word("Size")
    try:
        digest = base64.b64decode(element.word("Hash"), validate=True)
    except ValueError:
        digest = b""
    return Packed(
        size=int(size) if re.fullmatch(r"\d{1,18}", size, re.ASCII) else None,
        # lists of another algorithm have longer digests
        sha1=digest if len(digest) == hashlib.sha1(usedforsecurity=False).digest_size else None,
    )
