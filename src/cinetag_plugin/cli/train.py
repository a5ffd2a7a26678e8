"""``cinetag train``: a head of one's own upon a backbone, from labelled pictures."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.messages import complain, say
from cinetag_plugin.cli.outputs import make_folder
from cinetag_plugin.cli.progress import progress_of
from cinetag_plugin.cli.tune import refuse_untunable, tune, vocabulary_of
from cinetag_plugin.cli.whole_numbers import positive, whole
from cinetag_plugin.document.errors import DocumentError, UsageError
from cinetag_plugin.document.files import refuse_existing, write_whole

if TYPE_CHECKING:
    from cinetag_plugin.document.contracts import Card
    from cinetag_plugin.document.vocabulary import Names
    from cinetag_plugin.models.store import ModelStore
    from cinetag_plugin.training.backbones import Backbone
    from cinetag_plugin.training.collection import Collection
    from cinetag_plugin.training.embeddings import Measured
    from cinetag_plugin.training.head_card import Origin
    from cinetag_plugin.training.recipes import Recipe
    from cinetag_plugin.training.samples import Samples
    from cinetag_plugin.training.trial import Trial

SUMMARY = "Train tags or beats of your own upon a backbone."
LEAST_PICTURES = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``train``."""
    parser.epilog = "example: cinetag train tags pictures --backbone cinetag-small -o my-tags.tflite"
    roles = parser.add_subparsers(title="what to train", metavar="WHAT", required=True)
    for role, what in (("tags", "tags"), ("beats", "beat categories")):
        _add_options(roles.add_parser(role, help=f"a head that gives {what}"), role)


def _add_options(parser: argparse.ArgumentParser, role: str) -> None:
    parser.set_defaults(role=role)
    parser.add_argument(
        "dataset", type=Path, metavar="FOLDER|MANIFEST.tsv", help="a folder for each label, or a table"
    )
    parser.add_argument(
        "--backbone", required=True, metavar="NAME|FILE", help="the model whose embedding the head takes"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="NAME.tflite",
        help="the head to write",
    )
    parser.add_argument(
        "--part", action="append", default=[], metavar="FOLDER", help="take pictures from this folder alone"
    )
    parser.add_argument(
        "--least",
        type=positive,
        default=LEAST_PICTURES,
        metavar="N",
        help=f"pictures that a label needs to be trained (default: {LEAST_PICTURES})",
    )
    parser.add_argument(
        "--layer",
        default="",
        metavar="TENSOR",
        help="an earlier layer of the backbone, by name or index",
    )
    _add_recipe_options(parser)
    parser.add_argument(
        "--delegate", default="auto", metavar="auto|gpu|cpu|PATH", help="what the backbone runs on"
    )
    parser.add_argument(
        "--threads", type=positive, default=1, metavar="N", help="threads for the backbone (default: 1)"
    )
    overwrite = parser.add_mutually_exclusive_group()
    overwrite.add_argument("-y", dest="overwrite", action="store_true", help="overwrite existing results")
    overwrite.add_argument("-n", dest="overwrite", action="store_false", help="never overwrite (the default)")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what went wrong")


def _add_recipe_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recipe",
        choices=("balanced", "paper"),
        default="balanced",
        help="balanced: our own (the default); paper: as Khan et al. (2017) trained theirs",
    )
    parser.add_argument(
        "--activation", choices=("relu", "linear"), help="paper: before the softmax (default: relu)"
    )
    parser.add_argument("--epochs", type=positive, metavar="N", help="paper: passes at most (default: 500)")
    parser.add_argument(
        "--fine-tune",
        type=whole,
        metavar="N",
        help="train the backbone too, but for its first N layers (needs torch: the extra train)",
    )
    parser.add_argument(
        "--relations",
        action="store_true",
        help="learn how labels go together, for analyze --refine correlation",
    )
    parser.add_argument("--seed", type=whole, default=0, metavar="N", help="of what is drawn (default: 0)")


