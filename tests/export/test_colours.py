"""Every class of event has a colour in every target, and no colour that a target does not know."""

import re

import pytest
from made_films import NAMES

from cinetag_plugin.export.colours import colour

# OpenTimelineIO 0.16 to 0.18, opentimelineio.schema.MarkerColor
OTIO = ["PINK", "RED", "ORANGE", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE", "MAGENTA", "BLACK", "WHITE"]
# the sixteen names of Resolve's scripting interface
RESOLVE = [
    "Blue",
    "Cyan",
    "Green",
    "Yellow",
    "Red",
    "Pink",
    "Purple",
    "Fuchsia",
    "Rose",
    "Lavender",
    "Sky",
    "Mint",
    "Lemon",
    "Sand",
    "Cocoa",
    "Cream",
]
KEYS = [
    *(f"beat.{category.slug}" for category in NAMES.categories),
    *sorted({f"tag.{tag.group}" for tag in NAMES.tags}),
    "tag.other",
    "shot",
    "transition",
    "key_frame",
    "film_tag",
]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_a_colour_each_target_knows(key):
    assert colour(key, "class") == key
    assert colour(key, "otio") in OTIO
    assert colour(key, "resolve_api") in RESOLVE
    assert int(colour(key, "kdenlive_type")) in range(9)
    assert re.fullmatch("#[0-9A-F]{6}", colour(key, "hex"))


def test_the_eleven_beats_differ_where_there_are_enough_colours():
    beats = [key for key in KEYS if key.startswith("beat.")]
    assert len({colour(key, "resolve_api") for key in beats}) == 11
    assert len({colour(key, "hex") for key in beats}) == 11
    assert len({colour(key, "otio") for key in beats}) == 10


@pytest.mark.parametrize("key", ["tag.nothing", "beat.of_a_plugin", "", "class"])
def test_what_only_a_plugin_knows_has_the_colour_of_other_tags(key):
    assert colour(key, "otio") == colour("tag.other", "otio")


def test_an_unknown_target_is_a_fault_of_the_caller():
    with pytest.raises(KeyError):
        colour("shot", "no_such_host")
