"""From a folder, a map or a playlist to files, none of them outside."""

import base64
import hashlib
import os
from pathlib import Path

import pytest
from making import asset_map, dcp_playlist, package, picture

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.package.opening import is_package, open_package
from cinetag_plugin.media.source import films_in, find_source

ONE = {"CPL.xml": dcp_playlist(picture())}


def packing_list(folder: Path, size: int, digest: bytes) -> None:
    text = base64.b64encode(digest).decode()
    row = f"<Asset><Id>urn:uuid:A</Id><Hash>{text}</Hash><Size>{size}</Size></Asset>"
    (folder / "PKL.xml").write_text(f"<PackingList><AssetList>{row}</AssetList></PackingList>")
    paths = {"urn:uuid:a": "a.mxf", "urn:uuid:p": "PKL.xml", "urn:uuid:c": "CPL.xml"}
    (folder / "ASSETMAP.xml").write_text(asset_map(paths, lists=("urn:uuid:p",)))


@pytest.mark.parametrize("named", ["", "ASSETMAP.xml", "CPL.xml"])
def test_a_package_is_named_by_folder_map_or_playlist(named, tmp_path):
    folder = package(tmp_path / "A film.v2", ONE)
    got = find_source(folder / named)
    assert [part.path for part in got.composition.parts] == [folder / "a.mxf"]
    assert got.frames == 10
    assert got.name == ("CPL" if named == "CPL.xml" else "A film.v2")
    assert got.telling_files == [folder / "CPL.xml", folder / "a.mxf"]


def test_an_interop_map_has_no_ending(tmp_path):
    folder = package(tmp_path, ONE)
    (folder / "ASSETMAP.xml").rename(folder / "ASSETMAP")
    assert open_package(folder).playlist.frames == 10
    assert open_package(folder / "ASSETMAP").playlist.frames == 10


def test_the_current_folder_has_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(package(tmp_path / "film", ONE))
    assert find_source(Path()).name == "film"


def test_of_several_playlists_the_longest_is_taken_and_all_are_told(tmp_path):
    folder = package(
        tmp_path,
        {"trailer.xml": dcp_playlist(picture(frames=3)), "feature.xml": dcp_playlist(picture(), picture())},
    )
    got = open_package(folder)
    assert got.playlist.path.name == "feature.xml"
    assert "trailer.xml (3 frames), feature.xml (20 frames); feature.xml was taken" in got.warnings[0]
    assert open_package(folder / "trailer.xml").playlist.frames == 3
    assert not open_package(folder / "trailer.xml").warnings


def test_a_broken_playlist_beside_a_sound_one_is_told(tmp_path):
    folder = package(tmp_path, {"a.xml": dcp_playlist(), "b.xml": dcp_playlist(picture())})
    assert any("no picture" in warning for warning in open_package(folder).warnings)


@pytest.mark.parametrize(
    "path",
    [
        "../a.mxf",
        "sub/../../a.mxf",
        "..",
        "/etc/passwd",
        "//host/a.mxf",
        "file:a.mxf",
        "file:///etc/passwd",
        "http://127.0.0.1:9/a.mxf",
        "concat:a.mxf|b.mxf",
        "C:/a.mxf",
        "..\\a.mxf",
        "",
    ],
)
def test_a_path_that_is_not_plainly_downwards_is_refused(path, tmp_path):
    (tmp_path / "a.mxf").touch()
    folder = package(tmp_path / "film", ONE, {"urn:uuid:a": path})
    with pytest.raises(MediaError, match="points outside"):
        open_package(folder)


@pytest.mark.parametrize("path", ["%2e%2e/a.mxf", "%2Fetc%2Fpasswd", "file%3Aa.mxf"])
def test_an_escaped_path_is_no_way_out(path, tmp_path):
    (tmp_path / "a.mxf").touch()
    with pytest.raises(MediaError, match="points outside"):
        open_package(package(tmp_path / "film", ONE, {"urn:uuid:a": path}))


@pytest.mark.parametrize(
    "name", ["a film%.mxf", "100%20.mxf", "näme 🎬.mxf", "-i.mxf", "a'b.mxf", "sub/a.mxf"]
)
def test_any_plain_name_will_do(name, tmp_path):
    file = tmp_path / "film" / name
    file.parent.mkdir(parents=True)
    file.touch()
    assert open_package(package(tmp_path / "film", ONE, {"urn:uuid:a": name})).parts[0].path == file


def test_a_name_may_be_escaped(tmp_path):
    (tmp_path / "a film.mxf").touch()
    got = open_package(package(tmp_path, ONE, {"urn:uuid:a": "a%20film.mxf"}))
    assert got.parts[0].path == tmp_path / "a film.mxf"


