"""The pictures of scenes, exactly those chosen, in the size and at the rate of the reel."""

from collections.abc import Generator, Iterator

import numpy as np

from cinetag_plugin.document.contracts import Frame, Planes
from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.document.time import TimingRun
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import FramePipe, LostPlaceError, Place
from cinetag_plugin.media.layout import Size, planes_of
from cinetag_plugin.reels.footage import Footage, ReelForm, Tell
from cinetag_plugin.reels.scenes import Scene

_BLACK, _COLOURLESS = 16, 128


class FilmPictures:
    """The pictures of the scenes of one film, in the form of the reel; closed when the last is taken.

    Where the file can be sought, each scene has a decoder of its own. Where it cannot, one decoder goes
    on from scene to scene, and begins again only for a scene that lies before the one last taken.
    """

    def __init__(self, footage: Footage, form: ReelForm, ffmpeg: Ffmpeg, tell: Tell) -> None:
        self._footage = footage
        self._form = form
        self._ffmpeg = ffmpeg
        self._tell = tell
        self._canvas = _Canvas(form.size, form.picture(footage.probe).size)
        self._can_seek = footage.probe.has_clock and footage.probe.source.composition is None
        self._frames: Generator[Frame, None, None] | None = None
        self._shown = -1

    def of_scene(self, scene: Scene) -> Iterator[memoryview]:
        """Yield the images of a scene, raw 4:2:0; each is valid until the next.

        Every frame is known by the time that its analysis gives it.

        Raises:
            MediaError: a frame chosen is not there.
        """
        if self._can_seek or scene.start <= self._shown:
            self.close()
        for wanted in self._form.frames(scene, self._footage.film):
            while self._shown < wanted:
                frame = self._next(scene.start, wanted)
                if frame.index == wanted:
                    self._canvas.show(Planes(frame.y, frame.u, frame.v))
            yield self._canvas.image

    def close(self) -> None:
        """End the decoder."""
        if self._frames is not None:
            self._frames.close()
        self._frames, self._shown = None, -1

    def _next(self, start: int, wanted: int) -> Frame:
        frame = self._first(start) if self._frames is None else next(self._frames, None)
        if frame is None:
            raise MediaError(
                self._footage.probe.source.path, f"ended before frame {wanted}", "analyse it again"
            )
        _refuse_another(frame, self._footage)
        self._shown = frame.index
        return frame

    def _first(self, start: int) -> Frame | None:
        """Begin to decode at a frame, or at the beginning where that cannot be found at once."""
        if start >= 2 and self._can_seek:
            runs = [TimingRun(run.frame, run.pts, run.step) for run in self._footage.film.timing]
            self._frames = self._decoded(Place(start, runs))
            try:
                return next(self._frames, None)
            except LostPlaceError:  # raised before the first frame
                self._can_seek = False
        self._frames = self._decoded(None)
        return next(self._frames, None)

    def _decoded(self, place: Place | None) -> Generator[Frame, None, None]:
        picture = self._form.picture(self._footage.probe)
        with FramePipe(self._footage.probe, self._ffmpeg, place=place, form=picture) as pipe:
            known = len(pipe.warnings)
            yield from pipe
            for warning in pipe.warnings[known:]:
                self._tell(f"{self._footage.probe.source.path}: {warning}")


def _refuse_another(frame: Frame, footage: Footage) -> None:
    if frame.pts != footage.film.clock.pts(frame.index):
        fault = f"frame {frame.index} does not lie where its analysis says"
        raise MediaError(footage.probe.source.path, fault, "analyse it again")


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