def run(args: argparse.Namespace, same_source: Mapping[str, str] | None = None) -> int:
    """Train a head, write it with its card and curves, and print how good it is.

    Args:
        args: the options of the command.
        same_source: see :func:`~cinetag_plugin.training.collection.read_collection`; for recipes, which
            know that groups of their pictures are parts of one source.
    """
    # a second thread of numpy's saves little, and on a busy machine waits for the first one for minutes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.models.store import ModelStore
    from cinetag_plugin.training.backbones import find_backbone, lies_beside
    from cinetag_plugin.training.trial import try_recipe

    _refuse_outputs(args)
    recipe = _recipe(args)
    plugins = Plugins(warn=say)
    store, names = ModelStore(plugin_cards=plugins.cards()), plugins.names()
    backbone = find_backbone(store, args.backbone, args.layer, f"{args.output.stem}-backbone")
    if backbone.card.name == args.output.stem:
        raise UsageError("-o", f"{args.output.stem} is the backbone's name", "name the head otherwise")
    if args.fine_tune is None:
        lies_beside(backbone, args.output.parent, overwrite=args.overwrite)
    else:
        refuse_untunable(args, backbone)
    collection = _collection(args, names, same_source or {})
    measured = _measured(args, backbone, collection)
    samples = _samples(args, collection, measured)
    _warn_of_sources(args, collection, samples)
    if args.fine_tune is not None:
        tune(args, backbone, collection, samples, _origin(args, collection, measured), names)
        return 0
    with progress_of(args.output.name, quiet=args.quiet, target=None, unit="fits") as report:
        trial = try_recipe(samples, recipe, args.seed, report, relate=args.relations)
    card = _card(args, backbone, collection, measured, samples, trial, names)
    written = _write(args, backbone, store, samples, trial, card)
    if not args.quiet:
        _tell(trial, card, written)
    return 0


def _refuse_outputs(args: argparse.Namespace) -> None:
    """Refuse names that cannot be, and files that exist, before any work is done."""
    from cinetag_plugin.models.card import is_plain_name

    output: Path = args.output
    if output.suffix != ".tflite" or not is_plain_name(output.stem):
        raise UsageError("-o", f"{output.name!r} is no name of a model", "give NAME.tflite, in plain letters")
    make_folder(output.parent)
    if not args.overwrite:
        for path in _outputs(output):
            refuse_existing(path)


def _outputs(output: Path) -> tuple[Path, Path, Path]:
    return output, output.with_suffix(".json"), output.with_suffix(".curves.svg")


def _recipe(args: argparse.Namespace) -> Recipe:
    from cinetag_plugin.training.recipes import Balanced, Paper
    from cinetag_plugin.training.sgd import Schedule

    if args.recipe == "paper":
        for option in ("relations", "fine_tune"):
            if getattr(args, option) not in (False, None):
                name = f"--{option.replace('_', '-')}"
                raise UsageError(name, "does not go with the paper's recipe", "leave --recipe out")
        schedule = Schedule(epochs=args.epochs) if args.epochs else Schedule()
        return Paper(bounded=args.activation != "linear", schedule=schedule, seed=args.seed)
    for option in ("activation", "epochs"):
        if getattr(args, option):
            raise UsageError(f"--{option}", "belongs to the paper's recipe", "add --recipe paper")
    return Balanced()


def _collection(args: argparse.Namespace, names: Names, same_source: Mapping[str, str]) -> Collection:
    from cinetag_plugin.training.collection import read_collection

    beats = args.role == "beats"
    resolve = names.resolve_category if beats else names.resolve
    return read_collection(args.dataset, resolve, parts=args.part, beats=beats, same_source=same_source)


