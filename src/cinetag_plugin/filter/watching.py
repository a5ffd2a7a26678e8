"""Shots, tag spans and beat events of a stream as they close, told to whoever writes them down meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cinetag_plugin.document.contracts import Frame
from cinetag_plugin.document.records import BeatEvent, Film, KeyFrame, Shot, TagSpan, Transition
from cinetag_plugin.filter.closing import Closing
from cinetag_plugin.filter.places import Mapped, Places
from cinetag_plugin.media.probe import Probe
from cinetag_plugin.take import Take


@dataclass(frozen=True, slots=True)
class ClosedShot:
    """A shot that has ended, in frames of the stream.

    Attributes:
        shot: without what only the whole film tells: group, beats, rate of cutting.
        key_frames: with the labels that the models gave them.
        analysed: its frames as they were counted in the analysis.
        passed: frames of the stream that had been passed on when it was known.
    """

    shot: Shot
    key_frames: Sequence[KeyFrame]
    analysed: range
    passed: int


class Teller(Protocol):
    """Writes down what is found while the stream is still running."""

    def begin(self, facts: Probe, places: Places) -> None:
        """Learn what the stream is, and where to look up which of its frames were analysed."""

    def see(self, frame: Frame) -> None:
        """Take the next frame; its planes are views into a reused buffer."""

    def tell(self, closed: ClosedShot) -> None:
        """Take the next shot."""

    def tell_event(self, event: TagSpan | BeatEvent, passed: int) -> None:
        """Take a tag span or a beat event that has closed, and how many frames had been passed on."""


Grouped = Callable[[Film, Sequence[Shot], Sequence[KeyFrame]], Sequence[BeatEvent]]


class Watcher:
    """Looks at a take after every frame, and tells of what has closed.

    Args:
        tellers: are told.
        places: which frames of the stream were analysed.
        grouped: finds the beat events of some shots.

    Attributes:
        frames: analysed so far.
    """

    def __init__(self, tellers: Sequence[Teller], places: Places, grouped: Grouped) -> None:
        self._tellers = tellers
        self._places = places
        self._grouped = grouped
        self._closing = Closing()
        self._take: Take | None = None
        self._told = 0
        self._key_frames = 0
        self.frames = 0

    def begin(self, facts: Probe) -> None:
        """Tell what the stream is."""
        for teller in self._tellers:
            teller.begin(facts, self._places)

    def see(self, take: Take, frame: Frame, film: Callable[[], Film]) -> None:
        """Look at the take after it has seen a frame; ``film`` returns what is known of the film."""
        self._take = take
        self.frames = frame.index + 1
        for teller in self._tellers:
            teller.see(frame)
        if self._tell(take):
            self._tell_events(film)

    def finish(self) -> None:
        """Tell of the last shot, which closes when the stream has ended."""
        if self._take is not None:
            self._tell(self._take)

    def _tell(self, take: Take) -> bool:
        """Tell of the shots that have closed; return whether there are any."""
        before = self._told
        while self._told < len(take.measures):
            shot, keys = self._closed(take, self._told)
            self._told += 1
            self._closing.add(shot, keys)
            mapped = self._mapped
            closed = ClosedShot(
                shot=mapped.shot(shot),
                key_frames=[mapped.key_frame(key) for key in keys],
                analysed=range(shot.start, shot.end),
                passed=self._passed,
            )
            for teller in self._tellers:
                teller.tell(closed)
        return self._told > before

    def _tell_events(self, film: Callable[[], Film]) -> None:
        beats = self._closing.beats(lambda shots, keys: self._grouped(film(), shots, keys))
        events: list[TagSpan | BeatEvent] = [*self._closing.spans(), *beats]
        for event in events:
            for teller in self._tellers:
                teller.tell_event(self._mapped.moved(event), self._passed)

    @property
    def _mapped(self) -> Mapped:
        return Mapped(self.frames, self._places)

    @property
    def _passed(self) -> int:
        return max(self.frames, self._places.frames)

    def _closed(self, take: Take, index: int) -> tuple[Shot, list[KeyFrame]]:
        start, entry = _entry(take, index)
        end = take.boundaries[index].frame if index < len(take.boundaries) else take.end
        keys = [key for key in take.key_frames[self._key_frames :] if key.shot == index]
        self._key_frames += len(keys)
        shot = Shot(
            index=index,
            start=start,
            end=end,
            transition_in=entry,
            key_frames=tuple(key.index for key in keys),
            measures=take.measures[index],
        )
        return shot, keys


def _entry(take: Take, index: int) -> tuple[int, Transition]:
    """Return the first frame of a shot, and how it begins."""
    if index == 0:
        assert take.start is not None
        return take.start, Transition(kind="start", start=take.start, end=take.start)
    boundary = take.boundaries[index - 1]
    return boundary.frame, Transition(kind=boundary.kind, start=boundary.start, end=boundary.end)
