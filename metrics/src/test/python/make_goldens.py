"""Writes what Keras's metrics make of sequences of batches, for MetricsGoldenTest.

Run with Keras 3 on TensorFlow: python make_goldens.py
"""

import json
import pathlib

import keras
import numpy as np

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/metrics"
rng = np.random.default_rng(5)


def array(x, dtype):
    x = np.asarray(x)
    return {"dtype": dtype, "shape": list(x.shape), "values": np.ravel(x).tolist()}


def scores(*shape):
    return np.round(rng.random(shape), 2)


def classes(*shape):
    return rng.integers(0, shape[-1], shape[:-1])


def one_hot(*shape):
    return np.eye(shape[-1])[classes(*shape)]


def bits(*shape):
    return rng.integers(0, 2, shape)


# Metric, its arguments, what makes labels (None: it takes plain values), their type, shapes of predictions.
METRICS = [
    ("Mean", {}, None, None, [(), (), (2,)]),
    ("Mean", {}, None, None, [(), (2, 3), (1, 2, 2)]),
    ("Sum", {}, None, None, [(), (4,), (2, 3)]),
    ("SparseCategoricalAccuracy", {}, classes, "int32", [(4, 3), (1, 3), (6, 3)]),
    ("SparseCategoricalAccuracy", {}, classes, "int64", [(2, 5, 3), (2, 2, 3)]),
    ("CategoricalAccuracy", {}, one_hot, "float32", [(4, 3), (1, 3), (6, 3)]),
    ("CategoricalAccuracy", {}, one_hot, "int32", [(2, 5, 3), (2, 2, 3)]),
    ("BinaryAccuracy", {}, bits, "int32", [(4,), (1,), (6,)]),
    ("BinaryAccuracy", {"threshold": 0.3}, bits, "float32", [(4, 1), (3, 1), (5, 2)]),
    ("MeanSquaredError", {}, scores, "float32", [(4, 1), (1, 1), (6, 1)]),
    ("MeanSquaredError", {}, scores, "float32", [(4, 3), (2, 5), (2, 2, 2)]),
]


def case(kind, arguments, labels, dtype, shapes):
    metric = getattr(keras.metrics, kind)(**arguments)
    batches = []
    for shape in shapes:
        y_pred = scores(*shape)
        batch = {"predictions": array(y_pred, "float32")}
        y_pred = np.float32(y_pred)
        if labels is None:
            metric.update_state(y_pred)
        else:
            y_true = labels(*shape)
            batch["labels"] = array(y_true, dtype)
            metric.update_state(y_true.astype(dtype), y_pred)
        batches.append(batch | {"result": float(metric.result())})
    return {"metric": kind, "arguments": arguments, "name": metric.name, "batches": batches}


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case(*m), separators=(",", ":")) for m in METRICS)
    (OUT / "metrics.json").write_text(f"[\n{lines}\n]\n")
