from . import MORE_STEPS, STEPS, layer_case


def cases():
    yield layer_case("Concatenate", {}, (2, 3), (2, 1), (2, 2))
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 1, 2))
    yield layer_case("Concatenate", {}, (2, 3, 2), (2, 3, 1), masks=[STEPS, MORE_STEPS])
    yield layer_case("Concatenate", {}, (2, 3, 2), (2, 3, 1), masks=[STEPS, None])
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 3, 2), masks=[STEPS, MORE_STEPS])
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 2, 2), masks=[STEPS, None])
    yield layer_case("Concatenate", {"axis": -2}, (2, 3), (2, 3), masks=[STEPS, MORE_STEPS])
