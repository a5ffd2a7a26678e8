"""Scoring pictures: one pass a backbone, every head upon it, probabilities with their labels."""

import collections

import numpy as np
import pytest
import tiny
from cards import BACKBONES, backbone_card, head_card, lay_down, lay_down_backbone, picture_input
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from msgspec.structs import replace
from PIL import Image

from cinetag_plugin.document.contracts import ModelOutput, Relations
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models import heads
from cinetag_plugin.models.heads import Classifier, probabilities
from cinetag_plugin.models.inspection import unique_labels
from cinetag_plugin.models.interpreter import CpuBackend, open_interpreter
from cinetag_plugin.models.store import ModelStore

WEIGHTS = np.random.default_rng(7).normal(size=(6, 3))
PICTURE = np.random.default_rng(8).integers(0, 256, (20, 30, 3), dtype=np.uint8)


@pytest.fixture
def store(tmp_path):
    lay_down(tmp_path / "user", backbone_card(), tiny.backbone())
    lay_down(tmp_path / "user", head_card(["a", "b", "c"]), tiny.head(WEIGHTS))
    return ModelStore(tmp_path / "user", builtin=tmp_path / "builtin")


def classify(store, *names, picture=PICTURE):
    with Classifier([store.find(name) for name in names], store, delegate="cpu") as classifier:
        return classifier.classify(picture)


def softmax(values):
    powers = np.exp(values - np.max(values))
    return powers / powers.sum()


def test_a_head_scores_the_embedding_of_its_backbone(store):
    given = classify(store, "head")
    embedding = given.embeddings["small"]
    assert (embedding.shape, embedding.dtype) == ((6,), np.float32)
    expected = softmax(embedding.astype(float) @ WEIGHTS)
    assert dict(given.scores["head"]) == pytest.approx(dict(zip("abc", expected, strict=True)), abs=1e-5)


def test_refining_takes_into_account_how_labels_go_together(store, tmp_path):
    relations = Relations(matrix=((1, 0, 0), (0.5, 1, 0), (0, 0, 1)), offset=(0, 0, 1))
    plain = head_card(["a", "b", "c"], name="related")
    card = replace(plain, output=replace(plain.output, relations=relations))
    lay_down(tmp_path / "user", card, tiny.head(WEIGHTS * 0.01))
    plain_scores = dict(classify(store, "related").scores["related"])
    odds = {label: np.log(p / (1 - p)) for label, p in plain_scores.items()}
    wanted = {"a": odds["a"], "b": odds["b"] + 0.5 * odds["a"], "c": odds["c"] + 1}
    with Classifier([store.find("related")], store, delegate="cpu", refine=True) as classifier:
        given = classifier.classify(PICTURE).scores["related"]
    assert dict(given) == pytest.approx(
        {label: 1 / (1 + np.exp(-z)) for label, z in wanted.items()}, abs=1e-6
    )
    assert [p for _, p in given] == sorted((p for _, p in given), reverse=True)


def test_refining_what_has_no_relations_is_refused(store):
    with pytest.raises(ModelError, match="does not know how its tags go together"):
        Classifier([store.find("head")], store, delegate="cpu", refine=True)


def test_scores_fall_and_equal_ones_stand_in_label_order(store, tmp_path):
    flat = tiny.head(np.zeros((6, 4)))
    lay_down(tmp_path / "user", head_card(["d", "a", "c", "b"], name="flat"), flat)
    given = classify(store, "head", "flat").scores
    falling = [score for _, score in given["head"]]
    assert falling == sorted(falling, reverse=True)
    assert given["flat"] == (("d", 0.25), ("a", 0.25), ("c", 0.25), ("b", 0.25))


def test_two_heads_share_one_pass_of_their_backbone(store, tmp_path, monkeypatch):
    lay_down(tmp_path / "user", head_card(["x", "y", "z"], name="other", role="beats"), tiny.head(-WEIGHTS))
    passes = collections.Counter()
    run = CpuBackend.run

    def counted(self, array):
        passes[self.input.name] += 1
        return run(self, array)

    monkeypatch.setattr(CpuBackend, "run", counted)
    given = classify(store, "head", "other", "small")
    assert set(given.scores) == {"head", "other"}
    assert passes == {"picture": 1, "embedding": 2}


