"""How a stream ended, and what was found in it."""

from dataclasses import dataclass

from cinetag_plugin.document.errors import CinetagError
from cinetag_plugin.document.records import Analysis


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a stream.

    Attributes:
        analysis: of what was analysed; None where nothing could be.
        passed: bytes passed on.
        frames: of the stream, as far as they were counted.
        left_out: frames that were passed on and, as wished, not analysed.
        unfit: why the stream cannot be analysed though it was passed on; empty where it can.
        cut_short: why it ends before its end; empty where it does not.
        reader_gone: nobody read our output any more.
        interruption: what stopped us; it is to be raised when everything is written.
        fault: what ended the analysis, or the copying.
    """

    analysis: Analysis | None
    passed: int
    frames: int
    left_out: int
    unfit: str = ""
    cut_short: str = ""
    reader_gone: bool = False
    interruption: BaseException | None = None
    fault: Exception | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the stream went through to its end and all of it was analysed."""
        return not self.reason

    @property
    def reason(self) -> str:
        """Why not; empty where it is complete."""
        if self.interruption is not None or self.reader_gone:
            return "interrupted" if self.interruption is not None else "the reader of the output closed it"
        if self.cut_short:
            return f"the input {self.cut_short}"
        if self.unfit:
            return f"not analysed, {self.unfit}"
        if self.fault is not None:
            told = self.fault.fault if isinstance(self.fault, CinetagError) else type(self.fault).__name__
            return f"failed: {told}"
        return ""
