"""Writes what Keras's metrics make of sequences of batches, for MetricsGoldenTest.

Run with Keras 3 on TensorFlow: python make_goldens.py
"""

import json
import pathlib
import zlib

import keras
import numpy as np

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/metrics"


# What labels and predictions are drawn as, from the shape of the predictions.


def scores(rng, *shape):
    return np.round(rng.random(shape), 2)


def logits(rng, *shape):
    return np.round(rng.normal(size=shape), 2)


def positives(rng, *shape):
    return np.round(rng.random(shape) + 0.1, 2)


def distributions(rng, *shape):
    x = rng.random(shape) + 0.1
    return np.round(x / x.sum(-1, keepdims=True), 3)


def distinct(rng, *shape):
    """Scores of which no two in a row are equal."""
    rows = [rng.permutation(shape[-1]) for _ in range(int(np.prod(shape[:-1])))]
    return np.reshape(rows, shape) / 64


def bits(rng, *shape):
    return rng.integers(0, 2, shape, dtype="int32")


def float_bits(rng, *shape):
    return np.float32(bits(rng, *shape))


def signs(rng, *shape):
    return bits(rng, *shape) * 2 - 1


def classes(rng, *shape):
    return rng.integers(0, shape[-1], shape[:-1], dtype="int32")


def long_classes(rng, *shape):
    return np.int64(classes(rng, *shape))


def one_hot(rng, *shape):
    return np.float32(np.eye(shape[-1])[classes(rng, *shape)])


def int_one_hot(rng, *shape):
    return np.int32(one_hot(rng, *shape))


def ids(below):
    return lambda rng, *shape: rng.integers(0, below, shape, dtype="int32")


def one_hot_along_1(rng, *shape):
    return np.moveaxis(one_hot(rng, shape[0], *shape[2:], shape[1]), -1, 1)


def classes_along_1(rng, *shape):
    return classes(rng, shape[0], *shape[2:], shape[1])


# Metric, arguments, labels (None: it takes plain values), predictions, the rank of the weights, the batches' shapes.
FEW = [(5,), (1,), (8,)]
LONG = [(20,), (7,), (20,)]
COLUMN = [(5, 1), (1, 1), (4, 1)]
ROWS = [(5, 3), (1, 3), (4, 3)]
WIDE = [(4, 7), (1, 7), (3, 7)]
STEPS = [(2, 5, 3), (1, 5, 3)]
MIXED = [(4, 3), (2, 5), (3, 2)]
IMAGES = [(2, 3, 4, 5), (1, 3, 4, 5)]

