"""A reader of SubRip that goes line by line."""


def read(content: bytes) -> list[tuple[str, str, str]]:
    """Return start, end and text of every subtitle, line by line."""
    text = content.decode("utf-8")
    assert text.replace("\r\n", "").count("\n") == 0
    lines = iter(text.split("\r\n"))
    cues = []
    for number in lines:
        assert number == str(len(cues) + 1)
        start, arrow, end = next(lines).split(" ")
        assert arrow == "-->"
        cues.append((start, end, next(lines)))
        assert cues[-1][2]
        assert next(lines, "") == ""
    return cues
