"""Beat events of real films with each kind of evidence, and without, against labels given by hand.

    python benchmarks/beats.py MEDIA [--model NAME|FILE] [--json FILE]

MEDIA holds ``edited/``, ``nocuts/`` (films), ``labels/`` (``NAME.tsv``, ``NAME.events.tsv``). Each film
is analysed once with all the evidence there is; then its shots are grouped again with one kind
counted, with all, and with none. The labels are one viewer's, of few films, and 19 of the 22 battle shots
are one scene: the figures compare the ways with each other and say nothing of other films.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cinetag_plugin.beats.groupings import GROUPINGS
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary
from cinetag_plugin.evaluation.beat_events import EventScores, comparable, score_film
from cinetag_plugin.evaluation.beat_truth import BeatSpan, read_spans
from cinetag_plugin.pipeline import Analyzer
from cinetag_plugin.settings import DEFAULT_BEAT_MODEL, Settings
from machine import described

KINDS = ("sound", "faces", "subtitles", "motion")
NAMES = Names([builtin_vocabulary()])


def main() -> None:  # noqa: D103
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("media", type=Path, metavar="MEDIA")
    parser.add_argument("--model", default=DEFAULT_BEAT_MODEL)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    labels = args.media / "labels"
    settings = Settings(only=frozenset({"beats"}), beat_model=args.model, evidence=KINDS)
    with Analyzer(settings) as analyzer:
        films = [
            (path.stem, analyzer.analyze(path))
            for path in sorted([*args.media.glob("edited/*"), *args.media.glob("nocuts/*")])
            if (labels / f"{path.stem}.tsv").is_file()
        ]
    truth = {name: _truth(labels, name) for name, _ in films}
    counted: dict[str, tuple[str, ...]] = {
        "pictures alone": (),
        **{kind: (kind,) for kind in KINDS},
        "all": KINDS,
    }
    rows = {
        f"{spec.name}, {what}": _figures(films, truth, spec.group, kinds)
        for spec in GROUPINGS
        for what, kinds in counted.items()
        if spec.name == GROUPINGS[0].name or not kinds
    }
    for name, row in rows.items():
        print(f"{name:28}", json.dumps(row))
    if args.json:
        report = {"machine": described(), "model": args.model, "films": len(films), "rows": rows}
        args.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _truth(labels: Path, name: str) -> tuple[Sequence[BeatSpan], Sequence[BeatSpan]]:
    return (
        read_spans(labels / f"{name}.events.tsv", "events", NAMES),
        read_spans(labels / f"{name}.tsv", "shots", NAMES),
    )


def _figures(
    films: Sequence[tuple[str, Analysis]],
    truth: Mapping[str, tuple[Sequence[BeatSpan], Sequence[BeatSpan]]],
    group: Any,
    kinds: tuple[str, ...],
) -> dict[str, Any]:
    """Return events, shots of a category in an event of it, and shots without a beat in any event."""
    total = EventScores({})
    quiet = disturbed = 0
    for name, analysis in films:
        found = replace(analysis, evidence=kinds)
        found = replace(found, beats=tuple(group(found)))
        events, shots = truth[name]
        level = comparable(NAMES, [span.category for span in (*events, *shots)])
        total += score_film(found, events, shots, level)
        for shot in shots:
            if shot.category == "none":
                inside = sum(
                    max(0, min(beat.end, shot.end) - max(beat.start, shot.start)) for beat in found.beats
                )
                quiet += 1
                disturbed += 2 * inside > shot.end - shot.start
    together = total.together
    answers = total.shots or ()
    return {
        "events right": f"{together.matched} of {together.true} true, {together.found} found",
        "shots in their event": f"{sum(a.grouped == a.true for a in answers)} of {len(answers)}",
        "best label right": f"{sum(a.said == a.true for a in answers)} of {len(answers)}",
        "shots without a beat in an event": f"{disturbed} of {quiet}",
    }


if __name__ == "__main__":
    main()
