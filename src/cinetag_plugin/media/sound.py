"""The sound of a film, mono at 16 kHz, in blocks that lie on the clock of its pictures.

FFmpeg decodes the track on its own, beside the pictures. Where the track begins later than the film,
or has a gap, there is silence; what lies before the film's first time is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

import numpy as np

from cinetag_plugin.document.errors import printable
from cinetag_plugin.media.messages import Complaints
from cinetag_plugin.media.process import PATIENCE, Child

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cinetag_plugin.media.ffmpeg import Ffmpeg
    from cinetag_plugin.media.probe import Probe

RATE = 16_000
"""Samples a second: what sound models take."""

BLOCK = RATE // 2
"""Samples of a block; the last one of a film may have fewer."""

LONGEST_GAP = 600
"""Seconds without sound that are filled with silence; FFmpeg holds them in memory, so there is a bound."""

_BYTES = 4
# aeval takes doubles, and a layout that is settled before it
_DOUBLED = ("aformat=sample_fmts=dblp:channel_layouts=mono|stereo", "aeval=val(0)|val(1):c=stereo")


@dataclass(frozen=True, slots=True)
class SoundForm:
    """What sound is written as: samples a second, and FFmpeg's name of the layout."""

    rate: int
    layout: Literal["mono", "stereo"]

    @property
    def steps(self) -> tuple[str, ...]:
        """The filters that make two channels of one, where two are wanted."""
        return _DOUBLED if self.layout == "stereo" else ()


MONO = SoundForm(RATE, "mono")
"""What sound models take."""


class SoundComplaints(Complaints):
    """What FFmpeg says against the sound of a film."""

    def __init__(self, probe: Probe) -> None:
        super().__init__()
        self._pictures = f"[{probe.codec} @ "

    def take(self, line: str) -> None:
        """Note a grave complaint, unless the decoder of the pictures says it while the file is opened."""
        if not line.startswith(self._pictures):
            super().take(line)


@dataclass(frozen=True, slots=True)
class SoundBlock:
    """Some samples that follow each other.

    Attributes:
        start: seconds, on the clock of the pictures: pts times time base.
        samples: ``(count,)`` float32 in [-1, 1], the block's own.
    """

    start: Fraction
    samples: NDArray[np.float32]


class SoundPipe:
    """The sound of a film: a context manager that is iterated once, in the thread that entered it.

    Args:
        probe: a film whose ``sound`` is known.
        ffmpeg: the program that decodes.
        patience: seconds without progress after which the decoder is given up.
    """

    def __init__(self, probe: Probe, ffmpeg: Ffmpeg, *, patience: float = PATIENCE) -> None:
        self._probe = probe
        self._ffmpeg = ffmpeg
        self._patience = patience
        self._complaints = SoundComplaints(probe)
        self._child: Child | None = None
        self._cut_off = False
        self._samples = 0

    def __enter__(self) -> Self:
        self._child = Child(
            self._ffmpeg,
            sound_arguments(self._probe),
            on_line=self._complaints.take,
            subject=self._probe.source.path,
            patience=self._patience,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._child.__exit__(kind, fault, trace)

    def __iter__(self) -> Iterator[SoundBlock]:
        """Yield the sound from its first sample to its last.

        Raises:
            MediaError: the decoder made no progress.
        """
        if self._child is None:
            raise RuntimeError("a SoundPipe is read inside its with statement")
        count = room = BLOCK * _BYTES
        while count == room and not self._cut_off:
            buffer = bytearray(room)
            count = self._child.read_into(memoryview(buffer))
            samples = np.frombuffer(buffer, "<f4", count // _BYTES)
            if len(samples):
                start = self._probe.start + Fraction(self._samples, RATE)
                self._samples += len(samples)
                # float tracks may hold anything
                yield SoundBlock(start, np.nan_to_num(samples).clip(-1, 1))
        if not self._cut_off:
            self._child.wait()

    def cut_off(self) -> None:
        """End the sound here; may be called from any thread."""
        self._cut_off = True
        if self._child is not None:
            self._child.kill()

    @property
    def is_empty(self) -> bool:
        """Whether not one sample was read so far."""
        return not self._samples

    @property
    def end(self) -> Fraction:
        """Seconds, on the clock of the pictures, where the sound read so far ends."""
        return self._probe.start + Fraction(self._samples, RATE)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of the track; complete after the last block."""
        reason = printable(self._complaints.first)
        if self.is_empty:
            return (
                f"its sound cannot be decoded ({reason or 'the track is empty'}): nothing is known of it",
            )
        return (f"parts of the sound may be damaged or missing (FFmpeg: {reason})",) if reason else ()


def sound_arguments(
    probe: Probe, form: SoundForm = MONO, *, seek: Fraction = Fraction(0), begins: Fraction | None = None
) -> Sequence[str]:
    """Return FFmpeg's arguments that write the film's sound as 32-bit floats to standard output.

    ``-copyts`` leaves the times as the file has them, as for the pictures. More channels than two are
    mixed to two as ITU-R BS.775 has it; two become one as the mean of both, one becomes two as loud as
    it is.

    Args:
        probe: a film whose ``sound`` is known.
        form: what is written.
        seek: seconds of the file that may be left out, counted from its start.
        begins: seconds, on the clock of the pictures, from which is written; the film's start where None.
    """
    start = float(probe.start + seek)
    gap = rf"t-if(isnan(prev_selected_t)\,{start:.6f}\,prev_selected_t)"
    steps = (
        "aformat=sample_fmts=fltp:channel_layouts=mono|stereo",
        f"aresample={form.rate}:rematrix_maxval=1",
        *form.steps,
        f"aformat=sample_fmts=flt:sample_rates={form.rate}:channel_layouts={form.layout}",
        rf"aselect=lt({gap}\,{LONGEST_GAP})",
        f"aresample=async=1:first_pts={round((probe.start if begins is None else begins) * form.rate)}",
    )
    written = ("-f", "f32le", "-map_metadata", "-1", "-map_chapters", "-1", "pipe:")
    return [
        *("-loglevel", "level+repeat+warning", "-copyts", "-threads", "1"),
        *(("-ss", f"{float(seek):.6f}") if seek else ()),
        *probe.source.arguments,
        *("-map", f"0:{probe.sound}", "-af", ",".join(steps), *written),
    ]
