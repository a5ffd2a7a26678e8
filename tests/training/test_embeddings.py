import hashlib
import os

import numpy as np
import pytest
from PIL import Image

from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.training.embedding_cache import EmbeddingCache, shrink
from cinetag_plugin.training.embeddings import Measure, measure_all
from cinetag_plugin.training.pictures import colours


def mean_colour(key="mean"):
    """Return a measure, and a list that grows with each of its runs."""
    runs = []

    def of(picture):
        runs.append(picture.shape)
        return picture.mean((0, 1)).astype(np.float32)

    return Measure(key, 3, of), runs


@pytest.fixture
def paths(tmp_path):
    draw = np.random.default_rng(1)
    made = []
    for number in range(5):
        path = tmp_path / f"{number}.png"
        Image.fromarray(draw.integers(0, 256, (4, 6, 3), np.uint8)).save(path)
        made.append(path)
    return made


def silent(done, expected):
    pass


def test_each_picture_is_measured_once_whatever_its_name(paths, tmp_path):
    cache = tmp_path / "cache"
    measure, runs = mean_colour()
    first = measure_all(paths, [measure], cache, silent)
    renamed = paths[0].rename(tmp_path / "other.png")
    second = measure_all([renamed, *paths[1:]], [measure], cache, silent)
    assert len(runs) == 5
    assert (first.vectors[0] == second.vectors[0]).all()
    assert first.vectors[0][0] == pytest.approx(np.asarray(Image.open(renamed)).mean((0, 1)), abs=1e-4)
    assert first.checksums[0] == hashlib.sha256(renamed.read_bytes()).digest()


def test_another_key_measures_again(paths, tmp_path):
    measure, _ = mean_colour("one")
    other, runs = mean_colour("two")
    measure_all(paths, [measure], tmp_path / "cache", silent)
    measure_all(paths, [other], tmp_path / "cache", silent)
    assert len(runs) == 5


def test_what_was_measured_before_a_fault_is_kept(paths, tmp_path):
    measure, runs = mean_colour()

    def report(done, expected):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_all(paths, [measure], tmp_path / "cache", report)
    measure_all(paths, [measure], tmp_path / "cache", silent)
    assert len(runs) == 5


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b"x" + b[1:], lambda b: b[:-1] + b"x", lambda b: b""]
)
def test_a_damaged_file_of_the_cache_is_told_and_thrown_away(paths, tmp_path, damage):
    measure, runs = mean_colour()
    wanted = measure_all(paths, [measure], tmp_path / "cache", silent).vectors[0]
    (file,) = (tmp_path / "cache").rglob("*.embeddings")
    file.write_bytes(damage(file.read_bytes()))
    told: list[str] = []
    again = measure_all(paths, [measure], tmp_path / "cache", silent, told.append)
    assert (again.vectors[0] == wanted).all()
    assert len(runs) == 10
    assert told == [f"{file}: is damaged: its embeddings are made again"]
    assert file.exists()  # of the same content, so of the same name
    assert (measure_all(paths, [measure], tmp_path / "cache", silent, told.append).vectors[0] == wanted).all()
    assert (len(runs), len(told)) == (10, 1)


def test_files_are_read_only_where_a_picture_of_theirs_is_asked_for(paths, tmp_path):
    measure, runs = mean_colour()
    measure_all(paths[:2], [measure], tmp_path / "cache", silent)
    (early,) = (tmp_path / "cache").rglob("*.embeddings")
    measure_all(paths[2:], [measure], tmp_path / "cache", silent)
    early.write_bytes(early.read_bytes()[:-1] + b"x")
    told: list[str] = []
    measure_all(paths[2:], [measure], tmp_path / "cache", silent, told.append)
    assert (len(runs), told) == (5, [])
    measure_all(paths, [measure], tmp_path / "cache", silent, told.append)
    assert (len(runs), len(told)) == (7, 1)


def test_a_cache_that_cannot_be_written_stops_nothing(paths, tmp_path):
    (tmp_path / "cache").write_text("a file")
    measure, _ = mean_colour()
    told: list[str] = []
    assert len(measure_all(paths, [measure], tmp_path / "cache", silent, told.append).rows) == 5
    assert len(told) == 1
    assert told[0].endswith(": embeddings are not kept")


def test_broken_pictures_are_told_and_left_out(paths, tmp_path):
    whole = paths[1].read_bytes()
    paths[1].write_bytes(whole[: len(whole) // 2])
    paths[2].write_text("%!PS")
    paths[3].unlink()
    measure, _ = mean_colour()
    measured = measure_all(paths, [measure], tmp_path / "cache", silent)
    assert measured.rows == (0, 4)
    assert [fault.subject for fault in measured.faults] == [str(path) for path in paths[1:4]]
    assert len(measured.vectors[0]) == 2


def test_a_backbone_that_fails_ends_the_run(paths, tmp_path):
    def of(picture):
        raise ModelError("backbone", "cannot be run")

    with pytest.raises(ModelError):
        measure_all(paths, [Measure("x", 3, of)], tmp_path / "cache", silent)


def test_the_files_used_longest_ago_go_first(tmp_path):
    for name in ("new", "old"):
        cache = EmbeddingCache(tmp_path, name, 2)
        cache.put(bytes(32), np.zeros(2, np.float32))
        cache.flush()
    files = {path.parent.name: path for path in tmp_path.rglob("*.embeddings")}
    old = files[hashlib.sha256(b"old").hexdigest()[:32]]
    os.utime(old, (1, 1))
    shrink(tmp_path, most=40)
    assert not old.exists()
    assert len(list(tmp_path.rglob("*.embeddings"))) == 1


def test_colours_are_shares_of_cells():
    picture = np.zeros((10, 10, 3), np.uint8)
    picture[:5] = (255, 0, 0)
    shares = colours(picture)
    assert shares.sum() == pytest.approx(1)
    assert sorted(shares)[-2:] == pytest.approx([0.5, 0.5])
