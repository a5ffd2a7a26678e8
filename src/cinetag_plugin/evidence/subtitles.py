"""How much is said in a shot, and how loudly it is written: measures from subtitles.

============  ======================================================================================
``talk``      share of the shot's time in which a subtitle is shown, 0 to 1
``words``     words a second of the shot; a subtitle's words are spread evenly over its time
``exclaims``  share of ``talk`` in subtitles with an exclamation mark, 0 to 1; missing where nobody
              talks
``asks``      likewise with a question mark
============  ======================================================================================

What stands in brackets (sounds, in subtitles for the hard of hearing) and between notes (songs) is
not counted as said. Words are what stands between blanks, so languages written without blanks have
too few.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.evidence.spans import Stretch
from cinetag_plugin.evidence.subtitle_text import Line

Floats = NDArray[np.float64]


def subtitle_measures(lines: Sequence[Line], shots: Sequence[Stretch]) -> list[dict[str, float]]:
    """Return the measures of each shot, whose seconds are those of the lines."""
    said = _Running(lines)
    exclaimed = _Running([line for line in lines if line.exclaims])
    asked = _Running([line for line in lines if line.asks])
    return [_of_shot(shot, said, exclaimed, asked) for shot in shots]


def _of_shot(shot: Stretch, said: "_Running", exclaimed: "_Running", asked: "_Running") -> dict[str, float]:
    if shot.length <= 0:
        return {}
    shown = said.shown(*shot)
    measures = {"talk": min(1.0, shown / shot.length), "words": said.words(*shot) / shot.length}
    if shown > 0:
        measures["exclaims"] = min(1.0, exclaimed.shown(*shot) / shown)
        measures["asks"] = min(1.0, asked.shown(*shot) / shown)
    return measures


class _Running:
    """How long lines have been shown, and how many words been said, up to any time."""

    def __init__(self, lines: Sequence[Line]) -> None:
        starts = np.array([line.start for line in lines], float)
        ends = np.array([line.end for line in lines], float)
        rates = np.array([line.words for line in lines], float) / (ends - starts)
        places = np.concatenate([starts, ends])
        order = np.argsort(places, kind="stable")
        self._times: Floats = places[order]
        at_once = np.concatenate([np.ones(len(lines)), -np.ones(len(lines))])[order].cumsum()
        rate = np.concatenate([rates, -rates])[order].cumsum()
        steps = np.diff(self._times, append=self._times[-1:])
        self._shown = np.concatenate([[0.0], ((at_once > 0) * steps).cumsum()])[:-1]
        self._words = np.concatenate([[0.0], (rate * steps).cumsum()])[:-1]

    def shown(self, start: float, end: float) -> float:
        """Return for how many seconds in between a line was shown."""
        return self._between(self._shown, start, end)

    def words(self, start: float, end: float) -> float:
        """Return how many words were said in between."""
        return self._between(self._words, start, end)

    def _between(self, total: Floats, start: float, end: float) -> float:
        if not len(self._times):
            return 0.0
        before, after = np.interp((start, end), self._times, total)
        return max(0.0, float(after - before))
