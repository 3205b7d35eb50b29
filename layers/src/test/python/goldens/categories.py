import numpy as np

from . import STEPS, ids, layer_case

NUMBERS = [[1, 2, 2], [3, 0, 1]]
FEW = [[4, 7, 7], [2, 4, 7]]
TOKENS = [12, 36, 1138, 42]


def cases():
    yield layer_case("Normalization", {"axis": []}, (3, 4), adapt=spread(5, 2))
    yield layer_case("Normalization", {}, (3, 4), adapt=spread(6, 4))
    yield layer_case("Normalization", {"axis": [1, 2]}, (2, 2, 3), adapt=spread(4, 2, 3))
    yield layer_case("Normalization", {"axis": 1}, (2, 2, 3), adapt=spread(4, 2, 3))
    yield layer_case("Normalization", {"invert": True}, (3, 4), adapt=spread(6, 4))
    yield layer_case("Normalization", {}, (3, 2), values=ids(9), adapt=[[1, 5], [3, 5], [5, 5]])
    yield layer_case("Normalization", {"mean": 3.0, "variance": 2.0}, (3, 4))
    yield layer_case("Normalization", {"mean": [3.0, 0.5], "variance": [2.0, 0.0]}, (3, 2))
    yield layer_case(
        "Normalization", {"axis": [1, 2], "mean": [3.0, 0.5], "variance": [2.0, 4.0], "invert": True}, (2, 3, 2)
    )
    yield layer_case(
        "Normalization",
        {"axis": [1, 2], "mean": [[3.0, 0.5], [1.0, 2.0]], "variance": [[2.0, 4.0], [1.0, 0.25]]},
        (2, 2, 2),
    )
    yield layer_case("Normalization", {"mean": 0.5, "variance": 2.0}, (2, 3, 2), masks=[STEPS])

    for mode in ["int", "one_hot", "multi_hot", "count"]:
        bins = {"bin_boundaries": [-0.5, 0.0, 0.25], "output_mode": mode}
        yield layer_case("Discretization", bins, (2, 3))
        yield layer_case("Discretization", bins, (4,))
        yield layer_case("Discretization", bins, (3, 1))
    yield layer_case("Discretization", {"bin_boundaries": [0.0, 2.0]}, (2, 3), values=ids(4))
    yield layer_case("Discretization", {"bin_boundaries": [0.0, 2.0], "output_mode": "one_hot"}, (1, 2, 3))
    yield layer_case("Discretization", {"num_bins": 3}, (3, 4), adapt=spread(5, 4))
    yield layer_case("Discretization", {"num_bins": 4, "epsilon": 0.1}, (3, 4), adapt=spread(10, 15))
    yield layer_case("Discretization", {"num_bins": 5, "epsilon": 0.07}, (3, 4), adapt=spread(131))
    yield layer_case("Discretization", {"num_bins": 5, "output_mode": "one_hot"}, (3, 4), adapt=[0.5, -0.25])

    for mode in ["one_hot", "multi_hot", "count"]:
        encoding = {"num_tokens": 4, "output_mode": mode}
        yield layer_case("CategoryEncoding", encoding, NUMBERS)
        yield layer_case("CategoryEncoding", encoding, NUMBERS[0])
        yield layer_case("CategoryEncoding", encoding, [[3], [0]])
    yield layer_case("CategoryEncoding", {"num_tokens": 5}, NUMBERS)
    yield layer_case("CategoryEncoding", {"num_tokens": 4, "output_mode": "one_hot"}, [NUMBERS])

    for mode in ["int", "one_hot", "multi_hot", "count"]:
        yield layer_case("Hashing", {"num_bins": 5, "output_mode": mode}, NUMBERS)
    yield layer_case("Hashing", {"num_bins": 1000}, [[123456789, -7], [0, 2147483647]])
    yield layer_case("Hashing", {"num_bins": 1000, "salt": 133}, NUMBERS)
    yield layer_case("Hashing", {"num_bins": 1000, "salt": [133, 137]}, NUMBERS)
    yield layer_case("Hashing", {"num_bins": 7, "mask_value": 2}, NUMBERS)
    yield layer_case("Hashing", {"num_bins": 1, "mask_value": 2}, NUMBERS)
    yield layer_case("Hashing", {"num_bins": 2, "mask_value": 2, "output_mode": "count"}, NUMBERS)

    yield layer_case("HashedCrossing", {"num_bins": 1000}, [3, 4, -1], [1, 2, 3])
    yield layer_case("HashedCrossing", {"num_bins": 7}, [[3], [4]], [[1], [2]])

    for mode in ["int", "one_hot", "multi_hot", "count"]:
        yield layer_case("IntegerLookup", {"vocabulary": TOKENS, "output_mode": mode}, [[12, 1138], [42, 1000]])
        masked = {"vocabulary": TOKENS, "output_mode": mode, "mask_token": 0, "num_oov_indices": 2}
        yield layer_case("IntegerLookup", masked, [[12, 0], [37, 1000]])
    yield layer_case("IntegerLookup", {"vocabulary": TOKENS}, 12)
    yield layer_case("IntegerLookup", {"vocabulary": TOKENS, "num_oov_indices": 0}, [42, 12])
    yield layer_case("IntegerLookup", {"vocabulary": [0, -1] + TOKENS, "mask_token": 0}, [42, 12, 0, 5])
    yield layer_case("IntegerLookup", {"vocabulary": TOKENS, "num_oov_indices": 3}, [[12, 13], [-14, 15]])
    hashed = {"vocabulary": TOKENS, "num_oov_indices": 3, "oov_method": "farmhash"}
    yield layer_case("IntegerLookup", hashed, [[12, 13], [-14, 15]])
    yield layer_case("IntegerLookup", hashed | {"salt": [3, 4]}, [[12, 13], [-14, 15]])
    inverted = {"vocabulary": TOKENS, "invert": True}
    yield layer_case("IntegerLookup", inverted, [[1, 3], [0, 9]])
    yield layer_case("IntegerLookup", inverted | {"mask_token": 0, "oov_token": -7}, [[1, 3], [0, 9]])
    yield layer_case("IntegerLookup", {}, [[4, 2], [7, 5]], adapt=FEW)
    yield layer_case("IntegerLookup", {"max_tokens": 3, "mask_token": 4}, [[4, 2], [7, 5]], adapt=FEW)
    weighted = {"output_mode": "tf_idf"}
    yield layer_case("IntegerLookup", weighted, [[4, 2], [7, 5]], adapt=FEW)
    yield layer_case(
        "IntegerLookup", weighted | {"max_tokens": 6, "pad_to_max_tokens": True}, [[4, 2], [7, 7]], adapt=FEW
    )
    yield layer_case(
        "IntegerLookup", weighted | {"vocabulary": TOKENS, "idf_weights": [0.5, 1.0, 0.25, 2.0]}, [[12, 1138, 5]]
    )
    yield layer_case(
        "IntegerLookup",
        weighted | {"vocabulary": [-1] + TOKENS, "idf_weights": [0.125, 0.5, 1.0, 0.25, 2.0]},
        [[12, 1138, 5]],
    )
    yield layer_case(
        "IntegerLookup",
        {"vocabulary": TOKENS, "max_tokens": 8, "pad_to_max_tokens": True, "output_mode": "multi_hot"},
        [[12, 1138, 5]],
    )


def spread(*shape):
    """Numbers of several scales, some of them equal."""
    n = int(np.prod(shape))
    return (np.arange(n) * 7 % 11 * (np.arange(n) % 3 + 1) / 4 - 1.5).reshape(shape).astype("float32")
