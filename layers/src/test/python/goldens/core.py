from . import STEPS, ids, layer_case, ones_and_twos


def cases():
    yield layer_case("Dense", {"units": 5}, (3, 4))
    yield layer_case("Dense", {"units": 5, "activation": "tanh", "use_bias": False}, (3, 4))
    yield layer_case("Dense", {"units": 5, "activation": "relu"}, (2, 3, 4))
    yield layer_case("Dense", {"units": 1}, (2, 1, 3, 2))
    yield layer_case("Dense", {"units": 2}, (2, 3, 2), masks=[STEPS])

    yield layer_case("Embedding", {"input_dim": 5, "output_dim": 3}, (2, 4), values=ids(5))
    yield layer_case("Embedding", {"input_dim": 3, "output_dim": 2, "mask_zero": True}, (2, 5), values=ids(3))
    yield layer_case("Embedding", {"input_dim": 3, "output_dim": 1}, (2, 2, 2), values=ids(3))

    yield layer_case("Masking", {}, (3, 4, 1))
    yield layer_case("Masking", {"mask_value": 2.0}, (3, 4, 2), values=ones_and_twos)
