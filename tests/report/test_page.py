"""The report page as a file: what it holds, how large it may be, and that no name breaks out of its data."""

import base64
import hashlib
import json
import zlib
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import msgspec
import numpy as np
import pytest
from hostile import HOSTILE, RUNS

from cinetag_plugin.document.files import parse_record, render_compact
from cinetag_plugin.document.records import Analysis, BeatEvent, BeatScore, TagScore, TagSpan
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.report import page
from cinetag_plugin.report.page import PICTURE_BUDGET, report_page
from cinetag_plugin.report.page_data import PageFilm
from cinetag_plugin.report.sprites import Sprites

NAMES = Names([builtin_vocabulary()])
PROGRAM_SIZE = 100_000
"""Bytes that the page may have without any film: program, style, libraries, licences, names."""

LARGEST_LONG_FILM = 8_000_000
"""Bytes of the page of a film of three hours and 3,000 shots."""

MEASURES = ("motion", "brightness", "contrast", "saturation", "sharpness", "cut_rate")


class _Parts(HTMLParser):
    """The scripts of a page, and all that the page names elsewhere."""

    def __init__(self, text: str):
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.tags: list[str] = []
        self.policy = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        if tag in {"script", "style"}:
            self.scripts.append((given | {"tag": tag}, ""))
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]

    def handle_data(self, data):
        if self.lasttag in {"script", "style"} and data.strip():
            given, text = self.scripts[-1]
            self.scripts[-1] = (given, text + data)

    def data(self, name: str):
        packed = next(text for given, text in self.scripts if given.get("id") == name)
        return json.loads(zlib.decompress(base64.b64decode(packed)))


def _page(*analyses: Analysis, **facts) -> str:
    films = [PageFilm(analysis, "film.cinetag.json", **facts) for analysis in analyses]
    return report_page(films, NAMES).decode()


def test_the_analysis_stands_in_the_page_as_it_was_read(make_analysis):
    analysis = make_analysis({"forest": 1.0}, spans=[("forest", 0, 25)])
    film = _Parts(_page(analysis)).data("data")["films"][0]
    text = json.dumps(film["document"]).encode()
    assert parse_record(text, Analysis, subject="page") == analysis


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_from_anywhere_stays_data(make_analysis, name):
    analysis = make_analysis({name: 1.0}, spans=[(name, 0, 25)], name=name)
    hostile = msgspec.structs.replace(analysis, extra={name: name}, warnings=(name,))
    parts, harmless = _Parts(_page(hostile)), _Parts(_page(make_analysis()))
    assert parts.tags == harmless.tags
    document = parts.data("data")["films"][0]["document"]
    assert document["film"]["name"] == document["warnings"][0] == document[name] == name
    assert name in parts.data("data")["tags"]


def test_only_what_the_page_was_written_with_may_run_and_nothing_may_be_loaded(make_analysis):
    parts = _Parts(_page(make_analysis(name=RUNS)))
    rules = dict(rule.strip().split(" ", 1) for rule in parts.policy.split(";"))
    programs = [text for given, text in parts.scripts if given["tag"] == "script" and "type" not in given]
    allowed = [_hashed(text) for text in programs]
    assert rules["script-src"].split() == allowed
    assert rules["style-src"].split() == [_hashed(t) for given, t in parts.scripts if given["tag"] == "style"]
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert set(rules) == {
        *("default-src", "script-src", "style-src", "img-src", "media-src", "base-uri", "form-action")
    }
    assert not {"iframe", "object", "embed", "base", "img"} & set(parts.tags)


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_integers_that_a_browser_cannot_hold_are_kept_as_digits(make_analysis):
    large = 2**60 + 1
    analysis = msgspec.structs.replace(make_analysis(), extra={"id": large, "number": [-large, 2**53 - 1]})
    film = _Parts(_page(analysis)).data("data")["films"][0]
    key = film["number_key"]
    assert key != "number"
    assert film["document"]["id"] == {key: str(large)}
    assert film["document"]["number"] == [{key: str(-large)}, 2**53 - 1]


def test_the_same_films_give_the_same_page(make_analysis):
    analyses = [make_analysis({"forest": 1.0}, name=name) for name in ("one", "two")]
    assert _page(*analyses) == _page(*analyses)


def _labelled_densely(analysis: Analysis) -> Analysis:
    """Give every shot what a film can have of scores, measures, spans and beats, all digits random."""
    random, tags = Random(1), [tag.slug for tag in NAMES.tags]
    categories = [category.slug for category in NAMES.beat_classes][:11]
    shots = len(analysis.shots)

    def scores(labels, kind, field):
        return tuple(kind(**{field: label, "probability": random.random()}) for label in labels)

    return msgspec.structs.replace(
        analysis,
        shots=tuple(
            msgspec.structs.replace(
                shot,
                beats=scores(categories[:3], BeatScore, "category"),
                measures={name: random.random() for name in MEASURES},
            )
            for shot in analysis.shots
        ),
        key_frames=tuple(
            msgspec.structs.replace(
                key_frame,
                entropy=random.random() * 20,
                tags=scores(random.sample(tags, 3), TagScore, "tag"),
                beats=scores(categories, BeatScore, "category"),
            )
            for key_frame in analysis.key_frames
        ),
        tag_spans=tuple(
            TagSpan(
                tag=random.choice(tags),
                start=25 * n,
                end=25 * n + 50,
                strength=random.random(),
                probability=random.random(),
                shots=(n, n + 1),
            )
            for n in range(shots - 1)
        ),
        beats=tuple(
            BeatEvent(
                category=random.choice(categories),
                start=25 * n,
                end=25 * n + 250,
                confidence=random.random(),
                shots=tuple(range(n, n + 10)),
            )
            for n in range(0, shots - 9, 10)
        ),
    )


def test_a_film_of_three_thousand_shots_stays_within_its_bounds(make_analysis):
    analysis = _labelled_densely(make_analysis({"forest": 1.0}, shots=3000))
    sprites = Sprites(3000)
    noise = np.random.default_rng(1).integers(90, 130, (16, 63, 112, 3), dtype=np.uint8)
    for shot in range(3000):
        sprites.add(shot, noise[shot % 16])
    pictures = sprites.sheets(PICTURE_BUDGET)
    assert len(pictures.shots) == 3000
    of_pictures = sum(map(len, pictures.jpegs))
    assert of_pictures <= PICTURE_BUDGET
    size = len(_page(analysis, pictures=pictures))
    assert size <= LARGEST_LONG_FILM
    assert size - of_pictures - PROGRAM_SIZE <= len(render_compact(analysis)) / 2


def test_every_part_of_the_program_is_in_the_page_with_its_licence(make_analysis):
    assets = Path(page.__file__).with_name("assets")
    assert {path.name for path in assets.glob("*.js")} == set(page._OWN)
    text = _page(make_analysis())
    for licence in (assets / "vendor").glob("*.LICENSE.txt"):
        assert licence.read_text(encoding="utf-8").strip() in text
