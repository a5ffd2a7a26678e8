"""The truth of composed films holds: in memory, by seed, and after a lossless encode."""

from contextlib import suppress
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.contracts import Boundary
from cinetag_plugin.evaluation.shots import Truth, read_truth
from cinetag_plugin.media.ffmpeg import find_ffmpeg
from cinetag_plugin.media.frames import WHOLE_SIZE, FramePipe
from cinetag_plugin.media.layout import Size
from cinetag_plugin.media.probe import probe
from compose.edit import Edit
from compose.encodes import ENCODES, encoded
from compose.films import FILMS, Film, composed
from compose.gradual import dissolves, edge, wipes
from compose.hard import cuts
from compose.pictures import BLACK, distance, luminance, mixed, plain
from compose.rates import repeated, telecined
from compose.sources import SHORTEST, Clip, Library, Shot, cut_free

SIZE = Size(32, 20)
COMPOSED = {film.stream or film.name: film for film in FILMS}


def clip(name: str, frames: int = 260, seed: int = 0) -> Clip:
    """A clip of its own texture that drifts by a level a frame."""
    rng = np.random.default_rng(seed)
    still = rng.integers(40, 180, SIZE.bytes)
    drift = np.arange(frames)[:, None] // 5
    return Clip(name, np.clip(still + drift, 16, 235).astype(np.uint8), ((0, frames),))


@pytest.fixture
def clips() -> list[Clip]:
    return [clip(f"clip {seed}", seed=seed) for seed in range(5)]


def shot(seed: int, length: int) -> Shot:
    return Shot(clip("clip", length, seed).frames, f"clip {seed}", 0)


def small(film: Film) -> Film:
    return film._replace(size=SIZE, frames=300)


spans = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), max_size=8)


@given(cuts=spans, fooling=spans, guard=st.integers(0, 9))
def test_cut_free_ranges_keep_a_guard_from_every_row(cuts, fooling, guard):
    boundaries = tuple(Boundary("dissolve" if n else "cut", s, s + n) for s, n in cuts)
    truth = Truth(boundaries, tuple((s, s + n) for s, n in fooling))
    for start, end in cut_free(truth, 600, guard):
        assert start >= 0
        assert end <= 600
        assert end - start >= SHORTEST
        for first, length in cuts + fooling:
            assert end <= first - guard or start >= first + length + guard


def test_a_film_without_rows_is_one_range():
    assert cut_free(Truth(()), 100) == [(0, 100)]


def test_a_dissolve_shows_something_of_both_in_each_of_its_frames_and_nothing_of_either_beyond():
    one, two = shot(1, 50), shot(2, 40)
    edit = Edit(SIZE, 24)
    edit.cut_to(one)
    edit.dissolve_to(two, 9)
    (row,) = edit.rows
    assert (row.kind, row.start, row.end, len(edit)) == ("dissolve", 41, 50, 81)
    for i in range(9):
        expected = one.frames[41 + i] * (1 - (i + 1) / 10) + two.frames[i] * ((i + 1) / 10)
        assert np.abs(edit.frames[41 + i] - expected).max() <= 0.5 + 1e-4
    assert np.array_equal(edit.frames[40], one.frames[40])
    assert np.array_equal(edit.frames[50], two.frames[9])


def test_a_fade_reaches_from_the_first_dimmed_frame_to_the_first_that_is_not():
    one, two = shot(1, 30), shot(2, 30)
    edit = Edit(SIZE, 24)
    edit.cut_to(one)
    edit.fade_to(two, 5, 3, 4, BLACK)
    (row,) = edit.rows
    assert (row.kind, row.start, row.end) == ("fade", 25, 37)
    assert np.array_equal(edit.frames[24], one.frames[24])
    assert all(np.array_equal(edit.frames[i], plain(SIZE, BLACK)) for i in (30, 31, 32))
    assert np.array_equal(edit.frames[37], two.frames[4])
    assert not np.array_equal(edit.frames[36], two.frames[3])


def test_black_of_a_second_parts_two_fades():
    edit = Edit(SIZE, 24)
    edit.cut_to(shot(1, 30))
    edit.fade_to(shot(2, 30), 5, 24, 4, BLACK)
    assert [(row.kind, row.start, row.end) for row in edit.rows] == [("fade", 25, 30), ("fade", 54, 58)]


@pytest.mark.parametrize(("hold", "rows"), [(6, [36]), (7, [30, 37])])
def test_up_to_six_black_frames_belong_to_the_shot_before(hold, rows):
    edit = Edit(SIZE, 24)
    edit.cut_to(shot(1, 30))
    edit.black_to(shot(2, 30), hold, 0, BLACK)
    assert [row.start for row in edit.rows] == rows


@pytest.mark.parametrize("soft", [0.0, 0.2])
def test_a_wipe_takes_every_pixel_once(soft):
    path = np.linspace(0, 1 - 1 / 64, 64)[None].repeat(4, axis=0)
    covers = [edge(path, soft)(done) for done in (0.1, 0.4, 0.7, 0.9)]
    assert all((after >= before).all() for before, after in pairwise(covers))
    assert edge(path, soft)(0).max() == 0
    assert edge(path, soft)(1).min() == 1