def test_links_lead_nowhere_outside(tmp_path):
    (tmp_path / "outside.mxf").touch()
    folder = package(tmp_path / "film", ONE, {"urn:uuid:a": "a.mxf"})
    (folder / "real.mxf").touch()
    (folder / "a.mxf").symlink_to("real.mxf")
    assert open_package(folder).parts
    for target in ("../outside.mxf", tmp_path / "outside.mxf"):
        (folder / "a.mxf").unlink()
        (folder / "a.mxf").symlink_to(target)
        with pytest.raises(MediaError, match="link out of the package"):
            open_package(folder)
    (folder / "a.mxf").unlink()
    (folder / "sub").symlink_to("..")
    (folder / "ASSETMAP.xml").write_text(
        asset_map({"urn:uuid:a": "sub/outside.mxf", "urn:uuid:c": "CPL.xml"})
    )
    with pytest.raises(MediaError, match="link out of the package"):
        open_package(folder)


def test_a_package_that_is_itself_a_link_is_read(tmp_path):
    package(tmp_path / "real", ONE)
    (tmp_path / "link").symlink_to("real")
    assert open_package(tmp_path / "link").playlist.frames == 10


def test_what_is_missing_or_no_file_is_named(tmp_path):
    folder = package(tmp_path, ONE, {"urn:uuid:a": "a.mxf"})
    with pytest.raises(MediaError, match=r"its file a\.mxf is missing"):
        open_package(folder)
    os.mkfifo(folder / "a.mxf")
    with pytest.raises(MediaError, match=r"a\.mxf is not a regular file"):
        open_package(folder)
    package(tmp_path, ONE, {})
    with pytest.raises(MediaError, match=r"asset urn:uuid:a is not in this package: .*original version"):
        open_package(folder)


def test_a_playlist_without_its_map_is_refused(tmp_path):
    (tmp_path / "CPL.xml").write_text(ONE["CPL.xml"])
    for path in (tmp_path, tmp_path / "CPL.xml"):
        with pytest.raises(MediaError, match="has no ASSETMAP"):
            find_source(path)


@pytest.mark.parametrize("text", ["<AssetMap/>", "<PackingList><AssetList/></PackingList>"])
def test_a_map_that_is_none_is_refused(text, tmp_path):
    (tmp_path / "ASSETMAP.xml").write_text(text)
    with pytest.raises(MediaError, match="no asset map"):
        open_package(tmp_path)


def test_a_package_without_playlist_and_one_in_pieces_are_refused(tmp_path):
    with pytest.raises(MediaError, match="no composition playlist"):
        open_package(package(tmp_path, {}))
    chunk = "<Chunk><Path>a.mxf</Path></Chunk>"
    text = asset_map({"urn:uuid:a": "a.mxf"}).replace(chunk, chunk * 2)
    (tmp_path / "ASSETMAP.xml").write_text(text)
    with pytest.raises(MediaError, match="several pieces"):
        open_package(tmp_path)


def test_encrypted_is_refused_before_its_files_are_looked_at(tmp_path):
    secret = {"CPL.xml": dcp_playlist(picture(more="<KeyId>urn:uuid:k</KeyId>"))}
    with pytest.raises(MediaError, match="encrypted"):
        open_package(package(tmp_path, secret, {}))


def test_the_packing_list_is_heard(tmp_path):
    folder = package(tmp_path, ONE)
    (folder / "a.mxf").write_bytes(b"pictures")
    right = hashlib.sha1(b"pictures").digest()
    said = {}
    for case, size, digest in [
        ("right", 8, right),
        ("size", 9, right),
        ("hash", 8, bytes(20)),
        ("none", 8, b"?"),
    ]:
        packing_list(folder, size, digest)
        said[case] = open_package(folder).warnings
    assert (said["right"], said["none"]) == ((), ())
    assert "has 8 bytes, its packing list says 9" in said["size"][0]
    assert "SHA-1" in said["hash"][0]
    (folder / "PKL.xml").write_text("<!DOCTYPE x><x/>")
    assert "not checked" in open_package(folder).warnings[0]


def test_what_is_no_package(tmp_path):
    (tmp_path / "film.mxf").write_bytes(b"\x06\x0e\x2b\x34 CompositionPlaylist")
    (tmp_path / "notes.xml").write_text("<notes/>")
    for path in (
        tmp_path,
        tmp_path / "film.mxf",
        tmp_path / "notes.xml",
        tmp_path / "absent",
        Path("null\0"),
    ):
        assert not is_package(path)


def test_a_package_is_one_film_of_a_folder(tmp_path):
    folder = package(tmp_path / "b film", ONE)
    (tmp_path / "a.mov").touch()
    (tmp_path / "folder").mkdir()
    assert films_in(folder) == [folder]
    assert films_in(tmp_path) == [tmp_path / "a.mov", folder]
