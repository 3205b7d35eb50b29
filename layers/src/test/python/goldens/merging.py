from . import MORE_STEPS, STEPS, layer_case


def cases():
    yield layer_case("Concatenate", {}, (2, 3), (2, 1), (2, 2))
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 1, 2))
    yield layer_case("Concatenate", {}, (2, 3, 2), (2, 3, 1), masks=[STEPS, MORE_STEPS])
    yield layer_case("Concatenate", {}, (2, 3, 2), (2, 3, 1), masks=[STEPS, None])
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 3, 2), masks=[STEPS, MORE_STEPS])
    yield layer_case("Concatenate", {"axis": 1}, (2, 3, 2), (2, 2, 2), masks=[STEPS, None])
    yield layer_case("Concatenate", {"axis": -2}, (2, 3), (2, 3), masks=[STEPS, MORE_STEPS])

    for kind in ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]:
        yield layer_case(kind, {}, (2, 3), (2, 3))
        yield layer_case(kind, {}, (2, 3, 2), (2, 1, 2))
        yield layer_case(kind, {}, (2, 2), (2, 3, 2))
        yield layer_case(kind, {}, (2, 3, 2), (2, 3, 2), masks=[STEPS, MORE_STEPS])
        yield layer_case(kind, {}, (2, 3, 2), (2, 3, 2), masks=[STEPS, None])
        yield layer_case(kind, {}, (2, 3, 2), (2, 3, 2), masks=[None, STEPS])
        if kind != "Subtract":
            yield layer_case(kind, {}, (2, 3), (2, 1), (2, 3))
            yield layer_case(kind, {}, (2, 3, 2), (2, 3, 2), (2, 3, 2), masks=[STEPS, MORE_STEPS, STEPS])
            yield layer_case(kind, {}, (2, 3, 2), (2, 3, 2), (2, 3, 1), masks=[STEPS, None, MORE_STEPS])

    for normalize in [False, True]:
        for axes, x, y in [
            (1, (2, 3), (2, 3)),
            (-1, (2, 3, 4), (2, 2, 4)),
            ([1, 2], (2, 3, 2), (2, 4, 3)),
            ([2, 1], (2, 2, 3), (2, 3)),
            ([1, -2], (2, 3), (2, 3, 2)),
            ([2, 1], (1, 2, 3, 2), (1, 3, 2, 2)),
        ]:
            yield layer_case("Dot", {"axes": axes, "normalize": normalize}, x, y)
    yield layer_case("Dot", {"axes": 2}, (2, 3, 2), (2, 3, 2), masks=[STEPS, MORE_STEPS])
