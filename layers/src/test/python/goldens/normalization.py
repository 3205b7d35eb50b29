from . import SQUARES, STEPS, layer_case


def cases():
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

    for options, shape in [
        ({}, (4, 3)),
        ({"axis": 1, "epsilon": 0.01}, (2, 3, 2, 2)),
        ({"axis": [1, 2]}, (2, 3, 2)),
        ({"axis": [-2, -1], "center": False}, (2, 3, 2)),
        ({"axis": [1, 3], "scale": False}, (2, 3, 2, 2)),
        ({"axis": -1, "scale": False, "center": False}, (2, 2, 3)),
    ]:
        yield layer_case("LayerNormalization", options, shape)
    yield layer_case("LayerNormalization", {}, (2, 3, 2), masks=[STEPS])

    for options, shape in [
        ({"groups": 2}, (2, 4)),
        ({"groups": 3, "epsilon": 0.01}, (2, 2, 2, 6)),
        ({"groups": -1}, (2, 3, 2)),
        ({"groups": 1, "center": False}, (2, 3, 2)),
        ({"groups": 2, "axis": 1, "scale": False}, (2, 4, 3)),
        ({"groups": 2, "axis": -2}, (1, 2, 4, 3)),
    ]:
        yield layer_case("GroupNormalization", options, shape)
    yield layer_case("GroupNormalization", {"groups": 2}, (2, 3, 2), masks=[STEPS])

    # Keras aligns the scale of other axes than the last ones at the end.
    for options, shape in [({}, (3, 4)), ({"epsilon": 0.01}, (2, 3, 2)), ({"axis": [1, 2]}, (2, 3, 2))]:
        yield layer_case("RMSNormalization", options, shape)
    yield layer_case("RMSNormalization", {}, (2, 3, 2), masks=[STEPS])
    for options, shape in [({}, (2, 3)), ({"axis": 1}, (2, 3, 2)), ({"axis": [1, 2]}, (2, 3, 2))]:
        yield layer_case("UnitNormalization", options, shape)
    yield layer_case("UnitNormalization", {}, (2, 3, 2), masks=[STEPS])

    dense = {"layer": "Dense", "arguments": {"units": 3}}
    conv = {"layer": "Conv2D", "arguments": {"filters": 2, "kernel_size": 2, "use_bias": False}}
    for training in [False, True]:
        yield layer_case("SpectralNormalization", {"layer": dense}, (2, 4), training=training)
        yield layer_case("SpectralNormalization", {"layer": conv, "power_iterations": 3}, (1, 3, 3, 2), training=training)
    yield layer_case("SpectralNormalization", {"layer": dense}, (2, 3, 2), masks=[STEPS])
