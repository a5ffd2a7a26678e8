"""How right shot boundaries are, against a truth that somebody made by hand.

Hard cuts are matched one to one within a tolerance. What lies in a true gradual transition counts
neither right nor wrong as a cut; a gradual transition that was found is never a false cut.
Gradual transitions match one to one where they overlap by half or more (intersection over union).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited
from cinetag_plugin.document.records import BOUNDARY_WORDS, Analysis
from cinetag_plugin.evaluation.matching import largest_matching, overlap

OVERLAP = 0.5
"""Least intersection over union of a true gradual transition and the one found."""

LARGEST_TRUTH = 16 * 1024 * 1024
"""Bytes of a truth file."""

_NOT_CUT = "not_cut"
_REMEDY = "rows are: kind, first frame, last frame, note, parted by tabs"


@dataclass(frozen=True, slots=True)
class Truth:
    """What somebody who looked says of a film.

    Attributes:
        boundaries: hard cuts and gradual transitions.
        not_cut: first and last frame of spans in which detectors are easily fooled.
        film: name of the film, from the file.
    """

    boundaries: tuple[Boundary, ...]
    not_cut: tuple[tuple[int, int], ...] = ()
    film: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there truly are, how many were found and count, how many of those are right."""

    true: int
    found: int
    matched: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.true + other.true, self.found + other.found, self.matched + other.matched)

    @property
    def precision(self) -> float | None:
        """The part of the found that is right; None where nothing was found."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The part of the true that was found; None where there is nothing to find."""
        return self.matched / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where nothing is true and nothing was found."""
        return 2 * self.matched / (self.true + self.found) if self.true + self.found else None

    def as_json(self) -> dict[str, Any]:
        """Return the rates and the counts."""
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return rates | {"true": self.true, "found": self.found, "matched": self.matched}


@dataclass(frozen=True, slots=True)
class ShotScores:
    """The scores of one film.

    Attributes:
        cuts: hard cuts; those found inside true gradual transitions are left out.
        gradual: gradual transitions by their extent.
        false_in_not_cut: false cuts in the spans that fool detectors.
        false_frames, missed_frames: frames, to look at.
    """

    film: str
    tolerance: int
    cuts: Counts
    gradual: Counts
    false_in_not_cut: int
    false_frames: tuple[int, ...] = field(default=())
    missed_frames: tuple[int, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return what ``cinetag evaluate shots --json`` prints."""
        return {
            "film": self.film,
            "tolerance": self.tolerance,
            "cuts": self.cuts.as_json(),
            "gradual": self.gradual.as_json(),
            "false_in_not_cut": self.false_in_not_cut,
            "false_frames": list(self.false_frames),
            "missed_frames": list(self.missed_frames),
        }

    def as_text(self) -> str:
        """Return lines for people."""
        lines = [f"{self.film} (tolerance {self.tolerance})"]
        for name, counts in (("cuts", self.cuts), ("gradual", self.gradual)):
            rates = "  ".join(
                f"{title} {'-' if rate is None else f'{rate:.3f}'}"
                for title, rate in (
                    ("precision", counts.precision),
                    ("recall", counts.recall),
                    ("F1", counts.f1),
                )
            )
            lines.append(f"{name:<8} {rates}  ({counts.matched} of {counts.true}, {counts.found} found)")
        lines.append(f"false cuts where detectors are easily fooled: {self.false_in_not_cut}")
        for name, frames in (("false", self.false_frames), ("missed", self.missed_frames)):
            if frames:
                lines.append(f"{name}: {', '.join(map(str, frames))}")
        return "\n".join(lines)


