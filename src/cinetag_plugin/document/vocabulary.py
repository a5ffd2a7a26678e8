"""Names of tags and beat categories: slugs for files, names for people, aliases, groups.

The 50 tags are Table 1 of Khan et al., "Movies Tags Extraction Using Deep Learning" (AVSS 2017);
the 11 beat categories are those of Potapov et al. (2015), the classes of the first stage (16 parts and
merged ones that a picture can show) those of Ejaz et al. (ICMV 2017). Labels that no vocabulary knows
are kept under a slug of their own, never dropped.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources

import msgspec

from cinetag_plugin.document.contracts import Category, Tag, Vocabulary

NO_BEAT = "none"
"""The label of pictures without a beat: models are taught it and tested on it, but it is no answer."""


def builtin_vocabulary() -> Vocabulary:
    """Return the paper's 50 tags and the 11 beat categories."""
    text = resources.files("cinetag_plugin.document").joinpath("data/vocabulary.json").read_bytes()
    return msgspec.json.decode(text, type=Vocabulary)


def slug_of(label: str) -> str:
    """Turn a label as people write it into a slug: ``Beach/Sea`` gives ``beach_sea``."""
    folded = unicodedata.normalize("NFKC", label).casefold()
    return re.sub(r"\W+", "_", folded).strip("_") or "unnamed"


def raised_class(slug: str, classes: Mapping[str, Category]) -> str:
    """Follow a beat class upwards: to the class it lies within, to the one category that a class merges.

    A class that merges several stays as it is, and so does one that nobody knows.
    """
    seen = {slug}
    while slug in classes:
        known = classes[slug]
        above = known.within or (known.merges[0] if len(known.merges) == 1 else "")
        if not above or above in seen:  # a vocabulary of somebody else's may go in circles
            break
        seen.add(above)
        slug = above
    return slug


class Names:
    """Looks up tags and categories over several vocabularies; the first that knows a slug wins."""

    def __init__(self, vocabularies: Iterable[Vocabulary]) -> None:
        self._tags: dict[str, Tag] = {}
        self._aliases: dict[str, str] = {}
        self._categories: dict[str, Category] = {}
        self._category_aliases: dict[str, str] = {}
        for vocabulary in vocabularies:
            for tag in vocabulary.tags:
                self._tags.setdefault(tag.slug, tag)
                for name in (tag.name, *tag.aliases):
                    self._aliases.setdefault(slug_of(name), tag.slug)
            for category in vocabulary.categories:
                self._categories.setdefault(category.slug, category)
                for name in (category.name, *category.aliases):
                    self._category_aliases.setdefault(slug_of(name), category.slug)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """All known tags, in the order of their vocabularies."""
        return tuple(self._tags.values())

    @property
    def categories(self) -> tuple[Category, ...]:
        """All known beat categories, without the classes of the first stage."""
        return tuple(known for known in self._categories.values() if not known.within and not known.merges)

    @property
    def beat_classes(self) -> tuple[Category, ...]:
        """All that a beat model may predict: categories, their parts, and merged ones."""
        return tuple(self._categories.values())

    def resolve(self, label: str) -> str:
        """Return the slug that a label, name or alias stands for; an unknown label's own slug."""
        slug = slug_of(label)
        return slug if slug in self._tags else self._aliases.get(slug, slug)

    def resolve_category(self, label: str) -> str:
        """Return the beat class that a label, name or alias stands for; an unknown label's own slug."""
        slug = slug_of(label)
        return slug if slug in self._categories else self._category_aliases.get(slug, slug)

    def tag_name(self, slug: str) -> str:
        """Return a tag's name for people."""
        return self._tags[slug].name if slug in self._tags else _spoken(slug)

    def category_name(self, slug: str) -> str:
        """Return a beat category's name for people."""
        return self._categories[slug].name if slug in self._categories else _spoken(slug)

    def beat_family(self, slug: str) -> str:
        """Return the beat category whose colour a beat class has: its own, or the one it stands for.

        A sub-category belongs to the class that it lies within, a merged class to the first that it
        merges. A slug that no vocabulary knows is its own family.
        """
        passed = []
        while (known := self._categories.get(slug)) and slug not in passed:
            passed.append(slug)
            slug = known.within or (known.merges[0] if known.merges else slug)
        return slug

    def group(self, slug: str) -> str:
        """Return the group that gives a tag its colour; ``other`` where no vocabulary says."""
        return self._tags[slug].group if slug in self._tags else "other"

    def advisory(self, slug: str) -> str:
        """Return what rating work looks at a tag for; empty for most."""
        return self._tags[slug].advisory if slug in self._tags else ""


def _spoken(slug: str) -> str:
    return slug.replace("_", " ").capitalize()
