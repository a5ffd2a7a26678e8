"""A small SVG drawing: rectangles, paths and text that fits, serialised by the standard library."""

import unicodedata
from collections.abc import Iterable
from xml.etree import ElementTree

INK = "#26221f"
FAINT_INK = "#6f6962"
HAIRLINE = "#e4e0da"
PAPER = "#fdfcfa"
BAND = "#f2f4f7"
BOLDER = 1.15
"""How much broader bold text is."""

_FONTS = "'Helvetica Neue', Helvetica, Arial, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
_ELLIPSIS = "…"
_NARROW = frozenset("fijltrI.,:;'|!()[]{}/\\-` \"")
_BROAD = frozenset("mwMWOQ@%—…")


class Drawing:
    """A picture on white paper; every text is escaped by the serializer.

    Args:
        width: in pixels of the picture's own scale; it may be shown at any size.
        height: like ``width``.
        title: what a screen reader says the picture is.
    """

    def __init__(self, width: float, height: float, title: str) -> None:
        self._root = ElementTree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {number(width)} {number(height)}",
                "width": number(width),
                "height": number(height),
                "font-family": _FONTS,
                "role": "img",
            },
        )
        ElementTree.SubElement(self._root, "title").text = title
        self.rect(0, 0, width, height, PAPER)

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, *, edge: str = "", tip: str = ""
    ) -> None:
        """Draw a filled rectangle; ``tip`` is shown where a pointer rests on it."""
        element = self._add("rect", x=x, y=y, width=width, height=height, fill=fill)
        _finish(element, edge, tip)

    def path(self, steps: Iterable[str], fill: str, *, edge: str = "", tip: str = "") -> None:
        """Draw one filled path of many closed parts, such as those of :func:`box`."""
        _finish(self._add("path", d="".join(steps), fill=fill), edge, tip)

    def line(self, points: Iterable[tuple[float, float]], colour: str, *, dashed: bool = False) -> None:
        """Draw an open line through points."""
        placed = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        element = self._add("polyline", points=placed, fill="none", stroke=colour)
        element.set("stroke-width", "1.8")
        element.set("stroke-linejoin", "round")
        if dashed:
            element.set("stroke-dasharray", "5 4")

    def rule(self, x: float, top: float, bottom: float, colour: str = HAIRLINE) -> None:
        """Draw a vertical hairline."""
        self._add("line", x1=x, x2=x, y1=top, y2=bottom, stroke=colour)

    def text(
        self,
        x: float,
        baseline: float,
        content: str,
        *,
        size: float = 13,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write one line; ``anchor`` is ``start``, ``middle`` or ``end``."""
        element = self._add("text", x=x, y=baseline, fill=colour)
        element.set("font-size", number(size))
        element.set("text-anchor", anchor)
        if bold:
            element.set("font-weight", "600")
        element.text = content

    def render(self) -> bytes:
        """Return the picture as UTF-8 bytes; the same drawing gives the same bytes."""
        ElementTree.indent(self._root, " ")
        written: bytes = ElementTree.tostring(self._root, encoding="utf-8", xml_declaration=True)
        return written + b"\n"

    def _add(self, tag: str, **attributes: float | str) -> ElementTree.Element:
        written = {name: v if isinstance(v, str) else number(v) for name, v in attributes.items()}
        return ElementTree.SubElement(self._root, tag, written)


def _finish(element: ElementTree.Element, edge: str, tip: str) -> None:
    if edge:
        element.set("stroke", edge)
        element.set("stroke-width", "0.6")
    if tip:
        ElementTree.SubElement(element, "title").text = tip


def box(x: float, y: float, width: float, height: float) -> str:
    """Return the steps of a closed rectangle for :meth:`Drawing.path`."""
    return f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"


def number(value: float) -> str:
    """Write a coordinate with at most two decimals and no needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def darker(colour: str, share: float = 0.7) -> str:
    """Return ``#rrggbb`` with every channel scaled by ``share``: an edge that pale colours need on paper."""
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(channel * share):02x}" for channel in channels)


def text_width(text: str, size: float) -> float:
    """Estimate the width of a line in the broadest of common sans-serif faces (DejaVu Sans)."""
    return size * sum(_em(char) for char in text)


def fitted(text: str, width: float, size: float) -> str:
    """Return ``text``, cut with an ellipsis where it is estimated to be broader than ``width``."""
    if text_width(text, size) <= width:
        return text
    room = width - text_width(_ELLIPSIS, size)
    kept = ""
    for char in text:
        room -= text_width(char, size)
        if room < 0:
            break
        kept += char
    return kept.rstrip() + _ELLIPSIS


def _em(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in _NARROW:
        return 0.4
    return 1.0 if char in _BROAD else 0.72 if char.isupper() else 0.63
