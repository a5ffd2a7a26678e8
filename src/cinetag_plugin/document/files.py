"""Reading and writing analysis documents; writing any file whole or not at all."""

import os
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from cinetag_plugin.document.errors import CinetagError, DocumentError, ExportError
from cinetag_plugin.document.records import SCHEMA_VERSION, Analysis, BeatEvent, Record, Shot, Span, TagSpan

SUFFIX = ".cinetag.json"
LARGEST_DOCUMENT = 512 * 1024 * 1024
"""Bytes; a document above this is refused unread. A film of ten hours makes a few megabytes."""

R = TypeVar("R", bound=Record)


def read_analysis(path: Path) -> Analysis:
    """Read an analysis document, keeping fields of later versions.

    Raises:
        DocumentError: not readable, not JSON, not an analysis, or one that contradicts itself.
    """
    analysis = parse_record(read_limited(path, LARGEST_DOCUMENT), Analysis, subject=path)
    _check(analysis, path)
    return analysis


def read_limited(path: Path, limit: int, error: type[CinetagError] = DocumentError) -> bytes:
    """Return the bytes of a regular file of at most ``limit`` bytes.

    Raises:
        CinetagError: of class ``error``, where the file cannot be read, is none, or is larger.
    """
    try:
        if not path.is_file():
            fault = "is not a regular file" if path.exists() else "no such file"
            raise error(path, fault, "check the name")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as fault:
        raise error(path, f"cannot be read ({_reason(fault)})", "check its rights") from fault
    if len(content) > limit:
        raise error(path, f"is larger than {limit} bytes", "check that it is the file you mean")
    return content


def _reason(fault: Exception) -> str:
    return (fault.strerror if isinstance(fault, OSError) else str(fault)) or type(fault).__name__


def parse_record(content: bytes, kind: type[R], *, subject: object) -> R:
    """Turn JSON into a record of ``kind``; unknown keys go to ``extra`` at every level.

    Raises:
        DocumentError: ``subject`` is named, with the place of the fault.
    """
    try:
        raw = msgspec.json.decode(content)
        return msgspec.convert(_keep_unknown(raw, kind), kind, dec_hook=_from_text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError) as fault:
        name = kind.__name__.lower()
        raise DocumentError(
            subject, f"is not a valid {name} ({fault})", "write it again with cinetag analyze"
        ) from fault


def render_record(record: Record) -> bytes:
    """Return a record as indented JSON with a newline at the end; unknown fields stand where they stood."""
    return msgspec.json.format(render_compact(record), indent=1) + b"\n"


def render_compact(record: Record) -> bytes:
    """Return a record as JSON on one line."""
    return msgspec.json.encode(plain(record))


def plain(record: Record) -> dict[str, Any]:
    """Return a record as plain dictionaries, lists, numbers and text, in the document's form."""
    flattened: dict[str, Any] = _restore_unknown(msgspec.to_builtins(record, enc_hook=_to_text))
    return flattened


def _to_text(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise NotImplementedError(type(value))


def _from_text(kind: type, value: object) -> object:
    if kind is not Fraction:
        raise NotImplementedError(kind)
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError(f"{value!r} is not a fraction such as 24000/1001")
    try:
        return Fraction(value)
    except ZeroDivisionError:
        raise ValueError(f"{value!r} divides by zero") from None


def _keep_unknown(raw: object, kind: object) -> object:
    if isinstance(kind, type) and issubclass(kind, Record) and isinstance(raw, Mapping):
        hints = get_type_hints(kind)
        known = {key: _keep_unknown(raw[key], hints[key]) for key in raw if key in hints}
        known["extra"] = {k: v for k, v in raw.items() if k not in hints or k == "extra"}
        return known
    inner = [k for k in get_args(kind) if isinstance(k, type) and issubclass(k, Record)]
    if inner and isinstance(raw, list):
        return [_keep_unknown(item, inner[0]) for item in raw]
    return raw


def _restore_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        later = value.pop("extra", {}) if isinstance(value.get("extra"), dict) else {}
        return {key: _restore_unknown(item) for key, item in value.items()} | later
    if isinstance(value, list | tuple):
        return [_restore_unknown(item) for item in value]
    return value


def _check(analysis: Analysis, path: Path) -> None:
    fault = _contradiction(analysis)
    if fault:
        raise DocumentError(path, fault, "write it again with cinetag analyze")


def _contradiction(analysis: Analysis) -> str:
    film = analysis.film
    if analysis.schema_version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        return f"has schema {analysis.schema_version}, this cinetag reads {SCHEMA_VERSION}"
    if film.rate <= 0 or film.time_base <= 0 or film.pixel_aspect <= 0:
        return "has a rate, time base or pixel aspect that is not above zero"
    if film.frames < 1 or not film.timing or film.timing[0].frame != 0:
        return "has no frames, or timing that does not begin at frame 0"
    try:
        film.start_frame  # noqa: B018 - parsed for its errors
    except ValueError as bad_label:
        return f"has a start timecode that cannot be ({bad_label})"
    return _contradiction_in_frames(analysis)


def _contradiction_in_frames(analysis: Analysis) -> str:
    spans: list[Shot | TagSpan | BeatEvent | Span] = [*analysis.shots, *analysis.tag_spans, *analysis.beats]
    if any(not 0 <= s.start < s.end <= analysis.film.frames for s in [*spans, analysis.analysed]):
        return "names frames that the film does not have"
    if any(not 0 <= key.frame < analysis.film.frames for key in analysis.key_frames):
        return "has a key frame outside the film"
    ends = [analysis.analysed.start, *(shot.end for shot in analysis.shots)]
    if any(shot.start != end for shot, end in zip(analysis.shots, ends, strict=False)):
        return "has shots that do not follow each other"
    return ""


def write_whole(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file so that it is either complete or absent, whatever happens meanwhile.

    Raises:
        ExportError: the file exists and ``overwrite`` is false, or it cannot be written.
    """
    if not overwrite:
        refuse_existing(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".cinetag-", suffix=".part")
    except OSError as fault:
        raise ExportError(
            path, f"cannot be written ({fault.strerror})", "choose another folder with -o"
        ) from fault
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError as fault:
        raise ExportError(
            path,
            f"cannot be written ({fault.strerror})",
            "free some space, or choose another folder with -o",
        ) from fault
    finally:
        part.unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    """Raise an :class:`ExportError` where something stands at ``path`` already."""
    if os.path.lexists(path):
        raise ExportError(path, "exists already", "use -y to overwrite it, or -o for another folder")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
