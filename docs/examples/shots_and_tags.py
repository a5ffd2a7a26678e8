"""Analyse a film and print its shots in timecode and its tags by strength.

python docs/examples/shots_and_tags.py FILM
"""

import sys

import cinetag_plugin as ct
from cinetag_plugin.document.time import timecode

analysis = ct.analyze(sys.argv[1])
film = analysis.film
for shot in analysis.shots:
    label = timecode(film.start_frame + shot.start, film.rate, film.drop_frame)
    print(f"shot {shot.index + 1} begins at {label}, {shot.end - shot.start} frames")
for tag in analysis.tags:
    print(f"{tag.tag}: {tag.relative_strength:.2f}")
