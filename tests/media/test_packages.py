"""Every row of the table of cinema packages, and what their pictures look like."""

import csv
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media import parts
from cinetag_plugin.media.ffmpeg import Ffmpeg
from cinetag_plugin.media.frames import WHOLE_SIZE, FramePipe
from cinetag_plugin.media.pictures import rgb_of
from cinetag_plugin.media.probe import probe
from cinetag_plugin.media.source import find_source

PACKAGES = Path(os.environ.get("CINETAG_SHARED", Path(__file__).parents[3] / "shared")) / "media/imf"
VISIBLE = 12  # mean difference of luminance at a cut of the table's films
OLD = "ffmpeg version 5"


def rows():
    if not (PACKAGES / "EXPECTED.tsv").is_file():
        return [pytest.param({}, marks=pytest.mark.skip(f"no table of packages at {PACKAGES}"))]
    with (PACKAGES / "EXPECTED.tsv").open(encoding="utf-8") as file:
        found = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [pytest.param(row, id=f"{row['package']}/{row['cpl_or_file']}") for row in found]


@pytest.mark.parametrize("row", rows())
def test_a_package_of_the_table_is_read_or_refused_as_it_says(row, ffmpeg: Ffmpeg, decode: Callable) -> None:
    begin = time.monotonic()
    try:
        got = decode(PACKAGES / row["package"] / row["cpl_or_file"])
    except MediaError as refusal:
        check_refusal(refusal, row, ffmpeg)
        assert time.monotonic() - begin < 20
    else:
        check_film(got, row)
        assert bool(got.warnings) == ("warn" in row["verdict"]), got.warnings
        assert all("\n" not in warning for warning in got.warnings)


@pytest.mark.parametrize("row", rows())
def test_the_folder_of_a_package_is_the_same_film(row) -> None:
    folder = PACKAGES / row["package"]
    if folder.name == "colour" or row["cpl_or_file"] == "CPL_trailer.xml":
        return
    if row["verdict"].startswith("refuse") and row["frames"] == "-":
        with pytest.raises(MediaError):
            find_source(folder)
        return
    by_folder = find_source(folder)
    by_file = find_source(folder / row["cpl_or_file"])
    assert by_folder.composition.parts == by_file.composition.parts
    assert by_folder.name == folder.name
    several = "ask which" in row["verdict"]
    assert (by_folder.warnings[several:], "compositions" in "".join(by_folder.warnings)) == (
        by_file.warnings,
        several,
    )


def check_refusal(refusal, row, ffmpeg):
    too_new = "newer ffmpeg" in row["verdict"] and ffmpeg.version.startswith(OLD)
    assert "refuse" in row["verdict"] or too_new, refusal
    assert "\n" not in str(refusal)
    assert refusal.remedy


def check_film(got, row):
    assert "analyse" in row["verdict"], "should have been refused"
    assert got.film.frames == int(row["frames"])
    assert (got.film.rate, got.film.variable_rate) == (Fraction(row["edit_rate"]), False)
    assert got.film.start_timecode == (None if row["start_tc"] == "-" else row["start_tc"])
    assert got.pts == list(range(got.film.frames))
    assert got.film.time_base == 1 / got.film.rate
    assert sum(source.frames for source in got.film.sources) == got.film.frames
    cuts = [] if row["cuts"] == "none" else [int(cut) for cut in row["cuts"].split(",")]
    assert [frame for frame, change in enumerate(got.changes) if change > VISIBLE] == cuts


def test_the_reels_of_a_film_are_its_sources(shared: Path, decode: Callable) -> None:
    def told(package):
        film = decode(shared / "media/imf" / package).film
        return [
            (Path(source.path).name, source.start, source.frames, source.entry) for source in film.sources
        ]

    assert told("dcp_ok") == [("reel1_j2c.mxf", 0, 16, 4), ("reel2_j2c.mxf", 16, 14, 2)]
    assert told("imf_ok") == [
        ("i1.mxf", 0, 8, 4),
        ("i1.mxf", 8, 8, 12),
        ("i2.mxf", 16, 8, 8),
        ("i2.mxf", 24, 8, 8),
        ("i1.mxf", 32, 6, 0),
    ]


