"""The argument of FFmpeg's ``-force_key_frames``: a key frame at every cut and at the start of every beat.

FFmpeg forces the first frame that is not before a time, so each time is half a frame early: what a
container or an encoder's time base rounds then does no harm. The film's own presentation times are
used where its rate varies.

A plain list of times would count from the start of the file, and the picture begins later where the
sound begins first. In an expression ``t`` counts from the first picture. ``n_forced``, how many key
frames were forced so far, says which time comes next; it is looked up by halves, for FFmpeg takes no
sum of a hundred terms.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from cinetag_plugin.document.contracts import Event
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.export.access_points import access_points
from cinetag_plugin.export.lookup import looked_up
from cinetag_plugin.export.moments import half_a_frame_early
from cinetag_plugin.export.text import decimal_seconds

_DECIMALS = 6
_NEVER = "1e9"


def render(events: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the expression, on one line without a line break: FFmpeg reads an option's file as it stands."""
    times = ["0", *(decimal_seconds(time, _DECIMALS) for time in _times(events, analysis)), _NEVER]
    return f"expr:gte(t,{looked_up('n_forced', range(len(times)), times)})".encode("ascii")


def _times(events: Sequence[Event], analysis: Analysis) -> Iterator[Fraction]:
    early, last = half_a_frame_early(analysis.film), Fraction(0)
    for frame in access_points(events):
        if (time := early(frame)) > last:  # damaged films' times may run back
            yield time
            last = time
