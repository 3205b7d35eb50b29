import itertools

from . import layer_case


def cases():
    yield layer_case("Conv2D", {"filters": 1, "kernel_size": 1}, (1, 3, 3, 2))
    yield layer_case(
        "Conv2D", {"filters": 2, "kernel_size": 3, "activation": "relu", "use_bias": False}, (1, 4, 4, 1)
    )
    # Both an odd and an even side, so that SAME pads evenly and unevenly.
    for size, strides, padding in itertools.product([2, 3], [1, 2], ["valid", "same"]):
        options = {"kernel_size": size, "strides": strides, "padding": padding}
        yield layer_case("Conv2D", {"filters": 3} | options, (2, 5, 4, 2))
