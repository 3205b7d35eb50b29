"""Writes what Keras computes for the layers and initializers, for LayersGoldenTest and InitializersTest.

Run with Keras 3 on TensorFlow: python make_goldens.py [family..]

A family is a module of `goldens`; without any, all are made.
"""

import importlib
import json
import pathlib
import sys

import goldens
import keras
import numpy as np

FAMILIES = [
    "core",
    "activation",
    "convolution",
    "pooling",
    "reshaping",
    "merging",
    "normalization",
    "regularization",
    "recurrent",
    "attention",
    "images",
    "augmentation",
    "categories",
    "text",
    "sound",
]
OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/layers"


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (OUT / name).write_text(f"[\n{lines}\n]\n")


def initializers():
    for name in ["GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal"]:
        for shape in [(200, 300), (5, 5, 40, 60)]:
            drawn = getattr(keras.initializers, name)(seed=1)(shape).numpy()
            yield {
                "initializer": name,
                "shape": shape,
                "deviation": float(f"{drawn.std():.6g}"),
                "largest": float(f"{np.abs(drawn).max():.6g}"),
            }


def names():
    """All names of each layer of Keras."""
    layers = {}
    for name, c in sorted(vars(keras.layers).items()):
        if isinstance(c, type) and issubclass(c, keras.Layer):
            layers.setdefault(c, []).append(name)
    return layers.values()


if __name__ == "__main__":
    (OUT / "goldens").mkdir(parents=True, exist_ok=True)
    for family in sys.argv[1:] or FAMILIES:
        goldens.rng = np.random.default_rng(7)
        module = importlib.import_module(f"goldens.{family}")
        write(f"goldens/{family}.json", module.cases())
        if hasattr(module, "states_cases"):
            write(f"goldens/{family}_states.json", module.states_cases())
    if not sys.argv[1:]:
        write("initializers.json", initializers())
        write("names.json", names())