def test_a_backbone_alone_gives_its_embedding(store):
    given = classify(store, "small")
    assert given.scores == {}
    assert (given.embeddings["small"] == classify(store, "head").embeddings["small"]).all()


def test_a_whole_model_scores_without_a_backbone(store, tmp_path):
    output = ModelOutput(kind="scores", labels=("a", "b", "c", "d"), activation="sigmoid")
    card = backbone_card("whole", role="tags", output=output, input=picture_input(std=(255.0,) * 3))
    lay_down(tmp_path / "user", card, tiny.backbone())
    given = classify(store, "whole")
    assert given.embeddings == {}
    assert {label for label, _ in given.scores["whole"]} == {"a", "b", "c", "d"}
    assert sum(score for _, score in given.scores["whole"]) != pytest.approx(1.0)


def test_labels_that_the_model_cannot_know_are_never_given(store, tmp_path):
    card = head_card(
        ["Beach/Sea", "murder", "forest"], name="honest", untrained={"murder": "none", "beach_sea": "few"}
    )
    lay_down(tmp_path / "user", card, tiny.head(WEIGHTS))
    assert [label for label, _ in classify(store, "honest").scores["honest"]] == ["forest"]


def test_no_beat_is_no_answer_of_a_beat_model(store, tmp_path):
    card = head_card(["battle", "None", "romance"], name="calm", role="beats")
    lay_down(tmp_path / "user", card, tiny.head(WEIGHTS))
    lay_down(
        tmp_path / "user", replace(card, name="tagged", role="tags", file="calm.tflite"), tiny.head(WEIGHTS)
    )
    given = classify(store, "calm", "tagged").scores
    assert {label for label, _ in given["calm"]} == {"battle", "romance"}
    assert {label for label, _ in given["tagged"]} == {"battle", "None", "romance"}


def test_activation_that_the_graph_has_done_is_not_done_again(store, tmp_path):
    done = tiny.head(WEIGHTS, tiny.OPERATORS.SOFTMAX)
    lay_down(tmp_path / "user", head_card(["a", "b", "c"], name="done", activation="none"), done)
    given = classify(store, "head", "done").scores
    assert dict(given["done"]) == pytest.approx(dict(given["head"]), abs=1e-5)


def test_raw_outputs_taken_for_probabilities_are_refused(store, tmp_path):
    lay_down(
        tmp_path / "user", head_card(["a", "b", "c"], name="raw", activation="none"), tiny.head(WEIGHTS * 100)
    )
    with pytest.raises(ModelError, match="correct the activation"):
        classify(store, "raw")


def test_uses_say_what_ran_on_what(store):
    head, small = store.find("head"), store.find("small")
    with Classifier([head], store, delegate="cpu") as classifier:
        uses = classifier.uses()
        assert classifier.describe() == ("small: cpu (1 thread)", "head: cpu (1 thread)")
    assert [(use.role, use.name, use.delegate, use.backbone) for use in uses] == [
        ("embedding", "small", "cpu", ""),
        ("tags", "head", "cpu", "small"),
    ]
    assert [use.sha256 for use in uses] == [small.card.sha256, head.card.sha256]


def test_heads_run_on_the_processor_whatever_runs_the_backbone(store, monkeypatch):
    asked = []

    def noted(content, policy, threads, *, subject, tensor):
        asked.append((subject, policy))
        return open_interpreter(content, subject=subject)

    monkeypatch.setattr(heads, "open_backend", noted)
    monkeypatch.setattr(heads, "check_fit", lambda *_: None)
    Classifier([store.find("head")], store, delegate="gpu").close()
    assert asked == [("small", "gpu"), ("head", "cpu")]


