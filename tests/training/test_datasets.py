import pytest

from cinetag_plugin.document.errors import DocumentError
from cinetag_plugin.training.datasets import label_counts, read_manifest, truth_matrix

HEADER = "path\ttags\tsource\tsource_group\n"


@pytest.fixture
def manifest(tmp_path):
    for name in ("film/a.jpg", "film/b.jpg", "generic/c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    path = tmp_path / "MANIFEST.tsv"
    path.write_text(
        HEADER + "film/a.jpg\tforest, war\tx\tg1\nfilm/b.jpg\tforest\tx\tg2\ngeneric/c.jpg\t\tx\tg3\n"
    )
    return path


def test_only_the_rooms_asked_for_are_read(manifest):
    found = read_manifest(manifest, ("film",))
    assert [(p.path.name, p.room, sorted(p.labels), p.group) for p in found] == [
        ("a.jpg", "film", ["forest", "war"], "g1"),
        ("b.jpg", "film", ["forest"], "g2"),
    ]
    assert read_manifest(manifest, ("generic",))[0].labels == frozenset()


def test_labels_are_counted_and_laid_out(manifest):
    found = read_manifest(manifest, ("film",))
    assert label_counts(found) == {"forest": 2, "war": 1}
    assert truth_matrix(found, ["war", "forest"]).tolist() == [[True, True], [False, True]]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("path\ttags\nfilm/a.jpg\tforest\n", "source_group is missing"),
        (HEADER + "film/a.jpg\tforest\n", "cut short"),
        (HEADER + "film/../../a.jpg\tforest\tx\tg\n", "leaves"),
        (HEADER + "film/none.jpg\tforest\tx\tg\n", "does not exist"),
        (HEADER + "film/a.jpg\tforest\tx\tg\nfilm/a.jpg\twar\tx\tg\n", "twice"),
        (HEADER, "no picture"),
    ],
)
def test_a_faulty_manifest_is_refused(manifest, text, fault):
    manifest.write_text(text)
    with pytest.raises(DocumentError, match=fault):
        read_manifest(manifest, ("film",))


def test_a_missing_manifest_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="cannot be read"):
        read_manifest(tmp_path / "none.tsv", ("film",))


def test_the_real_pictures_are_all_there(shared):
    found = read_manifest(shared / "images" / "MANIFEST.tsv", ("tagset", "film"))
    counts = label_counts(found)
    assert len(found) == 3634
    assert (counts["sports"], counts["monster"], counts["prison"]) == (357, 23, 1)
