"""From a finished take to the film and the shots of the document."""

import os
from collections.abc import Sequence

from msgspec.structs import replace

from cinetag_plugin.document.records import Film, Shot
from cinetag_plugin.quick import QuickTake
from cinetag_plugin.shots.detect import shots_from
from cinetag_plugin.shots.duplicates import groups
from cinetag_plugin.shots.rhythm import cut_rates
from cinetag_plugin.take import Take


def written_film(film: Film, stream: int) -> Film:
    """Return the film with an absolute path, found from any folder, in text that JSON can hold."""
    sources = tuple(replace(source, path=_whole(source.path)) for source in film.sources)
    return replace(film, path=_whole(film.path), stream=stream, sources=sources)


def _whole(path: str) -> str:
    return os.fsencode(os.path.abspath(path)).decode("utf-8", "replace")  # noqa: PTH100 - keeps links


def shots_of(film: Film, take: Take | QuickTake, origin: str) -> tuple[Shot, ...]:
    """Return the shots of a finished take; those whose pictures were not kept belong to no group."""
    assert take.start is not None
    compared: Sequence[int | None] = groups(take.pictures) if take.pictures else [None] * len(take.measures)
    found = shots_from(take.boundaries, take.start, take.end)
    keys: list[list[int]] = [[] for _ in found]
    for key_frame in take.key_frames:
        keys[key_frame.shot].append(key_frame.index)
    rates = cut_rates([film.clock.seconds(frame) for frame in (*(shot.start for shot in found), take.end)])
    return tuple(
        replace(
            shot,
            group=group,
            key_frames=tuple(keys[shot.index]),
            measures={"cut_rate": rate, **measures},
            origin=origin,
        )
        for shot, group, rate, measures in zip(found, compared, rates, take.measures, strict=True)
    )