METRICS = [
    ("Mean", {}, None, scores, 0, [(), (), ()]),
    ("Mean", {}, None, scores, 1, [(3,), (1,), (2,)]),
    ("Mean", {}, None, scores, 2, [(2, 3), (1, 3)]),
    ("Mean", {}, None, scores, 1, [(2, 3), (1, 4), (2, 2)]),
    ("Sum", {}, None, scores, 0, [(), ()]),
    ("Sum", {}, None, scores, 1, [(4,), (3,)]),
    ("SparseCategoricalAccuracy", {}, classes, scores, 1, ROWS),
    ("SparseCategoricalAccuracy", {}, long_classes, scores, 2, STEPS),
    ("CategoricalAccuracy", {}, one_hot, scores, 1, ROWS),
    ("CategoricalAccuracy", {}, int_one_hot, scores, 1, STEPS),
    ("BinaryAccuracy", {}, bits, scores, 1, FEW),
    ("BinaryAccuracy", {"threshold": 0.3}, float_bits, scores, 1, MIXED),
    ("MeanSquaredError", {}, scores, scores, 1, COLUMN),
    ("MeanSquaredError", {}, scores, scores, 1, MIXED),
    ("MeanSquaredError", {}, scores, scores, 2, STEPS),
    ("MeanAbsoluteError", {}, scores, scores, 1, COLUMN),
    ("MeanAbsoluteError", {}, scores, scores, 2, STEPS),
    ("RootMeanSquaredError", {}, scores, scores, 1, MIXED),
    ("RootMeanSquaredError", {}, scores, scores, 1, FEW),
    ("RootMeanSquaredError", {}, scores, scores, 2, STEPS),
    ("Accuracy", {}, ids(3), ids(3), 1, FEW),
    ("Accuracy", {}, float_bits, float_bits, 1, ROWS),
    ("TopKCategoricalAccuracy", {}, one_hot, distinct, 1, WIDE),
    ("TopKCategoricalAccuracy", {"k": 2}, int_one_hot, distinct, 2, STEPS),
    ("SparseTopKCategoricalAccuracy", {}, classes, distinct, 1, WIDE),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, classes, distinct, 2, STEPS),
    ("SparseTopKCategoricalAccuracy", {"k": 3, "from_sorted_ids": True}, classes, ids(7), 1, WIDE),
    ("PearsonCorrelation", {}, scores, scores, 1, WIDE),
    ("PearsonCorrelation", {"axis": 1}, scores, scores, 1, STEPS),
    ("ConcordanceCorrelation", {}, scores, scores, 1, WIDE),
    ("ConcordanceCorrelation", {"axis": 1}, scores, scores, 1, STEPS),
    ("TruePositives", {}, bits, scores, 1, FEW),
    ("TruePositives", {"thresholds": [0.2, 0.5, 0.9]}, float_bits, scores, 1, ROWS),
    ("FalsePositives", {}, bits, scores, 1, FEW),
    ("FalsePositives", {"thresholds": [0.2, 0.5, 0.9]}, float_bits, scores, 1, ROWS),
    ("TrueNegatives", {}, bits, scores, 1, FEW),
    ("TrueNegatives", {"thresholds": [0.2, 0.5, 0.9]}, float_bits, scores, 1, ROWS),
    ("FalseNegatives", {}, bits, scores, 1, FEW),
    ("FalseNegatives", {"thresholds": [0.2, 0.5, 0.9]}, float_bits, scores, 1, ROWS),
    ("TruePositives", {"thresholds": 0}, bits, logits, 1, FEW),
    ("FalseNegatives", {"thresholds": [0, 0.25, 0.5, 0.75, 1.0]}, bits, scores, 2, ROWS),
    ("Precision", {}, bits, scores, 1, FEW),
    ("Precision", {"thresholds": 0.3}, bits, scores, 2, ROWS),
    ("Precision", {"thresholds": [0.7, 0.1, 0.4]}, float_bits, scores, 1, ROWS),
    ("Precision", {"thresholds": [0, 0.25, 0.5, 0.75, 1.0]}, bits, scores, 1, COLUMN),
    ("Precision", {"top_k": 2}, bits, distinct, 1, WIDE),
    ("Precision", {"top_k": 3, "thresholds": 0.05}, bits, distinct, 1, WIDE),
    ("Precision", {"class_id": 1}, one_hot, scores, 1, ROWS),
    ("Precision", {"class_id": 2, "top_k": 3}, bits, distinct, 1, WIDE),
    ("Recall", {}, bits, scores, 1, FEW),
    ("Recall", {"thresholds": 0.3}, bits, scores, 2, ROWS),
    ("Recall", {"thresholds": [0.7, 0.1, 0.4]}, float_bits, scores, 1, ROWS),
    ("Recall", {"thresholds": [0, 0.25, 0.5, 0.75, 1.0]}, bits, scores, 1, COLUMN),
    ("Recall", {"top_k": 2}, bits, distinct, 1, WIDE),
    ("Recall", {"top_k": 3, "thresholds": 0.05}, bits, distinct, 1, WIDE),
    ("Recall", {"class_id": 1}, one_hot, scores, 1, ROWS),
    ("Recall", {"class_id": 2, "top_k": 3}, bits, distinct, 1, WIDE),
    ("SensitivityAtSpecificity", {"specificity": 0.55}, bits, scores, 1, LONG),
    ("SensitivityAtSpecificity", {"specificity": 0.3, "num_thresholds": 11}, float_bits, scores, 1, ROWS),
    ("SensitivityAtSpecificity", {"specificity": 0.5, "num_thresholds": 1, "class_id": 1}, bits, scores, 1, ROWS),
    ("SpecificityAtSensitivity", {"sensitivity": 0.55}, bits, scores, 1, LONG),
    ("SpecificityAtSensitivity", {"sensitivity": 0.3, "num_thresholds": 11}, float_bits, scores, 1, ROWS),
    ("SpecificityAtSensitivity", {"sensitivity": 0.5, "num_thresholds": 1, "class_id": 1}, bits, scores, 1, ROWS),
    ("PrecisionAtRecall", {"recall": 0.55}, bits, scores, 1, LONG),
    ("PrecisionAtRecall", {"recall": 0.3, "num_thresholds": 11}, float_bits, scores, 1, ROWS),
    ("PrecisionAtRecall", {"recall": 0.5, "num_thresholds": 1, "class_id": 1}, bits, scores, 1, ROWS),
    ("RecallAtPrecision", {"precision": 0.55}, bits, scores, 1, LONG),
    ("RecallAtPrecision", {"precision": 0.3, "num_thresholds": 11}, float_bits, scores, 1, ROWS),
    ("RecallAtPrecision", {"precision": 0.5, "num_thresholds": 1, "class_id": 1}, bits, scores, 1, ROWS),
    ("AUC", {}, bits, scores, 1, LONG),
    ("AUC", {"num_thresholds": 11}, bits, scores, 1, LONG),
    ("AUC", {"num_thresholds": 2}, bits, scores, 1, FEW),
    ("AUC", {"num_thresholds": 11, "curve": "ROC", "summation_method": "interpolation"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "ROC", "summation_method": "minoring"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "ROC", "summation_method": "majoring"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "PR", "summation_method": "interpolation"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "PR", "summation_method": "minoring"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "PR", "summation_method": "majoring"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "PRGAIN", "summation_method": "interpolation"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "PRGAIN", "summation_method": "minoring"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "curve": "PRGAIN", "summation_method": "majoring"}, bits, scores, 1, ROWS),
    ("AUC", {"thresholds": [0.5, 0.2, 0.9], "curve": "PR"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 21, "from_logits": True}, bits, logits, 1, LONG),
    ("AUC", {"num_thresholds": 11, "label_weights": [1.0, 0.5, 2.0]}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "multi_label": True}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "multi_label": True, "num_labels": 3, "curve": "PR"}, bits, scores, 1, ROWS),
    ("AUC", {"num_thresholds": 11, "multi_label": True, "label_weights": [1.0, 0.5, 2.0]}, bits, scores, 1, ROWS),
    ("AUC", {"thresholds": [0.3, 0.6], "multi_label": True, "from_logits": True}, bits, logits, 1, ROWS),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, ids(3), ids(3), 1, FEW),
    ("IoU", {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0}, ids(4), ids(3), 2, ROWS),
    ("IoU", {"num_classes": 5, "target_class_ids": [1, 3], "sparse_y_pred": False}, classes, distinct, 3, IMAGES),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 1], "sparse_y_true": False, "sparse_y_pred": False}, one_hot, distinct, 1, ROWS),
    ("MeanIoU", {"num_classes": 3}, ids(3), ids(3), 2, ROWS),
    ("MeanIoU", {"num_classes": 4, "ignore_class": 3}, ids(4), ids(4), 2, ROWS),
    ("MeanIoU", {"num_classes": 5, "sparse_y_pred": False}, classes, distinct, 3, IMAGES),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [0, 2]}, one_hot, distinct, 1, ROWS),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0}, one_hot, distinct, 2, STEPS),
    ("OneHotMeanIoU", {"num_classes": 3}, one_hot, distinct, 1, ROWS),
    ("OneHotMeanIoU", {"num_classes": 3, "ignore_class": 1}, one_hot, distinct, 2, STEPS),
    ("BinaryIoU", {}, bits, scores, 1, FEW),
    ("BinaryIoU", {"target_class_ids": [0], "threshold": 0.3}, float_bits, scores, 2, ROWS),
    ("F1Score", {}, one_hot, distinct, 1, ROWS),
    ("F1Score", {"threshold": 0.4}, bits, scores, 1, ROWS),
    ("F1Score", {"average": "micro"}, one_hot, distinct, 1, ROWS),
    ("F1Score", {"average": "macro", "threshold": 0.5}, float_bits, scores, 1, ROWS),
    ("F1Score", {"average": "weighted"}, one_hot, distinct, 1, WIDE),
    ("FBetaScore", {"beta": 2.0}, one_hot, distinct, 1, ROWS),
    ("FBetaScore", {"beta": 0.5, "average": "micro", "threshold": 0.3}, bits, scores, 1, ROWS),
    ("FBetaScore", {"beta": 2.0, "average": "macro"}, one_hot, distinct, 1, ROWS),
    ("FBetaScore", {"beta": 0.5, "average": "weighted", "threshold": 0.5}, bits, scores, 1, WIDE),
    ("R2Score", {}, scores, scores, 1, ROWS),
    ("R2Score", {"class_aggregation": None}, scores, scores, 1, ROWS),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, scores, scores, 2, ROWS),
    ("R2Score", {"num_regressors": 2}, scores, scores, 1, COLUMN),
    ("MeanAbsolutePercentageError", {}, positives, scores, 1, COLUMN),
    ("MeanAbsolutePercentageError", {}, positives, scores, 2, STEPS),
    ("MeanSquaredLogarithmicError", {}, positives, scores, 1, MIXED),
    ("LogCoshError", {}, logits, logits, 1, ROWS),
    ("Poisson", {}, positives, positives, 1, ROWS),
    ("KLDivergence", {}, distributions, distributions, 1, ROWS),
    ("KLDivergence", {}, distributions, distributions, 2, STEPS),
    ("Hinge", {}, signs, logits, 1, ROWS),
    ("Hinge", {}, bits, logits, 1, COLUMN),
    ("SquaredHinge", {}, signs, logits, 1, ROWS),
    ("CategoricalHinge", {}, one_hot, scores, 1, ROWS),
    ("CategoricalHinge", {}, int_one_hot, logits, 2, STEPS),
    ("CosineSimilarity", {}, logits, logits, 1, WIDE),
    ("CosineSimilarity", {"axis": 1}, logits, logits, 1, STEPS),
    ("BinaryCrossentropy", {}, bits, positives, 1, COLUMN),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, float_bits, scores, 2, STEPS),
    ("BinaryCrossentropy", {"from_logits": True}, bits, logits, 1, ROWS),
    ("CategoricalCrossentropy", {}, one_hot, distributions, 1, ROWS),
    ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, one_hot, logits, 2, STEPS),
    ("CategoricalCrossentropy", {"axis": 1}, one_hot_along_1, positives, 1, IMAGES),
    ("SparseCategoricalCrossentropy", {}, classes, distributions, 1, ROWS),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, long_classes, logits, 2, STEPS),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, classes, distributions, 2, STEPS),
]


