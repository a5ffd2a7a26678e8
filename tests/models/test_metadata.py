"""What a model file says of itself, and of what it says nothing."""

import io
import zipfile

import flatbuffers
import numpy as np
import tiny
from ai_edge_litert import schema_py_generated as schema
from hypothesis import given, settings
from hypothesis import strategies as st

from cinetag_plugin.models.metadata import Metadata, read_metadata


def test_the_labels_of_a_real_sound_model_are_found(shared):
    labels = read_metadata((shared / "models" / "yamnet.tflite").read_bytes()).labels
    lines = (shared / "models" / "yamnet_labels.txt").read_text().splitlines()
    assert len(labels) == 521
    assert list(labels) == lines


def test_the_labels_and_normalisation_of_a_real_picture_model_are_found(shared):
    told = read_metadata((shared / "models" / "mobilenet_v2_1.0_224_quant.tflite").read_bytes())
    lines = (shared / "models" / "imagenet_labels.txt").read_text().splitlines()
    assert [label.split(",")[0] for label in told.labels] == [line.split(",")[0] for line in lines]
    assert (told.mean, told.std) == ((127.5,), (127.5,))


def test_the_normalisation_of_a_model_that_wants_0_to_1_is_found(shared):
    told = read_metadata((shared / "models" / "selfie_segmenter.tflite").read_bytes())
    assert (told.mean, told.std) == ((0.0,), (255.0,))


def test_a_model_without_metadata_says_nothing(shared):
    assert read_metadata(tiny.backbone()) == Metadata()
    assert read_metadata((shared / "models" / "deeplabv3_257_float.tflite").read_bytes()) == Metadata()


def vector(builder, offsets):
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return builder.EndVector()


def table(builder, fields):
    """A table of offset fields and of byte fields (those given as ``("byte", number)``)."""
    builder.StartObject(max(fields) + 1)
    for slot, value in fields.items():
        if isinstance(value, tuple):
            builder.PrependInt8Slot(slot, value[1], 0)
        else:
            builder.PrependUOffsetTRelativeSlot(slot, value, 0)
    return builder.EndObject()


def with_labels(name, packed):
    """A small net that says its labels lie in ``name``; ``packed`` is the archive behind it."""
    builder = flatbuffers.Builder(256)
    file = table(builder, {0: builder.CreateString(name), 2: ("byte", 2)})
    numbers = {
        0: builder.CreateNumpyVector(np.float32([1, 2, 3])),
        1: builder.CreateNumpyVector(np.float32([4, 5, 6])),
    }
    unit = table(builder, {0: ("byte", 1), 1: table(builder, numbers)})
    taken = table(builder, {4: vector(builder, [unit])})
    given = table(builder, {6: vector(builder, [file])})
    graph = table(builder, {2: vector(builder, [taken]), 3: vector(builder, [given])})
    builder.Finish(table(builder, {3: vector(builder, [graph])}), b"M001")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(tiny.backbone(), 0))
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = np.frombuffer(bytes(builder.Output()), np.uint8)
    model.buffers.append(buffer)
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers) - 1
    model.metadata = [entry]
    whole = flatbuffers.Builder(1024)
    whole.Finish(model.Pack(whole), b"TFL3")
    return bytes(whole.Output()) + packed


def archive(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    return packed.getvalue()


WHOLE = with_labels("labels.txt", archive({"other.txt": "no", "labels.txt": "sea\nforest\ndesert\nhill\n"}))


def test_labels_and_normalisation_are_taken_from_where_the_metadata_says():
    assert read_metadata(WHOLE) == Metadata(("sea", "forest", "desert", "hill"), (1, 2, 3), (4, 5, 6))


def test_a_label_file_that_is_not_in_the_archive_gives_no_labels():
    assert read_metadata(with_labels("labels.txt", archive({"other.txt": "no"}))).labels == ()
    assert read_metadata(with_labels("labels.txt", b"")).labels == ()


def test_a_label_file_named_out_of_its_folder_is_only_a_name_in_the_archive(tmp_path):
    (tmp_path / "labels.txt").write_text("a\nb\nc\nd\n")
    assert read_metadata(with_labels(str(tmp_path / "labels.txt"), archive({}))).labels == ()


def test_an_archive_that_unpacks_without_end_is_read_to_a_bound():
    bomb = with_labels("labels.txt", archive({"labels.txt": b"\n" * 64_000_000}))
    assert len(bomb) < 200_000
    assert len(read_metadata(bomb).labels) <= 4 * 1024 * 1024


@settings(deadline=None)
@given(st.data())
def test_damaged_metadata_says_less_and_never_fails(data):
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(WHOLE) - 1))] = data.draw(st.integers(0, 255))
    read_metadata(bytes(damaged[: data.draw(st.integers(0, len(WHOLE)))]))
    read_metadata(bytes(damaged))
