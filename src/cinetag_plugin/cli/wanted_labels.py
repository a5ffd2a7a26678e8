"""The tags and beats that the user wants scenes of, as the analyses call them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from cinetag_plugin.cli.messages import say
from cinetag_plugin.document.errors import DocumentError, UsageError
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names, raised_class

if TYPE_CHECKING:
    from cinetag_plugin.reels.choice import Wanted


def wanted_labels(
    tags: Iterable[str] | None,
    beats: Iterable[str] | None,
    films: Sequence[Path],
    analyses: Sequence[Analysis],
) -> Wanted:
    """Return the slugs of lists such as ``beach/sea,car crash``; tell what some film was not searched for.

    Args:
        tags: lists as ``--tags`` takes them.
        beats: lists as ``--beats`` takes them.
        films: what the user named.
        analyses: of each film.

    Raises:
        UsageError: a tag or beat that neither the vocabulary nor a film knows.
        DocumentError: one that was looked for in none of the films.
    """
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.reels.choice import Wanted

    names = Plugins(warn=say).names()
    known_tags = frozenset(tag.slug for tag in names.tags)
    known_beats = frozenset(category.slug for category in names.categories)
    found_tags = [_looked_for(analysis, "tags", names) for analysis in analyses]
    found_beats = [_looked_for(analysis, "beats", names) for analysis in analyses]
    return Wanted(
        tags=tuple(_checked(_Kind("--tags", names.resolve, known_tags, found_tags), tags, films)),
        beats=tuple(
            _checked(_Kind("--beats", names.resolve_category, known_beats, found_beats), beats, films)
        ),
    )


def known_labels(
    tags: Iterable[str] | None, beats: Iterable[str] | None, analyses: Sequence[Analysis]
) -> Wanted:
    """Return the slugs of lists as :func:`wanted_labels` does, before all films are analysed.

    Raises:
        UsageError: a name that no vocabulary and none of the analyses there are knows. Those that are
            made have no labels that the vocabularies lack.
    """
    from cinetag_plugin.hooks.manager import Plugins
    from cinetag_plugin.reels.choice import Wanted

    names = Plugins(warn=say).names()
    tags_found = [_looked_for(analysis, "tags", names) for analysis in analyses]
    beats_found = [_looked_for(analysis, "beats", names) for analysis in analyses]
    known_tags = frozenset(tag.slug for tag in names.tags).union(*tags_found)
    known_beats = frozenset(category.slug for category in names.beat_classes).union(*beats_found)
    return Wanted(
        tags=tuple(_known(_Kind("--tags", names.resolve, known_tags, ()), tags)),
        beats=tuple(_known(_Kind("--beats", names.resolve_category, known_beats, ()), beats)),
    )


def _known(kind: _Kind, given: Iterable[str] | None) -> Iterator[str]:
    for label in _listed(kind.option, given):
        if (slug := kind.resolve(label)) not in kind.known:
            near = get_close_matches(slug, sorted(kind.known), cutoff=0.5)
            remedy = f"did you mean {', '.join(near)}?" if near else "cinetag models list shows some"
            raise UsageError(f"{kind.option} {label}", "no such label", remedy)
        yield slug


@dataclass(frozen=True, slots=True)
class _Kind:
    """Tags or beats: the option, how names become slugs, those known, and those looked for in each film."""

    option: str
    resolve: Callable[[str], str]
    known: frozenset[str]
    found: Sequence[frozenset[str]]


def _checked(kind: _Kind, given: Iterable[str] | None, films: Sequence[Path]) -> Iterator[str]:
    for label in _listed(kind.option, given):
        slug = kind.resolve(label)
        without = [film for film, labels in zip(films, kind.found, strict=True) if slug not in labels]
        if without and len(without) == len(films):
            if slug not in kind.known:
                raise UsageError(f"{kind.option} {label}", "no such label", _nearest(kind.found))
            remedy = "analyse it with a model that does: cinetag models list"
            raise DocumentError(films[0], f"no model looked for {slug}", remedy)
        for film in without:
            say(f"{film}: no model looked for {slug} there")
        yield slug


def _listed(option: str, given: Iterable[str] | None) -> list[str]:
    listed = [label.strip() for part in given or () for label in part.split(",") if label.strip()]
    if given and not listed:
        raise UsageError(option, "names nothing", "give names, parted by commas")
    return list(dict.fromkeys(listed))


def _nearest(found: Sequence[frozenset[str]]) -> str:
    labels = sorted(frozenset().union(*found))
    return f"these were looked for: {', '.join(labels)}" if labels else "cinetag models list shows some"


def _looked_for(analysis: Analysis, role: str, names: Names) -> frozenset[str]:
    from cinetag_plugin.reels.choice import looked_for

    labels = looked_for(analysis)[role]
    classes = {known.slug: known for known in names.beat_classes}
    return labels | {raised_class(label, classes) for label in labels} if role == "beats" else labels
