from . import STEPS, eighths, layer_case


def not_zero(*shape):
    """Keras takes another slope at the kink if there is a maximum."""
    return eighths(*shape) + 1 / 16


def cases():
    yield layer_case("Activation", {"activation": "tanh"}, (2, 3), masks=[[True, False]])

    for options in [
        {},
        {"max_value": 0.5},
        {"negative_slope": 0.25},
        {"threshold": 0.3},
        {"max_value": 0.6, "negative_slope": 0.5, "threshold": 0.2},
        {"max_value": 6.0, "threshold": 0.2},
        {"max_value": 0.6, "negative_slope": 0.5},
    ]:
        yield layer_case("ReLU", options, (3, 5), values=not_zero)
    yield layer_case("ReLU", {}, (2, 3, 2), masks=[STEPS])

    for options in [{}, {"negative_slope": 0.1}, {"negative_slope": 0.0}]:
        yield layer_case("LeakyReLU", options, (3, 5))
    yield layer_case("LeakyReLU", {}, (2, 3, 2), masks=[STEPS])
    for options in [{}, {"alpha": 0.5}]:
        yield layer_case("ELU", options, (3, 5))
    yield layer_case("ELU", {}, (2, 3, 2), masks=[STEPS])

    for shared, shape in [(None, (2, 3)), (None, (2, 2, 3)), ([1], (2, 2, 3)), ([1, 2], (2, 3, 2, 2)), (2, (2, 2, 3))]:
        yield layer_case("PReLU", {} if shared is None else {"shared_axes": shared}, shape)
    yield layer_case("PReLU", {}, (2, 3, 2), masks=[STEPS])

    for axis, shape in [(-1, (2, 4)), (1, (2, 3, 2)), ([1], (2, 3)), ([1, 2], (2, 3, 2)), ([-1, -3], (2, 2, 3, 2))]:
        yield layer_case("Softmax", {"axis": axis}, shape)
    yield layer_case("Softmax", {}, (2, 3), masks=[STEPS])
    yield layer_case("Softmax", {"axis": [0, 1]}, (2, 3), masks=[STEPS])
    yield layer_case("Softmax", {}, (2, 3), masks=[[[False, False, False], [True, True, False]]])
