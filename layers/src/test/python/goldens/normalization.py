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
