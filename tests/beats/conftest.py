"""Models that are never wrong, and often."""

import pytest
from films_in_words import errors_of

from cinetag_plugin.document.records import KnownErrors


@pytest.fixture
def never_wrong() -> KnownErrors:
    return errors_of(20, 0)


@pytest.fixture
def often_wrong() -> KnownErrors:
    return errors_of(14, 3)
