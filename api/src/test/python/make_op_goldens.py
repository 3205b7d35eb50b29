"""Writes what TensorFlow computes for the rows of the OpTable, values and gradients.

    python make_op_goldens.py [family..]

A family is a module of `goldens`; its `cases()` yields `(row, function, inputs)`, where `row` is the name of a row of the
OpTable, `function` the same in TensorFlow (one output), and `inputs` NumPy arrays. The gradient is that of the sum of the
output times `weights`. `GoldenTest` compares. Where TensorFlow lacks an op, a function may compute with another library on
`x.numpy()` and give its gradient with `tf.custom_gradient`.
"""

import importlib
import json
import math
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
import tensorflow as tf

FAMILIES = ["pointwise", "reductions", "sorting", "shaping", "rearranging", "indexing", "linalg", "neural"]
RESOURCES = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/ops/goldens"


def weights(shape, dtype):
    """What each element of an output counts for in the loss: exact in every floating type, never 0."""
    w = (np.arange(int(np.prod(shape, dtype=np.int64))) * 7 % 11 - 5.5) / 4
    return tf.constant(w.reshape(shape), dtype)


def array(value):
    """Returns an array as JSON; floating numbers with the fewest digits that tell them apart."""
    value = np.asarray(value)
    if value.dtype == np.bool_:
        numbers = value.astype(int).ravel().tolist()
    elif value.dtype.kind in "iu":
        numbers = value.ravel().tolist()
    else:
        wide = value if value.dtype == np.float64 else value.astype(np.float32)
        numbers = [number(x) for x in wide.ravel()]
    return {"dtype": str(value.dtype), "shape": list(value.shape), "values": numbers}


def number(x):
    if not np.isfinite(x):
        return "NaN" if np.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    return int(x) if x == int(x) and abs(x) < 1e6 and (x != 0 or math.copysign(1, x) > 0) else float(str(x))


def golden(row, function, inputs):
    tensors = [tf.constant(x) for x in inputs]
    sources = [t for t in tensors if t.dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        output = tf.convert_to_tensor(function(*tensors))
        loss = tf.reduce_sum(output * weights(output.shape, output.dtype)) if output.dtype.is_floating else None
    result = {"row": row, "inputs": [array(x) for x in inputs], "output": array(output.numpy())}
    if loss is not None and sources:
        found = iter(tape.gradient(loss, sources, unconnected_gradients="zero"))
        gradients = [tf.convert_to_tensor(next(found)) if t.dtype.is_floating else None for t in tensors]
        result["gradients"] = [None if g is None else array(g.numpy()) for g in gradients]
    return result


def main():
    RESOURCES.mkdir(parents=True, exist_ok=True)
    for family in sys.argv[1:] or FAMILIES:
        module = importlib.import_module(f"goldens.{family}")
        with open(RESOURCES / f"{family}.jsonl", "w") as file:
            for row, function, inputs in module.cases():
                json.dump(golden(row, function, inputs), file, separators=(",", ":"))
                file.write("\n")


if __name__ == "__main__":
    main()
