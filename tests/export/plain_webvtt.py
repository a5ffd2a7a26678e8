"""A reader of WebVTT that parts cues as the standard parts them."""


def read(content: bytes) -> list[tuple[str, str, str]]:
    """Return start, end and text of every cue, parted by blank lines as the standard parts them."""
    text = content.decode("utf-8")
    head, *blocks = text.removesuffix("\n").split("\n\n")
    assert head == "WEBVTT"
    cues = []
    for number, block in enumerate(blocks, start=1):
        name, times, *lines = block.split("\n")
        assert name == str(number)
        assert len(lines) == 1
        assert "-->" not in lines[0]
        start, arrow, end = times.split(" ")
        assert arrow == "-->"
        cues.append((start, end, lines[0]))
    return cues
