"""Writes losses.tsv: what Keras makes of labels and predictions, and its gradient, for LossesTest.

Run in this folder: python make_losses.py   (made with Keras 3.15.1 on TensorFlow 2.21.0)
"""

import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf

RANDOM = np.random.default_rng(7)
TARGET = pathlib.Path(__file__).parent / "../resources/dev/tapedeck/losses/losses.tsv"


def logits(*shape):
    return np.round(RANDOM.normal(0, 2, shape), 2)


def extreme(*shape):
    return RANDOM.choice([-100.0, 0.0, 100.0], shape)


def probabilities(*shape):
    return np.round(RANDOM.uniform(0.05, 0.95, shape), 2)


def certain(*shape):
    return RANDOM.choice([0.0, 1e-9, 0.25, 1.0], shape)


def distributions(*shape):
    x = RANDOM.integers(1, 9, shape)
    return np.round(x / x.sum(-1, keepdims=True), 3)


def eighths(*shape):
    """Labels that sum to 1 exactly, as TensorFlow's gradient takes for granted."""
    return RANDOM.multinomial(8, np.full(shape[-1], 1 / shape[-1]), shape[:-1]) / 8


def one_class(*shape):
    return np.eye(shape[-1])[RANDOM.integers(0, shape[-1], shape[:-1])]


def classes(*shape):
    return RANDOM.integers(0, shape[-1], shape[:-1])


def bits(*shape):
    return RANDOM.integers(0, 2, shape)


# The loss, its labels by type, and the predictions: from logits, and not.
LOSSES = [
    ("SparseCategoricalCrossentropy", {"int32": classes, "uint8": classes, "int64": classes},
     [logits, extreme], [distributions, one_class]),
    ("CategoricalCrossentropy", {"float32": one_class, "int32": one_class, "uint8": one_class, "float64": eighths},
     [logits, extreme], [distributions, probabilities, one_class]),
    ("BinaryCrossentropy", {"float32": probabilities, "int32": bits, "uint8": bits},
     [logits, extreme], [probabilities, certain]),
    ("MeanSquaredError", {"float32": logits, "int32": bits, "uint8": bits}, [], [logits, extreme]),
    ("MeanAbsoluteError", {"float32": logits, "int32": bits, "uint8": bits}, [], [logits, extreme]),
]


def array(x, dtype):
    shape = ",".join(map(str, x.shape))
    return f"{dtype}\t{shape}\t" + " ".join(map(str, np.ravel(x)))


def case(kind, make_labels, labels_type, make_predictions, from_logits, dtype, shape):
    loss = getattr(keras.losses, kind)(dtype=dtype, **({"from_logits": True} if from_logits else {}))
    labels = np.asarray(make_labels(*shape)).astype(labels_type)
    predictions = tf.constant(make_predictions(*shape), dtype)
    with tf.GradientTape() as tape:
        tape.watch(predictions)
        value = loss(labels, predictions)
    gradient = tape.gradient(value, predictions).numpy()
    form = "logits" if from_logits else "values"
    fields = kind, form, array(labels, labels_type), array(predictions.numpy(), dtype)
    return "\t".join([*fields, str(value.numpy()), " ".join(map(str, np.ravel(gradient)))])


with open(TARGET, "w") as file:
    for kind, labels, from_logits, from_values in LOSSES:
        for is_logits, makers in (True, from_logits), (False, from_values):
            for maker in makers:
                for labels_type, make_labels in labels.items():
                    for dtype, shape in ("float32", (4, 3)), ("float32", (2, 2, 3)), ("float64", (2, 3)):
                        print(case(kind, make_labels, labels_type, maker, is_logits, dtype, shape), file=file)