def read_truth(path: Path) -> Truth:
    """Read a truth file: ``kind<TAB>start<TAB>end<TAB>note``, ``#`` begins a comment.

    For a cut start and end are the first frame of the new shot; other kinds reach from the first
    frame affected to the first frame fully in the new shot. ``not_cut`` rows are spans that fool detectors.

    Raises:
        DocumentError: unreadable, or a row that is none.
    """
    try:
        lines = read_limited(path, LARGEST_TRUTH).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise DocumentError(path, "is not text in UTF-8", _REMEDY) from fault
    boundaries, not_cut = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            kind, start, end = _row(line)
        except ValueError as fault:
            raise DocumentError(path, f"line {number} {fault}", _REMEDY) from fault
        if kind == _NOT_CUT:
            not_cut.append((start, end))
        else:
            boundaries.append(Boundary(BOUNDARY_WORDS[kind], start, end))
    return Truth(tuple(boundaries), tuple(not_cut), path.stem)


def _row(line: str) -> tuple[str, int, int]:
    cells = line.split("\t")
    kind = cells[0]
    if kind not in BOUNDARY_WORDS and kind != _NOT_CUT:
        raise ValueError(f"has the unknown kind {kind[:20]!r}")
    if len(cells) < 3 or not (cells[1].isdecimal() and cells[2].isdecimal()):
        raise ValueError("lacks its first and last frame")
    start, end = int(cells[1]), int(cells[2])
    if end < start or (kind == "cut" and end != start):
        raise ValueError("ends before it starts" if end < start else "is a cut of several frames")
    return kind, start, end


def boundaries_of(analysis: Analysis) -> list[Boundary]:
    """Return how the shots of an analysis begin; the film's start is no boundary."""
    transitions = (shot.transition_in for shot in analysis.shots)
    return [Boundary(t.kind, t.start, t.end) for t in transitions if t.kind != "start"]


def score_shots(analysis: Analysis, truth: Truth, *, tolerance: int = 0) -> ShotScores:
    """Score the shots of an analysis."""
    return score_boundaries(boundaries_of(analysis), truth, tolerance=tolerance, film=analysis.film.name)


def score_boundaries(
    found: Iterable[Boundary], truth: Truth, *, tolerance: int = 0, film: str = ""
) -> ShotScores:
    """Score boundaries; a cut at frame 0 is the start of the film and does not count."""
    found = set(found)
    cuts = sorted({b.start for b in found if b.kind == "cut" and b.start > 0})
    gradual = sorted((b for b in found if b.kind not in ("cut", "start")), key=_extent)
    true_cuts = sorted(b.start for b in truth.boundaries if b.kind == "cut")
    true_gradual = sorted((b for b in truth.boundaries if b.kind != "cut"), key=_extent)
    pairs = _matched_cuts(true_cuts, cuts, tolerance)
    unmatched = [cut for place, cut in enumerate(cuts) if place not in pairs]
    false = [cut for cut in unmatched if not _inside(cut, map(_extent, true_gradual), tolerance)]
    matched = set(pairs.values())
    return ShotScores(
        film=film or truth.film,
        tolerance=tolerance,
        cuts=Counts(len(true_cuts), len(pairs) + len(false), len(pairs)),
        gradual=Counts(len(true_gradual), len(gradual), _matched_gradual(true_gradual, gradual)),
        false_in_not_cut=sum(_inside(cut, truth.not_cut, 0) for cut in false),
        false_frames=tuple(false),
        missed_frames=tuple(cut for place, cut in enumerate(true_cuts) if place not in matched),
    )


def _extent(boundary: Boundary) -> tuple[int, int]:
    return boundary.start, boundary.end


def _inside(frame: int, spans: Iterable[tuple[int, int]], tolerance: int) -> bool:
    return any(start - tolerance <= frame <= end + tolerance for start, end in spans)


def _matched_cuts(true: Sequence[int], found: Sequence[int], tolerance: int) -> dict[int, int]:
    distances = ([(abs(cut - other), place) for place, other in enumerate(found)] for cut in true)
    return largest_matching([sorted(pair for pair in row if pair[0] <= tolerance) for row in distances])


def _matched_gradual(true: Sequence[Boundary], found: Sequence[Boundary]) -> int:
    overlaps = (
        [(-overlap(_extent(one), _extent(other)), place) for place, other in enumerate(found)] for one in true
    )
    return len(largest_matching([sorted(pair for pair in row if -pair[0] >= OVERLAP) for row in overlaps]))
