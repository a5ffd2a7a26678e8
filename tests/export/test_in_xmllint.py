"""Every XML that we write, read by libxml2; FCPXML against Apple's own document type where it is at hand.

CINETAG_FCPXML_DTD names the file of that document type, 1.10 or later: it is Apple's and lies not here.
"""

import os
from fractions import Fraction
from pathlib import Path

import pytest
from made_films import GRIDS, NAMES, analysis, event, film, told, variable
from other_programs import program, run

from cinetag_plugin.document.records import Source
from cinetag_plugin.export.events import KINDS, events
from cinetag_plugin.export.fcpxml import render as render_fcpxml
from cinetag_plugin.export.formats import EXPORTERS

XML = {".xml", ".fcpxml", ".mlt", ".svg"}
HOSTILE = ["&", "<b>", "]]>", "<!--", "\"'", "é שלום 😀", "\0\x1f\ud800￾", "x" * 10_000, "a\nb\tc", "%e;", ""]


@pytest.mark.parametrize(
    "exporter", [e for e in EXPORTERS if Path(e.suffix).suffix in XML], ids=lambda exporter: exporter.slug
)
def test_libxml_reads_every_xml_whatever_the_words(tmp_path, exporter):
    path = tmp_path / f"film{exporter.suffix}"
    kinds = ("beat", "tag", "shot", "film")
    table = [
        event(number, 300 + number, name=text, comment=text, kind=kinds[number % 4])
        for number, text in enumerate(HOSTILE)
    ]
    for source in (told(), analysis(film(720, name="".join(HOSTILE), path="/m/a & <b>\x01.mov"))):
        path.write_bytes(exporter.render([*table, *events(source, NAMES)], source))
        run([program("xmllint", "libxml2-utils"), "--noout", "--nonet", path])


def _films():
    """Films of every rate and start, with sound and without, of odd pixels, joined, of a variable rate."""
    for number, (rate, drop, *_) in enumerate(GRIDS):
        label = ["00:00:00:00", "01:00:00:00", "23:59:50:00", None][number % 4]
        facts = {"start_timecode": label, "drop_frame": drop, "has_audio": number % 2 == 0}
        yield analysis(film(720, rate, **facts), (0, 240, 720))
    yield analysis(film(720, Fraction(25, 2), pixel_aspect=Fraction(64, 45)))
    rows = [Source(path=f"/m/{n}.mxf", start=50 * n, frames=50, entry=12, rate=Fraction(24)) for n in (0, 1)]
    yield analysis(film(100, Fraction(24), sources=tuple(rows)), (0, 30, 100))
    yield variable([0, 33, 67, 100, 117, 133, 150, 1150], Fraction(1, 1000), (0, 2, 5, 8))
    yield told()


def test_fcpxml_is_valid_by_the_document_type_of_apple(tmp_path):
    rules = os.environ.get("CINETAG_FCPXML_DTD")
    if not rules:
        pytest.skip("CINETAG_FCPXML_DTD names no file of Apple's document type of FCPXML")
    files = []
    for number, source in enumerate(_films()):
        files.append(tmp_path / f"{number}.fcpxml")
        for kinds in (KINDS, ("film", "beat", "tag")):
            table = [event(0, 1), event(3, 8, name=", ".join(HOSTILE), comment="&<>\"'", kind="tag")]
            files[-1].write_bytes(render_fcpxml([*table, *events(source, NAMES, kinds=kinds)], source))
            run([program("xmllint", "libxml2-utils"), "--noout", "--nonet", "--dtdvalid", rules, files[-1]])
