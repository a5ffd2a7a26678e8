"""``cinetag evaluate tags``: a model whose probabilities are the colours of its pictures."""

import hashlib
import json
from pathlib import Path
from unittest.mock import ANY
from xml.etree import ElementTree

import pytest
from made_models import lay_colour_model, lay_picture

PICTURES = (
    ("a.png", (204, 0, 60), "forest", "one"),
    ("b.png", (60, 204, 0), "food", "two"),
    ("c.png", (204, 60, 0), "food", "one"),
    ("d.png", (0, 0, 204), "Weapon,wedding", "two"),
    ("e.png", (102, 0, 0), "wedding", "two"),
)


@pytest.fixture
def model(tmp_path) -> Path:
    return lay_colour_model(tmp_path / "model", ["forest", "food", "weapon"])


@pytest.fixture
def manifest(tmp_path) -> Path:
    """Five pictures of two sources, two of them with a tag that the model cannot know."""
    for name, colour, *_ in PICTURES:
        lay_picture(tmp_path / name, *colour)
    path = tmp_path / "MANIFEST.tsv"
    rows = (f"{name}\t{tags}\t{group}\n" for name, _, tags, group in PICTURES)
    path.write_text("path\ttags\tsource_group\n" + "".join(rows))
    return path


@pytest.fixture
def scores(cinetag, manifest, model):
    def run(*options: object):
        told = cinetag("evaluate", "tags", manifest, "--model", model, "--json", *options)
        assert told.code == 0, told.err
        assert len(told.out.splitlines()) == 1
        return json.loads(told.out), told.err

    return run


def test_json_has_the_keys_that_scripts_rely_on_and_figures_by_hand(scores):
    found, _ = scores()
    assert found["model"] == "colours"
    assert (found["n"], found["tagged"], found["sources"]) == (5, 4, 2)
    assert (found["hit1"], found["hit3"]) == (3 / 4, 1)
    # red .8 .8 .4 .24 0, forest among the two first; green and blue put theirs first
    assert found["map"] == pytest.approx((1 / 2 + 1 + 1) / 3)
    # of 0.2 or more: forest in a, b, c, e; food in b, c; weapon in a, d
    forest = found["per_tag"]["forest"]
    assert (forest["n"], forest["precision"], forest["recall"], forest["ap"]) == (1, 1 / 4, 1, 1 / 2)
    assert found["per_tag"]["weapon"]["precision"] == 1 / 2
    assert found["macro_f1"] == pytest.approx((2 / 5 + 1 + 2 / 3) / 3)
    assert found["micro_f1"] == pytest.approx(2 * 4 / (4 + 8))
    assert found["intervals"].keys() >= {"hit1", "hit3", "map", "macro_f1", "micro_f1"}
    assert found["operating_point"] == {"best": 3, "probability": 0.2}


def test_tags_that_the_model_cannot_know_are_listed_apart(scores):
    found, _ = scores()
    assert found["untrained"] == ["wedding"]
    assert found["untrained_n"] == {"wedding": 2}
    assert found["per_tag"].keys() == {"forest", "food", "weapon"}


def test_untrained_labels_of_the_card_are_not_predicted(cinetag, manifest, tmp_path):
    card = lay_colour_model(
        tmp_path / "partly", ["forest", "food", "weapon"], untrained={"weapon": "no pictures"}
    )
    found = json.loads(cinetag("evaluate", "tags", manifest, "--model", card, "--json").out)
    assert found["per_tag"].keys() == {"forest", "food"}
    assert set(found["untrained"]) == {"wedding", "weapon"}
    assert found["tagged"] == 3


def test_pictures_that_say_nothing_of_tags_are_left_out_and_counted(scores, manifest, tmp_path):
    lay_picture(tmp_path / "f.png", 255, 255, 255)
    lay_picture(tmp_path / "g.png", 255, 255, 255)
    with manifest.open("a") as file:
        file.write("f.png\t\tone\ng.png\tsome_proxy\tone\n")
    found, err = scores()
    assert found["n"] == 5
    assert found["left_out"] == {"rows": 0, "untagged": 2, "broken": 0}
    assert "without a tag of the vocabulary: 2 pictures" in err


def test_broken_rows_and_pictures_are_told_in_a_line_each_and_counted(scores, manifest, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "folder.png").mkdir()
    with manifest.open("a") as file:
        file.write("../up.png\tforest\tone\nshort.png\n")
        file.writelines(f"{name}.png\tforest\tone\n" for name in ("text", "half", "folder", "gone"))
    found, err = scores()
    assert found["n"] == 5
    assert found["left_out"] == {"rows": 2, "untagged": 0, "broken": 4}
    lines = err.splitlines()
    for said in (
        "line 7 names",
        "line 8 is cut short",
        "text.png: ",
        "half.png: ",
        "folder.png: ",
        "gone.png: ",
    ):
        assert len([line for line in lines if said in line and line.endswith(": left out")]) == 1


def test_of_many_faults_the_first_are_told(scores, manifest):
    with manifest.open("a") as file:
        file.writelines(f"gone{n}.png\tforest\tone\n" for n in range(14))
    found, err = scores()
    assert found["left_out"]["broken"] == 14
    assert err.count("no such file") == 10
    assert "and 4 more of this kind" in err


