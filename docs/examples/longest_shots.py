"""Print the longest shots of films that were analysed before; no film is decoded.

python docs/examples/longest_shots.py FILM.cinetag.json …
"""

import sys
from pathlib import Path

import cinetag_plugin as ct

for name in sys.argv[1:]:
    analysis = ct.read_analysis(Path(name))
    longest = max(analysis.shots, key=lambda shot: shot.end - shot.start)
    seconds = analysis.film.clock.seconds(longest.end) - analysis.film.clock.seconds(longest.start)
    print(f"{analysis.film.name}: shot {longest.index + 1}, {float(seconds):.1f} s")