def test_the_playlist_and_the_first_file_tell_a_film_from_another(shared: Path, decode: Callable) -> None:
    packages = shared / "media/imf"
    names = ("dcp_ok", "dcp_two_cpls/CPL_feature.xml", "dcp_two_cpls/CPL_trailer.xml")
    prints = [decode(packages / name).film.fingerprint for name in names]
    assert len(set(prints)) == 3
    assert decode(packages / "dcp_ok/CPL.xml").film.fingerprint == prints[0]


@pytest.mark.parametrize("looped", [0, parts.LOOPED])
def test_a_repetition_is_the_same_decoded_again_or_kept(
    looped: int, shared: Path, decode: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LOOPED", looped)
    got = decode(shared / "media/imf/imf_ok")
    assert got.pts == list(range(38))
    assert got.changes[17:24] == got.changes[25:32]


def frames_of(path: Path, ffmpeg: Ffmpeg) -> list[np.ndarray]:
    with FramePipe(probe(path, ffmpeg), ffmpeg) as pipe:
        return [frame.y.copy() for frame in pipe]


@pytest.mark.parametrize("closed", [True, False])
def test_every_entry_is_exact(closed: bool, shared: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """With an index, which is sought in, and without one, as an interrupted copy leaves it."""
    for file in (shared / "media/imf/dcp_ok").iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    reel = tmp_path / "reel1_j2c.mxf"
    if not closed:
        content = reel.read_bytes()
        reel.write_bytes(content.replace(parts._RANDOM_INDEX_PACK, bytes(16)))
    whole = frames_of(reel, ffmpeg)
    playlist = (tmp_path / "CPL.xml").read_text(encoding="utf-8")
    for entry in (0, 1, 2, 5, 13, 22):
        cut = f"<EntryPoint>{entry}</EntryPoint><Duration>2</Duration>"
        text = playlist.replace("<EntryPoint>4</EntryPoint><Duration>16</Duration>", cut)
        (tmp_path / "CPL.xml").write_text(text, encoding="utf-8")
        got = frames_of(tmp_path, ffmpeg)
        assert len(got) == 16
        assert all(np.array_equal(a, b) for a, b in zip(got, whole[entry : entry + 2], strict=False))


def test_of_a_stereoscopic_film_one_eye_is_taken(shared: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    for file in (shared / "media/imf/dcp_ok").iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    playlist = (tmp_path / "CPL.xml").read_text(encoding="utf-8")
    text = playlist.replace("MainPicture", "MainStereoscopicPicture")
    for old, new in (("24", "12"), ("20", "10")):
        text = text.replace(f"<IntrinsicDuration>{old}<", f"<IntrinsicDuration>{new}<")
    text = text.replace("<EntryPoint>4</EntryPoint><Duration>16<", "<EntryPoint>2</EntryPoint><Duration>8<")
    text = text.replace("<EntryPoint>2</EntryPoint><Duration>14<", "<EntryPoint>1</EntryPoint><Duration>7<")
    (tmp_path / "CPL.xml").write_text(text, encoding="utf-8")
    first, second = (frames_of(tmp_path / f"reel{number}_j2c.mxf", ffmpeg) for number in (1, 2))
    got = frames_of(tmp_path, ffmpeg)
    wanted = [*first[4:20:2], *second[2:16:2]]
    assert len(got) == len(wanted) == 15
    assert all(np.array_equal(a, b) for a, b in zip(got, wanted, strict=True))


def test_a_part_that_is_a_list_of_other_files_is_not_followed(
    shared: Path, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    for file in (shared / "media/imf/dcp_ok").iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    (tmp_path / "reel2_j2c.mxf").write_text("ffconcat version 1.0\nfile reel1_j2c.mxf\n")
    assert len(frames_of(tmp_path, ffmpeg)) == 16


def test_damaged_pictures_leave_a_gap_and_the_rest_in_its_place(
    shared: Path, tmp_path: Path, decode: Callable
) -> None:
    for file in (shared / "media/imf/dcp_ok").iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    reel = tmp_path / "reel1_j2c.mxf"
    content = bytearray(reel.read_bytes())
    starts = [at for at in range(len(content)) if content[at : at + 4] == b"\xff\x4f\xff\x51"]
    for start in starts[8:10]:
        content[start : start + 60] = bytes(60)
    reel.write_bytes(content)
    got = decode(tmp_path)
    assert got.pts == [*range(4), *range(6, 30)]
    assert [(source.start, source.frames) for source in got.film.sources] == [(0, 14), (14, 14)]
    assert any("promises 30 frames, 28" in warning for warning in got.warnings)


def test_a_film_that_lost_its_end_between_probe_and_decode_is_told(
    shared: Path, tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    for file in (shared / "media/imf/dcp_ok").iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    facts = probe(tmp_path, ffmpeg)
    (tmp_path / "reel2_j2c.mxf").write_bytes(b"")
    with FramePipe(facts, ffmpeg) as pipe:
        assert len(list(pipe)) == 16
    assert any("promises 30 frames, 16" in warning for warning in pipe.warnings)


def bars(shared: Path):
    with (shared / "media/imf/colour/bars_xyz12.tsv").open(encoding="utf-8") as file:
        table = list(csv.reader(file, delimiter="\t"))[1:]
    return [[int(value) for value in row[1].split(",")] for row in table], [
        [int(value) for value in row[2:5]] for row in table
    ]


def near_black(ffmpeg: Ffmpeg) -> int:
    """Levels of 255 that near-black may be off: the scaler of old FFmpeg has 12 bits for light."""
    return 3 if ffmpeg.version.startswith(OLD) else 2


def test_xyz_becomes_the_colours_of_a_display(shared: Path, ffmpeg: Ffmpeg) -> None:
    facts = probe(shared / "media/imf/colour/bars_xyz12.mxf", ffmpeg)
    with FramePipe(facts, ffmpeg, short_side=WHOLE_SIZE) as pipe:
        picture = rgb_of(next(iter(pipe))).astype(float)
    width = picture.shape[1] // 8
    for bar, colour in enumerate(bars(shared)[0]):
        seen = picture[20:-20, bar * width + 4 : (bar + 1) * width - 4].mean((0, 1))
        assert np.abs(seen - colour).max() < near_black(ffmpeg), colour


def test_xyz_that_is_not_marked_as_such_is_the_same(shared: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """A digital-cinema package is X'Y'Z' by its standard, whatever its codestreams say."""
    colours, codes = bars(shared)
    raw = np.repeat(np.array(codes, "<u2")[None] << 4, 48, 0).repeat(8, 1)
    for file in (shared / "media/imf/dcp_ok").iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    picture = ("-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", "64x48", "-r", "24", "-i", "-")
    encoder = "libopenjpeg" if "libopenjpeg" in ffmpeg.encoders else "jpeg2000"
    encode = ("-c:v", encoder, "-pix_fmt", "rgb48le", "-y")
    command = [ffmpeg.path, "-v", "error", *picture, *encode, str(tmp_path / "reel1_j2c.mxf")]
    subprocess.run(command, input=raw.tobytes() * 24, check=True)
    facts = probe(tmp_path, ffmpeg)
    assert facts.pixel_format == "rgb48le"
    with FramePipe(facts, ffmpeg) as pipe:
        seen = rgb_of(next(iter(pipe)))[24, 4::8].astype(int)
    assert np.abs(seen - colours).max() <= 2


def test_a_smaller_picture_is_decoded_where_it_will_do(shared: Path, ffmpeg: Ffmpeg) -> None:
    """UHD at an eighth looks like UHD at a quarter, halved."""
    facts = probe(shared / "media/imf/real/photon_PHDR_no_sound", ffmpeg)
    assert (facts.width, facts.height, facts.levels) == (3840, 2160, 5)
    with FramePipe(facts, ffmpeg) as pipe:
        low = next(iter(pipe)).y.astype(int)
    assert low.shape == (270, 480)
    with FramePipe(facts, ffmpeg, short_side=540) as pipe:
        half = next(iter(pipe)).y.astype(int)
    assert half.shape == (540, 960)
    shrunk = half.reshape(270, 2, 480, 2).mean((1, 3))
    assert np.corrcoef(low.ravel(), shrunk.ravel())[0, 1] > 0.99
    assert abs(low.mean() - shrunk.mean()) < 1
