"""Find the shots of one minute of a film with the paper's detector; tell how far it is.

python docs/examples/only_the_shots.py FILM
"""

import sys

import cinetag_plugin as ct

settings = ct.Settings(only=frozenset({"shots"}), detector="paper", start="0", end="60")
try:
    analysis = ct.analyze(
        sys.argv[1], settings, on_progress=lambda done, expected: print(done, expected, end="\r")
    )
except ct.MediaError as error:
    sys.exit(f"{error.subject}: {error.fault}")
print(f"\n{len(analysis.shots)} shots")
