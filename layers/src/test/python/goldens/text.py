from . import layer_case

WORDS = ["a", "b", "c", "d"]
MANY = [["b", "a", "b"], ["c", "a", "b"], ["é", "z", "a"], ["日", "\U0001f600", "\uff00"]]
TEXTS = ["The cat sat, on the mat.", "A dog!", "", "  the\tDOG\n'barks' "]
UNKNOWN = ["b", "", "[UNK]", "zebra", "c"]


def cases():
    for mode in ["int", "one_hot", "multi_hot", "count"]:
        yield layer_case("Hashing", {"num_bins": 5, "output_mode": mode}, [["a", "bb"], ["", "größer"]])
        yield layer_case("Hashing", {"num_bins": 5, "output_mode": mode}, [["a"], ["bb"]])
    long = ["x" * n for n in [3, 8, 16, 17, 32, 33, 64, 65, 200]]
    yield layer_case("Hashing", {"num_bins": 1000003}, long)
    yield layer_case("Hashing", {"num_bins": 1000003, "salt": [133, 137]}, long)
    yield layer_case("Hashing", {"num_bins": 100, "salt": 7}, WORDS)
    yield layer_case("Hashing", {"num_bins": 9, "mask_value": "b"}, WORDS)

    yield layer_case("HashedCrossing", {"num_bins": 1000}, WORDS, ["", "1", "22", "größer"])
    yield layer_case("HashedCrossing", {"num_bins": 1000}, ["A", "B", "A"], [101, 101, 102])
    yield layer_case("HashedCrossing", {"num_bins": 1000}, ["A", "B"], [101, 102], ["u", "v"])
    yield layer_case("HashedCrossing", {"num_bins": 3, "output_mode": "one_hot"}, [["A"], ["B"]], [[1], [2]])
    yield layer_case("HashedCrossing", {"num_bins": 3, "output_mode": "one_hot"}, ["A", "B"], [1, 2])

    for mode in ["int", "one_hot", "multi_hot", "count"]:
        yield layer_case("StringLookup", {"vocabulary": WORDS, "output_mode": mode}, [["a", "c"], ["d", "z"]])
        yield layer_case("StringLookup", {"vocabulary": WORDS, "output_mode": mode}, UNKNOWN)
        yield layer_case("StringLookup", {"vocabulary": WORDS, "output_mode": mode}, [["a"], ["z"]])
        masked = {"vocabulary": WORDS, "output_mode": mode, "mask_token": "", "num_oov_indices": 3}
        yield layer_case("StringLookup", masked, [["a", ""], ["zebra", "yak"]])
    yield layer_case("StringLookup", {"vocabulary": WORDS}, "b")
    yield layer_case("StringLookup", {"vocabulary": WORDS, "num_oov_indices": 0}, WORDS)
    yield layer_case("StringLookup", {"vocabulary": ["", "[UNK]"] + WORDS, "mask_token": ""}, UNKNOWN)
    yield layer_case("StringLookup", {"vocabulary": WORDS, "num_oov_indices": 4, "salt": [3, 4]}, UNKNOWN)
    inverted = {"vocabulary": WORDS, "invert": True}
    yield layer_case("StringLookup", inverted, [[1, 3], [0, 9]])
    yield layer_case("StringLookup", inverted | {"mask_token": "", "oov_token": "?"}, [[1, 3], [0, 9]])
    yield layer_case("StringLookup", {}, MANY, adapt=MANY)
    yield layer_case("StringLookup", {}, UNKNOWN, adapt=UNKNOWN + WORDS)
    yield layer_case("StringLookup", {"mask_token": "", "max_tokens": 4}, UNKNOWN, adapt=UNKNOWN + WORDS)
    weighted = {"output_mode": "tf_idf"}
    yield layer_case("StringLookup", weighted, MANY, adapt=MANY)
    yield layer_case("StringLookup", weighted, WORDS, adapt=UNKNOWN)
    yield layer_case("StringLookup", weighted | {"max_tokens": 12, "pad_to_max_tokens": True}, MANY, adapt=MANY)
    yield layer_case(
        "StringLookup", weighted | {"vocabulary": WORDS, "idf_weights": [0.5, 1.0, 0.25, 2.0]}, [["a", "a", "z"]]
    )

    for arguments in [
        {},
        {"output_sequence_length": 3},
        {"max_tokens": 5, "output_sequence_length": 8},
        {"standardize": "lower"},
        {"standardize": "strip_punctuation"},
        {"standardize": None},
        {"split": "character"},
        {"ngrams": 2},
        {"ngrams": 3, "output_mode": "multi_hot"},
        {"output_mode": "multi_hot"},
        {"output_mode": "count"},
        {"output_mode": "tf_idf"},
        {"output_mode": "tf_idf", "max_tokens": 20, "pad_to_max_tokens": True},
    ]:
        yield layer_case("TextVectorization", arguments, TEXTS, adapt=TEXTS)
    yield layer_case("TextVectorization", {"vocabulary": ["the", "dog"]}, [[t] for t in TEXTS])
    yield layer_case("TextVectorization", {"vocabulary": ["", "[UNK]", "the", "dog"]}, "the Dog barks")
    yield layer_case("TextVectorization", {"vocabulary": ["ß", "É", "é"], "split": "character"}, ["ÉéßS 日"])
    unsplit = {"vocabulary": ["a", "b", "a b"], "split": None}
    yield layer_case("TextVectorization", unsplit, [["a", "B", "x"], ["", "a b", "b"]])
    yield layer_case("TextVectorization", unsplit | {"output_sequence_length": 2}, [["a", "B", "x"], ["", "a b", "b"]])
    yield layer_case("TextVectorization", unsplit | {"output_sequence_length": 4}, [["a", "B", "x"], ["", "a b", "b"]])
    yield layer_case("TextVectorization", unsplit | {"output_mode": "count", "ngrams": 2}, [["a", "B", "x"]])
    yield layer_case("TextVectorization", {"split": None}, [["a", "b"]], adapt=[["a", "b"], ["b", "c"]])
    yield layer_case(
        "TextVectorization",
        {"vocabulary": ["the", "dog"], "output_mode": "tf_idf", "idf_weights": [0.5, 2.0]},
        TEXTS,
    )