@pytest.mark.parametrize(
    "film", [small(film) for film in COMPOSED.values()], ids=sorted(COMPOSED, key=list(COMPOSED).index)
)
def test_the_truth_of_every_film_can_be_read_and_its_cuts_be_seen(film, clips, tmp_path):
    edit = composed(film, clips, 7)
    (tmp_path / "film.tsv").write_text(edit.truth({"film": film.name}), encoding="utf-8")
    truth = read_truth(tmp_path / "film.tsv")
    assert truth.boundaries
    assert all(0 < b.start <= b.end < len(edit) for b in truth.boundaries)
    assert all(0 <= start <= end < len(edit) for start, end in truth.not_cut)
    ends = [(b.start, b.end) for b in truth.boundaries]
    assert all(a[1] <= b[0] for a, b in pairwise(ends))
    for cut in (b.start for b in truth.boundaries if b.kind == "cut"):
        assert distance(edit.frames[cut - 1], edit.frames[cut], SIZE) >= 1.5


def test_the_same_seed_gives_the_same_film_and_another_another(clips):
    film = small(next(film for film in FILMS if film.name == "grain"))
    one, again, other = (composed(film, clips, seed) for seed in (3, 3, 4))
    assert one.rows == again.rows != other.rows
    assert all(map(np.array_equal, one.frames, again.frames))


@pytest.mark.parametrize("film", [small(film) for film in COMPOSED.values()], ids=list(COMPOSED))
def test_too_little_material_ends_every_making(film):
    with suppress(SystemExit):  # or it is made of what there is
        composed(film, [clip("one", 40), Clip("two", clip("one", 40).frames, ((0, 40),))], 1)


def test_cuts_between_pictures_that_are_alike_are_refused():
    same = clip("one", 40)
    with pytest.raises(SystemExit, match="name more sources"):
        Library([same], SIZE, np.random.default_rng(1)).shot(10, after=same.frames[0])


def test_films_of_one_stream_are_one_composition(clips):
    x264, vp9 = (small(next(f for f in FILMS if f.name == name)) for name in ("x264", "vp9"))
    assert composed(x264, clips, 1).rows == composed(vp9, clips, 1).rows


def test_cuts_lie_between_1_and_200_frames_apart(clips):
    edit = Edit(SIZE, 24)
    cuts(edit, Library(clips, SIZE, np.random.default_rng(5)), 3000)
    lengths = np.diff([row.start for row in edit.rows])
    assert 1 <= lengths.min() <= 3
    assert 100 <= lengths.max() <= 200


@pytest.mark.parametrize("make", [dissolves, wipes])
def test_transitions_leave_calm_between_them(make, clips):
    edit = Edit(SIZE, 24)
    make(edit, Library(clips, SIZE, np.random.default_rng(5)), 1500)
    gaps = [b.start - a.end for a, b in zip(edit.rows, edit.rows[1:], strict=False)]
    assert min(gaps) >= 12


def test_repeated_frames_carry_the_cut_to_the_first_time_it_is_seen():
    edit = Edit(SIZE, 18)
    edit.cut_to(shot(1, 20))
    edit.cut_to(shot(2, 20))
    slow = repeated(edit, 30)
    (row,) = slow.rows
    assert len(slow) == 67
    assert np.array_equal(slow.frames[row.start], edit.frames[20])
    assert np.array_equal(slow.frames[row.start - 1], edit.frames[19])


@pytest.mark.parametrize("length", [20, 21, 22, 23])
def test_a_telecined_cut_stands_where_an_upper_field_is_first_new(length):
    edit = Edit(SIZE, 24)
    edit.cut_to(shot(1, length))
    edit.cut_to(shot(2, 24))
    film = telecined(edit)
    (row,) = film.rows
    before, after = (luminance(film.frames[i], SIZE)[::2] for i in (row.start - 1, row.start))
    assert np.array_equal(before, luminance(edit.frames[length - 1], SIZE)[::2])
    assert np.array_equal(after, luminance(edit.frames[length], SIZE)[::2])
    assert len(film) in {(length + 24) * 5 // 4, (length + 24) * 5 // 4 + 1}


def test_a_lossless_film_has_its_cuts_where_the_truth_says(clips, tmp_path):
    edit = Edit(SIZE, 25)
    cuts(edit, Library(clips, SIZE, np.random.default_rng(1)), 200)
    encoded(edit, ENCODES["ffv1"], tmp_path / "film.mkv", find_ffmpeg())
    with FramePipe(probe(tmp_path / "film.mkv", find_ffmpeg()), find_ffmpeg(), short_side=WHOLE_SIZE) as pipe:
        planes = [np.array(frame.y) for frame in pipe]
    assert len(planes) == len(edit)
    assert all(np.array_equal(y, luminance(p, SIZE)) for y, p in zip(planes, edit.frames, strict=True))
    steps = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(planes)]
    assert {i + 1 for i, step in enumerate(steps) if step > 8} == {row.start for row in edit.rows}


def test_mixing_gives_the_ends_at_the_ends():
    one, two = plain(SIZE, 20), plain(SIZE, 200)
    assert np.array_equal(mixed(one, two, 0), one)
    assert np.array_equal(mixed(one, two, 1), two)


def test_an_encoder_that_fails_leaves_no_film(clips, tmp_path):
    edit = Edit(SIZE, 24)
    edit.cut_to(shot(1, 3))
    with pytest.raises(SystemExit, match="cannot be made"):
        encoded(
            edit, ENCODES["x264"]._replace(options=("-preset", "none")), tmp_path / "film.mp4", find_ffmpeg()
        )
    assert not list(tmp_path.iterdir())
