"""Writes what Keras computes for the layers and initializers, for LayersGoldenTest and InitializersTest.

Run with Keras 3 on TensorFlow: python make_goldens.py
"""

import itertools
import json
import pathlib

import keras
import numpy as np
import tensorflow as tf

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/layers"
rng = np.random.default_rng(7)


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (OUT / name).write_text(f"[\n{lines}\n]\n")


def array(x):
    values = [float(f"{v:.9g}") for v in np.ravel(x)]
    return {"shape": list(x.shape), "values": [int(v) if v.is_integer() else v for v in values]}


def eighths(*shape):
    """Distinct short numbers: the file stays small, and no two largest ones are equal."""
    n = int(np.prod(shape))
    return tf.constant((rng.permutation(n) - n // 2).reshape(shape) / 8, tf.float32)


def layer_case(kind, arguments, input_shape, values=eighths):
    layer = getattr(keras.layers, kind)(**arguments)
    layer.build((None,) + input_shape[1:])
    x = values(*input_shape)
    for w in layer.weights:
        w.assign(eighths(*w.shape))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
        upstream = eighths(*y.shape)
        loss = tf.reduce_sum(y * upstream)
    named = {"input": x} | {w.name: w.value for w in layer.weights}
    gradients = tape.gradient(loss, list(named.values()))
    return {
        "layer": kind,
        "arguments": arguments,
        "values": {name: array(v.numpy()) for name, v in named.items()},
        "upstream": array(upstream.numpy()),
        "output": array(y.numpy()),
        "gradients": {name: array(g.numpy()) for name, g in zip(named, gradients)},
    }


def layers():
    yield layer_case("Dense", {"units": 5}, (3, 4))
    yield layer_case("Dense", {"units": 5, "activation": "tanh", "use_bias": False}, (3, 4))
    yield layer_case("Dense", {"units": 5, "activation": "relu"}, (2, 3, 4))
    yield layer_case("Dense", {"units": 1}, (2, 1, 3, 2))
    yield layer_case("Conv2D", {"filters": 1, "kernel_size": 1}, (1, 3, 3, 2))
    yield layer_case(
        "Conv2D", {"filters": 2, "kernel_size": 3, "activation": "relu", "use_bias": False}, (1, 4, 4, 1)
    )
    # Both an odd and an even side, so that SAME pads evenly and unevenly.
    for size, strides, padding in itertools.product([2, 3], [1, 2], ["valid", "same"]):
        options = {"strides": strides, "padding": padding}
        yield layer_case("Conv2D", {"filters": 3, "kernel_size": size} | options, (2, 5, 4, 2))
        for kind in ["MaxPool2D", "AvgPool2D"]:
            yield layer_case(kind, {"pool_size": size} | options, (2, 5, 4, 2))
    yield layer_case("MaxPool2D", {}, (1, 5, 7, 1))
    # All equal, and below the zeros of a careless padding.
    yield layer_case("MaxPool2D", {"padding": "same"}, (1, 3, 3, 1), lambda *shape: tf.fill(shape, -1.0))
    yield layer_case("AvgPool2D", {"pool_size": 2}, (1, 5, 7, 1))
    yield layer_case("Flatten", {}, (2, 3, 2, 2))
    yield layer_case("Flatten", {}, (3,))


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


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    write("layers.json", layers())
    write("initializers.json", initializers())
