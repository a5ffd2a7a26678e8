from collections import Counter

import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary, slug_of
from cinetag_plugin.training.collection import read_collection, read_rooms

HEADER = "path\ttags\tsource_group\n"


@pytest.fixture
def resolve():
    return Names([builtin_vocabulary()]).resolve


def found(collection):
    return [(p.path.name, sorted(p.labels), p.group) for p in collection.pictures]


def lay_down(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def test_folders_are_labels_and_the_folders_below_are_sources(tmp_path, resolve):
    lay_down(
        tmp_path, "Beach/album/b.jpg", "Beach/a.JPG", "dragons/x/y/c.png", "loose.jpg", "Beach/notes.txt"
    )
    lay_down(tmp_path, "Beach/.hidden.jpg")
    collection = read_collection(tmp_path, resolve)
    assert found(collection) == [
        ("a.JPG", ["beach_sea"], "Beach"),
        ("b.jpg", ["beach_sea"], "album"),
        ("c.png", ["dragons"], "x"),
    ]
    assert {path.name for path in collection.sourceless} == {"a.JPG"}
    assert collection.name == tmp_path.name


def test_a_manifest_gives_several_labels_and_sources(tmp_path, resolve):
    path = tmp_path / "m.tsv"
    path.write_text(HEADER + "a.jpg\tcar crash, forest\tg1\nsub/b.jpg\t\tg2\nsub/c.jpg\twar\t\n")
    collection = read_collection(path, resolve)
    assert found(collection) == [("a.jpg", ["forest", "vehicle_crash"], "g1"), ("c.jpg", ["war"], "sub")]
    assert collection.unlabelled == 1
    assert {path.name for path in collection.sourceless} == {"c.jpg"}
    assert len(collection.sha256) == 64


def test_groups_of_one_source_get_its_name_where_they_are_known(tmp_path, resolve):
    path = tmp_path / "m.tsv"
    path.write_text(HEADER + "a.jpg\twar\tsun-c\nb.jpg\twar\tsun-n\nc.jpg\twar\tmoon\n")
    assert [group for *_, group in found(read_collection(path, resolve))] == ["sun-c", "sun-n", "moon"]
    known = read_collection(path, resolve, same_source={"sun-c": "sun", "sun-n": "sun"})
    assert [group for *_, group in found(known)] == ["sun", "sun", "moon"]


def test_parts_are_folders_and_not_beginnings_of_names(tmp_path, resolve):
    path = tmp_path / "m.tsv"
    path.write_text(HEADER + "film/a.jpg\twar\tg\nfilm2/b.jpg\twar\tg\n")
    assert [p.path.name for p in read_collection(path, resolve, parts=["film"]).pictures] == ["a.jpg"]


def test_beat_labels_become_categories_and_others_are_left_out(tmp_path):
    (tmp_path / "BEATS.tsv").write_text("label\tcategory\tremark\ncar_pursuit\tpursuit\t\n-\tdespair\tnone\n")
    path = tmp_path / "m.tsv"
    path.write_text(HEADER + "a.jpg\tcar_pursuit\tg\nb.jpg\tforest\tg\n")
    collection = read_collection(path, slug_of, beats=True)
    assert found(collection) == [("a.jpg", ["pursuit"], "g")]
    assert collection.unlabelled == 1


def test_without_a_table_beat_labels_are_the_categories(tmp_path):
    path = tmp_path / "m.tsv"
    path.write_text("path\tlabel\tsource_group\na.jpg\tGood Argue Bad\tg\n")
    assert found(read_collection(path, slug_of, beats=True)) == [("a.jpg", ["good_argue_bad"], "g")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("path\ttags\na.jpg\twar\n", "has no column source_group"),
        (HEADER + "a.jpg\twar\n", "line 2 is cut short"),
        (HEADER + "../a.jpg\twar\tg\n", "line 2 names ../a.jpg, which leaves"),
        (HEADER + "/etc/a.jpg\twar\tg\n", "line 2 names /etc/a.jpg, which leaves"),
        (HEADER + "..\\a.jpg\twar\tg\n", "which leaves the manifest's folder"),
        (HEADER + "a.jpg\twar\tg\na.jpg\tforest\tg\n", "line 3 repeats .* twice"),
        (HEADER + "a.jpg\t\tg\n", "no picture with a label"),
        ("", "has no column path"),
        (HEADER + "a.jpg\t" + "w" * 200_000 + "\tg\n", "is no table"),
    ],
)
def test_a_faulty_manifest_is_refused(tmp_path, resolve, text, fault):
    path = tmp_path / "m.tsv"
    path.write_text(text)
    with pytest.raises(DocumentError, match=fault):
        read_collection(path, resolve)


def test_what_is_no_text_is_refused(tmp_path, resolve):
    path = tmp_path / "m.tsv"
    path.write_bytes(b"\xff\xfe\x00path")
    with pytest.raises(DocumentError, match="is no table"):
        read_collection(path, resolve)


def test_the_shared_beats_become_eight_categories(shared):
    collection = read_collection(shared / "images" / "MANIFEST.tsv", slug_of, parts=["beats"], beats=True)
    labels = {label for picture in collection.pictures for label in picture.labels}
    assert labels == {
        "argument",
        "battle",
        "battle_preparation",
        "despair",
        "joy",
        "pursuit",
        "romance",
        "victory",
    }


@pytest.fixture
def manifest(tmp_path):
    for name in ("film/a.jpg", "film/b.jpg", "generic/c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    path = tmp_path / "MANIFEST.tsv"
    path.write_text(HEADER + "film/a.jpg\tforest, war\tg1\nfilm/b.jpg\tforest\tg2\ngeneric/c.jpg\t\tg3\n")
    return path


def test_only_the_rooms_asked_for_are_read(manifest):
    rooms = read_rooms(manifest, ("film",), {"g2": "g1"})
    assert [(p.path.name, p.room, sorted(p.labels), p.group) for p in rooms] == [
        ("a.jpg", "film", ["forest", "war"], "g1"),
        ("b.jpg", "film", ["forest"], "g1"),
    ]
    assert read_rooms(manifest, ("generic",))[0].labels == frozenset()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("path\ttags\nfilm/a.jpg\tforest\n", "has no column source_group"),
        (HEADER + "film/a.jpg\tforest\n", "cut short"),
        (HEADER + "film/../../a.jpg\tforest\tg\n", "leaves"),
        (HEADER + "film/none.jpg\tforest\tg\n", "film/none.jpg does not exist"),
        (HEADER + "film/a.jpg\tforest\tg\nfilm/a.jpg\twar\tg\n", "twice"),
        (HEADER, "no picture in film"),
    ],
)
def test_rooms_with_a_fault_are_refused(manifest, text, fault):
    manifest.write_text(text)
    with pytest.raises(DocumentError, match=fault):
        read_rooms(manifest, ("film",))


def test_a_missing_manifest_is_refused(tmp_path):
    with pytest.raises(DocumentError, match=r"none\.tsv: no such file"):
        read_rooms(tmp_path / "none.tsv", ("film",))


def test_the_shared_pictures_are_all_there(shared):
    rooms = read_rooms(shared / "images" / "MANIFEST.tsv", ("tagset", "film"))
    counts = Counter(label for picture in rooms for label in picture.labels)
    assert len(rooms) == 3634
    assert (counts["sports"], counts["monster"], counts["prison"]) == (357, 23, 1)