def test_a_picture_is_seen_as_its_camera_held_it(cinetag, tmp_path, model):
    """A red and a blue half, turned by EXIF: the model sees what a viewer shows, and no pixel is lost."""
    from PIL import Image

    picture = Image.new("RGB", (20, 10), (204, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.png", exif=exif)
    path = tmp_path / "m.tsv"
    path.write_text("path\ttags\tsource_group\nturned.png\tforest\tone\n")
    found = json.loads(cinetag("evaluate", "tags", path, "--model", model, "--json").out)
    assert found["hit1"] == 1


def test_pictures_of_one_name_in_other_folders_are_no_copies(cinetag, tmp_path, model):
    rows = (("one", (204, 0, 60), "forest"), ("two", (60, 204, 0), "food"), ("three", (0, 0, 204), "weapon"))
    for group, colour, _ in rows:
        (tmp_path / group).mkdir()
        lay_picture(tmp_path / group / "0001.png", *colour)
    path = tmp_path / "MANIFEST.tsv"
    listed = (f"{group}/0001.png\t{tag}\t{group}\n" for group, _, tag in rows)
    path.write_text("path\ttags\tsource_group\n" + "".join(listed))
    found = json.loads(cinetag("evaluate", "tags", path, "--model", model, "--json").out)
    assert found["sources"] == 3


def test_a_model_that_was_trained_on_the_manifest_is_told_of(cinetag, manifest, tmp_path, scores):
    checksum = hashlib.sha256(manifest.read_bytes()).hexdigest()
    card = lay_colour_model(
        tmp_path / "trained", ["forest", "food", "weapon"], trained_on={"manifest_sha256": checksum}
    )
    assert "was trained on it" in cinetag("evaluate", "tags", manifest, "--model", card).err
    assert "was trained on it" not in scores()[1]


def test_folders_of_labels_are_scored_as_the_manifest_that_says_the_same(cinetag, scores, model, tmp_path):
    for name, colour, tags, group in PICTURES:
        for tag in tags.split(","):
            lay_picture(tmp_path / "pictures" / tag / group / name, *colour)
    lay_picture(tmp_path / "pictures" / "forest" / "loose.png", 204, 0, 60)
    told = cinetag("evaluate", "tags", tmp_path / "pictures", "--model", model, "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert "pictures: not all pictures have a known source" in told.err
    # d lies in two folders; loose is a copy of a, whose source it then shares
    assert (found["n"], found["tagged"], found["sources"]) == (7, 5, 2)
    assert found["untrained_n"] == {"wedding": 2}
    assert found["per_tag"]["food"] == {**scores()[0]["per_tag"]["food"], "interval": ANY}


def test_people_get_tables_with_the_weakest_tag_last(cinetag, manifest, model):
    told = cinetag("evaluate", "tags", manifest, "--model", model)
    assert told.code == 0
    lines = told.out.splitlines()
    assert "5 pictures of 2 sources, 4 with a tag that the model knows" in lines[0]
    assert [line.split()[0] for line in lines if line.startswith(("Forest", "Food", "Weapon"))] == [
        "Food",
        "Weapon",
        "Forest",
    ]
    assert any(line.split() == ["hit@1", "0.750", "0.500", "to", "1.000", "0.500"] for line in lines)
    assert "untrained, in no figure: Wedding 2" in lines
    assert "probability of 0.2 or more" in told.out


def test_the_figures_are_drawn_and_an_existing_picture_is_kept(cinetag, manifest, model, tmp_path):
    picture = tmp_path / "quality.svg"
    run = ("evaluate", "tags", manifest, "--model", model, "--picture", picture)
    assert cinetag(*run).code == 0
    first = picture.read_bytes()
    texts = [text.strip() for text in ElementTree.fromstring(first).itertext()]
    assert {"colours", "Forest", "Food", "Weapon", "Average precision"} <= set(texts)
    assert cinetag(*run).code == 6
    assert cinetag(*run, "-y").code == 0
    assert picture.read_bytes() == first


def test_the_model_of_the_package_is_the_default(cinetag, manifest):
    told = cinetag("evaluate", "tags", manifest, "--json")
    assert told.code == 0
    assert json.loads(told.out)["model"] == "cinetag-tags"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("path\ttags\n", 4, "has no column source_group"),
        ("path\ttags\tsource_group\na.png\twedding\tone\n", 4, "no picture has a tag that the model knows"),
        ("path\ttags\tsource_group\na.png\tproxy\tone\n", 4, "no picture has a tag of the vocabulary"),
        ("path\ttags\tsource_group\ngone.png\tforest\tone\n", 4, "none of its pictures can be read"),
    ],
)
def test_what_cannot_be_scored_is_refused(cinetag, manifest, model, content, code, said):
    manifest.write_text(content)
    told = cinetag("evaluate", "tags", manifest, "--model", model, "--json")
    assert (told.code, told.out) == (code, "")
    assert said in told.err


def test_a_model_of_another_kind_is_5(cinetag, manifest):
    told = cinetag("evaluate", "tags", manifest, "--model", "cinetag-small")
    assert told.code == 5
    assert "gives embedding, not tags" in told.err


def test_names_cannot_drive_a_terminal(cinetag, tmp_path, model):
    lay_picture(tmp_path / "a.png", 204, 0, 0)
    path = tmp_path / "m.tsv"
    path.write_text("path\ttags\tsource_group\na.png\tforest,\x1b[2Jevil\tone\n\x1b[2J.png\tforest\tone\n")
    told = cinetag("evaluate", "tags", path, "--model", model)
    assert told.code == 0
    assert "\x1b" not in told.out + told.err


def test_files_that_start_programs_are_no_pictures(scores, manifest, tmp_path):
    (tmp_path / "x.eps").write_text(
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    )
    with manifest.open("a") as file:
        file.write("x.eps\tforest\tone\n")
    found, err = scores()
    assert found["left_out"]["broken"] == 1
    assert "x.eps: is no picture of a known kind" in err
