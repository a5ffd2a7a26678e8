"""``cinetag train --fine-tune``: last layers of a backbone trained together with a head, as one model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from cinetag_plugin.cli.messages import say
from cinetag_plugin.cli.progress import progress_of
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.document.files import write_whole

if TYPE_CHECKING:
    from cinetag_plugin.document.vocabulary import Names
    from cinetag_plugin.training.backbones import Backbone
    from cinetag_plugin.training.collection import Collection
    from cinetag_plugin.training.head_card import Origin
    from cinetag_plugin.training.learning import Moment
    from cinetag_plugin.training.samples import Samples


def tune(
    args: argparse.Namespace,
    backbone: Backbone,
    collection: Collection,
    samples: Samples,
    origin: Origin,
    names: Names,
) -> None:
    """Train, write the model with its card and the curves of its losses, and print how good it is."""
    from cinetag_plugin.report.curves import learning_curves
    from cinetag_plugin.training.cards import ship
    from cinetag_plugin.training.head_card import tuned_card
    from cinetag_plugin.training.tuning import tuned_model

    def tell(moment: Moment) -> None:
        if not args.quiet:
            losses = f"{moment.training_loss:.3f}, {moment.validation_loss:.3f} on pictures left out"
            say(f"epoch {moment.step}: cross-entropy {losses}")

    paths = [picture.path for picture in collection.pictures]
    with progress_of(collection.name, quiet=args.quiet, target=None, unit="pictures") as report:
        model = tuned_model(backbone, samples, paths, args.fine_tune, args.seed, report, tell)
    card = tuned_card(
        args.output.stem,
        args.role,
        backbone.card,
        samples,
        model,
        args.fine_tune,
        origin,
        vocabulary_of(args.role, names),
    )
    drawn = args.output.with_suffix(".curves.svg")
    curves = learning_curves(card.name, "epoch", model.kept, model.moments)
    write_whole(drawn, curves, overwrite=args.overwrite)
    ship(args.output.parent, card, model.content)
    if args.quiet:
        return
    print(f"on {model.tested} pictures of sources left out   hit@1   hit@3   mean average precision")
    for what, found in (("fine-tuned", model.tuned), ("frozen backbone", model.frozen)):
        print(f"  {what:<38}{found[0]:9.3f}{found[1]:8.3f}{found[2]:9.3f}")
    for path in (args.output, args.output.with_suffix(".json"), drawn):
        say(f"wrote {path}")


def refuse_untunable(args: argparse.Namespace, backbone: Backbone) -> None:
    """Raise, before any picture is read, where the backbone cannot be trained further.

    Raises:
        ModelError: torch is missing, or the network is no chain of convolutions.
        UsageError: no layer would be left to train, or an option does not go with it.
    """
    from cinetag_plugin.training.chain import read_layers
    from cinetag_plugin.training.finetune import load_torch

    if args.relations:
        raise UsageError("--relations", "does not go with --fine-tune", "leave one of them out")
    load_torch()
    card = backbone.card
    layers = len(read_layers(backbone.content, card.output.tensor, card.name).convolutions)
    if args.fine_tune >= layers:
        fault = f"fixes all {layers} layers of {card.name}"
        raise UsageError(f"--fine-tune {args.fine_tune}", fault, f"give at most {layers - 1}")


def vocabulary_of(role: str, names: Names) -> list[str]:
    """Return the slugs that a model of this role is asked for."""
    return [entry.slug for entry in (names.tags if role == "tags" else names.categories)]
