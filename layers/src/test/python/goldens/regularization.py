from . import STEPS, layer_case


def cases():
    yield layer_case("Dropout", {"rate": 0.5}, (2, 3, 2), masks=[STEPS])
