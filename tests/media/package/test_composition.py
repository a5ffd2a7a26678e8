"""What a playlist says, and what it may not say."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import dcp_playlist, imf_playlist, picture, resource

from cinetag_plugin.document.errors import MediaError
from cinetag_plugin.media.package.composition import MOST_EXCERPTS, playlist_of
from cinetag_plugin.media.package.xml_documents import parsed

PATH = Path("CPL.xml")
KEY = "<KeyId>urn:uuid:k</KeyId>"


def read(text: str):
    return playlist_of(parsed(text.encode(), PATH), PATH)


def check_line(refusal):
    assert "\n" not in str(refusal)
    assert len(str(refusal)) < 600


def shown(playlist):
    return [(excerpt.asset, excerpt.entry, excerpt.frames) for excerpt in playlist.excerpts]


def test_the_reels_of_a_dcp_in_order():
    got = read(
        dcp_playlist(picture("urn:uuid:A", entry=4, frames=5), picture("urn:uuid:b", entry=2, frames=3))
    )
    assert shown(got) == [("urn:uuid:a", 4, 5), ("urn:uuid:b", 2, 3)]
    assert (got.kind, got.title, got.rate, got.frames, got.warnings) == ("DCP", "A film", 24, 8, ())
    assert (got.encrypted, got.stereoscopic, got.has_sound, got.timecode) == (False, False, False, "")


def test_what_a_reel_leaves_out_is_the_whole_file():
    text = picture().replace("<EntryPoint>0</EntryPoint><Duration>10</Duration>", "")
    assert shown(read(dcp_playlist(text))) == [("urn:uuid:a", 0, 10)]


def test_the_resources_of_imf_in_order_repetitions_written_out():
    got = read(
        imf_playlist(resource(repeats=2, frames=3) + resource("urn:uuid:b"), resource(entry=6, frames=4))
    )
    assert shown(got) == [("urn:uuid:a", 0, 3)] * 2 + [("urn:uuid:b", 0, 10), ("urn:uuid:a", 6, 4)]
    assert (got.kind, got.frames) == ("IMF", 20)


@pytest.mark.parametrize(
    ("drop", "address", "label"),
    [
        ("false", "01:00:00:00", "01:00:00:00"),
        ("true", "01:00:00:00", "01:00:00;00"),
        ("true", "01:00:00;00", "01:00:00;00"),
        ("false", "00:00:00:00", ""),
    ],
)
def test_the_timecode_of_imf(drop, address, label):
    head = (
        f"<CompositionTimecode><TimecodeDropFrame>{drop}</TimecodeDropFrame>"
        f"<TimecodeStartAddress>{address}</TimecodeStartAddress></CompositionTimecode>"
    )
    assert read(imf_playlist(resource(), head=head, rate="30000 1001")).timecode == label


def test_a_rate_may_be_a_fraction_or_whole():
    assert read(imf_playlist(resource(), rate="60000 1001")).rate == Fraction(60000, 1001)
    assert read(imf_playlist(resource(), rate="24")).rate == 24


def test_encrypted_stereoscopic_and_sound_are_seen():
    assert read(dcp_playlist(picture(), picture(more=KEY))).encrypted
    assert read(imf_playlist(resource(more=KEY))).encrypted
    assert read(dcp_playlist(picture().replace("MainPicture", "MainStereoscopicPicture"))).stereoscopic
    assert read(dcp_playlist(picture() + "<MainSound/>")).has_sound


def test_what_is_odd_is_told():
    assert "cut short" in read(dcp_playlist(picture(frames=400))).warnings[0]
    assert read(dcp_playlist(picture(entry=6, frames=400))).frames == 4
    odd_rate = resource(more="<EditRate>25 1</EditRate>")
    assert "25 frames a second" in read(imf_playlist(resource() + odd_rate)).warnings[0]
    assert "several picture tracks" in read(dcp_playlist(picture() + picture())).warnings[0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<PackingList/>", "no composition playlist"),
        (dcp_playlist(), "no picture"),
        (dcp_playlist("<MainSound/>"), "no picture"),
        (imf_playlist(""), "no picture"),
        (dcp_playlist(picture(frames=0)), "no frame"),
        (dcp_playlist(picture(entry=10)), "begins at frame 10"),
        (dcp_playlist(picture(entry=-1)), "no count"),
        (dcp_playlist(picture(frames="9" * 5000)), "no count"),
        (dcp_playlist(picture(frames="٣")), "no count"),
        (dcp_playlist(picture(has="")), "no count"),
        (dcp_playlist(picture(has=0)), "that has 0"),
        (dcp_playlist(picture(asset="")), "names no file"),
        (dcp_playlist(picture(frames=10**12, has=10**12)), "100 hours"),
        (imf_playlist(resource(repeats=20_000_000)), "100 hours"),
        (imf_playlist(resource(repeats=2**32 - 1)), "100 hours"),
        (imf_playlist(resource(repeats=MOST_EXCERPTS + 1, frames=1)), "more than 10000 parts"),
        *[
            (imf_playlist(resource(), rate=rate), "no film's")
            for rate in ("0 0", "0 1", "24 0", "1 24", "1001 1", "-24 1", "9" * 50, "", "24/1/1", "1e3 1")
        ],
    ],
)
def test_what_cannot_be_is_refused(text, fault):
    with pytest.raises(MediaError, match=fault) as refusal:
        read(text)
    check_line(refusal.value)


WORDS = st.sampled_from(["0", "1", "10", "24 1", "-1", "", "99999999999", "urn:uuid:a", "x"])


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_playlist_is_read_within_bounds_or_refused(data):
    def any_resource():
        return resource(**{key: data.draw(WORDS) for key in ("asset", "repeats", "entry", "frames")})

    segments = ["".join(any_resource() for _ in range(data.draw(st.integers(0, 3)))) for _ in range(2)]
    try:
        got = read(imf_playlist(*segments, rate=data.draw(WORDS)))
    except MediaError as refusal:
        check_line(refusal)
        return
    assert 0 < len(got.excerpts) <= MOST_EXCERPTS
    assert all(excerpt.frames > 0 and excerpt.entry >= 0 for excerpt in got.excerpts)
