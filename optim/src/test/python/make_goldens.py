"""Writes how Keras's optimizers move a parameter, for OptimizersGoldenTest.

Run with Keras 3 on TensorFlow: python make_goldens.py
"""

import json
import pathlib

import keras
import numpy as np

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/optim"
STEPS = 12
START = [1.0, -2.0, 0.75, 3.5, -1.25]
OPTIMIZERS = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1}),
    ("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.01}),
    ("Adam", {"learning_rate": 0.002, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}),
]


def gradients():
    """Of different sizes and signs, the last always 0; short decimals."""
    rng = np.random.default_rng(3)
    sizes = np.array([1, 0.1, 1e-3, 4, 0])
    return [[float(f"{v:.4g}") for v in rng.normal(size=5) * sizes] for _ in range(STEPS)]


def trajectory(kind, arguments, dtype, grads):
    optimizer = getattr(keras.optimizers, kind)(**arguments)
    w = keras.Variable(START, dtype=dtype)
    for g in grads:
        optimizer.apply([keras.ops.convert_to_tensor(g, dtype)], [w])
        yield [float(f"{v:.9g}") for v in w.numpy()]


if __name__ == "__main__":
    grads = gradients()
    cases = [
        {
            "optimizer": kind,
            "arguments": arguments,
            "dtype": dtype,
            "trajectory": list(trajectory(kind, arguments, dtype, grads)),
        }
        for kind, arguments in OPTIMIZERS
        for dtype in ["float32", "float64"]
    ]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "optimizers.json").write_text(
        f'{{"start":{json.dumps(START)},\n"gradients":{json.dumps(grads)},\n"cases":[\n{lines}\n]}}\n'
    )
