from . import STEPS, layer_case


def cases():
    yield layer_case("Dropout", {"rate": 0.5}, (2, 3, 2), masks=[STEPS])
    yield layer_case("Dropout", {"rate": 0.5, "noise_shape": [None, 1, 2]}, (2, 3, 2))
    yield layer_case("AlphaDropout", {"rate": 0.5, "noise_shape": [2, 1, 1]}, (2, 3, 2), masks=[STEPS])
    yield layer_case("GaussianDropout", {"rate": 0.5}, (2, 3, 2), masks=[STEPS])
    yield layer_case("GaussianNoise", {"stddev": 0.5}, (2, 3, 2), masks=[STEPS])
    for kind in ["Dropout", "AlphaDropout", "GaussianDropout"]:
        yield layer_case(kind, {"rate": 0.0}, (2, 3), training=True)
    yield layer_case("SpatialDropout1D", {"rate": 0.5}, (2, 3, 2), masks=[STEPS])
    yield layer_case("SpatialDropout2D", {"rate": 0.5, "data_format": "channels_first"}, (1, 2, 3, 2))
    yield layer_case("SpatialDropout3D", {"rate": 0.5, "data_format": "channels_last"}, (1, 2, 2, 3, 1))
    yield layer_case("ActivityRegularization", {"l1": 0.5, "l2": 0.25}, (2, 3, 2), masks=[STEPS])
