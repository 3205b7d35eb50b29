"""Writes losses.json: what Keras makes of labels and predictions, and its gradient, for LossesTest.

Run in this folder: python make_losses.py   (made with Keras 3.15.1 on TensorFlow 2.21.0)
"""

import json
import os
import pathlib
import zlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf

TARGET = pathlib.Path(__file__).parent / "../resources/dev/tapedeck/losses/losses.json"


def reals(rng, *shape):
    return np.round(rng.normal(0, 2, shape), 2)


def extreme(rng, *shape):
    return rng.choice([-100.0, 0.0, 100.0], shape)


def probabilities(rng, *shape):
    return np.round(rng.uniform(0.05, 0.95, shape), 2)


def positive(rng, *shape):
    return np.round(rng.uniform(0.1, 4, shape), 2)


def certain(rng, *shape):
    return rng.choice([0.0, 1e-9, 0.25, 1.0], shape)


def distributions(rng, *shape):
    x = rng.integers(1, 9, shape)
    return np.round(x / x.sum(-1, keepdims=True), 3)


def eighths(rng, *shape):
    """Labels that sum to 1 exactly, as TensorFlow's gradient takes for granted."""
    return rng.multinomial(8, np.full(shape[-1], 1 / shape[-1]), shape[:-1]) / 8


def one_class(rng, *shape):
    return np.eye(shape[-1])[classes(rng, *shape)]


def classes(rng, *shape):
    return rng.integers(0, shape[-1], shape[:-1])


def some_classes(rng, *shape):
    return np.where(classes(rng, *shape) == 0, 255, classes(rng, *shape))


def bits(rng, *shape):
    return rng.integers(0, 2, shape)


def signs(rng, *shape):
    return rng.choice([-1, 1], shape)


def counts(rng, *shape):
    return rng.integers(0, 5, shape)


def directions(rng, *shape):
    x = rng.normal(0, 1, shape)
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def zero(rng, *shape):
    return np.zeros(shape)


