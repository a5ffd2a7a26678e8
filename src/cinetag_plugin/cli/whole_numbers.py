"""Options that take a whole number."""

import argparse


def whole(text: str) -> int:
    """Read a number of at most nine digits, 0 or more."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def positive(text: str) -> int:
    """Read a number of at most nine digits, 1 or more."""
    value = whole(text)
    if not value:
        raise argparse.ArgumentTypeError("is 0; give 1 or more")
    return value
