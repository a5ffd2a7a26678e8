"""The report page as it is seen and used: run in a browser, looked at, clicked, typed into, saved from."""

from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hostile import HOSTILE, RUNS

from cinetag_plugin.cli.main import main
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.document.records import Analysis, BeatEvent, Correction, Timing
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.kept import kept
from cinetag_plugin.report.page import report_page
from cinetag_plugin.report.page_data import PageFilm
from cinetag_plugin.report.sprites import Sheets, Sprites
from cinetag_plugin.tags.corrected import recounted
from cinetag_plugin.tags.strengths import strengths

SHIFT = 8
ROW = ".row"


def _with(record, **facts):
    return msgspec.structs.replace(record, **facts)


def _beat(category: str, start: int, end: int, **facts) -> BeatEvent:
    shots = tuple(range(start // 25, end // 25))
    return BeatEvent(category=category, start=start, end=end, confidence=0.75, shots=shots, **facts)


@pytest.fixture
def analysis(make_analysis) -> Analysis:
    """Four shots at 25 fps, two tags with three spans, two beats, fields of a later version everywhere."""
    spans = [("forest", 0, 25), ("desert", 25, 50), ("forest", 75, 100)]
    made = make_analysis({"forest": 1.0, "desert": 0.4}, spans=spans)
    later = {"later": {"id": 2**60 + 1, "said": [1.5, None, "é\u2028"]}}
    return _with(
        made,
        beats=(_beat("battle", 0, 50, extra=later), _beat("pursuit", 50, 100)),
        tag_spans=tuple(_with(span, extra=later) for span in made.tag_spans),
        extra=later,
    )


@pytest.fixture
def opened(chromium, tmp_path):
    """Write the page of some analyses and open it; return the browser."""

    def opened(*analyses: Analysis, pictures=None, dark=False, width=1200):
        page = tmp_path / "report.html"
        names = Names([builtin_vocabulary()])
        films = [PageFilm(one, f"{tmp_path.name}-{n}{SUFFIX}", pictures) for n, one in enumerate(analyses)]
        page.write_bytes(report_page(films, names))
        chromium.open(page, width, dark=dark)
        return chromium

    yield opened
    assert chromium.faults == []
    assert not [url for url in chromium.asked if not url.startswith(("file:", "blob:", "data:"))]


def _names(page) -> list[str]:
    return page.texts(f"{ROW} .name")


def _click_in_row(page, name: str, what: str) -> None:
    place = next((place for place, row in enumerate(page.texts(ROW)) if name in row), -1)
    assert place >= 0, f"no line {name}"
    page.press(f".all > :nth-child({place + 1}) {what}")


def _saved(page, tmp_path: Path, number: int = 0) -> Analysis:
    page.press("#save")
    return read_analysis(page.saved(f"{tmp_path.name}-{number}{SUFFIX}"))


def test_a_browser_that_cannot_unpack_the_page_is_told_so(chromium, analysis, tmp_path):
    page = tmp_path / "report.html"
    page.write_bytes(report_page([PageFilm(analysis, "film.cinetag.json")], Names([builtin_vocabulary()])))
    script = {"source": "delete window.DecompressionStream"}
    lacking = chromium.call("Page.addScriptToEvaluateOnNewDocument", **script)["identifier"]
    chromium.call("Page.navigate", url=page.as_uri())
    chromium.wait("document.getElementById('page')?.innerText.includes('Try a newer one')")
    chromium.call("Page.removeScriptToEvaluateOnNewDocument", identifier=lacking)


def test_shots_tags_and_beats_are_listed_with_their_times(opened, analysis):
    page = opened(analysis)
    assert page.texts("h1") == ["Example film"]
    assert page.run("document.title") == "Example film"
    expected = ["Battle", "Forest", "Shot 001", "Desert", "Shot 002", "Pursuit", "Shot 003", "Forest"]
    assert _names(page) == [*expected, "Shot 004"]
    assert page.texts(f"{ROW} time")[5] == "00:00:02:00"
    assert page.texts(".strength .name") == ["Forest", "Desert"]
    assert page.texts(".count") == ["9 of 9"]


def test_drop_frame_labels_are_those_of_the_standard(opened, make_analysis):
    """SMPTE 12M: at 29.97 two labels are left out each minute but every tenth."""
    made = make_analysis(shots=720)
    film = _with(
        *(made.film,),
        rate=Fraction(30000, 1001),
        time_base=Fraction(1, 30000),
        timing=(Timing(frame=0, pts=0, step=1001),),
        start_timecode="00:00:00;00",
        drop_frame=True,
    )
    page = opened(_with(made, film=film))
    page.run("(document.querySelector('.rows').scrollTop = 72 * 60, 0)")
    page.drawn()
    label = dict(zip(_names(page), page.texts(f"{ROW} time"), strict=True))
    assert label["Shot 073"] == "00:01:00;02"
    page.run("(document.querySelector('.rows').scrollTop = 719 * 60, 0)")
    page.drawn()
    label = dict(zip(_names(page), page.texts(f"{ROW} time"), strict=True))
    assert label["Shot 720"] == "00:09:59;23"


def test_labels_of_a_film_of_variable_rate_follow_its_times(opened, make_analysis):
    # 25 frames a second, but for the first shot, whose frames last twice as long
    made = make_analysis(timing=((0, 0, 2), (25, 50, 1)))
    page = opened(made)
    label = dict(zip(_names(page), page.texts(f"{ROW} time"), strict=True))
    assert [label[f"Shot 00{n}"] for n in (1, 2, 3)] == ["00:00:00:00", "00:00:02:00", "00:00:03:00"]


def test_at_rates_without_timecode_there_are_times(opened, make_analysis):
    made = make_analysis()
    slow = _with(made.film, rate=Fraction(25, 2), time_base=Fraction(2, 25))
    page = opened(_with(made, film=slow))
    label = dict(zip(_names(page), page.texts(f"{ROW} time"), strict=True))
    assert label["Shot 004"] == "0:06.000"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_from_anywhere_is_shown_and_never_run(opened, make_analysis, name):
    page = opened(make_analysis({name: 1.0}, spans=[(name, 0, 25)], name=name))
    page.press(".strength .rename")
    page.key("Escape")
    assert page.run("typeof window.taken") == "undefined"
    assert page.run("document.querySelectorAll('#page img, #page script, #page svg').length") == 0
    if name.isascii():
        assert page.texts("h1") == [name]


def test_what_is_typed_is_never_run_either(opened, analysis, tmp_path):
    page = opened(analysis)
    _click_in_row(page, "Battle", ".rename")
    page.type(RUNS)
    page.key("Enter")
    page.wait("!document.querySelector('dialog')")
    assert page.run("typeof window.taken") == "undefined"
    assert (
        _saved(page, tmp_path).beats[0].category
        == "script_script_window_taken_1_script_img_src_x_onerror_window_taken_1"
    )


def test_the_policy_forbids_scripts_and_requests_that_are_not_the_pages(opened, analysis):
    page = opened(analysis)
    page.run(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.taken = 1'}))"
    )
    assert page.run("typeof window.taken") == "undefined"
    assert page.run("fetch('http://127.0.0.1:9/').then(() => 'loaded', () => 'refused')") == "refused"
    assert len(page.faults) >= 2
    assert all("Content Security Policy" in fault for fault in page.faults)
    page.faults.clear()
    page.asked.clear()


def test_a_corrected_analysis_is_what_export_takes(opened, analysis, tmp_path):
    page = opened(analysis)
    _click_in_row(page, "Battle", ".accept")
    _click_in_row(page, "Pursuit", ".rename")
    page.type("Romance")
    page.key("Enter")
    page.wait("!document.querySelector('dialog')")
    _click_in_row(page, "Desert", ".reject")
    assert _names(page)[:2] == ["Battle", "Forest"]
    assert "Desert" not in _names(page)
    saved = _saved(page, tmp_path)
    battle, pursuit = analysis.beats
    first, _, last = analysis.tag_spans
    assert saved == _with(
        analysis,
        beats=(_with(battle, origin="person"), _with(pursuit, category="romance", origin="person")),
        tag_spans=(first, last),
        corrections=(
            Correction(kind="beat", name="pursuit", start=50, end=100, became="romance"),
            Correction(kind="tag", name="desert", start=25, end=50),
        ),
    )
    file = page.downloads / f"{tmp_path.name}-0{SUFFIX}"
    assert main(["export", str(file), "--to", "csv", "-o", str(tmp_path), "--no-plugins"]) == 0
    rows = (tmp_path / f"{tmp_path.name}-0.csv").read_text(encoding="utf-8")
    assert "Romance" in rows
    assert "Desert" not in rows.replace("Film: ", "")


def test_an_analysis_that_nobody_touched_is_saved_as_it_was(opened, analysis, tmp_path):
    assert _saved(opened(analysis), tmp_path) == analysis


def test_what_is_said_of_a_tag_of_the_film_is_said_of_all_its_spans(opened, analysis, tmp_path):
    page = opened(analysis)
    page.press(".strength:not(.heads) .rename")
    page.type("Desert")
    page.key("Enter")
    page.wait("!document.querySelector('dialog')")
    assert page.texts(".strength .name") == ["Desert"]
    saved = _saved(page, tmp_path)
    assert [span.tag for span in saved.tag_spans] == ["desert"] * 3
    assert [span.origin for span in saved.tag_spans] == ["person", "model", "person"]
    assert saved.tags == (_with(analysis.tags[1], origin="person"),)


@pytest.mark.parametrize("weighting", ["paper", "log"])
def test_strengths_are_counted_anew_after_corrections(opened, make_analysis, tmp_path, weighting):
    """The page counts as the analysis itself does: by equations 5 and 6 over what was left."""
    carried = [(shot, tag) for shot in range(4) for tag in ("forest", "desert", "sea")[: shot + 1]]
    spans = [("forest", 0, 100), ("desert", 25, 75), ("desert", 75, 100), ("sea", 50, 100)]
    made = make_analysis(shots=4, spans=spans, carried=carried)
    analysis = _with(made, tags=strengths(made.key_frames, weighting))
    page = opened(analysis)
    assert page.texts(".strength .name") == ["Forest", "Desert", "Sea"]
    _click_in_row(page, "Desert", ".reject")
    assert page.texts(".strength:not(.heads) .figure:nth-of-type(4)") == ["4", "2", "1"]
    _click_in_row(page, "Sea", ".rename")
    page.type("A lake")
    page.key("Enter")
    page.wait("!document.querySelector('dialog')")
    assert page.texts(".strength .name") == ["Forest", "A lake", "Desert"]
    saved = _saved(page, tmp_path)
    expected = recounted(analysis, saved.corrections, weighting)
    assert [(tag.tag, tag.count, tag.origin) for tag in saved.tags] == [
        ("forest", 4, "model"),
        ("a_lake", 2, "person"),
        ("desert", 1, "model"),
    ]
    assert [(t.weight, t.relative_strength) for t in saved.tags] == [
        pytest.approx((tag.weight, tag.relative_strength)) for tag in expected
    ]
    assert {span.tag: span.strength for span in saved.tag_spans} == {
        tag.tag: tag.relative_strength for tag in saved.tags
    }


def test_what_was_corrected_in_the_page_outlives_a_new_analysis(opened, analysis, tmp_path):
    page = opened(analysis)
    _click_in_row(page, "Battle", ".accept")
    _click_in_row(page, "Desert", ".reject")
    page.press(".strength:not(.heads) .rename")
    page.type("Sea")
    page.key("Enter")
    page.wait("!document.querySelector('dialog')")
    saved = _saved(page, tmp_path)
    again = kept(_with(analysis, beats=()), saved, "paper")
    assert again.beats == saved.beats[:1]
    assert again.tag_spans == saved.tag_spans
    assert {tag.tag for tag in again.tags} == {tag.tag for tag in saved.tags}


def test_changes_can_be_taken_back(opened, analysis, tmp_path):
    page = opened(analysis)
    page.press(".strength:not(.heads) .reject")
    assert "Forest" not in _names(page)
    page.key("z")
    assert page.run("document.getElementById('undo').disabled")
    assert _saved(page, tmp_path) == analysis


def test_who_leaves_with_changes_unsaved_is_asked(opened, analysis, tmp_path):
    page = opened(analysis)
    before = page.asked_to_stay
    _click_in_row(page, "Battle", ".accept")
    page.call("Page.reload")
    page.wait("document.readyState === 'complete' && !document.querySelector('.row .checked')")
    assert page.asked_to_stay == before + 1
    _click_in_row(page, "Battle", ".accept")
    _saved(page, tmp_path)
    page.call("Page.reload")
    page.wait("document.readyState === 'complete' && !document.querySelector('.row .checked')")
    assert page.asked_to_stay == before + 1


def test_keys_do_what_the_buttons_do(opened, analysis, tmp_path):
    page = opened(analysis)
    page.key("ArrowDown")
    page.key("a")
    page.key("ArrowDown")
    page.key("x")
    assert page.texts(f"{ROW} .checked") == ["✓ checked"]
    assert _names(page)[:2] == ["Battle", "Shot 001"]
    page.key("ArrowRight", SHIFT)
    assert page.texts(".place .timecode") == ["00:00:01:00"]
    page.key("ArrowLeft")
    assert page.texts(".place .timecode") == ["00:00:00:24"]
    page.key("?")
    assert "reject it" in page.texts("dialog")[0]
    page.key("Escape")
    page.wait("!document.querySelector('dialog')")
    page.key("/")
    page.type("romance")
    assert page.texts(".count") == ["0 of 8"]
    saved = _saved(page, tmp_path)
    assert saved.beats[0].origin == "person"
    assert len(saved.tag_spans) == 2


def test_the_list_is_searched_and_filtered(opened, analysis):
    page = opened(analysis)
    page.press("#words")
    page.type("forest 03:00")
    assert _names(page) == ["Forest"]
    assert page.texts(f"{ROW} time") == ["00:00:03:00"]
    page.run("(document.getElementById('words').value = '', 0)")
    page.type(" ")
    page.press(".search button:nth-of-type(3)")
    assert _names(page) == ["Battle", "Forest", "Desert", "Pursuit", "Forest"]
    page.press(".search input[type=number]")
    page.key("Backspace")
    page.type(".6")
    assert _names(page) == ["Battle", "Pursuit"]
    _click_in_row(page, "Battle", ".accept")
    page.press(".search input[type=checkbox]")
    assert _names(page) == ["Pursuit"]


def test_a_click_on_the_tracks_goes_there(opened, analysis):
    page = opened(analysis)
    box = page.run(
        "(({x, y, width}) => [x, y, width])(document.querySelector('canvas').getBoundingClientRect())"
    )
    gutter = page.run("Math.min(150, Math.round(document.querySelector('canvas').clientWidth * 0.24))")
    x, y, width = box
    page.click(x + gutter + (width - gutter) * 0.6, y + 60)
    assert page.texts(".place .timecode") == ["00:00:02:10"]
    assert "Pursuit" in page.texts(".here")[0]


def _painted(page, x: float, y: float) -> list[int]:
    """The colour of a place of the tracks, RGB; ``x`` is a share of the film."""
    return page.run(
        "(() => { const c = document.querySelector('canvas'); const gutter = Math.min(150,"
        f" Math.round(c.clientWidth * 0.24)); const x = gutter + (c.clientWidth - gutter) * {x};"
        f" return [...c.getContext('2d').getImageData(x, {y}, 1, 1).data].slice(0, 3); }})()"
    )


def _levels(shots: int) -> Sheets:
    """Pictures of plain grey, the shot's number as its level."""
    sprites = Sprites(shots)
    for shot in range(shots):
        sprites.add(shot, np.full((63, 112, 3), shot % 256, np.uint8))
    return sprites.sheets(6_000_000)


def test_a_long_shot_is_filled_by_its_picture(opened, make_analysis):
    page = opened(make_analysis(shots=120), pictures=_levels(120))
    for _ in range(5):
        page.key("+")
    page.drawn()
    page.wait("document.querySelector('canvas').getContext('2d').getImageData(200, 40, 1, 1).data[3] === 255")
    seen = {_painted(page, share, 40)[0] for share in (0.55, 0.7, 0.85, 0.95)}
    assert seen <= {0, 1, 2, 3, 4, 5}
    assert len(seen) > 1


def test_of_many_short_shots_some_are_shown_by_their_pictures(opened, make_analysis):
    page = opened(make_analysis(shots=250), pictures=_levels(250))
    page.drawn()
    page.wait("document.querySelector('canvas').getContext('2d').getImageData(200, 30, 1, 1).data[3] === 255")
    page.drawn()
    levels = [_painted(page, share, 30) for share in (0.02, 0.3, 0.5, 0.7, 0.9)]
    expected = [0.02 * 250, 0.3 * 250, 0.5 * 250, 0.7 * 250, 0.9 * 250]
    for (red, green, blue), shot in zip(levels, expected, strict=True):
        assert red == green == blue
        assert 0 <= shot - red < 25  # the picture that stands there is of a shot at most its own width before


def test_several_films_keep_what_was_changed_in_each(opened, analysis, tmp_path):
    page = opened(analysis, _with(analysis, film=_with(analysis.film, name="Another")))
    _click_in_row(page, "Battle", ".reject")
    page.run(
        "(() => { const s = document.querySelector('header select'); s.value = '1';"
        " s.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    page.wait("document.querySelector('h1').innerText === 'Another'")
    assert "Battle" in _names(page)
    assert _saved(page, tmp_path, 1).film.name == "Another"


@pytest.mark.parametrize(("dark", "brighter"), [(False, True), (True, False)])
def test_dark_and_light_follow_the_system_until_somebody_says_otherwise(opened, analysis, dark, brighter):
    page = opened(analysis, dark=dark)
    paper = "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    assert (page.run(paper) > 128) == brighter
    page.key("t")
    assert page.run(paper) < 128
    page.key("t")
    assert page.run(paper) > 128
    page.key("t")


def test_a_narrow_screen_has_all_of_it_without_scrolling_sideways(opened, analysis):
    page = opened(analysis, width=360)
    assert page.run("document.documentElement.scrollWidth") <= 360
    _click_in_row(page, "Battle", ".accept")
    assert page.texts(f"{ROW} .checked") == ["✓ checked"]


def test_a_film_of_three_hours_and_three_thousand_shots_stays_small_in_the_page(opened, make_analysis):
    shots = 3000
    tags = [tag.slug for tag in builtin_vocabulary().tags]
    spans = [(tags[n % 50], 25 * n, 25 * n + 50) for n in range(shots - 2)]
    made = make_analysis(dict.fromkeys(tags, 0.5), shots=shots, spans=spans)
    film = _with(made.film, time_base=Fraction(1, 1000), timing=(Timing(frame=0, pts=0, step=144),))
    page = opened(_with(made, film=film), pictures=_levels(shots))
    assert "3:00:00" in page.texts(".place")[0]
    assert page.texts(".count") == ["5998 of 5998"]
    page.run("(document.querySelector('.rows').scrollTop = 1e9, 0)")
    page.drawn()
    assert _names(page)[-1] == "Shot 3000"
    assert page.run("document.querySelectorAll('.row').length") < 60
    page.press("#words")
    page.type("shot 1234")
    assert _names(page) == ["Shot 1234"]
    _click_in_row(page, "Shot 1234", ".name")
    assert "shot 1234 of 3000" in page.texts(".place")[0]
    page.press("#words")
    for _ in range(len("shot 1234")):
        page.key("Backspace")
    assert len(_names(page)) > 12
