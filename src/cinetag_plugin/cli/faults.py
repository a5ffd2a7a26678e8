"""Faults of ours, which leave a log, and faults that end the run wherever they come up."""

import tempfile
import traceback

from cinetag_plugin.document.errors import CinetagError


class RunEnded(BaseException):
    """Ends the run though other inputs wait: it passes by all that goes on after an error.

    Args:
        error: what is told, and whose exit code is given back.
    """

    def __init__(self, error: CinetagError) -> None:
        super().__init__(error)
        self.error = error


def logged(fault: BaseException, *, about: object = "", loud: bool = False) -> CinetagError:
    """Write the traceback of a fault of ours to a log, and return the error that names the log.

    Args:
        fault: what was raised and should not have been.
        about: the film that was being worked on.
        loud: show the traceback on stderr too.
    """
    if loud:
        traceback.print_exception(fault)
    what = "".join(traceback.format_exception_only(fault)).strip()
    return CinetagError(about, f"a fault of cinetag ({what})", f"please report it; {_log(fault)}")


def _log(fault: BaseException) -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="cinetag-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            traceback.print_exception(fault, file=log)
    except OSError as trouble:
        return f"no log could be written ({trouble.strerror})"
    return f"the log lies at {log.name}"
