"""The options that say which frames stand for a shot, the same wherever a film is analysed."""

import argparse

from cinetag_plugin.settings import MOST_KEY_FRAMES, SAMPLINGS


def add_key_frame_options(parser: argparse._ActionsContainer) -> None:
    """Add ``--key-frames`` and ``--sampling``."""
    parser.add_argument(
        "--key-frames",
        type=_wanted,
        default="middle",
        metavar="middle|best|N",
        help="of each shot the middle, the sharpest and most typical frame, or N frames",
    )
    parser.add_argument(
        "--sampling",
        choices=SAMPLINGS,
        default="uniform",
        help="how N frames are chosen: evenly, among the pictures that the codec coded as key frames, "
        "or where the picture changes most",
    )


def _wanted(text: str) -> str | int:
    if text in {"middle", "best"}:
        return text
    if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST_KEY_FRAMES:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not middle, best, or a number from 1 to {MOST_KEY_FRAMES}")
