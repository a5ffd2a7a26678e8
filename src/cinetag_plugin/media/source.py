"""What the user named, before FFmpeg sees it: a file, a picture, a numbered sequence, a cinema package.

Whatever could make FFmpeg hang or wander is refused here: devices, pipes, folders, playlists.
"""

import io
import os
import re
import stat
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.package.assets import MAP_NAMES
from cinetag_plugin.media.package.opening import Composition, is_package, open_package

_VIDEO = """
.3g2 .3gp .asf .avi .dv .flv .gif .m1v .m2t .m2ts .m2v .m4v .mkv .mov .mp4 .mpeg .mpg .mts .mxf .nut .ogv .qt
.rm .rmvb .ts .vob .webm .wmv .y4m .264 .265 .h264 .h265 .hevc .ivf
"""
_PICTURES = """
.bmp .cin .dpx .exr .gif .hdr .j2c .j2k .jp2 .jpeg .jpg .jxl .pam .pgm .png .ppm .sgi .tga .tif .tiff .webp
"""
VIDEO_SUFFIXES = frozenset(_VIDEO.split())
"""Endings by which :func:`films_in` knows a film."""

PICTURE_SUFFIXES = frozenset(_PICTURES.split())
"""Endings of single pictures."""

LARGEST_PICTURE = 1 << 27
"""Pixels; 16K film has 1.3e8. FFmpeg refuses anything larger unread."""

DEFAULT_SEQUENCE_RATE = Fraction(24)

_PATTERN = re.compile(r"(?P<head>[^%]*)%(?:0(?P<width>\d{1,2}))?d(?P<tail>[^%]*)", re.DOTALL)
# scripts that name other files; known by their first bytes, so that FFmpeg never follows them
_SCRIPTS = {
    b"#EXTM3U": "a playlist",
    b"ffconcat ": "a script for FFmpeg",
    b"[playlist]": "a playlist",
    b"v=0\r\n": "a session description",
    b"v=0\n": "a session description",
    b"<?xml": "an XML file",
    b"<MPD": "a playlist",
    b"<smil": "a playlist",
}


@dataclass(frozen=True)
class Source:
    """Something FFmpeg may be pointed at.

    Attributes:
        path: as the user named it.
        url: ``file:`` and the absolute path, the one form that no name can turn into a protocol.
        input_options: what stands before ``-i``, without dashes.
        is_pictures: pictures without a clock of their own.
        frames: how many pictures a sequence or a package has; None for a file.
        warnings: what the user should know.
        composition: what is played of which files, for a package; ``url`` is that of the first file.
        feed: where the bytes of a stream come from; ``url`` is then standard input, and ``path`` only what
            the film is called.
    """

    path: Path
    url: str
    input_options: dict[str, str] = field(default_factory=dict)
    is_pictures: bool = False
    frames: int | None = None
    warnings: tuple[str, ...] = ()
    composition: Composition | None = None
    feed: io.FileIO | None = None

    @property
    def name(self) -> str:
        """What the film is called: see :func:`film_name`."""
        return film_name(self.path)

    @property
    def arguments(self) -> list[str]:
        """What FFmpeg is given to open it: the options, ``-i``, the address."""
        names = {"format": "f"}
        options = [(f"-{names.get(key, key)}", value) for key, value in self.input_options.items()]
        return [*(part for option in options for part in option), "-i", self.url]

    @property
    def files(self) -> list[Path]:
        """The files that FFmpeg will open: the film, or the first picture of the sequence, or each part's."""
        if self.composition is not None:
            return list(dict.fromkeys(part.path for part in self.composition.parts))
        start = self.input_options.get("start_number")
        return [self.path if start is None else self.path.parent / (self.path.name % int(start))]

    @property
    def telling_files(self) -> list[Path]:
        """The files that tell this film from another: its first, and for a package the playlist before it.

        A stream has none.
        """
        if self.feed is not None:
            return []
        own = [] if self.composition is None else [self.composition.playlist.path]
        return [*own, self.files[0]]

    def of_part(self, path: Path) -> "Source":
        """Return the source of one file of a package."""
        return replace(self, url=_url(path))


def find_source(path: Path, *, rate: Fraction | None = None) -> Source:
    """Look at what ``path`` names, without FFmpeg; ``rate`` is that of pictures without a clock.

    Raises:
        MediaError: nothing there, nothing in it, or nothing that can be a film.
    """
    common = {"protocol_whitelist": "file,pipe", "max_pixels": str(LARGEST_PICTURE)}
    if not _exists(path) and (match := _PATTERN.fullmatch(path.name)):
        return _sequence(path, match, common, rate)
    if is_package(path):
        return _package(path, common)
    _refuse_unreadable(path)
    options = dict(common)
    is_picture = path.suffix.lower() in PICTURE_SUFFIXES and "%" in path.name
    if is_picture:
        options |= {"format": "image2", "pattern_type": "none"}
    return Source(path, _url(path), options, is_pictures=is_picture)


