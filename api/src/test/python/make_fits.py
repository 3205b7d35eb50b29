"""Writes fits.jsonl: the histories of Keras's fit with its options, and its evaluations, for FitGoldenTest.

Run in this folder: python make_fits.py   (made with Keras 3.15.1 on TensorFlow 2.21.0)
"""

import json
import os
import pathlib
import warnings

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np

warnings.simplefilter("ignore")
RANDOM = np.random.default_rng(3)
TARGET = pathlib.Path(__file__).parent / "../resources/dev/tapedeck/train/fits.jsonl"

ROWS, COLUMNS, CLASSES = 23, 3, 4
x = np.round(RANDOM.normal(0, 1, (ROWS, COLUMNS)), 2).astype("float32")
integers = RANDOM.integers(0, CLASSES, ROWS).astype("int32")
LABELS = {
    "integers": integers,
    "one-hot": np.eye(CLASSES, dtype="float32")[integers],
}
weights = np.round(RANDOM.uniform(0, 2, ROWS), 2).astype("float32")
kernel = np.round(RANDOM.normal(0, 1, (COLUMNS, CLASSES)), 2).astype("float32")
CLASS_WEIGHT = {0: 0.5, 1: 2.0, 2: 1.0, 3: 0.25}

# Labels, options of fit; sample weights are those above.
FITS = [
    ("integers", {"epochs": 3}),
    ("integers", {"epochs": 3, "batch_size": 5}),
    ("integers", {"epochs": 2, "batch_size": 23}),
    ("integers", {"epochs": 2, "batch_size": 100}),
    ("one-hot", {"epochs": 2, "batch_size": 8}),
    ("integers", {"epochs": 3, "batch_size": 4, "validation_split": 0.3}),
    ("integers", {"epochs": 2, "batch_size": 4, "validation_split": 0.1, "validation_batch_size": 2}),
    ("integers", {"epochs": 2, "batch_size": 4, "validation_split": 0.5, "validation_steps": 2}),
    ("integers", {"epochs": 2, "validation_split": 0.5, "validation_steps": 5}),
    ("integers", {"epochs": 5, "batch_size": 4, "validation_split": 0.3, "validation_freq": 2}),
    ("integers", {"epochs": 2, "batch_size": 6, "sample_weight": True}),
    ("integers", {"epochs": 2, "batch_size": 6, "sample_weight": True, "validation_split": 0.4}),
    ("integers", {"epochs": 2, "batch_size": 6, "class_weight": True}),
    ("one-hot", {"epochs": 2, "batch_size": 6, "class_weight": True, "validation_split": 0.4}),
    ("integers", {"epochs": 5, "batch_size": 7, "initial_epoch": 3}),
    ("integers", {"epochs": 5, "batch_size": 7, "initial_epoch": 2, "validation_split": 0.2, "validation_freq": 2}),
    ("integers", {"epochs": 4, "batch_size": 5, "steps_per_epoch": 2}),
    ("integers", {"epochs": 4, "batch_size": 6, "steps_per_epoch": 2}),
    ("integers", {"epochs": 6, "batch_size": 5, "steps_per_epoch": 3}),
    ("integers", {"epochs": 3, "batch_size": 5, "steps_per_epoch": 9}),
    ("integers", {"epochs": 3, "steps_per_epoch": 4}),
    ("integers", {"epochs": 3, "steps_per_epoch": 4, "validation_split": 0.3}),
]


def model(labels):
    dense = keras.layers.Dense(CLASSES, use_bias=False)
    made = keras.Sequential([keras.Input((COLUMNS,)), dense])
    dense.set_weights([kernel])
    kind = "CategoricalCrossentropy" if labels == "one-hot" else "SparseCategoricalCrossentropy"
    made.compile(
        keras.optimizers.SGD(0.1),
        getattr(keras.losses, kind)(from_logits=True),
        metrics=[keras.metrics.MeanMetricWrapper(largest, name="mean")],
        weighted_metrics=[keras.metrics.MeanMetricWrapper(largest, name="weighted")],
    )
    return made


def largest(y_true, y_pred):
    """The largest of an example's logits."""
    return keras.ops.max(y_pred, -1)


def fit(labels, options):
    made = model(labels)
    given = {"verbose": 0, "shuffle": False, **options}
    if "sample_weight" in options:
        given["sample_weight"] = weights
    if "class_weight" in options:
        given["class_weight"] = CLASS_WEIGHT
    history = made.fit(x, LABELS[labels], **given)
    return {
        "labels": labels,
        "options": options,
        "epoch": history.epoch,
        "steps": history.params["steps"],
        "history": history.history,
        "kernel": np.ravel(made.get_weights()[0]).tolist(),
        "evaluated": made.evaluate(x, LABELS[labels], batch_size=6, verbose=0, return_dict=True),
        "weighted": made.evaluate(
            x, LABELS[labels], sample_weight=weights, batch_size=6, verbose=0, return_dict=True
        ),
        "steps_evaluated": made.evaluate(x, LABELS[labels], steps=3, verbose=0, return_dict=True),
        "on_batch": [
            made.train_on_batch(x[:6], LABELS[labels][:6], return_dict=True),
            made.train_on_batch(x[6:9], LABELS[labels][6:9], sample_weight=weights[6:9], return_dict=True),
            made.test_on_batch(x[:6], LABELS[labels][:6], sample_weight=weights[:6], return_dict=True),
        ],
    }


def plain(value):
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return float(value) if isinstance(value, (np.floating, np.ndarray)) else value


def array(values):
    return {"dtype": str(values.dtype), "shape": list(values.shape), "values": np.ravel(values).tolist()}


data = {
    "x": array(x),
    "labels": {name: array(values) for name, values in LABELS.items()},
    "weights": array(weights),
    "kernel": array(kernel),
    "class_weight": CLASS_WEIGHT,
}
fits = [plain(fit(labels, options)) for labels, options in FITS]
TARGET.write_text("".join(json.dumps(line) + "\n" for line in [data, *fits]))
