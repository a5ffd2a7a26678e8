"""Which files beside a film are its subtitles, and which comes first."""

import pytest

from cinetag_plugin.evidence.subtitle_files import subtitles_beside


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["film.srt", "film.en.srt", "film.ass"], ["film.srt", "film.ass", "film.en.srt"]),
        (["film.fr.srt", "film.en.srt", "film.en.vtt"], ["film.en.srt", "film.fr.srt", "film.en.vtt"]),
        (["film.pt-BR.srt"], ["film.pt-BR.srt"]),
        (["film.SRT"], ["film.SRT"]),
        (["FILM.srt", "film2.srt", "film.en.txt", "other.srt"], []),
        (["film.srt.srt", "film.commentary track.srt"], []),
    ],
)
def test_files_beside_the_film(tmp_path, names, found):
    for name in names:
        (tmp_path / name).write_text("")
    assert [path.name for path in subtitles_beside(tmp_path / "film.mkv")] == found


def test_a_folder_that_is_not_there_has_none(tmp_path):
    assert subtitles_beside(tmp_path / "gone" / "film.mkv") == []