def film_name(path: Path) -> str:
    """Return a file's name without its ending; of a package named by folder or map, the folder's."""
    if path.is_dir() or path.name in MAP_NAMES:
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
        return (whole if path.is_dir() else whole.parent).name or path.stem
    return path.stem


def films_in(folder: Path) -> list[Path]:
    """Return the films directly in ``folder``, sorted by name, hidden ones left out.

    A cinema package is one film, the folder itself; so is each folder in it that is a package.

    Raises:
        MediaError: not a readable folder.
    """
    if is_package(folder):
        return [folder]
    try:
        entries = sorted(folder.iterdir())
    except (OSError, ValueError) as fault:
        raise _unreadable(folder, fault) from fault
    return [entry for entry in entries if not entry.name.startswith(".") and _is_film(entry)]


def _is_film(entry: Path) -> bool:
    if entry.is_dir():
        return is_package(entry)
    return entry.suffix.lower() in VIDEO_SUFFIXES and entry.is_file()


def _package(path: Path, common: dict[str, str]) -> Source:
    composition = open_package(path)
    return Source(
        path,
        _url(composition.parts[0].path),
        common | {"format": "mxf"},  # whatever else a part may be, a list of other files included, is refused
        frames=composition.playlist.frames,
        warnings=composition.warnings,
        composition=composition,
    )


def _url(path: Path) -> str:
    return "file:" + os.path.abspath(path)  # noqa: PTH100 - resolve() would follow links


def _exists(path: Path) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def _sequence(path: Path, match: re.Match[str], common: dict[str, str], rate: Fraction | None) -> Source:
    numbers = _numbers(path, match)
    run = next((i for i, number in enumerate(numbers) if number != numbers[0] + i), len(numbers))
    warnings = []
    if run < len(numbers):
        missing = numbers[0] + run
        warnings.append(
            f"picture {missing} of the sequence is missing: {run} of {len(numbers)} pictures are read"
        )
    if rate is None:
        warnings.append(
            f"a sequence of pictures has no rate of its own: {DEFAULT_SEQUENCE_RATE} a second taken"
        )
    options = common | {
        "format": "image2",
        "pattern_type": "sequence",
        "start_number": str(numbers[0]),
        "framerate": str(rate or DEFAULT_SEQUENCE_RATE),
    }
    # FFmpeg fills in the whole path, so a percent sign of a folder is doubled
    folder = _url(path.parent).replace("%", "%%")
    return Source(
        path, f"{folder}/{path.name}", options, is_pictures=True, frames=run, warnings=tuple(warnings)
    )


def _numbers(path: Path, match: re.Match[str]) -> list[int]:
    width = int(match["width"] or 1)
    name = re.compile(
        re.escape(match["head"]) + rf"(0*\d{{{width},{max(width, 9)}}})" + re.escape(match["tail"]), re.ASCII
    )
    try:
        found = [name.fullmatch(entry) for entry in os.listdir(path.parent)]  # noqa: PTH208
    except (OSError, ValueError) as fault:
        raise _unreadable(path, fault) from fault
    numbers = sorted(
        {int(hit[1]) for hit in found if hit and len(hit[1]) == max(width, len(str(int(hit[1]))))}
    )
    if not numbers:
        raise MediaError(path, "no picture has such a name", "check the pattern, such as img.%04d.png")
    return numbers


def _refuse_unreadable(path: Path) -> None:
    try:
        status = path.stat()
    except (OSError, ValueError) as fault:
        raise _unreadable(path, fault) from fault
    if stat.S_ISDIR(status.st_mode):
        raise MediaError(path, "is a folder", "name a film in it")
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(path, "is not a regular file", "pipes and devices are not read; name a file")
    if status.st_size == 0:
        raise MediaError(path, "is empty", "the copy or the recording failed; get it again")
    _refuse_script(path)


def _refuse_script(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except (OSError, ValueError) as fault:
        raise _unreadable(path, fault) from fault
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, what in _SCRIPTS.items():
        if head[: len(start)].lower() == start.lower():
            raise MediaError(path, f"is {what}, not a film", "name the film itself")


def _unreadable(path: Path, fault: Exception) -> MediaError:
    if isinstance(fault, FileNotFoundError):
        return MediaError(path, "no such file", "check the name")
    reason = fault.strerror if isinstance(fault, OSError) else str(fault)
    return MediaError(path, f"cannot be read ({reason})", "check the name and its rights")
