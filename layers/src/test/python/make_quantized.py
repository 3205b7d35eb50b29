"""Writes what Keras's layers compute after quantize("int8"), for QuantizedLayersTest.

Run with Keras 3 on TensorFlow: python make_quantized.py
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/layers/quantized.json"
rng = np.random.default_rng(7)


def listed(array):
    """The shape, and the numbers in the shortest form that gives the same ones."""
    array = np.asarray(array)
    return {"shape": array.shape, "values": [float(str(number)) for number in array.flatten()]}


def reals(*shape):
    """Numbers of several sizes, a row of them 0."""
    x = (rng.normal(size=shape) * np.exp(rng.normal(size=shape))).astype("float32")
    if x.ndim > 1:
        x[(0,) * (x.ndim - 1)] = 0
    return x


def case(name, arguments, shape, ids=None, reverse=False, **options):
    layer = getattr(keras.layers, name)(**arguments | options)
    layer.build(shape if ids is None else (None,))
    layer.set_weights([reals(*weight.shape) for weight in layer.weights])
    weights = [listed(weight) for weight in layer.get_weights()]
    layer.quantize("int8")
    given = tf.constant(reals(*shape) if ids is None else rng.integers(ids, size=shape).astype("int32"))
    with tf.GradientTape() as tape:
        tape.watch(given)
        output = layer(given, reverse=True) if reverse else layer(given)
        upstream = tf.constant(reals(*output.shape))
    gradient = tape.gradient(output, given, upstream) if ids is None and not reverse else None
    return {
        "layer": name,
        "arguments": arguments,
        "reverse": reverse,
        "weights": weights,
        "quantized": {weight.name: listed(weight) for weight in layer.weights},
        "input": listed(given),
        "output": listed(output),
        "upstream": listed(upstream),
        "gradient": None if gradient is None else listed(gradient),
    }


def cases():
    yield case("Dense", {"units": 5}, (3, 4))
    yield case("Dense", {"units": 9, "activation": "relu"}, (5, 33))
    yield case("Dense", {"units": 3, "use_bias": False}, (2, 3, 4))
    # Keras 3.15 fails for equations with an ellipsis.
    for equation, output, bias, shape in [
        ("ab,bc->ac", [3], "c", (2, 4)),
        ("abc,cd->abd", [None, 3], "d", (2, 3, 2)),
        ("abc,dc->abd", [None, 3], None, (2, 3, 4)),
        ("abc,cde->abde", [None, 2, 3], "de", (2, 3, 2)),
        ("abc,bcd->abd", [2, 3], None, (3, 2, 4)),
        ("abcd,cde->abe", [None, 3], "e", (2, 2, 3, 2)),
    ]:
        arguments = {"equation": equation, "output_shape": output, "bias_axes": bias}
        yield case("EinsumDense", arguments, shape)
    words = {"input_dim": 5, "output_dim": 3}
    yield case("Embedding", words, (2, 4), ids=5)
    yield case("ReversibleEmbedding", words, (2, 4), ids=5)
    yield case("ReversibleEmbedding", words, (2, 4, 3), reverse=True)
    yield case("ReversibleEmbedding", words | {"tie_weights": False}, (2, 3), reverse=True)
    yield case("ReversibleEmbedding", words | {"logit_soft_cap": 0.5}, (2, 3), reverse=True)


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases())
    OUT.write_text(f"[\n{lines}\n]\n")
