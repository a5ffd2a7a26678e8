"""A reader of MLT's projects, by another parser than the writer's: ours and what melt writes."""

from fractions import Fraction
from xml.dom import minidom

from plain_clock import seconds


class Plain:
    """What the project says, read with another parser than the writer's."""

    def __init__(self, content: bytes) -> None:
        self.document = minidom.parseString(content)
        profile = self.one("profile")
        self.rate = Fraction(*(int(profile.getAttribute(f"frame_rate_{part}")) for part in ("num", "den")))
        (track,) = [p for p in self.all("playlist") if p.getAttribute("id") == "playlist0"]
        self.clips = [
            (node.getAttribute("producer"), int(node.getAttribute("in")), int(node.getAttribute("out")) + 1)
            for node in track.getElementsByTagName("entry")
        ]
        self.markers = [
            {field.getAttribute("name"): _text(field) for field in node.getElementsByTagName("property")}
            for node in self.all("properties")
            if node.getAttribute("name").isdigit()
        ]

    def all(self, tag: str):
        return self.document.getElementsByTagName(tag)

    def one(self, tag: str):
        (found,) = self.all(tag)
        return found

    def resources(self) -> dict[str, str]:
        return {
            node.getAttribute("id"): _text(field)
            for node in self.all("producer")
            for field in node.getElementsByTagName("property")
            if field.getAttribute("name") == "resource"
        }

    def spans(self) -> list[tuple[int, int]]:
        """Frames of the markers: a point is one frame."""
        found = []
        for marker in self.markers:
            start, end = (self.frame(marker[which]) for which in ("start", "end"))
            found.append((start, max(end, start + 1)))
        return found

    def frame(self, clock: str) -> int:
        return int(seconds(clock, ".", 3) * self.rate + Fraction(1, 2))


def _text(node) -> str:
    return "".join(child.data for child in node.childNodes)
