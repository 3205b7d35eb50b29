from . import STEPS, ids, layer_case, ones_and_twos


def reversed_case(arguments, *given_inputs):
    """What a ReversibleEmbedding computes from vectors."""

    def call(layer, inputs, **flags):
        return layer(inputs[0], reverse=True, **flags)

    return layer_case("ReversibleEmbedding", arguments, *given_inputs, call=call) | {"reverse": True}


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

    yield layer_case("Identity", {}, (2, 3, 2), masks=[STEPS])
    yield layer_case("Lambda", {"function": "tanh"}, (2, 3))
    yield layer_case("Lambda", {"function": "relu"}, (2, 3, 2), masks=[STEPS])

    for equation, output, bias, shape in [
        ("ab,bc->ac", [3], "c", (2, 4)),
        ("abc,cd->abd", [None, 3], "d", (2, 3, 2)),
        ("abc,cd->abd", [3, 2], "bd", (2, 3, 2)),
        ("...x,xy->...y", [3], "y", (2, 2, 2)),
        ("...x,xy->...y", [3], None, (2, 4)),
        ("...xy,yxz->...zx", [2, 3], None, (1, 2, 3, 2)),
        ("ab...,bc->ac...", [3], None, (2, 2, 3)),
        ("abc,cde->abde", [None, 2, 3], "de", (2, 1, 3)),
    ]:
        options = {"equation": equation, "output_shape": output}
        yield layer_case("EinsumDense", options | ({"bias_axes": bias} if bias else {}), shape)
    options = {"equation": "ab,bc->ac", "output_shape": [3], "activation": "relu", "lora_rank": 2, "lora_alpha": 3}
    yield layer_case("EinsumDense", options, (2, 4))
    yield layer_case("Dense", {"units": 3, "lora_rank": 2}, (2, 3, 4))
    options = {"input_dim": 4, "output_dim": 3, "mask_zero": True, "lora_rank": 2}
    yield layer_case("Embedding", options, (2, 3), values=ids(4))

    words = {"input_dim": 5, "output_dim": 3}
    yield layer_case("ReversibleEmbedding", words, (2, 4), values=ids(5))
    yield layer_case("ReversibleEmbedding", words | {"tie_weights": False, "mask_zero": True}, (2, 3), values=ids(5))
    yield reversed_case(words, (2, 4, 3))
    yield reversed_case(words | {"tie_weights": False}, (2, 3))
    yield reversed_case(words | {"logit_soft_cap": 0.5}, (2, 2, 3))
    yield reversed_case(words | {"tie_weights": False, "logit_soft_cap": 2.0}, (2, 2, 3))
    yield reversed_case(words | {"lora_rank": 2}, (2, 3))
