"""What a take knows at its end, found from packets and key pictures instead of every frame."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cinetag_plugin.document.contracts import Boundary, DetectorSpec
from cinetag_plugin.document.records import DetectorUse, Film, KeyFrame
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.film import film_of
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.media.times import Runs
from cinetag_plugin.settings import Settings
from cinetag_plugin.shots.duplicates import Pictures
from cinetag_plugin.shots.fast import SMALL_LOSS, VERSION, FastResult, UnfitError, fast_boundaries
from cinetag_plugin.take import Judge, key_frame_of

GRADUAL_LEFT_OUT = (
    "only hard cuts were looked for: dissolves, fades and wipes are found by --detector accurate"
)


@dataclass(frozen=True, slots=True)
class QuickTake:
    """The attributes of a finished :class:`~.take.Take`; there are no measures and no pictures.

    ``film`` is the film as its packets tell it, ``use`` the detector as it was used, and ``warning``
    what the user should know.
    """

    film: Film
    start: int
    end: int
    boundaries: Sequence[Boundary]
    key_frames: Sequence[KeyFrame]
    measures: Sequence[Mapping[str, float]]
    pictures: Sequence[Pictures]
    use: DetectorUse
    warning: str


def quick_take(
    facts: Probe,
    ffmpeg: Ffmpeg,
    settings: Settings,
    rule: DetectorSpec,
    judge_of: Callable[[Film], Judge],
) -> QuickTake:
    """Find a film's hard cuts without decoding it as a whole.

    Args:
        facts: the film.
        ffmpeg: the program that lists and decodes.
        settings: what is wanted.
        rule: the detector that decides where something is decoded.
        judge_of: gives the judge of a film's key frames.

    Raises:
        UnfitError: the film, or what is wanted of it, needs every frame.
    """
    if settings.only != {"shots"}:
        raise UnfitError("it finds shots alone (--only shots)")
    if settings.start or settings.end:
        raise UnfitError("a part of the film needs every frame")
    if facts.source.composition is not None:
        raise UnfitError("every picture of a package is a key picture")
    found = fast_boundaries(facts, ffmpeg, rule, threshold=settings.threshold, threads=settings.threads)
    runs = Runs(1 / (facts.rate * facts.time_base))
    for pts in found.pts.tolist():
        runs.add(pts)
    film = film_of(facts, runs)
    key_frames = _key_frames(found, judge_of(film))
    share = {"decoded": round(found.decoded, 3), "expected_loss": round(found.loss, 3)}
    lossy = f"; expect an F1 of hard cuts lower by {found.loss:.2f}" if found.loss > SMALL_LOSS else ""
    return QuickTake(
        film=film,
        start=0,
        end=film.frames,
        boundaries=found.boundaries,
        key_frames=key_frames,
        measures=[{} for _ in key_frames],
        pictures=(),
        use=DetectorUse(
            name="fast", version=f"{VERSION}+{rule.version}", settings={**rule.settings, **share}
        ),
        warning=f"{GRADUAL_LEFT_OUT}{lossy}",
    )


def _key_frames(found: FastResult, judge: Judge) -> list[KeyFrame]:
    """Return the decoded picture nearest the middle of each shot, judged."""
    edges = [0, *(boundary.frame for boundary in found.boundaries), len(found.pts)]
    key_frames = []
    for index, (start, end) in enumerate(pairwise(edges)):
        frame = found.picture_of(start, end)
        key_frames.append(judge(key_frame_of(frame, index=index, shot=index), frame))
    return key_frames
