"""Metadata cues in a browser, which is where web pages read them: times, and JSON of any text."""

import base64
import json

from made_films import NAMES, event, told
from plain_clock import frame_at

from cinetag_plugin.export.events import events
from cinetag_plugin.export.webvtt import render

HOSTILE = [
    "& <b> --> </v> \"'= ; # \\ 'é' שלום 😀",
    "\n\nNOTE x",
    "WEBVTT",
    "00:00:01.000 --> 00:00:02.000",
    "",
]

PAGE = """<!doctype html><div class="rows"></div>
<video><track kind="metadata" src="data:text/vtt;base64,{cues}"></video>
<script>document.querySelector("track").track.mode = "hidden"</script>"""

READ = """[...document.querySelector("track").track.cues].map(
  (cue) => [cue.startTime, cue.endTime, cue.text])"""


def test_a_browser_reads_every_cue(chromium, tmp_path):
    source = told()
    table = [event(30 * n, 30 * n + 20, name=name, comment=name) for n, name in enumerate(HOSTILE)]
    table = [*events(source, NAMES), *table, event(719, 720)]
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(cues=base64.b64encode(render(table, source)).decode()), "utf-8")
    chromium.open(page)
    chromium.wait("document.querySelector('track').readyState === 2")
    # a browser sorts cues by time
    found = sorted(
        (frame_at(source.film, start), frame_at(source.film, end), json.loads(text)["name"])
        for start, end, text in chromium.run(READ)
    )
    assert found == sorted((row.start, row.end, " ".join(row.name.split())) for row in table)
