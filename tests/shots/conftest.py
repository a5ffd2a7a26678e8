"""What the tests of cut lists share: how to read one, how to fuzz a reader, an analysis to give back."""

import contextlib
from fractions import Fraction

import pytest

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.records import Analysis, DetectorUse, Shot, Span, Transition
from cinetag_plugin.shots.cutlists import CutList, FilmClock, read_cut_list
from plain_film import plain_film

WITHOUT_TIMECODE = FilmClock(Fraction(25), None)

ENTRIES = [("start", 0, 0), ("cut", 24, 24), ("dissolve", 45, 55), ("wipe", 80, 81)]


def _film() -> Analysis:
    """Return a film of 90 frames in four shots, the third begun by a dissolve, the last by a short wipe."""
    edges = [0, 24, 50, 80, 90]
    return Analysis(
        created_by="a test",
        film=plain_film(90),
        analysed=Span(start=0, end=90),
        detector=DetectorUse(name="none", version="1"),
        shots=tuple(
            Shot(
                index=index, start=start, end=end, transition_in=Transition(kind=kind, start=first, end=last)
            )
            for index, ((kind, first, last), start, end) in enumerate(
                zip(ENTRIES, edges[:-1], edges[1:], strict=True)
            )
        ),
    )


@pytest.fixture(scope="session")
def read_list(tmp_path_factory):
    """Return a function that writes a list under a name and reads it."""
    folder = tmp_path_factory.mktemp("lists")

    def reader(name: str, text: str | bytes, film: FilmClock = WITHOUT_TIMECODE) -> CutList:
        path = folder / name
        path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
        return read_cut_list(path, film)

    return reader


@pytest.fixture(scope="session")
def read(read_list):
    """Return a function that reads the boundaries of a list."""
    return lambda *arguments: read_list(*arguments).boundaries


@pytest.fixture(scope="session")
def read_frames(read):
    """Return a function that reads the frames of a list's boundaries."""
    return lambda *arguments: [boundary.frame for boundary in read(*arguments)]


@pytest.fixture(scope="session")
def refused_or_sound(read):
    """Return a function that fails where a list is neither refused by name nor rises inside the film."""

    def check(*arguments) -> None:
        with contextlib.suppress(DocumentError):
            found = read(*arguments)
            frames = [boundary.frame for boundary in found]
            assert frames == sorted(set(frames))
            assert all(0 <= b.start <= b.frame <= b.end for b in found)

    return check


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    """Four shots of 90 frames, the third begun by a dissolve, the last by a short wipe."""
    return _film()


@pytest.fixture(scope="session")
def boundaries() -> tuple[Boundary, ...]:
    """The boundaries of ``analysis``."""
    return tuple(Boundary(*entry) for entry in ENTRIES[1:])
