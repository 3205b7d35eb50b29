from . import ids, layer_case


def cases():
    yield layer_case("Rescaling", {"scale": 0.5}, (2, 3))
    yield layer_case("Rescaling", {"scale": 0.25, "offset": -1.0}, (2, 2, 2, 1), values=ids(256))
