"""Writes what Keras computes for the regularizers, constraints and the STFT initializer, and SciPy for windows.

    python make_nn.py   (made with Keras 3.15 on TensorFlow 2.21, SciPy 1.17)
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import scipy.signal
import tensorflow as tf

from make_op_goldens import array

RESOURCES = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/nn"
RANDOM = np.random.default_rng(7)

# Keras rounds some factors to float32: these are exact.
REGULARIZERS = [
    ("L1", {"l1": 0.0625}),
    ("L1", {"l1": 0.0}),
    ("L2", {"l2": 0.25}),
    ("L1L2", {"l1": 0.5, "l2": 0.125}),
    ("L1L2", {"l1": 0.0, "l2": 0.25}),
    ("L1L2", {"l1": 0.25, "l2": 0.0}),
    ("OrthogonalRegularizer", {"factor": 0.125, "mode": "rows"}),
    ("OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}),
]
CONSTRAINTS = [
    ("MaxNorm", {"max_value": 2.0, "axis": [0]}),
    ("MaxNorm", {"max_value": 0.5, "axis": [1]}),
    ("MaxNorm", {"max_value": 1.0, "axis": [0, 1]}),
    ("MinMaxNorm", {"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": [0]}),
    ("MinMaxNorm", {"min_value": 1.5, "max_value": 2.5, "rate": 0.25, "axis": [1]}),
    ("MinMaxNorm", {"min_value": 1.0, "max_value": 1.0, "rate": 0.5, "axis": [-1]}),
    ("NonNeg", {}),
    ("UnitNorm", {"axis": [0]}),
    ("UnitNorm", {"axis": [0, -1]}),
]
STFTS = [
    ({"side": "real", "window": "hann", "scaling": "density", "periodic": False}, (16, 1, 9)),
    ({"side": "imag", "window": "hamming", "scaling": "spectrum", "periodic": True}, (12, 1, 5)),
    ({"side": "imag", "window": "blackman", "scaling": None, "periodic": True}, (7, 1, 3)),
    ({"side": "real", "window": None, "scaling": "density", "periodic": False}, (5, 1, 4)),
]
WINDOWS = (
    "barthann bartlett blackman blackmanharris bohman boxcar cosine exponential flattop hamming hann lanczos nuttall "
    "parzen triang tukey"
).split()


def weights(dtype):
    yield RANDOM.normal(0, 1, (4, 3)).astype(dtype)
    yield np.array([[3, 0, -4], [0, 0, 0], [1e-5, 0, 1]], dtype)


def regularizers(dtype):
    for name, arguments in REGULARIZERS:
        for w in weights(dtype):
            x = tf.constant(w)
            regularizer = getattr(keras.regularizers, name)(**arguments)
            if "factor" in arguments:
                regularizer.factor = arguments["factor"]  # which Keras makes float32
            with tf.GradientTape() as tape:
                tape.watch(x)
                penalty = regularizer(x)
            gradient = tape.gradient(penalty, x).numpy()
            case = {"name": name, "arguments": arguments, "weights": array(w), "output": array(penalty.numpy())}
            # Keras has no number for the gradient of a vector of zeros.
            yield case | ({"gradient": array(gradient)} if np.isfinite(gradient).all() else {})


def constraints(dtype):
    for name, arguments in CONSTRAINTS:
        for w in weights(dtype):
            output = getattr(keras.constraints, name)(**arguments)(w).numpy()
            yield {"name": name, "arguments": arguments, "weights": array(w), "output": array(output)}


def stfts(dtype):
    for arguments, shape in STFTS:
        output = keras.initializers.STFT(**arguments)(shape, np.dtype(dtype).name).numpy()
        yield {"name": "STFT", "arguments": arguments, "output": array(output)}


def windows():
    for name in WINDOWS:
        for length in [1, 2, 3, 8, 9]:
            for periodic in [False, True]:
                values = scipy.signal.get_window(name, length, periodic)
                yield {"window": name, "length": length, "periodic": periodic, "values": values.tolist()}


def write(file, cases):
    lines = [json.dumps(case, separators=(",", ":")) for case in cases]
    (RESOURCES / file).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    RESOURCES.mkdir(parents=True, exist_ok=True)
    for function in [regularizers, constraints, stfts]:
        write(f"{function.__name__}.jsonl", [c for dtype in [np.float32, np.float64] for c in function(dtype)])
    write("windows.jsonl", windows())
