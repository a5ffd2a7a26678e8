"""Reading and writing analysis documents; writing any file whole or not at all."""

import os
import re
import secrets
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from cinetag_plugin.document.checks import contradiction
from cinetag_plugin.document.errors import CinetagError, DocumentError, ExportError
from cinetag_plugin.document.records import Analysis, Record

SUFFIX = ".cinetag.json"
LARGEST_DOCUMENT = 128 * 1024 * 1024
"""Bytes; a document above this is refused unread. A film of ten hours makes some tens of megabytes."""

DEEPEST_FIELD = 100
"""Levels of nesting; a field of later versions or of plugins that goes deeper is refused."""

R = TypeVar("R", bound=Record)

# no exponents: Fraction("1e999999999") would be computed to its last digit
_FRACTION = re.compile(r"-?\d{1,18}(/\d{1,18})?", re.ASCII)


def read_analysis(path: Path) -> Analysis:
    """Read an analysis document, keeping fields of later versions.

    Raises:
        DocumentError: not readable, not JSON, not an analysis, or one that contradicts itself.
    """
    analysis = parse_record(read_limited(path, LARGEST_DOCUMENT), Analysis, subject=path)
    fault = contradiction(analysis)
    if fault:
        raise DocumentError(path, fault, "write it again with cinetag analyze")
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
    """Return a record as JSON on one line; what UTF-8 cannot say in a file name becomes U+FFFD."""
    form = plain(record)
    try:
        return msgspec.json.encode(form)
    except UnicodeEncodeError:
        return msgspec.json.encode(_without_surrogates(form))


def plain(record: Record) -> dict[str, Any]:
    """Return a record as plain dictionaries, lists, numbers and text, in the document's form."""
    form: dict[str, Any] = _restore_unknown(msgspec.to_builtins(record, enc_hook=_to_text), type(record))
    return form


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value


def _to_text(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise NotImplementedError(type(value))


def _from_text(kind: type, value: object) -> object:
    if kind is not Fraction:
        raise NotImplementedError(kind)
    if not isinstance(value, str) or not _FRACTION.fullmatch(value):
        raise ValueError(f"{str(value)[:40]!r} is not a fraction such as 24000/1001")
    try:
        return Fraction(value)
    except ZeroDivisionError:
        raise ValueError(f"{value!r} divides by zero") from None


@cache
def _records_in(kind: type[Record]) -> dict[str, type[Record] | None]:
    """Name the fields of a record, and the kind of record that each holds, alone or in a tuple."""
    return {name: _record_in(hint) for name, hint in get_type_hints(kind).items() if name != "extra"}


def _record_in(hint: object) -> type[Record] | None:
    kinds = (k for k in (hint, *get_args(hint)) if isinstance(k, type) and issubclass(k, Record))
    return next(kinds, None)


def _keep_unknown(raw: Any, kind: type[Record] | None) -> Any:
    if kind is None:
        return _not_too_deep(raw)
    if isinstance(raw, list):
        return [_keep_unknown(item, kind) for item in raw]
    if not isinstance(raw, dict):
        return raw
    fields = _records_in(kind)
    known = {key: _keep_unknown(value, fields[key]) for key, value in raw.items() if key in fields}
    later = {key: _not_too_deep(value) for key, value in raw.items() if key not in fields}
    return known | {"extra": later}


def _not_too_deep(value: Any, levels: int = DEEPEST_FIELD) -> Any:
    if isinstance(value, dict | list):
        if levels == 0:
            raise ValueError(f"nested more than {DEEPEST_FIELD} levels deep")
        for item in value.values() if isinstance(value, dict) else value:
            _not_too_deep(item, levels - 1)
    return value


def _restore_unknown(form: Any, kind: type[Record] | None) -> Any:
    if kind is None or form is None:
        return _with_lists(form)
    if isinstance(form, list | tuple):
        return [_restore_unknown(item, kind) for item in form]
    fields = _records_in(kind)
    known = {key: _restore_unknown(form[key], fields[key]) for key in fields}
    return _with_lists(dict(form["extra"])) | known


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_lists(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_lists(item) for item in value]
    return value


def write_whole(path: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write a file so that it is either complete or absent, whatever happens meanwhile.

    Raises:
        ExportError: the file exists and ``overwrite`` is false, what stands there is a folder or a
            device, or it cannot be written.
    """
    if not overwrite:
        refuse_existing(path)
    elif os.path.lexists(path) and not path.is_file():
        raise ExportError(path, "is not a regular file", "choose another name")
    part = path.parent / f".cinetag-{secrets.token_hex(8)}.part"
    try:
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            put_in_place(part, path, overwrite=overwrite)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as fault:
        raise ExportError(
            path, f"cannot be written ({_reason(fault)})", "choose another name or folder with -o"
        ) from fault


def put_in_place(part: Path, path: Path, *, overwrite: bool) -> None:
    """Give a finished file its name; another that came meanwhile is not overwritten unasked."""
    if not overwrite:
        try:
            os.link(part, path)
        except FileExistsError:
            refuse_existing(path)
        except OSError:  # a file system without links: the check before must do
            pass
        else:
            return
    part.replace(path)


def refuse_existing(path: Path) -> None:
    """Raise an :class:`ExportError` where something stands at ``path`` already."""
    if os.path.lexists(path):
        raise ExportError(path, "exists already", "use -y to overwrite it, or -o for another folder")
