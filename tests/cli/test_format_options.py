"""The table of options of formats: every row is an option of the commands and a keyword of its formats."""

import argparse
import inspect
from importlib import import_module

import pytest

from cinetag_plugin.cli.format_options import OPTIONS, add_format_options, given_options, refuse_idle, varied
from cinetag_plugin.document.contracts import Exporter
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.export.formats import EXPORTERS

MODULES = {"csv": "table_csv", "resolve": "resolve_edl"}
EACH = pytest.mark.parametrize("option", OPTIONS, ids=[option.flag for option in OPTIONS])


def parsed(*arguments):
    parser = argparse.ArgumentParser()
    add_format_options(parser)
    return given_options(parser.parse_args(arguments))


@EACH
def test_its_formats_have_the_keyword_with_a_default(option):
    assert set(option.slugs) <= {exporter.slug for exporter in EXPORTERS}
    for slug in option.slugs:
        module = import_module(f"cinetag_plugin.export.{MODULES.get(slug, slug)}")
        functions = [module.render, module.losses] if option.counted else [module.render]
        for function in functions:
            keyword = inspect.signature(function).parameters[option.keyword]
            assert keyword.kind is inspect.Parameter.KEYWORD_ONLY
            assert keyword.default is not inspect.Parameter.empty
            assert not option.choices or keyword.default in {*option.choices, ""}


@EACH
def test_it_is_given_only_where_the_user_gives_it(option):
    value = option.choices[-1:]
    assert parsed() == {}
    assert parsed(option.flag, *value) == {option: value[0] if value else True}


def test_no_two_have_a_flag_or_a_keyword_of_one_format():
    assert len({option.flag for option in OPTIONS}) == len(OPTIONS)
    keywords = [(slug, option.keyword) for option in OPTIONS for slug in option.slugs]
    assert len(set(keywords)) == len(keywords)


@pytest.mark.parametrize("command", ["analyze", "export", "filter"])
def test_every_command_that_writes_formats_takes_all(command):
    parser = argparse.ArgumentParser()
    import_module(f"cinetag_plugin.cli.{command}").configure(parser)
    assert {option.flag for option in OPTIONS} <= set(parser._option_string_actions)


def test_a_format_gets_what_is_its_own_and_others_stay_as_they_are():
    seen = {}

    def render(events, analysis, **options):
        seen.update(options)
        return b""

    avid, other = (Exporter(slug, f".{slug}", render) for slug in ("avid", "other"))
    changed, same = varied([avid, other], parsed("--avid-span", "--encoding", "mac_roman", "--excel"))
    assert same is other
    changed.render([], None)
    assert seen == {"span": True, "encoding": "mac_roman"}


def test_what_changes_the_losses_reaches_them():
    seen = []
    avid = Exporter("avid", ".a", lambda *given, **options: b"", losses=lambda *given, **o: seen.append(o))
    (changed,) = varied([avid], parsed("--encoding", "mac_roman", "--avid-span"))
    changed.losses([], None)
    assert {"encoding": "mac_roman"}.items() <= seen[0].items()


def test_an_option_whose_format_is_not_written_is_refused_in_one_line():
    with pytest.raises(
        UsageError, match=r"--force: is an option of edl, which is not among the formats: add"
    ):
        refuse_idle(parsed("--force"), ["otio", "json"])
    refuse_idle(parsed("--excel"), ["advisories"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("filter", "--force"),
        ("filter", "--otio", "OUT/film.otio", "--force"),
        ("analyze", "film.mp4", "--json", "--force"),
        ("analyze", "film.mp4", "-o", "OUT", "--force"),
    ],
)
def test_every_command_refuses_it_before_anything_is_read_or_made(cinetag, tmp_path, arguments):
    told = cinetag(*(argument.replace("OUT", str(tmp_path / "out")) for argument in arguments))
    assert (told.code, told.out) == (2, "")
    assert "--force: is an option of edl" in told.err
    assert list(tmp_path.iterdir()) == []
