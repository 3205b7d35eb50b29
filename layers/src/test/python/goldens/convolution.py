import itertools

from . import apply, compiled, layer_case


def cases():
    yield layer_case("Conv2D", {"filters": 1, "kernel_size": 1}, (1, 3, 3, 2))
    yield layer_case(
        "Conv2D", {"filters": 2, "kernel_size": 3, "activation": "relu", "use_bias": False}, (1, 4, 4, 1)
    )
    # Both an odd and an even side, so that SAME pads evenly and unevenly.
    for size, strides, padding in itertools.product([2, 3], [1, 2], ["valid", "same"]):
        options = {"kernel_size": size, "strides": strides, "padding": padding}
        yield layer_case("Conv2D", {"filters": 3} | options, (2, 5, 4, 2))

    for options in [
        {"kernel_size": [2, 3], "strides": [2, 1], "padding": "same"},
        {"kernel_size": [3, 1], "strides": [1, 3]},
        {"kernel_size": 2, "dilation_rate": [2, 1], "padding": "same"},
        {"kernel_size": [1, 2], "dilation_rate": 3},
        {"kernel_size": 2, "groups": 2, "activation": "tanh"},
    ]:
        yield layer_case("Conv2D", {"filters": 4} | options, (1, 5, 6, 2), scale=0.1)
    # An activation along the last axis, which is not that of the channels. Where it has the size of the channels,
    # Keras on TensorFlow adds the bias along it: no case has that.
    first = {"data_format": "channels_first", "activation": "softmax"}
    for options in [{"strides": 2}, {"groups": 2, "padding": "same"}, {"dilation_rate": 2, "use_bias": False}]:
        yield layer_case("Conv2D", {"filters": 2, "kernel_size": 2} | first | options, (1, 4, 4, 6), scale=0.1)

    for options in [
        {"kernel_size": 3},
        {"kernel_size": [2], "strides": 3, "padding": "same", "use_bias": False},
        {"kernel_size": 3, "padding": "causal"},
        {"kernel_size": 2, "padding": "causal", "strides": 2},
        {"kernel_size": 3, "padding": "causal", "dilation_rate": 2},
        {"kernel_size": 2, "dilation_rate": 3, "padding": "same"},
        {"kernel_size": 2, "groups": 2},
        {"kernel_size": 4, "padding": "causal", "groups": 2, "data_format": "channels_first"},
        {"kernel_size": 2, "padding": "same", "data_format": "channels_first", "activation": "softmax"},
    ]:
        yield layer_case("Conv1D", {"filters": 2} | options, (2, 4, 6), scale=0.1)

    for options in [
        {"kernel_size": 2, "activation": "relu"},
        {"kernel_size": [2, 1, 3], "strides": [1, 2, 1], "padding": "same"},
        {"kernel_size": 2, "dilation_rate": [1, 2, 1], "groups": 2, "use_bias": False},
        {"kernel_size": [1, 2, 2], "padding": "same", "strides": 2, "data_format": "channels_first"},
    ]:
        yield layer_case("Conv3D", {"filters": 2} | options, (1, 2, 3, 4, 2), scale=0.1, call=compiled)

    # Kernels smaller than the strides, of odd and even sizes.
    transposes = [
        {"kernel_size": size, "strides": strides, "padding": padding}
        for size, strides, padding in itertools.product([2, 3], [1, 2, 3], ["valid", "same"])
    ] + [
        {"kernel_size": size, "strides": strides, "padding": padding, "output_padding": more}
        for size, strides, padding, more in [
            (3, 2, "valid", 0),
            (2, 3, "valid", 2),
            (4, 2, "valid", 1),
            (3, 2, "same", 0),
            (3, 3, "same", 2),
            (2, 3, "same", 1),
            (5, 2, "same", 1),
        ]
    ]
    for options in transposes:
        yield layer_case("Conv1DTranspose", {"filters": 2} | options, (1, 4, 3))
    for options in [
        {"kernel_size": 2, "dilation_rate": 2, "padding": "same", "activation": "relu"},
        {"kernel_size": 3, "dilation_rate": 2, "use_bias": False},
        {"kernel_size": 3, "strides": 2, "data_format": "channels_first", "activation": "softmax"},
        {"kernel_size": 3, "strides": 2, "output_padding": 1, "padding": "same", "data_format": "channels_first"},
    ]:
        yield layer_case("Conv1DTranspose", {"filters": 2} | options, (2, 3, 4), scale=0.1, call=compiled)
    for options in [
        {"kernel_size": 3},
        {"kernel_size": [2, 3], "strides": [3, 2], "padding": "same", "activation": "tanh"},
        {"kernel_size": [3, 4], "strides": [2, 3], "output_padding": [1, 2]},
        {"kernel_size": [3, 2], "strides": [2, 3], "output_padding": 1, "padding": "same", "use_bias": False},
        {"kernel_size": 2, "dilation_rate": [1, 3]},
        {"kernel_size": [2, 3], "strides": [1, 2], "padding": "same", "data_format": "channels_first"},
    ]:
        yield layer_case("Conv2DTranspose", {"filters": 2} | options, (1, 3, 2, 3), scale=0.1, call=compiled)
    for options in [
        {"kernel_size": 2, "strides": 2},
        {"kernel_size": [1, 3, 2], "strides": [1, 2, 2], "padding": "same", "output_padding": [0, 1, 1]},
        {"kernel_size": [1, 2, 3], "strides": [2, 1, 1], "padding": "same", "data_format": "channels_first"},
    ]:
        yield layer_case("Conv3DTranspose", {"filters": 2} | options, (1, 2, 2, 1, 3), scale=0.1, call=compiled)

    for options in [
        {"kernel_size": 2},
        {"kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2, "activation": "relu"},
        {"kernel_size": 2, "dilation_rate": 2, "use_bias": False},
        {"kernel_size": 2, "dilation_rate": 2, "strides": 3, "padding": "same"},
        {"kernel_size": 1, "depth_multiplier": 3, "data_format": "channels_first", "activation": "softmax"},
    ]:
        yield layer_case("DepthwiseConv1D", options, (2, 5, 3), scale=0.1)
        yield layer_case("SeparableConv1D", {"filters": 2} | options, (2, 5, 3), scale=0.1)
    for options in [
        {"kernel_size": 2},
        {"kernel_size": [3, 2], "strides": 2, "padding": "same", "depth_multiplier": 2, "activation": "tanh"},
        {"kernel_size": [1, 3], "strides": [1, 2], "use_bias": False},
        {"kernel_size": 2, "dilation_rate": [2, 1], "padding": "same"},
        {"kernel_size": 2, "dilation_rate": [1, 2], "strides": [2, 1], "padding": "same"},
        {"kernel_size": [2, 1], "depth_multiplier": 2, "data_format": "channels_first", "activation": "softmax"},
    ]:
        call = compiled if options.get("strides") == [1, 2] else apply
        yield layer_case("DepthwiseConv2D", options, (1, 4, 5, 2), scale=0.1, call=call)
        yield layer_case("SeparableConv2D", {"filters": 3} | options, (1, 4, 5, 2), scale=0.1, call=call)
