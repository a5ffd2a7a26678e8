"""The reference pages say what the parsers and the code say."""

import re
import runpy

from cinetag_plugin.cli.main import COMMANDS
from cinetag_plugin.tags.spans import PROBABILITY_FLOOR


def _page(request, name: str) -> str:
    return (request.config.rootpath / "docs" / name).read_text(encoding="utf-8")


def test_the_option_reference_is_that_of_the_parsers(request):
    script = request.config.rootpath / "docs" / "make_options.py"
    fresh = runpy.run_path(str(script))["page"]()
    assert _page(request, "options.md") == fresh, "run python docs/make_options.py"


def test_the_cards_in_the_page_of_models_are_those_that_are_shipped(request):
    script = request.config.rootpath / "docs" / "make_models.py"
    fresh = runpy.run_path(str(script))["page"]()
    assert _page(request, "models.md") == fresh, "run python docs/make_models.py"


def test_the_matrix_of_hosts_and_round_trips_is_that_of_its_data(request):
    script = request.config.rootpath / "docs" / "make_matrix.py"
    fresh = runpy.run_path(str(script))["page"]()
    assert _page(request, "nle-matrix.md") == fresh, "run python docs/make_matrix.py"


def test_a_host_that_nobody_reported_on_is_untested(request):
    script = request.config.rootpath / "docs" / "make_matrix.py"
    table = list(runpy.run_path(str(script))["_hosts"]("host\tfile\tversion\twho\tdate\nX\totio\t\t\t\n"))
    assert "| X | otio | untested | untested | untested |" in table


def test_every_command_has_a_section_and_every_option_is_explained(request):
    lines = _page(request, "options.md").splitlines()
    assert [line[11:] for line in lines if line.startswith("## cinetag ")] == list(COMMANDS)
    assert not [line for line in lines if line.startswith("| `") and line.endswith("|  |")]


def test_every_environment_variable_that_is_read_is_told(request):
    read = set()
    for path in (request.config.rootpath / "src").rglob("*.py"):
        read |= set(re.findall(r"\bCINETAG_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    assert "CINETAG_FFMPEG" in read
    assert not {name for name in read if f"`{name}`" not in _page(request, "environment.md")}


def test_the_least_probability_of_a_span_is_the_one_told(request):
    assert f"a probability of at least {PROBABILITY_FLOOR}." in _page(request, "formats.md").replace(
        "\n", " "
    )
