"""What is told of timecode, in timecode as the film counts it."""

from fractions import Fraction

import pytest
from made_films import analysis, film

from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.labels import midnight_said


@pytest.mark.parametrize(
    ("label", "frames", "said"),
    [
        ("23:59:50:00", 1000, "timecode passes midnight and begins again at 00:00:00:00"),
        ("23:59:50;00", 1000, "timecode passes midnight and begins again at 00:00:00;00"),
        ("23:59:50;00", 300, ""),
    ],
)
def test_a_film_past_midnight_begins_again_at_its_own_zero(label, frames, said):
    made = film(frames, Fraction(30000, 1001), start_timecode=label, drop_frame=";" in label)
    assert midnight_said(conformed(analysis(made))) == said
