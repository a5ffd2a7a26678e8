"""The charts as formats of ``--to``."""

from collections.abc import Callable, Sequence
from typing import Literal

from cinetag_plugin.document.contracts import Event, Exporter
from cinetag_plugin.document.records import Analysis
from cinetag_plugin.document.vocabulary import Names, builtin_vocabulary


def _drawn(
    name: Literal["strength_chart", "timeline_chart", "rhythm_chart"],
) -> Callable[[Sequence[Event], Analysis], bytes]:
    def render(events: Sequence[Event], analysis: Analysis) -> bytes:
        from cinetag_plugin.report import charts, rhythm  # their fonts take long to load

        room = rhythm if name == "rhythm_chart" else charts
        chart: Callable[[Analysis, Names], bytes] = getattr(room, name)
        return chart(analysis, Names([builtin_vocabulary()]))

    return render


EXPORTERS: tuple[Exporter, ...] = (
    Exporter(
        slug="strengths",
        suffix=".strengths.svg",
        render=_drawn("strength_chart"),
        summary="relative strength of each tag, as a picture for browsers",
    ),
    Exporter(
        slug="timeline",
        suffix=".timeline.svg",
        render=_drawn("timeline_chart"),
        summary="where each tag is along the film, as a picture for browsers",
    ),
    Exporter(
        slug="rhythm",
        suffix=".rhythm.svg",
        render=_drawn("rhythm_chart"),
        summary="beats, strongest tags, cut rate and loudness along the film, as a picture for browsers",
    ),
)
