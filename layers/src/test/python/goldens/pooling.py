import itertools

import tensorflow as tf

from . import layer_case


def cases():
    # Both an odd and an even side, so that SAME pads evenly and unevenly.
    for size, strides, padding in itertools.product([2, 3], [1, 2], ["valid", "same"]):
        options = {"pool_size": size, "strides": strides, "padding": padding}
        for kind in ["MaxPool2D", "AvgPool2D"]:
            yield layer_case(kind, options, (2, 5, 4, 2))
    yield layer_case("MaxPool2D", {}, (1, 5, 7, 1))
    # All equal, and below the zeros of a careless padding.
    yield layer_case("MaxPool2D", {"padding": "same"}, (1, 3, 3, 1), values=lambda *shape: tf.fill(shape, -1.0))
    yield layer_case("AvgPool2D", {"pool_size": 2}, (1, 5, 7, 1))