def _measured(args: argparse.Namespace, backbone: Backbone, collection: Collection) -> Measured:
    from cinetag_plugin.models.delegates import open_backend
    from cinetag_plugin.models.heads import check_fit
    from cinetag_plugin.training.embedding_cache import cache_folder
    from cinetag_plugin.training.embeddings import colour_shares, embedding_of, measure_all

    card = backbone.card
    model = open_backend(
        backbone.content, args.delegate, args.threads, subject=card.name, tensor=card.output.tensor
    )
    try:
        check_fit(card, model)
        if not args.quiet:
            say(f"{card.name}: {model.describe()}")
        measures = (embedding_of(card, model), colour_shares())
        paths = [picture.path for picture in collection.pictures]
        with progress_of(collection.name, quiet=args.quiet, target=None, unit="pictures") as report:
            measured = measure_all(paths, measures, cache_folder(), report, say)
    finally:
        model.close()
    for fault in measured.faults:
        complain(fault)
    if measured.faults:
        say(f"{args.dataset}: {len(measured.faults)} of {len(paths)} pictures could not be read")
    if not measured.rows:
        raise DocumentError(args.dataset, "no picture can be read", "check the files")
    return measured


def _samples(args: argparse.Namespace, collection: Collection, measured: Measured) -> Samples:
    from cinetag_plugin.document.vocabulary import NO_BEAT
    from cinetag_plugin.training.samples import samples_of

    background = NO_BEAT if args.role == "beats" else ""
    samples = samples_of(collection, measured, least=args.least, background=background)
    if samples.background and args.relations:
        raise UsageError("--relations", f"does not go with pictures of {background}", "leave it out")
    return samples


def _warn_of_sources(args: argparse.Namespace, collection: Collection, samples: Samples) -> None:
    if collection.unlabelled:
        say(f"{args.dataset}: {collection.unlabelled} pictures have no label of use, and are left out")
    if not samples.by_source:
        say(
            f"{args.dataset}: not all pictures have a known source, so the figures will flatter: put those "
            "of one source into a folder of their own below their label, or write a manifest"
        )


def _card(
    args: argparse.Namespace,
    backbone: Backbone,
    collection: Collection,
    measured: Measured,
    samples: Samples,
    trial: Trial,
    names: Names,
) -> Card:
    from cinetag_plugin.beats.scheme import Scheme
    from cinetag_plugin.training.head_card import head_card

    origin, vocabulary = _origin(args, collection, measured), vocabulary_of(args.role, names)
    return head_card(
        args.output.stem,
        args.role,
        backbone.card,
        samples,
        trial,
        origin,
        vocabulary,
        Scheme(names.beat_classes).raised if args.role == "beats" else None,
    )


def _origin(args: argparse.Namespace, collection: Collection, measured: Measured) -> Origin:
    from cinetag_plugin.training.head_card import Origin

    return Origin(
        collection.name,
        collection.sha256,
        len(measured.faults),
        collection.unlabelled,
        args.seed,
        args.least,
    )


def _write(
    args: argparse.Namespace,
    backbone: Backbone,
    store: ModelStore,
    samples: Samples,
    trial: Trial,
    card: Card,
) -> list[Path]:
    from msgspec.structs import replace

    from cinetag_plugin.report.curves import learning_curves
    from cinetag_plugin.training.backbones import lay_beside
    from cinetag_plugin.training.cards import largest_difference, ship
    from cinetag_plugin.training.convert import head_file

    content = head_file(trial.head)
    some = samples.embeddings[:: max(1, len(samples.embeddings) // 100)]
    difference = largest_difference(content, some, trial.head.probabilities(some))
    card = replace(card, measured={**card.measured, "difference_from_training": difference})
    model, described, drawn = _outputs(args.output)
    beside = lay_beside(backbone, args.output.parent, store, overwrite=args.overwrite)
    curve = trial.curve
    picture = learning_curves(card.name, curve.steps, curve.kept, curve.moments)
    write_whole(drawn, picture, overwrite=args.overwrite)
    ship(args.output.parent, card, content)
    return [model, described, drawn, *beside]


def _tell(trial: Trial, card: Card, written: Sequence[Path]) -> None:
    from cinetag_plugin.cli.train_table import lines

    for line in lines(trial, card):
        print(line)
    for path in written:
        say(f"wrote {path}")