def array(x):
    x = np.asarray(x)
    return {"dtype": str(x.dtype), "shape": list(x.shape), "values": np.ravel(x).tolist()}


def updated(metric, batch, dtype, weighted):
    """Updates a metric, and returns its result."""
    predictions = batch["predictions"]
    if predictions.dtype == "float64":
        predictions = predictions.astype("float32" if "top_k" in metric.name else dtype)
    weights = batch["weights"].astype(dtype) if weighted else None
    given = (predictions,) if batch["labels"] is None else (batch["labels"], predictions)
    metric.update_state(*given, sample_weight=weights)
    return np.asarray(metric.result()).astype("float64").tolist()


def ways(kind, arguments, weights_rank):
    """Returns whether to update with weights, or without, or both."""
    if kind == "SparseCategoricalCrossentropy" and "ignore_class" in arguments:
        return [True]  # without weights, Keras counts what is ignored as 0
    return [False, True] if weights_rank else [False]


def case(kind, arguments, labels, predictions, weights_rank, shapes):
    rng = np.random.default_rng(zlib.crc32(repr((kind, arguments, shapes)).encode()))
    batches = []
    for shape in shapes:
        batch = {"labels": labels and labels(rng, *shape), "predictions": np.asarray(predictions(rng, *shape))}
        batch["weights"] = np.round(rng.random(shape[:weights_rank]) * 2, 2) if weights_rank else None
        batches.append(batch)
    written = [{name: array(x) for name, x in batch.items() if x is not None} | {"results": {}} for batch in batches]
    for dtype in ("float64", "float32"):
        keras.config.set_floatx(dtype)  # also that of the state
        for weighted in ways(kind, arguments, weights_rank):
            metric = getattr(keras.metrics, kind)(**arguments, dtype=dtype)
            for batch, out in zip(batches, written):
                out["results"][dtype + (" weighted" if weighted else "")] = updated(metric, batch, dtype, weighted)
    state = {v.name: list(v.shape) for v in metric.variables}
    keras.utils.clear_session()  # or it would number the name
    name = getattr(keras.metrics, kind)(**arguments).name
    return {"metric": kind, "arguments": arguments, "name": name, "state": state, "batches": written}


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(case(*row), separators=(",", ":")) for row in METRICS)
    (OUT / "metrics.json").write_text(f"[\n{lines}\n]\n")
