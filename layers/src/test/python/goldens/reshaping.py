from . import layer_case


def cases():
    yield layer_case("Flatten", {}, (2, 3, 2, 2))
    yield layer_case("Flatten", {}, (3,))
    for shape in [(2, 3, 2, 2), (2, 3, 2), (2, 3), (3,)]:
        yield layer_case("Flatten", {"data_format": "channels_first"}, shape)

    for target, shape in [([3, 2], (2, 6)), ([-1], (2, 3, 2)), ([2, -1, 1], (2, 3, 4)), ([1, 6], (3, 2, 3)), ([], (2, 1))]:
        yield layer_case("Reshape", {"target_shape": target}, shape)
    for dims, shape in [([2, 1], (2, 3, 2)), ([3, 1, 2], (2, 1, 3, 2)), ([1], (2, 3))]:
        yield layer_case("Permute", {"dims": dims}, shape)
    yield layer_case("RepeatVector", {"n": 3}, (2, 2))
    yield layer_case("RepeatVector", {"n": 1}, (1, 3))

    for options in [{}, {"cropping": 2}, {"cropping": [0, 3]}, {"cropping": [2, 0]}, {"cropping": 0}]:
        yield layer_case("Cropping1D", options, (2, 5, 2))
    for options in [{}, {"cropping": 1}, {"cropping": [[0, 1], [2, 0]]}, {"cropping": [[1, 1], [0, 3]]}]:
        yield layer_case("Cropping2D", options, (2, 3, 4, 2))
        yield layer_case("Cropping2D", options | {"data_format": "channels_first"}, (1, 2, 4, 5))
    for options in [{}, {"cropping": 0}, {"cropping": [[0, 2], [1, 0], [0, 1]]}]:
        yield layer_case("Cropping3D", options, (1, 3, 4, 3, 2))
        yield layer_case("Cropping3D", options | {"data_format": "channels_first"}, (1, 2, 3, 3, 4))

    for options in [{}, {"padding": 2}, {"padding": [0, 3]}]:
        yield layer_case("ZeroPadding1D", options, (2, 3, 2))
        yield layer_case("ZeroPadding1D", options | {"data_format": "channels_first"}, (2, 2, 3))
    for options in [{}, {"padding": 2}, {"padding": [[0, 1], [2, 0]]}]:
        yield layer_case("ZeroPadding2D", options, (2, 2, 3, 2))
        yield layer_case("ZeroPadding2D", options | {"data_format": "channels_first"}, (1, 2, 2, 3))
    for options in [{}, {"padding": 0}, {"padding": [[0, 1], [1, 0], [0, 2]]}]:
        yield layer_case("ZeroPadding3D", options, (1, 2, 2, 3, 2))
        yield layer_case("ZeroPadding3D", options | {"data_format": "channels_first"}, (1, 2, 2, 3, 1))

    for options in [{}, {"size": 3}]:
        yield layer_case("UpSampling1D", options, (2, 3, 2))
    for options in [{}, {"size": 1}, {"size": [1, 3]}]:
        yield layer_case("UpSampling2D", options, (2, 2, 3, 2))
        yield layer_case("UpSampling2D", options | {"data_format": "channels_first"}, (1, 2, 2, 3))
        yield layer_case("UpSampling3D", options if "size" not in options else {"size": [2, 1, 3]}, (1, 2, 2, 3, 1))
    yield layer_case("UpSampling3D", {"size": 2, "data_format": "channels_first"}, (1, 2, 1, 3, 2))
    for interpolation in ["bilinear", "bicubic", "lanczos3", "lanczos5"]:
        for size in [2, [3, 2], [1, 5]]:
            yield layer_case("UpSampling2D", {"size": size, "interpolation": interpolation}, (1, 3, 4, 2))
        options = {"interpolation": interpolation, "data_format": "channels_first"}
        yield layer_case("UpSampling2D", options, (1, 2, 3, 2))
