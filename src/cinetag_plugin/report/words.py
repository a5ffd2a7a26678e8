"""Words for people: times, counts, and names that may come from anywhere."""

from fractions import Fraction

from cinetag_plugin.document.errors import printable
from cinetag_plugin.document.records import Analysis, Film
from cinetag_plugin.export.text import clean

LONGEST_NAME = 200


def shown(name: str) -> str:
    """Return a name on one line that neither drives a terminal nor breaks XML; odd marks are spelled out."""
    return printable(clean(name, LONGEST_NAME))


def clock_time(seconds: Fraction) -> str:
    """Write a time as ``m:ss``, from an hour on ``h:mm:ss``; parts of a second are dropped, as players do."""
    minutes, rest = divmod(max(0, seconds.__floor__()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def length_of(seconds: Fraction) -> str:
    """Write how long something lasts: ``1:32:05``, below ten seconds ``4.2 s``."""
    return f"{float(seconds):.1f} s" if seconds < 10 else clock_time(seconds)


def film_time(film: Film, frame: int) -> str:
    """Write when ``frame`` is shown, counted from the film's first frame."""
    return clock_time(film.clock.seconds(frame))


def counted(number: int, singular: str) -> str:
    """Write a number with its noun: ``1 shot``, ``1,234 shots``."""
    return f"{number:,} {singular}{'' if number == 1 else 's'}"


def frame_rate(film: Film) -> str:
    """Write the frame rate as people say it: ``23.976 fps``, ``25 fps``, ``variable, about 25 fps``."""
    rate = f"{float(film.rate):.3f}".rstrip("0").rstrip(".") + " fps"
    return f"variable, about {rate}" if film.variable_rate else rate


def cut_rate(analysis: Analysis) -> str:
    """Write how many shots a minute the analysed part has; empty where it has no length."""
    seconds = analysed_seconds(analysis)
    return f"{float(len(analysis.shots) * 60 / seconds):.1f} a minute" if seconds > 0 else ""


def analysed_seconds(analysis: Analysis) -> Fraction:
    """Return how long the analysed part of the film lasts."""
    clock, part = analysis.film.clock, analysis.analysed
    return clock.seconds(part.end) - clock.seconds(part.start)
