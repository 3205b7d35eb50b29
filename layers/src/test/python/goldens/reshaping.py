from . import layer_case


def cases():
    yield layer_case("Flatten", {}, (2, 3, 2, 2))
    yield layer_case("Flatten", {}, (3,))
