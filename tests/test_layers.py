"""The rooms import in one direction only, and each outside library stays in its room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cinetag_plugin

ROOT = Path(cinetag_plugin.__file__).parent

_ABOVE_PIPELINE = {"pipeline", "settings", "window", "take", "checkpoint"}
_LOWER = {
    "document",
    "_fast",
    "media",
    "models",
    "shots",
    "tags",
    "beats",
    "evidence",
    "export",
    "report",
    "reels",
    "hooks",
}

MAY_IMPORT = {
    "document": set(),
    "_fast": set(),
    "media": {"document", "_fast"},
    "models": {"document"},
    "shots": {"document", "media", "models", "_fast"},
    "tags": {"document", "models"},
    "beats": {"document", "models"},
    "evidence": {"document", "media", "models"},
    "export": {"document"},
    "report": {"document", "export"},
    "reels": {"document", "media", "export"},
    "hooks": {"document"},
    "settings": {"document", "window"},
    "window": {"document"},
    "take": {"document", "media", "shots", "window"},
    "checkpoint": {"document", "media", "settings", "take"},
    "quick": {"document", "media", "shots", "settings", "take"},
    "shot_records": {"document", "shots", "quick", "take"},
    "chosen": {"document", "hooks", "settings"},
    "labelling": {"beats", "document", "hooks", "models", "settings"},
    "pipeline": _LOWER
    | {"settings", "window", "take", "quick", "shot_records", "checkpoint", "chosen", "labelling"},
    "filter": _LOWER | _ABOVE_PIPELINE,
    "otio_plugin": {"document", "pipeline", "settings", "export", "hooks"},
    "library": _LOWER | _ABOVE_PIPELINE,
    "batch": {"document", "pipeline", "settings", "library"},
    "evaluation": {"document"},
    "training": {"document", "media", "models", "tags", "beats", "evaluation"},
}

ONLY_IN = {
    "opentimelineio": ("export/", "otio_plugin/", "shots/cutlists.py"),
    "otio_aaf_adapter": ("export/aaf.py",),
    "aaf2": ("export/aaf.py",),
    "cv2": ("media/", "models/", "library/", "training/"),
    "ai_edge_litert": ("models/", "training/"),
    "tensorflow": ("models/", "training/"),
    "pluggy": ("hooks/",),
    "pysubs2": ("evidence/",),
    "ffmpeg": ("media/graph.py", "reels/"),
}


def _modules() -> Iterator[tuple[str, str, ast.AST]]:
    for path in sorted(ROOT.rglob("*.py")):
        inside = path.relative_to(ROOT)
        room = inside.parts[0].removesuffix(".py")
        yield room, inside.as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"relative import of {node.module}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _rooms_of(imported: str) -> Iterator[str]:
    parts = imported.split(".")
    if parts[0] == "cinetag_plugin" and len(parts) > 1:
        yield parts[1]


def test_each_room_imports_only_from_the_rooms_below_it():
    wrong = [
        f"{path} imports {room}"
        for home, path, tree in _modules()
        if home not in {"cli", "__init__", "__main__"}
        for imported in _imports(tree)
        for room in _rooms_of(imported)
        if room not in MAY_IMPORT[home] | {home, "__version__"}
    ]
    assert not wrong


def test_nobody_imports_the_command_line():
    importers = {
        path
        for home, path, tree in _modules()
        for imported in _imports(tree)
        if "cli" in _rooms_of(imported) and home not in {"cli", "__main__"}
    }
    assert not importers


def test_outside_libraries_stay_in_their_rooms():
    wrong = [
        f"{path} imports {imported}"
        for _, path, tree in _modules()
        for imported in _imports(tree)
        for library, homes in ONLY_IN.items()
        if imported.split(".")[0] == library and not path.startswith(homes)
    ]
    assert not wrong
