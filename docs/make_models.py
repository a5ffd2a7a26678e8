"""Writes the part of models.md that tells the cards of the shipped models, from the cards themselves."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cinetag_plugin.document.contracts import Card
from cinetag_plugin.models.store import ModelStore

PAGE = Path(__file__).with_name("models.md")
BEGIN = "<!-- from here on written by docs/make_models.py: change the cards, then run it -->"
SYSTEMS = {
    "head": "the model",
    "colours": "colour histogram, same recipe",
    "majority": "most frequent labels",
}
FIGURES = {"hit_at_1": "hit@1", "hit_at_3": "hit@3", "mean_average_precision": "mean average precision"}
WEAKEST = 10


def page() -> str:
    """Return the whole page: what people wrote, then the cards."""
    written, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    models = ModelStore(folder=Path("nowhere")).list()
    told = [line for model in models for line in _card(model.card)]
    return "\n".join([written + BEGIN, "", "## The cards", "", *told])


def _card(card: Card) -> Iterator[str]:
    yield from (f"### {card.name}", "")
    upon = f" upon `{card.backbone}`" if card.backbone else ""
    what = {
        "embedding": f"a backbone: a picture in, {card.output.size} values out",
        "faces": "a picture in, boxes around faces out",
        "shots": "the network of the shot detector `accurate`",
        "sound": f"sound in, {len(card.output.labels)} classes of sound out",
    }.get(card.role, f"{card.role}{upon}")
    rows = {
        "what": what,
        "licence": card.license,
        "from": card.source,
        "intended for": card.intended,
        "not for": card.not_for,
        "limits": card.limits,
        "trained on": _facts(card.trained_on),
        "split": str(card.trained_on.get("split", "")),
        "known labels": "" if card.role in {"sound", "faces"} else _known(card),
        "untrained, never predicted": _untrained(card.untrained),
    }
    yield from ("| | |", "| --- | --- |")
    yield from (f"| {name} | {_cell(value)} |" for name, value in rows.items() if value)
    yield ""
    yield from _systems(card.measured)
    yield from _categories(card)
    yield from _weakest(card)


def _facts(trained_on: Mapping[str, Any]) -> str:
    names = ("how", "recipe", "data_set", "pictures", "sounds", "sources", "rights", "teacher", "films")
    told = {name: trained_on[name] for name in names if trained_on.get(name) not in (None, "")}
    if isinstance(told.get("recipe"), Mapping):
        told["recipe"] = told["recipe"].get("name", "")
    return "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in told.items())


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _known(card: Card) -> str:
    return _labels(label for label in card.output.labels if label not in card.untrained)


def _labels(labels: Iterable[str]) -> str:
    return ", ".join(sorted(labels))


def _untrained(reasons: Mapping[str, str]) -> str:
    by_reason: dict[str, list[str]] = {}
    for label, reason in reasons.items():
        by_reason.setdefault(reason.partition(":")[0], []).append(label)
    return "; ".join(f"{reason}: {_labels(labels)}" for reason, labels in sorted(by_reason.items()))


def _systems(measured: Mapping[str, Any]) -> Iterator[str]:
    if "head" not in measured:
        return
    yield from ("| on sources left out | " + " | ".join(FIGURES.values()) + " |", "| --- " * 4 + "|")
    for key, name in SYSTEMS.items():
        found = measured.get(key, {})
        yield f"| {name} | " + " | ".join(_figure(found.get(figure)) for figure in FIGURES) + " |"
    yield ""


def _figure(found: Any) -> str:
    if not found:
        return ""
    interval = f" ({found[1]:.3f} to {found[2]:.3f})" if len(found) == 3 else ""
    return f"{found[0]:.3f}{interval}"


def _categories(card: Card) -> Iterator[str]:
    each = card.measured.get("each_category")
    if not each:
        return
    alarms, point = card.measured["false_alarms_on_film"], card.measured["operating_point"]
    yield from (
        f"By category, its parts together; answered is {point}. Of {alarms['frames']} film frames without "
        f"a beat {alarms['share']:.1%} get one.",
        "",
        "| category | pictures | sources | the model | colours | chance | precision | recall | on film |",
        "| --- " * 9 + "|",
    )
    for name, facts in each.items():
        figures = [facts["average_precision"], *(facts["interval"] or ())]
        shown = " | ".join(_plain(facts[key]) for key in ("of_colours", "of_chance", "precision", "recall"))
        told = f"{facts['pictures']} | {facts['sources']} | {_figure(figures)} | {shown} | {_on_film(facts)}"
        yield f"| {name} | {told} |"
    yield ""


def _on_film(facts: Mapping[str, Any]) -> str:
    film = facts["film"]
    if "average_precision" not in film:
        return f"{film['pictures']} frames"
    figures = _figure([film["average_precision"], *(film["interval"] or ())])
    chance, recall = film["of_chance"], film["recall"]
    return f"{film['pictures']} frames: {figures}, chance {chance:.3f}, recall {recall:.3f}"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _weakest(card: Card) -> Iterator[str]:
    each = card.measured.get("each_label")
    if not each:
        return
    known = {label: each[label] for label in card.output.labels if label in each}
    rows = sorted(known.items(), key=lambda row: row[1]["average_precision"] or 0.0)[:WEAKEST]
    yield from (
        f"The {len(rows)} weakest labels, in average precision on sources left out:",
        "",
        "| label | pictures | sources | the model | colours | chance | |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    )
    alone = set(card.measured.get("single_source", ()))
    for label, facts in rows:
        figures = (facts[name] for name in ("average_precision", "of_colours", "of_chance"))
        shown = " | ".join("" if value is None else f"{value:.3f}" for value in figures)
        remark = "untrained" if label in card.untrained else "one source" if label in alone else ""
        yield f"| {label} | {facts['pictures']} | {facts['sources']} | {shown} | {remark} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
