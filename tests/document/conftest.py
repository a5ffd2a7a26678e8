"""A small sound analysis, as records and as the JSON that people exchange."""

import copy
from typing import Any

import pytest

_DOCUMENT: dict[str, Any] = {
    "schema_version": "1.0",
    "created_by": "cinetag test",
    "film": {
        "path": "film.mp4",
        "name": "film",
        "frames": 200,
        "rate": "24000/1001",
        "variable_rate": False,
        "time_base": "1/24000",
        "start_pts": 0,
        "start_timecode": "01:00:00:00",
        "width": 854,
        "height": 480,
        "duration": 8.3417,
        "timing": [{"frame": 0, "pts": 0, "step": 1001}],
        "sources": [{"path": "film.mp4", "start": 0, "frames": 200, "entry": 0, "rate": "24000/1001"}],
    },
    "analysed": {"start": 0, "end": 200},
    "detector": {"name": "accurate", "version": "1", "settings": {"threshold": 0.5}},
    "shots": [
        {
            "index": 0,
            "start": 0,
            "end": 120,
            "transition_in": {"kind": "start", "start": 0, "end": 0},
            "key_frames": [0],
            "measures": {"motion": 0.1},
        },
        {"index": 1, "start": 120, "end": 200, "transition_in": {"kind": "cut", "start": 120, "end": 120}},
    ],
    "key_frames": [
        {
            "index": 0,
            "shot": 0,
            "frame": 60,
            "pts": 60060,
            "entropy": 18.2,
            "tags": [{"tag": "beach_sea", "probability": 0.81}],
            "beats": [{"category": "pursuit", "probability": 0.4}],
        }
    ],
    "tags": [{"tag": "beach_sea", "count": 1, "weight": 0.81, "relative_strength": 1.0}],
    "tag_spans": [
        {"tag": "beach_sea", "start": 0, "end": 120, "strength": 1.0, "probability": 0.81, "shots": [0]}
    ],
    "beats": [
        {
            "category": "pursuit",
            "start": 0,
            "end": 200,
            "confidence": 0.7,
            "shots": [0, 1],
            "key_shot": 1,
            "origin": "person",
        }
    ],
    "models": [{"role": "tags", "name": "tags", "sha256": "00", "delegate": "cpu"}],
    "arrays": [{"name": "embeddings", "path": "film.cinetag.npz", "sha256": "00"}],
    "warnings": ["one line"],
}


@pytest.fixture
def document() -> dict[str, Any]:
    """A sound document as plain JSON values, free to be damaged."""
    return copy.deepcopy(_DOCUMENT)
