"""Writes what Keras computes for the layers and initializers, for LayersGoldenTest and InitializersTest.

Run with Keras 3 on TensorFlow: python make_goldens.py
"""

import itertools
import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.common.masking import get_keras_mask, set_keras_mask

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/layers"
rng = np.random.default_rng(7)


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (OUT / name).write_text(f"[\n{lines}\n]\n")


def array(x):
    values = [float(f"{v:.9g}") for v in np.ravel(x)]
    dtype = {"dtype": str(x.dtype)} if np.issubdtype(x.dtype, np.integer) else {}
    return dtype | {"shape": list(x.shape), "values": [int(v) if v.is_integer() else v for v in values]}


def eighths(*shape):
    """Distinct short numbers: the file stays small, and no two largest ones are equal."""
    n = int(np.prod(shape))
    return tf.constant((rng.permutation(n) - n // 2).reshape(shape) / 8, tf.float32)


def ids(bound):
    """Whole numbers below a bound."""
    return lambda *shape: tf.constant(rng.integers(bound, size=shape), tf.int32)


def ones_and_twos(*shape):
    return tf.constant(np.resize([2, 2, 1, 2, 1, 1], shape), tf.float32)


def layer_case(kind, arguments, *input_shapes, values=eighths, masks=(), training=False):
    """What a layer computes of inputs: more than one are a list; masks are for the first ones, None for none."""
    layer = getattr(keras.layers, kind)(**arguments)
    inputs = [values(*shape) for shape in input_shapes]
    names = ["input"] if len(inputs) == 1 else [f"input_{i}" for i in range(len(inputs))]
    given = inputs[0] if len(inputs) == 1 else inputs
    layer(given)
    for w in layer.weights:
        w.assign(eighths(*w.shape) if "variance" not in w.name else tf.abs(eighths(*w.shape)) + 0.125)
    named = dict(zip(names, inputs)) | {w.name: w.value for w in layer.weights}
    before = {name: v.numpy() for name, v in named.items()}
    for x, mask in zip(inputs, masks):
        if mask is not None:
            set_keras_mask(x, tf.constant(mask))
    flag = {"training": True} if training else {}
    with tf.GradientTape() as tape:
        tape.watch([x for x in inputs if x.dtype.is_floating])
        y = layer(given, **flag)
        upstream = eighths(*y.shape)
        loss = tf.reduce_sum(y * upstream)
    gradients = dict(zip(named, tape.gradient(loss, list(named.values()))))
    case = {
        "layer": kind,
        "arguments": arguments,
        "values": {name: array(v) for name, v in before.items()},
        "upstream": array(upstream.numpy()),
        "output": array(y.numpy()),
        "gradients": {
            name: array(tf.convert_to_tensor(g).numpy()) for name, g in gradients.items() if g is not None
        },
    }
    if masks:
        case["masks"] = [None if m is None else array(np.array(m)) for m in masks]
    if get_keras_mask(y) is not None:
        case["mask"] = array(get_keras_mask(y).numpy())
    if training:
        layer(given, training=True)
        case |= {"training": True, "updated": {w.name: array(w.numpy()) for w in layer.non_trainable_weights}}
    return case


STEPS = [[True, True, False], [True, False, False]]
MORE_STEPS = [[True, False, False], [False, False, True]]
SQUARES = [[[True, False, True], [True, True, True]], [[False, False, True], [True, True, False]]]


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
    yield layer_case("MaxPool2D", {"padding": "same"}, (1, 3, 3, 1), values=lambda *shape: tf.fill(shape, -1.0))
    yield layer_case("AvgPool2D", {"pool_size": 2}, (1, 5, 7, 1))
    yield layer_case("Flatten", {}, (2, 3, 2, 2))
    yield layer_case("Flatten", {}, (3,))
    yield layer_case("Activation", {"activation": "tanh"}, (2, 3), masks=[[True, False]])
    yield layer_case("Dense", {"units": 2}, (2, 3, 2), masks=[STEPS])

    yield layer_case("Concatenate", {}, (2, 3), (2, 1), (2, 2))
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 1, 2))
    yield layer_case("Concatenate", {}, (2, 3, 2), (2, 3, 1), masks=[STEPS, MORE_STEPS])
    yield layer_case("Concatenate", {}, (2, 3, 2), (2, 3, 1), masks=[STEPS, None])
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 3, 2), masks=[STEPS, MORE_STEPS])
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 2, 2), masks=[STEPS, None])
    yield layer_case("Concatenate", {"axis": -2}, (2, 3), (2, 3), masks=[STEPS, MORE_STEPS])

    yield layer_case("Embedding", {"input_dim": 5, "output_dim": 3}, (2, 4), values=ids(5))
    yield layer_case("Embedding", {"input_dim": 3, "output_dim": 2, "mask_zero": True}, (2, 5), values=ids(3))
    yield layer_case("Embedding", {"input_dim": 3, "output_dim": 1}, (2, 2, 2), values=ids(3))

    yield layer_case("Masking", {}, (3, 4, 1))
    yield layer_case("Masking", {"mask_value": 2.0}, (3, 4, 2), values=ones_and_twos)

    for options, shape in [
        ({}, (4, 3)),
        ({"axis": 1, "momentum": 0.9, "epsilon": 0.01}, (2, 3, 2, 2)),
        ({"center": False}, (2, 3, 2)),
        ({"scale": False, "axis": -2}, (3, 2, 3)),
        ({"axis": 0}, (3, 4)),
    ]:
        yield layer_case("BatchNormalization", options, shape)
        yield layer_case("BatchNormalization", options, shape, training=True)
    for training in [False, True]:
        yield layer_case("BatchNormalization", {"momentum": 0.5}, (2, 3, 2), masks=[STEPS], training=training)
    yield layer_case("BatchNormalization", {"axis": 1}, (2, 2, 3, 2), masks=[SQUARES], training=True)


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
