"""A reader of JSON Lines that takes strict JSON alone."""

import json


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def read(content: bytes) -> tuple[dict, list[dict]]:
    text = content.decode("utf-8")
    assert text.endswith("\n")
    first, *lines = [json.loads(line, parse_constant=refuse) for line in text[:-1].split("\n")]
    assert first["type"] == "film"
    assert {line["type"] for line in lines} <= {"event"}
    return first, lines
