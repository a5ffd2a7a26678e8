"""The project for Shotcut in MLT: what it keeps of the markers, and which frames it plays at the cuts."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from subprocess import TimeoutExpired

import numbered_film
import pytest
from made_films import NAMES, analysis, event, film, told
from msgspec import structs
from other_programs import program, run
from plain_mlt import Plain

from cinetag_plugin.document.records import Analysis, Source
from cinetag_plugin.document.time import STANDARD_RATES
from cinetag_plugin.export.events import events
from cinetag_plugin.export.marks import MARKED
from cinetag_plugin.export.shotcut import render

HOSTILE = "& <b> \"'= ; # \\ 'é' שלום 😀"


def melt(*arguments: str | Path) -> None:
    """Run melt. As it begins or ends it now and then hangs or crashes, whatever it is given: so thrice."""
    command = [program("melt", "melt"), *arguments]
    for _ in range(2):
        with suppress(AssertionError, TimeoutExpired):
            run(command, patience=20)
            return
    run(command)


def written_again(folder: Path, content: bytes) -> Plain:
    """Return the project as melt writes it again: a clip of the whole project, with its markers."""
    project, again = folder / "film.mlt", folder / "again.mlt"
    project.write_bytes(content)
    # to play it nowhere would not end
    melt(project, "-consumer", f"xml:{again}")
    return Plain(again.read_bytes())


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> str:
    """A film that exists: without it melt crashes more often."""
    program("melt", "melt")
    path = tmp_path_factory.mktemp("films") / "made.mkv"
    numbered_film.make(path, "N*40", 100)
    return str(path)


@pytest.mark.parametrize("rate", [*STANDARD_RATES, Fraction(15), Fraction(25, 2)], ids=str)
def test_rate_length_and_markers_come_back(tmp_path, made, rate):
    spans = [(0, 1), (1, 1800), (1799, 1800), (107_892, 4_999_999), (4_999_998, 5_000_000)]
    source = analysis(film(5_000_000, rate, path=made), (0, 1800, 5_000_000))
    table = [event(a, b, name=f"{number} {HOSTILE}") for number, (a, b) in enumerate(spans)]
    found = written_again(tmp_path, render(table, source))
    assert found.rate == rate
    assert [(a, b) for _, a, b in found.clips] == [(0, 5_000_000)]
    assert found.spans() == spans
    assert [marker["text"] for marker in found.markers] == [row.name for row in table]


def test_colours_and_texts_of_markers_come_back(tmp_path, made):
    source = structs.replace(told(), film=film(path=made))
    content = render(events(told(), NAMES, kinds=MARKED), source)
    assert written_again(tmp_path, content).markers == Plain(content).markers


def played(folder: Path, source: Analysis) -> list[int]:
    """Return the numbers of the frames that melt plays."""
    project, made = folder / "film.mlt", folder / "played.mkv"
    project.write_bytes(render([], source))
    coded = ["vcodec=ffv1", "pix_fmt=yuv420p", "an=1", "real_time=-1", "f=matroska"]
    melt(project, "-consumer", f"avformat:{made}", *coded)
    return numbered_film.numbers("-i", str(made))


def small(path: Path, frames: int, borders: tuple[int, ...], **changes: object) -> Analysis:
    return analysis(film(frames, Fraction(25), path=str(path), width=16, height=16, **changes), borders)


def test_melt_plays_every_frame_once_across_the_cuts(tmp_path, made):
    source = small(Path(made), 100, (0, 1, 17, 40, 99, 100))
    assert played(tmp_path, source) == list(range(100))


def test_melt_plays_the_files_of_a_film_from_their_entries(tmp_path):
    program("melt", "melt")
    parts = [tmp_path / "one.mkv", tmp_path / "two.mkv"]
    for part in parts:
        numbered_film.make(part, "N*40", 60)
    rows = ((parts[0], 0, 30, 12), (parts[1], 30, 40, 5))
    sources = tuple(
        Source(path=str(path), start=start, frames=frames, entry=entry, rate=Fraction(25))
        for path, start, frames, entry in rows
    )
    source = small(tmp_path, 70, (0, 10, 45, 70), sources=sources)
    assert played(tmp_path, source) == [*range(12, 42), *range(5, 45)]
