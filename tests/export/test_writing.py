"""Writing a format: whole files or none, one or several, faults in one line that name the format."""

import pytest
from made_films import NAMES, event, told

from cinetag_plugin.document.contracts import Exporter, Losses
from cinetag_plugin.document.errors import ExportError, PluginError
from cinetag_plugin.export.events import events
from cinetag_plugin.export.formats import EXPORTERS
from cinetag_plugin.export.writing import Written, write

BY_SLUG = {exporter.slug: exporter for exporter in EXPORTERS}
PARTS = Exporter("parts", ".p.txt", lambda *given: (b"first", b"second", b"third"))


def test_a_file_that_exists_is_left_alone_unless_asked(tmp_path):
    path = tmp_path / "film.csv"
    write(BY_SLUG["csv"], [], told(), path)
    with pytest.raises(ExportError, match="exists already"):
        write(BY_SLUG["csv"], events(told(), NAMES), told(), path)
    before = path.read_bytes()
    write(BY_SLUG["csv"], events(told(), NAMES), told(), path, overwrite=True)
    assert path.read_bytes() != before


def test_what_a_format_loses_is_returned(tmp_path):
    table = [event(0, 1), event(0, 2)]
    begins = "the timeline must begin at 01:00:00:00"
    found = write(BY_SLUG["avid"], table, told(), tmp_path / "a")
    assert found.losses == Losses(durations=1, merged=1, notes=(begins,))
    assert found.paths == (tmp_path / "a",)
    assert write(BY_SLUG["edl"], table, told(), tmp_path / "b").losses == Losses(durations=1)
    assert write(BY_SLUG["csv"], table, told(), tmp_path / "c").losses == Losses()


def _raises(table, document):
    raise ZeroDivisionError("no such thing")


def _refuses(table, document):
    raise ExportError("film", "has no timecode at this rate", "use another format")


@pytest.mark.parametrize("render", [_raises, lambda table, document: "text"])
def test_a_format_that_fails_is_named_and_leaves_nothing(tmp_path, render):
    with pytest.raises(PluginError, match="format odd: failed"):
        write(Exporter("odd", ".odd", render), [], told(), tmp_path / "film.odd")
    assert list(tmp_path.iterdir()) == []


def test_a_format_that_counts_in_its_own_way_is_named_and_leaves_nothing(tmp_path):
    odd = Exporter("odd", ".odd", lambda *given: b"", losses=lambda *given: "a few")
    with pytest.raises(PluginError, match=r"format odd: failed .*counts str, not Losses"):
        write(odd, [], told(), tmp_path / "film.odd")
    assert list(tmp_path.iterdir()) == []


def test_a_format_may_refuse_a_film_in_its_own_words(tmp_path):
    with pytest.raises(ExportError, match="no timecode at this rate"):
        write(Exporter("odd", ".odd", _refuses), [], told(), tmp_path / "film.odd")


def test_several_files_are_numbered_before_the_suffix(tmp_path):
    made = write(PARTS, [], told(), tmp_path / "film.v2.p.txt")
    names = ["film.v2-1.p.txt", "film.v2-2.p.txt", "film.v2-3.p.txt"]
    assert made == Written(tuple(tmp_path / name for name in names), Losses())
    assert [path.read_bytes() for path in made.paths] == [b"first", b"second", b"third"]


def test_one_of_several_is_one(tmp_path):
    alone = Exporter("parts", ".txt", lambda *given: (b"all",))
    assert write(alone, [], told(), tmp_path / "film.txt").paths == (tmp_path / "film.txt",)


def test_where_one_of_several_stands_already_none_is_written_unless_asked(tmp_path):
    standing = tmp_path / "film-2.p.txt"
    standing.write_bytes(b"mine")
    with pytest.raises(ExportError, match=r"film-2\.p\.txt: exists already"):
        write(PARTS, [], told(), tmp_path / "film.p.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["film-2.p.txt"]
    assert standing.read_bytes() == b"mine"
    write(PARTS, [], told(), tmp_path / "film.p.txt", overwrite=True)
    assert standing.read_bytes() == b"second"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_part_that_is_another_films_file_is_refused_before_any_is_written(tmp_path, overwrite):
    taken = {tmp_path / "film.p.txt", tmp_path / "FILM-3.p.txt"}
    with pytest.raises(ExportError, match=r"film-3\.p\.txt: is also another film's file"):
        write(PARTS, [], told(), tmp_path / "film.p.txt", overwrite=overwrite, taken=taken)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [(), ("text",), (b"good", None), [b"a list"]])
def test_what_is_not_bytes_is_no_file(tmp_path, wrong):
    with pytest.raises(PluginError, match=r"format odd: failed .*, not bytes"):
        write(Exporter("odd", ".odd", lambda *given: wrong), [], told(), tmp_path / "film.odd")
    assert list(tmp_path.iterdir()) == []
