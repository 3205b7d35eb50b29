import itertools

import tensorflow as tf

from . import STEPS, layer_case


def cases():
    # Both an odd and an even side, so that SAME pads evenly and unevenly.
    for size, strides, padding in itertools.product([2, 3], [1, 2], ["valid", "same"]):
        options = {"pool_size": size, "strides": strides, "padding": padding}
        for kind in ["MaxPooling2D", "AveragePooling2D"]:
            yield layer_case(kind, options, (2, 5, 4, 2))
    yield layer_case("MaxPooling2D", {}, (1, 5, 7, 1))
    # All equal, and below the zeros of a careless padding.
    yield layer_case("MaxPooling2D", {"padding": "same"}, (1, 3, 3, 1), values=lambda *shape: tf.fill(shape, -1.0))
    yield layer_case("AveragePooling2D", {"pool_size": 2}, (1, 5, 7, 1))

    for kind in ["MaxPooling", "AveragePooling"]:
        for options in [
            {"pool_size": [3, 2]},
            {"pool_size": [1, 3], "strides": [2, 1], "padding": "same"},
            {"pool_size": [2, 3], "strides": [1, 2], "data_format": "channels_first"},
            {"pool_size": 2, "padding": "same", "data_format": "channels_first"},
        ]:
            yield layer_case(f"{kind}2D", options, (1, 5, 4, 6))
        for options in [
            {"pool_size": 2},
            {"pool_size": [3], "strides": 1, "padding": "same"},
            {"pool_size": 2, "strides": [3], "padding": "valid"},
            {"pool_size": 3, "strides": 2, "padding": "same", "data_format": "channels_first"},
        ]:
            yield layer_case(f"{kind}1D", options, (2, 5, 7))
        for options in [
            {"pool_size": 2},
            {"pool_size": [1, 2, 3], "strides": [2, 1, 2], "padding": "same"},
            {"pool_size": [2, 1, 2], "strides": 1, "data_format": "channels_first"},
        ]:
            yield layer_case(f"{kind}3D", options, (1, 2, 3, 4, 5))

    shapes = {1: (2, 3, 2), 2: (2, 2, 3, 2), 3: (2, 2, 1, 3, 2)}
    for kind, (rank, shape) in itertools.product(["GlobalMaxPooling", "GlobalAveragePooling"], shapes.items()):
        for options in [{}, {"keepdims": True}]:
            yield layer_case(f"{kind}{rank}D", options, shape)
            yield layer_case(f"{kind}{rank}D", options | {"data_format": "channels_first"}, shape)
    for options in [{}, {"keepdims": True}]:
        yield layer_case("GlobalAveragePooling1D", options, (2, 3, 2), masks=[STEPS])

    for kind in ["AdaptiveMaxPooling", "AdaptiveAveragePooling"]:
        # Windows of one size and of two, next to each other and not, and more of them than elements; none over all,
        # in whose gradient TensorFlow crashes.
        for size in [2, 3, 4, 5, 7, 8]:
            yield layer_case(f"{kind}1D", {"output_size": size}, (2, 7, 2))
        yield layer_case(f"{kind}1D", {"output_size": 4, "data_format": "channels_first"}, (2, 3, 6))
        for options in [
            {"output_size": 2},
            {"output_size": [3, 2]},
            {"output_size": [2, 4], "data_format": "channels_first"},
        ]:
            yield layer_case(f"{kind}2D", options, (1, 4, 5, 6))
        for options in [
            {"output_size": 2},
            {"output_size": [2, 2, 3]},
            {"output_size": [2, 3, 4], "data_format": "channels_first"},
        ]:
            yield layer_case(f"{kind}3D", options, (1, 2, 3, 4, 5))
