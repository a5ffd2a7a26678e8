"""What a ``.tflite`` tells of itself in TFLite Metadata: labels, and how its input is normalised.

The metadata is a FlatBuffer in a buffer of the model (``metadata_schema.fbs`` of tflite-support,
identifier ``M001``); the files it names lie in a zip archive behind the end of the model.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from cinetag_plugin.models.flatbuffer import MalformedError, Table
from cinetag_plugin.models.graph import MODEL_BUFFERS, MODEL_METADATA, Graph

_LARGEST_LABELS = 4 * 1024 * 1024

_SUBGRAPHS, _INPUTS, _OUTPUTS = 3, 2, 3
_PROCESS_UNITS, _FILES = 4, 6
_FILE_NAME, _FILE_KIND, _AXIS_LABELS = 0, 2, 2
_UNIT_KIND, _UNIT_OPTIONS, _NORMALISATION = 0, 1, 1


@dataclass(frozen=True, slots=True)
class Metadata:
    """Labels of the first output and normalisation of the first input; empty where the file does not say."""

    labels: tuple[str, ...] = ()
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()


def read_metadata(content: bytes) -> Metadata:
    """Return what a model file says of itself; nothing where its metadata is absent or damaged."""
    try:
        graphs = [part for root in _roots(content) for part in root.tables(_SUBGRAPHS)[:1]]
        if not graphs:
            return Metadata()
        mean, std = _normalisation(graphs[0])
        return Metadata(_labels(content, graphs[0]), mean, std)
    except MalformedError:
        return Metadata()


def _roots(content: bytes) -> Iterator[Table]:
    model = Graph(content).model
    buffers = model.tables(MODEL_BUFFERS)
    for entry in model.tables(MODEL_METADATA):
        index = entry.number(1, "I")
        if entry.text(0) == "TFLITE_METADATA" and index < len(buffers):
            yield Table.root(buffers[index].content(0), b"M001")


def _normalisation(graph: Table) -> tuple[tuple[float, ...], tuple[float, ...]]:
    for tensor in graph.tables(_INPUTS)[:1]:
        for unit in tensor.tables(_PROCESS_UNITS):
            options = unit.table(_UNIT_OPTIONS)
            if options and unit.number(_UNIT_KIND, "B") == _NORMALISATION:
                return tuple(options.numbers(0, "f")), tuple(options.numbers(1, "f"))
    return (), ()


def _labels(content: bytes, graph: Table) -> tuple[str, ...]:
    for tensor in graph.tables(_OUTPUTS)[:1]:
        for file in tensor.tables(_FILES):
            if file.number(_FILE_KIND, "b") == _AXIS_LABELS:
                return tuple(_packed_text(content, file.text(_FILE_NAME)).splitlines())
    return ()


def _packed_text(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(name) as file:
            return file.read(_LARGEST_LABELS).decode("utf-8-sig", "replace")
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return ""