def label_sequences(rng, n, time, classes):
    """Classes from 1; those of later sequences are fewer, filled up with 0."""
    labels = rng.integers(1, classes, (n, time // 2))
    for row in range(n):
        labels[row, max(time // 2 - row, 1):] = 0
    return labels


# The loss, its labels and their type, its predictions, its arguments.
ROWS = [
    ("BinaryCrossentropy", probabilities, "float32", probabilities, {}),
    ("BinaryCrossentropy", bits, "int32", certain, {}),
    ("BinaryCrossentropy", bits, "uint8", certain, {"label_smoothing": 0.1}),
    ("BinaryCrossentropy", bits, "uint8", probabilities, {"label_smoothing": 1.0}),
    ("BinaryCrossentropy", probabilities, "float64", reals, {"from_logits": True}),
    ("BinaryCrossentropy", bits, "int32", extreme, {"from_logits": True}),
    ("BinaryCrossentropy", bits, "int64", reals, {"from_logits": True, "label_smoothing": 0.3}),
    ("BinaryCrossentropy", bits, "bool", probabilities, {"axis": 1}),
    ("CategoricalCrossentropy", one_class, "float32", distributions, {}),
    ("CategoricalCrossentropy", one_class, "int32", one_class, {}),
    ("CategoricalCrossentropy", one_class, "uint8", probabilities, {"label_smoothing": 0.1}),
    ("CategoricalCrossentropy", eighths, "float64", reals, {"from_logits": True}),
    ("CategoricalCrossentropy", one_class, "int32", extreme, {"from_logits": True}),
    ("CategoricalCrossentropy", one_class, "bool", reals, {"from_logits": True, "label_smoothing": 0.3}),
    ("CategoricalCrossentropy", eighths, "float64", probabilities, {"axis": 1}),
    ("BinaryFocalCrossentropy", bits, "int32", probabilities, {}),
    ("BinaryFocalCrossentropy", bits, "uint8", certain, {"apply_class_balancing": True, "alpha": 0.7}),
    ("BinaryFocalCrossentropy", probabilities, "float32", probabilities, {"gamma": 0.5, "label_smoothing": 0.2}),
    ("BinaryFocalCrossentropy", bits, "int32", reals, {"from_logits": True, "axis": 1}),
    ("BinaryFocalCrossentropy", bits, "float32", reals, {"from_logits": True, "gamma": 0.0}),
    ("CategoricalFocalCrossentropy", one_class, "uint8", distributions, {}),
    ("CategoricalFocalCrossentropy", one_class, "float32", one_class, {"gamma": 1.0}),
    ("CategoricalFocalCrossentropy", eighths, "float64", probabilities, {"alpha": [0.2, 0.3, 0.5], "gamma": 0.5}),
    ("CategoricalFocalCrossentropy", one_class, "int32", reals, {"from_logits": True, "label_smoothing": 0.1}),
    ("CategoricalFocalCrossentropy", eighths, "float32", reals, {"from_logits": True, "alpha": 1.0, "axis": 1}),
    ("CategoricalGeneralizedCrossEntropy", classes, "int32", distributions, {}),
    ("CategoricalGeneralizedCrossEntropy", classes, "uint8", distributions, {"q": 0.9}),
    ("CategoricalHinge", one_class, "float32", reals, {}),
    ("CategoricalHinge", one_class, "uint8", extreme, {}),
    ("Circle", classes, "int32", directions, {}),
    ("Circle", classes, "uint8", directions, {"gamma": 3.0, "margin": 0.1, "remove_diagonal": False}),
    ("CTC", label_sequences, "int32", reals, {}),
    ("CosineSimilarity", reals, "float32", reals, {}),
    ("CosineSimilarity", bits, "int32", reals, {"axis": 1}),
    ("CosineSimilarity", zero, "float32", reals, {}),
    ("Dice", bits, "uint8", probabilities, {}),
    ("Dice", probabilities, "float32", probabilities, {"axis": [1]}),
    ("Dice", zero, "float32", zero, {"axis": [-1]}),
    ("Hinge", signs, "float32", reals, {}),
    ("Hinge", bits, "uint8", reals, {}),
    ("Hinge", counts, "int32", extreme, {}),
    ("Huber", reals, "float32", reals, {}),
    ("Huber", bits, "int32", reals, {"delta": 0.5}),
    ("Huber", reals, "float32", extreme, {"delta": 2.0}),
    ("KLDivergence", distributions, "float32", distributions, {}),
    ("KLDivergence", one_class, "uint8", certain, {}),
    ("KLDivergence", bits, "int32", reals, {}),
    ("LogCosh", reals, "float32", reals, {}),
    ("LogCosh", counts, "int32", extreme, {}),
    ("MeanAbsoluteError", reals, "float32", reals, {}),
    ("MeanAbsoluteError", counts, "uint8", extreme, {}),
    ("MeanAbsolutePercentageError", positive, "float32", reals, {}),
    ("MeanAbsolutePercentageError", counts, "int32", reals, {}),
    ("MeanSquaredError", reals, "float32", reals, {}),
    ("MeanSquaredError", bits, "uint8", extreme, {}),
    ("MeanSquaredError", reals, "float32", reals, {"reduction": "sum"}),
    ("MeanSquaredError", reals, "float32", reals, {"reduction": "mean"}),
    ("MeanSquaredError", reals, "float32", reals, {"reduction": "mean_with_sample_weight"}),
    ("MeanSquaredError", reals, "float32", reals, {"reduction": "none"}),
    ("MeanSquaredLogarithmicError", positive, "float32", positive, {}),
    ("MeanSquaredLogarithmicError", counts, "int32", reals, {}),
    ("Poisson", positive, "float32", positive, {}),
    ("Poisson", counts, "int32", certain, {}),
    ("SparseCategoricalCrossentropy", classes, "int32", distributions, {}),
    ("SparseCategoricalCrossentropy", classes, "uint8", one_class, {}),
    ("SparseCategoricalCrossentropy", classes, "int64", reals, {"from_logits": True}),
    ("SparseCategoricalCrossentropy", classes, "uint8", extreme, {"from_logits": True}),
    ("SparseCategoricalCrossentropy", some_classes, "uint8", distributions, {"ignore_class": 255}),
    ("SparseCategoricalCrossentropy", some_classes, "int32", reals, {"ignore_class": 255, "from_logits": True}),
    ("SparseCategoricalCrossentropy", some_classes, "int32", reals,
     {"ignore_class": 255, "from_logits": True, "reduction": "sum"}),
    ("SquaredHinge", signs, "int32", reals, {}),
    ("SquaredHinge", bits, "bool", reals, {}),
    ("Tversky", bits, "int32", probabilities, {}),
    ("Tversky", probabilities, "float32", probabilities, {"alpha": 0.2, "beta": 0.7, "axis": [1]}),
]

# Of each row; the first has weights of the examples.
SHAPES = [("float32", (4, 3), True), ("float64", (2, 3), False), ("float32", (2, 2, 3), False)]
SHAPES_OF = {
    "CTC": [("float32", (3, 7, 4), True), ("float64", (2, 5, 3), False)],
    "Circle": [("float32", (6, 3), True), ("float64", (5, 3), False)],
}


def array(x):
    return {"dtype": x.dtype.name, "shape": x.shape, "values": [float(str(v)) for v in np.float32(np.ravel(x))]}


def case(kind, make_labels, labels_type, make_predictions, arguments, dtype, shape, weighted):
    rng = np.random.default_rng(zlib.crc32(repr((kind, labels_type, arguments, shape)).encode()))
    labels = make_labels(rng, *shape).astype(labels_type)
    predictions = tf.constant(make_predictions(rng, *shape), dtype)
    loss = getattr(keras.losses, kind)
    each = loss(**arguments | {"reduction": "none"}, dtype=dtype)(labels, predictions)
    weights = np.round(rng.uniform(0, 2, shape[:1]), 2) if weighted and each.shape.rank > 0 else None
    with tf.GradientTape() as tape:
        tape.watch(predictions)
        value = loss(**arguments, dtype=dtype)(labels, predictions, weights)
    gradient = tape.gradient(value, predictions)
    return {
        "loss": kind,
        "arguments": arguments,
        "labels": array(labels),
        "predictions": array(predictions.numpy()),
        **({} if weights is None else {"weights": array(weights.astype(dtype))}),
        "each": array(each.numpy()),
        "value": array(value.numpy()),
        "gradient": array(gradient.numpy()),
    }


if __name__ == "__main__":
    cases = [case(*row, *shape) for row in ROWS for shape in SHAPES_OF.get(row[0], SHAPES)]
    TARGET.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
