"""Films made up for the charts: any number of shots and tags, spans where the test wants them."""

from collections.abc import Callable

import pytest

from cinetag_plugin.document.records import (
    Analysis,
    DetectorUse,
    Film,
    KeyFrame,
    ModelUse,
    Shot,
    Span,
    TagScore,
    TagSpan,
    TagStrength,
    Timing,
    Transition,
)
from plain_film import plain_film

MakeAnalysis = Callable[..., Analysis]


def _film(name: str, frames: int, timing: list[tuple[int, int, int]]) -> Film:
    return plain_film(
        frames,
        path=f"{name}.mp4",
        name=name,
        variable_rate=len(timing) > 1,
        start_pts=timing[0][1],
        width=1280,
        height=720,
        timing=tuple(Timing(frame=frame, pts=pts, step=step) for frame, pts, step in timing),
    )


@pytest.fixture
def make_analysis() -> MakeAnalysis:
    """Build an analysis: shots of 25 frames at 25 fps, one key frame each, tags as ``{slug: R}``."""

    def make(
        tags=(),
        shots=4,
        spans=(),
        name="Example film",
        timing=((0, 0, 1),),
        analysed=None,
        rejected=(),
        carried=(),
    ) -> Analysis:
        frames = shots * 25
        strengths = dict(tags)
        return Analysis(
            created_by="cinetag test",
            film=_film(name, frames, list(timing)),
            analysed=Span(start=0, end=frames)
            if analysed is None
            else Span(start=analysed[0], end=analysed[1]),
            detector=DetectorUse(name="accurate", version="1"),
            shots=tuple(
                Shot(
                    index=index,
                    start=index * 25,
                    end=index * 25 + 25,
                    transition_in=Transition(kind="cut", start=index * 25, end=index * 25),
                    key_frames=(index,),
                )
                for index in range(shots)
            ),
            key_frames=tuple(
                KeyFrame(
                    index=index,
                    shot=index,
                    frame=index * 25 + 12,
                    pts=index * 25 + 12,
                    entropy=9.0,
                    accepted=index not in rejected,
                    tags=tuple(TagScore(tag=tag, probability=0.5) for shot, tag in carried if shot == index),
                )
                for index in range(shots)
            ),
            tags=tuple(
                TagStrength(tag=tag, count=3, weight=0.25, relative_strength=relative, probability_sum=1.5)
                for tag, relative in strengths.items()
            ),
            tag_spans=tuple(
                TagSpan(tag=tag, start=start, end=end, strength=strengths.get(tag, 0.5), probability=0.5)
                for tag, start, end in spans
            ),
            models=(ModelUse(role="tags", name="example-50", sha256="0", delegate="cpu"),)
            if strengths
            else (),
        )

    return make
