"""A script for Blender that sets timeline markers, to be run there: ``blender film.blend -P FILE``.

Names are literals of ASCII, so that no name can be code. Blender's markers have neither an end nor a
colour, and names of at most 63 bytes; one is set for each frame. Blender has no frame after 1 048 574
(4 h 51 min at 60 frames a second) and would set later markers there: they are left out.
"""

from collections.abc import Sequence
from fractions import Fraction

from cinetag_plugin.document.contracts import Event, Losses
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.time import nominal
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.marks import Carries, kept, lost

_LAST_FRAME = 1_048_574  # MAXFRAME, measured in 3.4
_FIRST_FRAME = 1  # of a new scene

CARRIES = Carries(
    colours=False,
    comments=False,
    lengths=(),
    one_a_place=True,
    last_place=_LAST_FRAME - _FIRST_FRAME,
    name_bytes=63,
)

_SCRIPT = """\
# Timeline markers of a film. Run it in Blender: blender film.blend -P THIS_FILE
# It sets the scene's frame rate to the film's; markers that stand already are not set again.
import bpy

FPS, FPS_BASE = {fps}, {base!r}
LAST_FRAME = {last}  # Blender moves what lies behind it to it
MARKERS = (
{markers})

scene = bpy.context.scene
scene.render.fps, scene.render.fps_base = FPS, FPS_BASE
standing = {{(marker.frame, marker.name) for marker in scene.timeline_markers}}
for place, name in MARKERS:
    frame = scene.frame_start + place
    if frame <= LAST_FRAME and (frame, name) not in standing:
        scene.timeline_markers.new(name, frame=frame)
"""


def render(table: Sequence[Event], analysis: Analysis) -> bytes:
    """Return the script; places count from the first frame of the scene."""
    grid = conformed(analysis)
    rows = (f"    ({mark.start}, {mark.name!a}),\n" for mark in kept(table, grid, CARRIES))
    fps = nominal(grid.rate)
    base = float(Fraction(fps) / grid.rate)
    return _SCRIPT.format(fps=fps, base=base, last=_LAST_FRAME, markers="".join(rows)).encode("ascii")


def losses(table: Sequence[Event], analysis: Analysis) -> Losses:
    """Count what markers do not hold."""
    return lost(table, conformed(analysis), CARRIES)