@pytest.mark.parametrize(
    ("card", "content", "fault"),
    [
        (
            head_card(["a", "b"], name="x"),
            tiny.head(WEIGHTS),
            "gives 1 x 3 float32 where its card has 2 labels",
        ),
        (head_card(["a", "b", "c"], name="x", size=5), tiny.head(WEIGHTS), "takes 1 x 6 float32 .* 5 values"),
        (
            head_card(["a", "b", "c"], name="x", size=5),
            tiny.head(WEIGHTS[:5]),
            "takes 5 values, small gives 6",
        ),
        (backbone_card("x", input=picture_input((9, 8))), tiny.backbone(), "card says 1 x 9 x 8 x 3 float32"),
        (
            backbone_card("x", input=picture_input(layout="NCHW")),
            tiny.backbone(),
            "card says 1 x 3 x 8 x 8 float32",
        ),
        (
            backbone_card("x", input=picture_input(dtype="uint8")),
            tiny.backbone(),
            "card says 1 x 8 x 8 x 3 uint8",
        ),
        (backbone_card("x", size=7), tiny.backbone(), "gives 1 x 6 float32 where its card has 7 values"),
        (backbone_card("x"), b"\x1c\0\0\0TFL3" + bytes(99), "x: "),
    ],
)
def test_a_model_that_does_not_fit_its_card_is_refused(store, tmp_path, card, content, fault):
    lay_down(tmp_path / "user", card, content)
    with pytest.raises(ModelError, match=fault):
        Classifier([store.find("x")], store, delegate="cpu")


def test_a_head_of_another_backbone_of_the_same_size_is_refused(store, tmp_path):
    card = head_card(["a", "b", "c"], name="x", trained_on={"backbone_sha256": "f" * 64})
    lay_down(tmp_path / "user", card, tiny.head(WEIGHTS))
    with pytest.raises(ModelError, match="trained on another"):
        Classifier([store.find("x")], store, delegate="cpu")


def test_two_models_of_one_name_are_refused(store, tmp_path):
    lay_down(tmp_path / "made", backbone_card(), tiny.backbone(seed=3))
    other = store.find(tmp_path / "made" / "small.json")
    with pytest.raises(ModelError, match="two different models"):
        Classifier([store.find("small"), other], store, delegate="cpu")


def test_channel_first_models_are_given_channels_first(store, tmp_path):
    card = backbone_card("first", input=picture_input(layout="NCHW"))
    lay_down(tmp_path / "user", card, tiny.backbone(layout="NCHW"))
    given = classify(store, "small", "first").embeddings
    assert given["first"] == pytest.approx(given["small"], rel=1e-5)


