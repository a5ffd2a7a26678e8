from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.evaluation.labelled import LabelledPicture
from cinetag_plugin.training.collection import read_rooms
from cinetag_plugin.training.splits import deal_folds, joined, rotations, source_of, sources


def picture(name: str, group: str) -> LabelledPicture:
    return LabelledPicture(Path(group.replace("/", "_")) / name, "tagset", frozenset(), group)


groups = st.sampled_from(
    ["sun-c", "sun-n", "sintel-film", "sintel-trailer", "web:a/one", "web:a/two", "web:b/one", "x", "y"]
)
pictures = st.lists(st.builds(picture, st.sampled_from("abcdefghij"), groups), min_size=1, max_size=60)


@given(pictures, st.integers(2, 6))
def test_no_source_and_no_copy_is_on_both_sides(dealt, folds):
    fold = deal_folds(sources(dealt), folds)
    for held_out in range(folds):
        inside = [p for p, f in zip(dealt, fold, strict=True) if f == held_out]
        outside = [p for p, f in zip(dealt, fold, strict=True) if f != held_out]
        assert not {source_of(p.group) for p in inside} & {source_of(p.group) for p in outside}
        assert not {p.path.name for p in inside} & {p.path.name for p in outside}


@given(pictures)
def test_the_order_of_the_pictures_does_not_change_the_folds(dealt):
    assert sources(dealt) == sources(dealt[::-1])[::-1]
    assert (deal_folds(sources(dealt), 3) == deal_folds(sources(dealt[::-1]), 3)[::-1]).all()


def test_sites_of_one_owner_are_one_source():
    assert source_of("web:owner/site") == source_of("web:owner/other") != source_of("web:owner2/site")
    assert [*map(source_of, ("tanks", "sun-c", "sun-n"))] == ["tanks", "sun-c", "sun-n"]


def test_largest_sources_are_dealt_first_each_to_the_smallest_fold():
    names = ["a"] * 5 + ["b"] * 4 + ["c"] * 3 + ["d"] * 3 + ["e"]
    fold = deal_folds(names, 2)
    assert dict(zip(names, fold.tolist(), strict=True)) == {"a": 0, "b": 1, "c": 1, "d": 0, "e": 1}


def test_real_folds_are_of_like_size_and_keep_beat_copies_with_their_originals(shared):
    found = read_rooms(shared / "images" / "MANIFEST.tsv", ("tagset", "film", "beats"))
    fold = deal_folds(sources(found), 5)
    sizes = np.bincount(fold, minlength=5)
    assert sizes.min() > 0.8 * sizes.max()
    fold_of_name: dict[str, int] = {}
    for one, number in zip(found, fold.tolist(), strict=True):
        assert fold_of_name.setdefault(one.path.name, number) == number


def test_sources_with_a_common_picture_are_one():
    assert joined(["a", "b", "c", "b"], [b"1", b"2", b"2", b"3"]) == ["a", "b", "b", "b"]


@given(st.integers(3, 6), st.integers(1, 6))
def test_each_rotation_parts_all_pictures_and_each_fold_is_tested_once(folds, rounds):
    fold = np.arange(4 * folds) % folds
    tested = []
    for split in rotations(fold, rounds):
        parts = [set(fold[rows].tolist()) for rows in split]
        assert sorted(np.concatenate(split).tolist()) == list(range(4 * folds))
        assert (len(parts[1]), len(parts[2]), len(parts[0])) == (1, 1, folds - 2)
        tested += parts[2]
    assert len(tested) == len(set(tested)) == min(rounds, folds)
