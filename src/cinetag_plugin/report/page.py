"""The report page: one HTML file of films' analyses, their pictures, and the program to look through them.

It asks nothing of any network: a policy in the page forbids it. Whatever comes from films and analyses stands
in data blocks, never in markup.
"""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib import resources

from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.report.page_data import PageFilm, page_data

PICTURE_BUDGET = 6_000_000
"""Bytes of the page that pictures may take, of all its films together."""

_LIBRARIES = ("vendor/preact-10.29.8", "vendor/htm-3.1.1")
_OWN = (
    "film.js",
    "blocks.js",
    "names.js",
    "pictures.js",
    "counting.js",
    "corrections.js",
    "events.js",
    "canvas.js",
    "tracks.js",
    "event_list.js",
    "strengths.js",
    "player.js",
    "dialogs.js",
    "keys.js",
    "main.js",
)
"""The page's own program, in the order in which its parts lean on each other."""


def report_page(films: Sequence[PageFilm], names: Names) -> bytes:
    """Return the page as UTF-8; the same films give the same bytes.

    Args:
        films: at least one, in the order in which they are offered.
        names: gives tags and beat categories their names and colours, and what they may be renamed to.
    """
    style = _asset("page.css")
    scripts = [*map(_library, _LIBRARIES), "\n".join(map(_asset, _OWN))]
    page = _asset("page.html")
    for mark, content in (
        ("<!--policy-->", _policy(style, scripts)),
        ("<!--style-->", f"<style>{style}</style>"),
        ("<!--data-->", "\n".join(_blocks(films, names))),
        ("<!--program-->", "\n".join(map(_script, scripts))),
    ):
        before, found, after = page.partition(mark)
        assert found, f"page.html has no {mark}"
        page = f"{before}{content}{after}"
    return page.encode()


def _asset(name: str) -> str:
    place = resources.files("cinetag_plugin.report").joinpath("assets").joinpath(name)
    return place.read_text(encoding="utf-8")


def _library(name: str) -> str:
    """Return a library under its licence; the map of its source, which lies nowhere, is not named."""
    code = [line for line in _asset(f"{name}.js").splitlines() if not line.startswith("//# source")]
    licence = _asset(f"{name}.LICENSE.txt").strip()
    return f"/*! {name.removeprefix('vendor/')}\n\n{licence}\n*/\n" + "\n".join(code)


def _script(code: str) -> str:
    return f"<script>{code}</script>"


def _policy(style: str, scripts: Sequence[str]) -> str:
    """Let nothing run but what this page was written with, and nothing load but the film beside it."""
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hashed, scripts)),
        "style-src": _hashed(style),
        "img-src": "blob: data:",
        "media-src": "'self' file:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    content = "; ".join(f"{name} {value}" for name, value in rules.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _hashed(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode('ascii')}'"


def _blocks(films: Sequence[PageFilm], names: Names) -> Iterator[str]:
    """Yield the data blocks: what is known of the films, packed, then the sheets of pictures of each."""
    yield _block("data", b64encode(zlib.compress(page_data(films, names), 9)).decode("ascii"))
    for number, film in enumerate(films):
        if film.pictures is not None:
            yield _block(f"pictures-{number}", json.dumps(film.pictures.jpegs))


def _block(name: str, content: str) -> str:
    """Return a block of base64 in which no name can stand, so that none can end it."""
    assert "<" not in content
    return f'<script type="text/plain" id="{name}">{content}</script>'
