"""The review list: sensitive tags with their places, what was not looked for, room for a decision."""

import csv
import io

from made_films import NAMES, told
from msgspec.structs import replace

from cinetag_plugin.document.vocabulary import builtin_vocabulary
from cinetag_plugin.export.advisories import NOT_LOOKED_FOR, render
from cinetag_plugin.export.events import events


def rows_of(source):
    text = render(events(source, NAMES), source).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_sensitive_tag_is_proposed_with_its_place_and_left_to_a_person():
    proposed = [row for row in rows_of(told()) if row["in_frame"]]
    assert [(row["advisory"], row["tag"], row["in_frame"], row["out_frame"]) for row in proposed] == [
        ("violence", "War", "0", "480")  # military is no tag that rating work looks at
    ]
    assert (proposed[0]["in_tc"], proposed[0]["probability"]) == ("01:00:00:00", "0.91")
    assert proposed[0]["decision"] == proposed[0]["note"] == ""


def test_for_excel_the_list_has_a_byte_order_mark_and_says_the_same():
    table = events(told(), NAMES)
    assert render(table, told(), excel=True) == b"\xef\xbb\xbf" + render(table, told())


def test_what_no_model_looked_for_is_said_so():
    untold = {row["tag"] for row in rows_of(told()) if row["remark"] == NOT_LOOKED_FOR}
    assert {"Violence", "Nudity", "War"} <= untold  # the model of this analysis says nothing of its labels
    knowing = replace(told(), models=(replace(told().models[0], labels=("war", "forest")),))
    assert untold - {row["tag"] for row in rows_of(knowing) if row["remark"]} == {"War"}


def test_the_vocabulary_names_an_advisory_for_what_rating_boards_look_at():
    of = {tag.slug: tag.advisory for tag in builtin_vocabulary().tags}
    assert {of[slug] for slug in ("violence", "murder")} == {"violence"}
    assert of["nudity"] == of["sex"] == "sex and nudity"
    assert all(of[slug] for slug in ("smoking", "horror", "weapon"))
    assert not any(of[slug] for slug in ("forest", "food"))
