"""How a film is to be analysed: one frozen record, the same for the command line and for Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from cinetag_plugin.document.contracts import ENTROPY_THRESHOLD, MOST_ENTROPY
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.time import parsed_rate
from cinetag_plugin.window import is_timecode, refuse_no_time

DEFAULT_TAG_MODEL = "cinetag-tags"
DEFAULT_BEAT_MODEL = "cinetag-beats"
DEFAULT_GROUPING = "semi-markov"

Stage = Literal["shots", "tags", "beats"]
STAGES: tuple[Stage, ...] = ("shots", "tags", "beats")

MOST_KEY_FRAMES = 99
"""Key frames that a shot may have."""

SAMPLINGS = ("uniform", "iframes", "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What ``cinetag analyze`` takes, with its defaults.

    Attributes:
        only: the stages wanted; shots are found in any case, for everything stands on them.
        detector: a registered shot detector, or ``auto``.
        threshold: the detector's threshold; None for its own.
        cut_list: somebody else's cut list (EDL, OTIO, CSV of frames); replaces detection.
        key_frames: ``middle`` of each shot, its ``best`` (sharpest and most typical) frame, or how many
            a shot, 1 to 99.
        sampling: where in a shot several key frames come from: ``uniform``ly spread, ``iframes`` (pictures
            that the codec coded as key frames), or where the picture has had the most ``change``.
        entropy: bits of cumulative entropy above which a key frame is labelled.
        entropy_share: the same threshold in its other reading, as a share (0 to 1) of the most that
            three 8-bit planes can hold, 24 bits; takes the place of ``entropy`` where given.
        tag_model: name of a model card, or path of a card or ``.tflite``; empty for none.
        beat_model: likewise for beat events.
        split_model: a second beat model, that splits what the first one merges; empty for none.
        evidence: what is measured of each shot beside its pictures and counts for beats: ``sound``,
            ``faces`` (measured only), ``subtitles``, ``motion``; none by default.
        subtitles: the film's subtitles, for the evidence ``subtitles``; None finds them beside the film or
            in it.
        grouping: name of the way shots become beat events; empty for none.
        delegate: ``auto``, ``gpu``, ``cpu`` or the path of a TFLite delegate library.
        threads: threads for decoding and for the model; None leaves it to FFmpeg, one for the model.
        min_strength: tags weaker than this relative strength (0 to 1) are left out.
        top: at most so many tags are kept, the strongest; None for all.
        refine: ``none``, or ``correlation``: tag probabilities are refined by how tags go together, where
            the model's card knows it.
        weighting: how a tag's strength is counted: equation 5 (``paper``), or ``log``.
        start: timecode or seconds where the analysis begins; None for the film's start.
        end: timecode or seconds where it ends (exclusive); None for the film's end.
        stream: index of the video stream; None lets cinetag choose.
        rate: frames a second of an image sequence; other films know their own.
        start_timecode: the label of the first frame; None takes the film's own.
        ffmpeg: path of an FFmpeg binary; None finds one.
        plugins: load third-party plugins.
        strict: let a failing plugin end the analysis.
    """

    only: frozenset[Stage] = frozenset(STAGES)
    detector: str = "auto"
    threshold: float | None = None
    cut_list: Path | None = None
    key_frames: Literal["middle", "best"] | int = "middle"
    sampling: Literal["uniform", "iframes", "change"] = "uniform"
    entropy: float = ENTROPY_THRESHOLD
    entropy_share: float | None = None
    tag_model: str = DEFAULT_TAG_MODEL
    beat_model: str = DEFAULT_BEAT_MODEL
    split_model: str = ""
    evidence: tuple[str, ...] = ()
    subtitles: Path | None = None
    grouping: str = DEFAULT_GROUPING
    delegate: str = "auto"
    threads: int | None = None
    min_strength: float = 0.0
    top: int | None = None
    refine: Literal["none", "correlation"] = "none"
    weighting: Literal["paper", "log"] = "paper"
    start: str | None = None
    end: str | None = None
    stream: int | None = None
    rate: Fraction | None = None
    start_timecode: str | None = None
    ffmpeg: str | None = None
    plugins: bool = True
    strict: bool = False

    def __post_init__(self) -> None:
        self._take_what_people_write()
        _demand(self.only <= set(STAGES) and bool(self.only), "only", f"takes {', '.join(STAGES)}")
        _demand(0 <= self.min_strength <= 1, "min-strength", "lies between 0 and 1")
        _demand(self.top is None or self.top >= 1, "top", "is 1 or more")
        self._demand_sound_key_frames()
        _demand(
            not self.split_model or self.beat_model not in {"", self.split_model},
            "split-model",
            "goes with another --beat-model",
        )
        _demand(0 <= self.entropy <= MOST_ENTROPY, "entropy", "lies between 0 and 24 bits")
        share = self.entropy_share
        _demand(share is None or 0 <= share <= 1, "entropy-share", "lies between 0 and 1")
        _demand(self.threads is None or 1 <= self.threads <= 256, "threads", "lies between 1 and 256")
        _demand(self.threshold is None or self.threshold > 0, "threshold", "is above 0")
        _demand(self.refine in {"none", "correlation"}, "refine", "is none or correlation")
        _demand(self.weighting in {"paper", "log"}, "weighting", "is paper or log")
        _demand(self.rate is None or self.rate > 0, "rate", "is above 0")
        refuse_no_time("--start", self.start)
        refuse_no_time("--end", self.end)
        if self.start_timecode is not None:
            _demand(is_timecode(self.start_timecode), "start-tc", "is a timecode hh:mm:ss:ff")
            refuse_no_time("--start-tc", self.start_timecode)

    def _demand_sound_key_frames(self) -> None:
        wanted = self.key_frames
        sound = 1 <= wanted <= MOST_KEY_FRAMES if isinstance(wanted, int) else wanted in {"middle", "best"}
        _demand(sound, "key-frames", f"is middle, best, or a number from 1 to {MOST_KEY_FRAMES}")
        _demand(self.sampling in SAMPLINGS, "sampling", f"is one of {', '.join(SAMPLINGS)}")
        if self.sampling != "uniform" and not isinstance(wanted, int):
            fault = f"goes with a number of key frames, not with --key-frames {wanted}"
            raise UsageError(f"--sampling {self.sampling}", fault, "say how many: --key-frames 5")

    @property
    def least_entropy(self) -> float:
        """Bits above which a key frame is labelled, by whichever reading was given."""
        return self.entropy if self.entropy_share is None else self.entropy_share * MOST_ENTROPY

    def _take_what_people_write(self) -> None:
        """Accept what Python users give in place of the exact types: one stage, text, numbers."""
        given = {
            "only": frozenset([self.only] if isinstance(self.only, str) else self.only),
            "evidence": _words(self.evidence),
            "cut_list": None if self.cut_list is None else Path(self.cut_list),
            "subtitles": None if self.subtitles is None else Path(self.subtitles),
            "key_frames": _number_or_word(self.key_frames),
            "start": None if self.start is None else str(self.start),
            "end": None if self.end is None else str(self.end),
            "rate": None if self.rate is None else _rate(str(self.rate)),
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)


def _words(value: str | Iterable[str]) -> tuple[str, ...]:
    """Return names, each once, in the order of the alphabet; a text holds them with commas between."""
    words = value.split(",") if isinstance(value, str) else value
    return tuple(sorted({word.strip() for word in words} - {""}))


def _number_or_word(value: str | int) -> str | int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _rate(text: str) -> Fraction:
    try:
        return parsed_rate(text)
    except ValueError as fault:
        raise UsageError("--rate", str(fault), "see cinetag analyze --help") from fault


def _demand(holds: bool, option: str, rule: str) -> None:
    if not holds:
        raise UsageError(f"--{option}", rule, "see cinetag analyze --help")
