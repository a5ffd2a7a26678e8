"""What a reader of ``round_trips.py`` found; running programs, and telling pictures apart."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from round_trip_films import ffmpeg
from round_trip_truth import Span

PATIENCE = 180


@dataclass
class Reading:
    """What one reader found of one kind of thing in one file; ``joined`` where a frame has one marker."""

    by: str
    of: str
    wanted: Sequence[Span]
    found: Sequence[Span]
    joined: bool = False


def run(*command: str | Path, crashes: bool = False, **surroundings: str) -> bytes:
    """Run a program; return what it prints. One that may crash as it ends is believed all the same."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        env=os.environ | surroundings,
    )
    if done.returncode and not crashes:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def in_order(by: str, wanted: Sequence[int], film: Path, chosen: list[str]) -> Reading:
    """Say which frames of a film these pictures are; one that is none of them is frame -1."""
    whole = pictures(film)
    frames = dict(zip(reversed(whole), reversed(range(len(whole))), strict=True))
    found: list[Span] = [
        (want if here == whole[want] else frames.get(here, -1), None)
        for want, here in zip(wanted, chosen, strict=False)
    ]
    found += [(frames.get(here, -1), None) for here in chosen[len(wanted) :]]
    return Reading(by, "frames", [(frame, None) for frame in wanted], found)


def pictures(film: Path, *chain: str) -> list[str]:
    """Return checksums of the luminance of the frames that a chain of filters lets through."""
    text = ffmpeg("-i", film, "-an", "-vf", ",".join([*chain, "extractplanes=y"]), "-f", "framemd5", "-")
    return [line.split(",")[-1].strip() for line in text.decode().splitlines() if line[0] != "#"]
