"""How many faces a shot shows, and how near: counted on its key frames.

=============  =====================================================================================
``faces``      how many faces, mean over the shot's accepted key frames
``face_size``  height of the largest, from the brows to the chin, as a share of the picture's height,
               0 to 1; mean over the same key frames, of which one without a face counts 0
=============  =====================================================================================
"""

from collections.abc import Sequence
from typing import NamedTuple

from cinetag_plugin.models.blaze_face import Boxes

MODEL = "face-detection"
"""The model that finds them."""


class Faces(NamedTuple):
    """What one key frame shows: how many faces, and the height of the largest as a share of the picture."""

    number: int
    largest: float


def seen(boxes: Boxes) -> Faces:
    """Return what the faces found in one picture come to."""
    heights = boxes.corners[:, 3] - boxes.corners[:, 1]
    return Faces(len(heights), float(heights.max(initial=0.0)))


def face_measures(key_frames: Sequence[Faces]) -> dict[str, float]:
    """Return the measures of a shot from its accepted key frames; none where it has none."""
    if not key_frames:
        return {}
    shown = len(key_frames)
    return {
        "faces": sum(faces.number for faces in key_frames) / shown,
        "face_size": sum(faces.largest for faces in key_frames) / shown,
    }
