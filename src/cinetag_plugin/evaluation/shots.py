"""How right the shot boundaries of an analysis are, against a truth made by hand.

Truth rows are ``kind<TAB>start<TAB>end<TAB>note``. Hard cuts are matched one to one within a
tolerance, as many as possible, nearest first. A cut found inside a gradual transition of the truth
counts neither right nor wrong. A gradual transition found is right where it overlaps a true one by
half or more (intersection over union). What is found inside a ``not_cut`` row (a flash, a whip pan)
and is wrong is counted apart as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.files import read_limited
from cinetag_plugin.document.records import Analysis

LARGEST_TRUTH = 16 * 1024 * 1024
GRADUAL = frozenset({"dissolve", "fade", "wipe", "other-gradual", "other"})
LEAST_OVERLAP = 0.5

Span = tuple[int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a film's shots: first frames of hard cuts, and spans whose ends belong to them."""

    cuts: tuple[int, ...]
    gradual: tuple[Span, ...]
    not_cut: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts, and what follows from them; a rate over nothing is None."""

    true: int
    found: int
    matched: int

    @property
    def precision(self) -> float | None:
        """Share of those found that are true."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the true ones that were found."""
        return self.matched / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        total = self.true + self.found
        return 2 * self.matched / total if total else None

    def as_json(self) -> dict[str, float | int | None]:
        """Return rates and counts by name."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1, **asdict(self)}

    def __add__(self, other: "Rates") -> "Rates":
        """Pool with the counts of another film."""
        return Rates(self.true + other.true, self.found + other.found, self.matched + other.matched)


@dataclass(frozen=True, slots=True)
class ShotScores:
    """The scores of one film."""

    film: str
    tolerance: int
    cuts: Rates
    gradual: Rates
    false_in_not_cut: int
    false_frames: tuple[int, ...]
    missed_frames: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """Return the scores as ``cinetag evaluate shots --json`` prints them."""
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
        """Return the scores for people."""
        lines = [f"{self.film}, tolerance {self.tolerance}"]
        for name, rates in (("hard cuts", self.cuts), ("gradual", self.gradual)):
            shares = zip(
                ("precision", "recall", "F1"), (rates.precision, rates.recall, rates.f1), strict=True
            )
            told = ", ".join(f"{what} {'-' if share is None else f'{share:.3f}'}" for what, share in shares)
            lines.append(f"{name:<10} {told} ({rates.matched} of {rates.true}, {rates.found} found)")
        lines.append(f"false in spans that are no cut: {self.false_in_not_cut}")
        lines.append(f"false: {_listed(self.false_frames)}; missed: {_listed(self.missed_frames)}")
        return "\n".join(lines)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _listed(frames: Sequence[int]) -> str:
    return ", ".join(map(str, frames)) or "none"


def read_truth(path: Path) -> Truth:
    """Read a truth file.

    Raises:
        DocumentError: not readable, or a row that is none.
    """
    rows: dict[str, list[Span]] = {"cut": [], "gradual": [], "not_cut": []}
    text = read_limited(path, LARGEST_TRUTH).decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            kind, span = _row(line, path, number)
            rows[kind].append(span)
    return Truth(
        cuts=tuple(sorted(start for start, _ in rows["cut"])),
        gradual=tuple(sorted(rows["gradual"])),
        not_cut=tuple(sorted(rows["not_cut"])),
    )


def _row(line: str, path: Path, number: int) -> tuple[str, Span]:
    cells = line.split("\t")
    kind = "gradual" if cells[0] in GRADUAL else cells[0]
    try:
        start, end = int(cells[1]), int(cells[2])
    except (IndexError, ValueError):
        start, end = 1, 0
    longest = 0 if kind == "cut" else end
    if kind not in {"cut", "gradual", "not_cut"} or not 0 <= end - start <= longest:
        raise DocumentError(path, f"line {number} is not kind, start, end", "separate them by tabs")
    return kind, (start, end)


def score_shots(analysis: Analysis, truth: Truth, *, tolerance: int = 0) -> ShotScores:
    """Score the boundaries of an analysis; a boundary at frame 0 is the start of the film and none."""
    transitions = [shot.transition_in for shot in analysis.shots]
    cuts = sorted({t.start for t in transitions if t.kind == "cut" and t.start > 0})
    gradual = sorted({(t.start, t.end) for t in transitions if t.kind not in {"cut", "start"}})
    return score_boundaries(analysis.film.name, cuts, gradual, truth, tolerance=tolerance)


def score_boundaries(
    film: str, cuts: Sequence[int], gradual: Sequence[Span], truth: Truth, *, tolerance: int = 0
) -> ShotScores:
    """Score frames of hard cuts and spans of gradual transitions, both sorted, against the truth."""

    def nearness(true: int, found: int) -> float | None:
        return -abs(true - found) if abs(true - found) <= tolerance else None

    pairs = matched(truth.cuts, cuts, nearness)
    taken = set(pairs.values())
    excused = [(start - tolerance, end + tolerance) for start, end in truth.gradual]
    false = [cut for index, cut in enumerate(cuts) if index not in taken and not _inside(cut, excused)]
    overlaps = matched(truth.gradual, gradual, _overlap)
    return ShotScores(
        film=film,
        tolerance=tolerance,
        cuts=Rates(true=len(truth.cuts), found=len(pairs) + len(false), matched=len(pairs)),
        gradual=Rates(true=len(truth.gradual), found=len(gradual), matched=len(overlaps)),
        false_in_not_cut=sum(_inside(cut, truth.not_cut) for cut in false),
        false_frames=tuple(false),
        missed_frames=tuple(cut for index, cut in enumerate(truth.cuts) if index not in pairs),
    )


def _inside(frame: int, spans: Sequence[Span]) -> bool:
    return any(start <= frame <= end for start, end in spans)


def _overlap(true: Span, found: Span) -> float | None:
    """Return intersection over union of ``[start, end)``, or None below half."""
    common = min(true[1], found[1]) - max(true[0], found[0])
    union = max(true[1], found[1]) - min(true[0], found[0])
    share = 1.0 if union == 0 else max(0, common) / union
    return share if share >= LEAST_OVERLAP else None


def matched(true: Sequence[T], found: Sequence[T], fitness: Callable[[T, T], float | None]) -> dict[int, int]:
    """Match as many as possible one to one (augmenting paths), the fittest first.

    ``fitness`` is None for pairs that may not be matched. Returns indices: true to found.
    """
    options: list[list[tuple[float, int]]] = []
    for wanted in true:
        rated = [(fitness(wanted, other), place) for place, other in enumerate(found)]
        options.append(sorted(((-fit, place) for fit, place in rated if fit is not None)))
    owners: dict[int, int] = {}

    def placed(index: int, tried: set[int]) -> bool:
        for _, place in options[index]:
            if place not in tried:
                tried.add(place)
                if place not in owners or placed(owners[place], tried):
                    owners[place] = index
                    return True
        return False

    for index in sorted(range(len(true)), key=lambda i: options[i][0] if options[i] else (0.0, 0)):
        placed(index, set())
    return {index: place for place, index in owners.items()}
