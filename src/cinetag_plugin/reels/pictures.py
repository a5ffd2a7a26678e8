"""The pictures of a scene, exactly those chosen, in the size and at the rate of the reel."""

from collections.abc import Generator
from contextlib import closing

import numpy as np

from cinetag_plugin.document.contracts import Frame, Planes
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.time import TimingRun
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import FramePipe, LostPlaceError, Place
from cinetag_plugin.media.layout import Form, Size, planes_of
from cinetag_plugin.reels.footage import Footage, ReelForm, Tell
from cinetag_plugin.reels.scenes import Scene

_BLACK, _COLOURLESS = 16, 128


def scene_pictures(
    footage: Footage, scene: Scene, form: ReelForm, ffmpeg: Ffmpeg, tell: Tell
) -> Generator[memoryview, None, None]:
    """Yield the images of a scene, raw 4:2:0 in the form of the reel; each is valid until the next.

    Every frame is known by the time that its analysis gives it.

    Raises:
        MediaError: a frame chosen is not there.
    """
    wanted = form.frames(scene, footage.film)
    canvas = _Canvas(form.size, form.picture(footage.probe).size)
    done = 0
    with closing(_frames(footage, scene.start, form.picture(footage.probe), ffmpeg, tell)) as frames:
        for frame in frames:
            _refuse_another(frame, footage)
            if frame.index == wanted[done]:
                canvas.show(Planes(frame.y, frame.u, frame.v))
            while done < len(wanted) and wanted[done] == frame.index:
                yield canvas.image
                done += 1
            if done == len(wanted):
                return
    raise MediaError(footage.probe.source.path, f"ended before frame {wanted[done]}", "analyse it again")


def _refuse_another(frame: Frame, footage: Footage) -> None:
    if frame.pts != footage.film.clock.pts(frame.index):
        fault = f"frame {frame.index} does not lie where its analysis says"
        raise MediaError(footage.probe.source.path, fault, "analyse it again")


def _frames(
    footage: Footage, start: int, form: Form, ffmpeg: Ffmpeg, tell: Tell
) -> Generator[Frame, None, None]:
    """Yield the frames of a film from ``start`` on, or from before it where that cannot be found at once."""
    place = _place(footage, start)
    if place is not None:
        try:
            yield from _decoded(footage, place, form, ffmpeg, tell)
        except LostPlaceError:  # raised before the first frame: the decoder cannot seek there
            pass
        else:
            return
    yield from _decoded(footage, None, form, ffmpeg, tell)


def _decoded(
    footage: Footage, place: Place | None, form: Form, ffmpeg: Ffmpeg, tell: Tell
) -> Generator[Frame, None, None]:
    with FramePipe(footage.probe, ffmpeg, place=place, form=form) as pipe:
        known = len(pipe.warnings)
        yield from pipe
        for warning in pipe.warnings[known:]:
            tell(f"{footage.probe.source.path}: {warning}")


def _place(footage: Footage, start: int) -> Place | None:
    """Return where decoding can begin; None where it is the film's beginning.

    The parts of a package are decoded one after the other, each from its own beginning.
    """
    if start < 2 or not footage.probe.has_clock or footage.probe.source.composition is not None:
        return None
    return Place(start, [TimingRun(run.frame, run.pts, run.step) for run in footage.film.timing])


class _Canvas:
    """A raw 4:2:0 image, black but for a picture in its middle."""

    def __init__(self, size: Size, picture: Size) -> None:
        buffer = bytearray(size.bytes)
        self.image = memoryview(buffer)
        planes = planes_of(buffer, size)
        for plane, value in zip((planes.y, planes.u, planes.v), (_BLACK, *[_COLOURLESS] * 2), strict=True):
            plane[:] = value
        left, top = (size.width - picture.width) // 4 * 2, (size.height - picture.height) // 4 * 2
        self._luma = planes.y[top : top + picture.height, left : left + picture.width]
        rows = slice(top // 2, top // 2 + picture.chroma.height)
        columns = slice(left // 2, left // 2 + picture.chroma.width)
        self._colours = planes.u[rows, columns], planes.v[rows, columns]

    def show(self, planes: Planes) -> None:
        """Put a picture of the size given in the middle."""
        np.copyto(self._luma, planes.y)
        for own, given in zip(self._colours, (planes.u, planes.v), strict=True):
            np.copyto(own, given)
