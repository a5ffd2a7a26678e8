"""The sound of a sequence in Final Cut Pro 7 XML: two tracks of clips that are linked to the picture's.

Premiere Pro writes a stereo track as two, each of one channel, which say that they belong together
(``totalExplodedTrackCount``), and reads nothing else as one. What an analysis knows of a film's sound is
that there is some: it is laid in as two channels at 48 kHz.
"""

from collections.abc import Callable, Sequence

from cinetag_plugin.export.markup import Element, child
from cinetag_plugin.export.pieces import Piece

CHANNELS = (1, 2)

_DEPTH, _SAMPLE_RATE = "16", "48000"


def describe(file: Element) -> None:
    """Say of a file that it has picture and sound."""
    media = child(file, "media")
    child(media, "video")
    audio = child(media, "audio")
    _samples(audio)
    child(audio, "channelcount", str(len(CHANNELS)))


def add_sound(audio: Element, cut: Sequence[Piece], clip: Callable[[Element, str, Piece], Element]) -> None:
    """Add the tracks of sound.

    Args:
        audio: of the sequence.
        cut: the clips.
        clip: adds a clip of a piece to a track, under an identifier, and returns it.
    """
    child(audio, "numOutputChannels", str(len(CHANNELS)))
    _samples(child(audio, "format"))
    outputs = child(audio, "outputs")
    for channel in CHANNELS:
        group = child(outputs, "group")
        for name, value in (("index", channel), ("numchannels", 1), ("downmix", 0)):
            child(group, name, str(value))
        child(child(group, "channel"), "index", str(channel))
    for channel in CHANNELS:
        exploded = {"currentExplodedTrackIndex": str(channel - 1), "totalExplodedTrackCount": "2"}
        track = child(audio, "track", **exploded, premiereTrackType="Stereo")
        for number, piece in enumerate(cut, start=1):
            made = clip(track, sound_id(number, channel), piece)
            made.set("premiereChannelType", "stereo")
            source = child(made, "sourcetrack")
            child(source, "mediatype", "audio")
            child(source, "trackindex", str(channel))
            link(made, number)
        child(track, "outputchannelindex", str(channel))


def picture_id(number: int) -> str:
    """Return the identifier of a clip of the picture, counted from 1."""
    return f"c{number}"


def sound_id(number: int, channel: int) -> str:
    """Return the identifier of a clip of a channel of the sound."""
    return f"{picture_id(number)}a{channel}"


def link(clip: Element, number: int) -> None:
    """Link a clip to the picture and the channels of its piece, itself among them, as editors want it."""
    _link(clip, picture_id(number), "video", 1, number)
    for channel in CHANNELS:
        child(_link(clip, sound_id(number, channel), "audio", channel, number), "groupindex", "1")


def _link(clip: Element, linked: str, medium: str, track: int, number: int) -> Element:
    made = child(clip, "link")
    child(made, "linkclipref", linked)
    child(made, "mediatype", medium)
    child(made, "trackindex", str(track))
    child(made, "clipindex", str(number))
    return made


def _samples(parent: Element) -> None:
    made = child(parent, "samplecharacteristics")
    child(made, "depth", _DEPTH)
    child(made, "samplerate", _SAMPLE_RATE)
