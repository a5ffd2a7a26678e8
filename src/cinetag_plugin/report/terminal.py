"""An analysis for the terminal: what the film is, its tags with bars of strength, its beats."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names
from cinetag_plugin.export.colours import colour as colour_of
from cinetag_plugin.export.conform import conformed
from cinetag_plugin.export.events import is_gradual
from cinetag_plugin.report.words import (
    analysed_seconds,
    counted,
    cut_rate,
    film_time,
    frame_rate,
    length_of,
    shown,
)

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"
_FIGURES = 43
"""Columns that R, the mean probability, the count, and first and last time take."""

_BEAT_FIGURES = 48
"""Columns that times in and out, the confidence and the key shot of a beat take."""

_BROADEST_NAME, _BROADEST_BAR, _NARROWEST_BAR = 36, 40, 4


@dataclass(frozen=True)
class Summary:
    """A film's head lines and tables of tags and beats, in ASCII where the output's encoding knows no more.

    Every name is text, never markup, and what could drive a terminal is spelled out.
    """

    analysis: Analysis
    names: Names
    width: int
    colour: bool
    about_models: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the head lines and the table, for this console's encoding."""
        film, *facts = (_spelled(line, options.encoding) for line in _head(self.analysis, self.about_models))
        yield Text(film, style=self._style("bold"), overflow="fold")
        for line in facts:
            yield Text(line, overflow="fold")
        if self.analysis.tags:
            yield ""
            yield self._table(options.encoding)
        elif self._asked("tags"):
            yield Text("no tags were found")
        if self.analysis.tags and not self.analysis.tag_spans:
            yield Text("none of them is sure enough anywhere for a marker")
        if self.analysis.beats:
            yield ""
            yield self._beats(options.encoding)
        elif self._asked("beats"):
            yield Text("no beats were found")

    def _asked(self, role: str) -> bool:
        return any(use.role == role for use in self.analysis.models)

    def _beats(self, encoding: str) -> Table:
        """Return when each beat begins and ends (timecode, the end exclusive), how sure, its key shot."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=self._style("dim"))
        table.add_column("beat", no_wrap=True)
        for head in ("in", "out", "confidence", "key shot"):
            table.add_column(head, justify="right", no_wrap=True)
        grid, film = conformed(self.analysis), self.analysis.film
        room = max(8, min(_BROADEST_NAME, self.width - _BEAT_FIGURES))
        for beat in self.analysis.beats:
            label = _spelled(shown(self.names.category_name(beat.category)), encoding)
            edge = colour_of(f"beat.{self.names.beat_family(beat.category)}", "hex")
            labels = zip(grid.labels(beat.start, beat.end), (beat.start, beat.end), strict=True)
            table.add_row(
                Text(_cut(label, room), self._style(edge)),
                *(timecode or film_time(film, frame) for timecode, frame in labels),
                f"{beat.confidence:.2f}",
                "" if beat.key_shot is None else f"{beat.key_shot + 1:,}",
            )
        return table

    def _table(self, encoding: str) -> Table:
        labels = [_spelled(shown(self.names.tag_name(tag.tag)), encoding) for tag in self.analysis.tags]
        free = self.width - _FIGURES
        name_width = min(_BROADEST_NAME, max(8, free * 3 // 5), max(map(cell_len, labels)))
        bar_width = min(_BROADEST_BAR, free - name_width - 4)
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=self._style("dim"))
        table.add_column("tag", no_wrap=True)
        if bar_width >= _NARROWEST_BAR:
            table.add_column("strength", no_wrap=True)
        for head in ("R", "p", "key frames", "first", "last"):
            table.add_column(head, justify="right", no_wrap=True)
        moments = _first_and_last(self.analysis)
        for tag, label in zip(self.analysis.tags, labels, strict=True):
            bar = Text(_bar(tag.relative_strength, bar_width, encoding), self._group_style(tag.tag))
            table.add_row(
                Text(_cut(label, name_width)),
                *([bar] if bar_width >= _NARROWEST_BAR else []),
                f"{tag.relative_strength:.2f}",
                f"{tag.probability_sum / max(tag.count, 1):.2f}",
                f"{tag.count:,}",
                *moments.get(tag.tag, ("", "")),
            )
        return table

    def _style(self, style: str) -> str:
        return style if self.colour else ""

    def _group_style(self, tag: str) -> str:
        return self._style(colour_of(f"tag.{self.names.group(tag)}", "hex"))


def summary(
    analysis: Analysis, names: Names, *, width: int, colour: bool = True, about_models: str = ""
) -> Summary:
    """Return what rich prints of an analysis.

    Args:
        analysis: what is shown.
        names: gives tags their names and the groups that colour their bars.
        width: columns of the terminal.
        colour: bars in the colours of the tags' groups.
        about_models: how good the models are, one line from their cards.
    """
    return Summary(analysis, names, width, colour, about_models)


def _head(analysis: Analysis, about_models: str) -> Iterator[str]:
    film = analysis.film
    yield shown(film.name) or "film without a name"
    yield f"{length_of(analysed_seconds(analysis))}, {frame_rate(film)}, {film.width} x {film.height}"
    rate = cut_rate(analysis)
    found_by = f"detector {shown(analysis.detector.name)}"
    yield f"{counted(len(analysis.shots), 'shot')} ({', '.join(filter(None, [rate, found_by]))})"
    if gradual := [shot.transition_in.kind for shot in analysis.shots if is_gradual(shot.transition_in)]:
        yield f"of which {', '.join(f'{gradual.count(k)} by {k}' for k in dict.fromkeys(gradual))}"
    dropped = sum(not key_frame.accepted for key_frame in analysis.key_frames)
    yield f"{counted(len(analysis.key_frames), 'key frame')} ({dropped} dropped by the entropy gate)"
    for use in analysis.models:
        yield f"{shown(use.role)} by {shown(use.name)} on {shown(use.delegate)}"
    if about_models:
        yield shown(about_models)


def _first_and_last(analysis: Analysis) -> dict[str, tuple[str, str]]:
    """Say when the first and the last accepted key frame with each tag are shown."""
    moments: dict[str, tuple[int, int]] = {}
    for key_frame in analysis.key_frames:
        for score in key_frame.tags if key_frame.accepted else ():
            first, last = moments.get(score.tag, (key_frame.frame, key_frame.frame))
            moments[score.tag] = (min(first, key_frame.frame), max(last, key_frame.frame))
    film = analysis.film
    return {tag: (film_time(film, first), film_time(film, last)) for tag, (first, last) in moments.items()}


def _bar(share: float, width: int, encoding: str) -> str:
    share = min(1.0, max(0.0, share))
    if not _knows(_EIGHTHS + _FULL, encoding):
        return "#" * max(1, round(share * width))
    full, eighths = divmod(max(1, round(share * width * 8)), 8)
    return _FULL * full + _EIGHTHS[eighths].strip()


def _cut(label: str, width: int) -> str:
    return label if cell_len(label) <= width else set_cell_size(label, width - 3).rstrip() + "..."


def _spelled(text: str, encoding: str) -> str:
    """Spell out the characters that the output's encoding does not have."""
    return text if _knows(text, encoding) else text.encode("ascii", "backslashreplace").decode("ascii")


def _knows(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