@settings(deadline=None)
@given(arrays.arrays(np.float32, st.integers(1, 20), elements=st.floats(-(2.0**100), 2.0**100, width=32)))
def test_any_finite_output_becomes_probabilities_in_the_same_order(raw):
    for activation in ("sigmoid", "softmax"):
        given = probabilities(raw, activation, "x")
        assert ((given >= 0) & (given <= 1)).all()
        assert (np.diff(given[np.argsort(raw)]) >= 0).all()
    assert probabilities(raw, "softmax", "x").sum() == pytest.approx(1.0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("activation", ["none", "sigmoid", "softmax"])
def test_outputs_that_are_no_numbers_are_refused(value, activation):
    with pytest.raises(ModelError, match="no numbers"):
        probabilities(np.array([0.5, value], np.float32), activation, "x")


def test_a_quantised_probability_a_hair_outside_is_brought_inside():
    assert probabilities(np.array([-0.004, 1.004], np.float32), "none", "x").tolist() == [0.0, 1.0]


def manifest_pictures(shared, wnids, each):
    """Pictures of the shared material that came from these ImageNet classes: (class, array)."""
    found = collections.defaultdict(list)
    for line in (shared / "images" / "MANIFEST.tsv").read_text().splitlines()[1:]:
        path, _, source = line.split("\t")[:3]
        wnid = next((wnid for wnid in wnids if f"/{wnid}/" in source), None)
        if wnid is not None and len(found[wnid]) < each:
            picture = Image.open(shared / "images" / path).convert("RGB")
            found[wnid].append(np.asarray(picture))
    return [(wnid, picture) for wnid in wnids for picture in found[wnid]]


IMAGENET = {
    "n01440764": "tench",
    "n02102040": "English springer",
    "n02979186": "cassette player",
    "n03000684": "chain saw",
    "n03028079": "church",
    "n03394916": "French horn",
    "n03417042": "garbage truck",
    "n03425413": "gas pump",
    "n03445777": "golf ball",
    "n03888257": "parachute",
}


@pytest.fixture
def real_store(shared, tmp_path):
    for name in BACKBONES:
        lay_down_backbone(tmp_path / "real", shared, name)
    return ModelStore(tmp_path / "real", builtin=tmp_path / "builtin")


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("mobilenet_v2_1.0_224_quant", 0.8),
        ("tf2_mobilenet_v2_1.0_224_ptq", 0.8),
        ("mobilenet_edgetpu_0.75_224_ptq", 0.75),
        ("mobilenet_v1_0.25_224_float", 0.6),
    ],
)
def test_real_classifiers_name_what_is_in_real_pictures(shared, tmp_path, name, least):
    """Published over all 1000 classes, one of five right: 0.910 (v2, float), 0.742 (v1 0.25)."""
    labels = (shared / "models" / "imagenet_labels.txt").read_text().splitlines()
    output = ModelOutput(kind="scores", labels=unique_labels(labels))
    taken = picture_input((224, 224), **BACKBONES[name][2])
    content = (shared / "models" / f"{name}.tflite").read_bytes()
    lay_down(tmp_path / "whole", backbone_card(name, role="tags", input=taken, output=output), content)
    store = ModelStore(tmp_path / "whole", builtin=tmp_path)
    pictures = manifest_pictures(shared, IMAGENET, 5)
    assert len(pictures) == 50
    with Classifier([store.find(name)], store, delegate="cpu") as classifier:
        given = [classifier.classify(picture).scores[name][:5] for _, picture in pictures]
    truth = [IMAGENET[wnid] for wnid, _ in pictures]
    hits = [any(label.startswith(t) for label, _ in five) for t, five in zip(truth, given, strict=True)]
    assert np.mean(hits) >= least


def agreement(one, other):
    """Linear centred kernel alignment of two sets of embeddings (Kornblith et al., 2019), in [0, 1]."""
    one, other = one - one.mean(0), other - other.mean(0)
    shared_part = np.linalg.norm(one.T @ other) ** 2
    return shared_part / (np.linalg.norm(one.T @ one) * np.linalg.norm(other.T @ other))


def test_real_backbones_agree_on_what_is_alike(shared, real_store):
    """The shared material measured 0.875 to 0.972 against mobilenet_v2 on 28 other pictures."""
    pictures = [picture for _, picture in manifest_pictures(shared, IMAGENET, 3)]
    models = [real_store.find(name) for name in BACKBONES]
    with Classifier(models, real_store, delegate="cpu") as classifier:
        given = [classifier.classify(picture).embeddings for picture in pictures]
    stacked = {name: np.stack([one[name] for one in given]).astype(float) for name in BACKBONES}
    assert {name: rows.shape[1] for name, rows in stacked.items()} == {n: b[0] for n, b in BACKBONES.items()}
    agreed = {name: agreement(stacked["mobilenet_v2_1.0_224_quant"], rows) for name, rows in stacked.items()}
    assert min(agreed.values()) > 0.8, agreed


def test_a_real_embedding_knows_two_of_a_kind_from_others(shared, real_store):
    name = "mobilenet_v2_1.0_224_quant"
    pictures = manifest_pictures(shared, ["n02102040", "n03417042"], 3)
    with Classifier([real_store.find(name)], real_store, delegate="cpu") as classifier:
        rows = np.stack([classifier.classify(picture).embeddings[name] for _, picture in pictures])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    alike = rows @ rows.T
    assert min(alike[0, 1], alike[3, 4]) > alike[:3, 3:].max()
