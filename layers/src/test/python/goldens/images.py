import tensorflow as tf

from . import ids, layer_case


def cases():
    yield layer_case("Rescaling", {"scale": 0.5}, (2, 3))
    yield layer_case("Rescaling", {"scale": 0.25, "offset": -1.0}, (2, 2, 2, 1), values=ids(256))

    yield layer_case("Resizing", {"height": 3, "width": 7}, (2, 5, 4, 2))
    yield layer_case("Resizing", {"height": 3, "width": 2, "interpolation": "bicubic", "antialias": True}, (1, 5, 4, 1))
    yield layer_case("Resizing", {"height": 3, "width": 2, "interpolation": "nearest"}, (1, 5, 4, 1))
    for height, width in [(2, 4), (7, 3)]:
        yield layer_case("Resizing", {"height": height, "width": width, "crop_to_aspect_ratio": True}, (1, 5, 6, 1))
        yield layer_case(
            "Resizing",
            {"height": height, "width": width, "pad_to_aspect_ratio": True, "fill_value": 2.0, "data_format": "channels_first"},
            (1, 2, 5, 6),
        )
    yield layer_case("CenterCrop", {"height": 2, "width": 3}, (2, 5, 6, 1))
    yield layer_case("CenterCrop", {"height": 2, "width": 8}, (1, 5, 6, 1))
    yield layer_case("CenterCrop", {"height": 5, "width": 6}, (1, 5, 6, 1), values=ids(256))
    yield layer_case("AutoContrast", {}, (2, 3, 4, 3), values=ids(200))
    yield layer_case("AutoContrast", {"value_range": [0, 200]}, (2, 3, 4, 2), values=ids(200))
    yield layer_case("Equalization", {}, (2, 4, 3, 2), values=ids(200), training=True)
    yield layer_case("Equalization", {"bins": 8}, (2, 4, 3, 2), values=ids(200), training=True)
    yield layer_case("Equalization", {"value_range": [-12, 12]}, (1, 4, 3, 2), training=True)
    yield layer_case("Equalization", {"data_format": "channels_first"}, (1, 2, 3, 4), values=ids(200), training=True)
    clahe = "ContrastLimitedAdaptiveHistogramEqualization"
    yield layer_case(clahe, {}, (1, 9, 8, 1), values=bytes_of(256))
    yield layer_case(clahe, {"tile_grid_size": [2, 3], "clip_limit": 40.0}, (2, 5, 6, 3), values=bytes_of(200))
    yield layer_case(clahe, {"tile_grid_size": [2, 1], "value_range": [-12, 12], "clip_limit": 0.0}, (1, 4, 3, 2))
    yield layer_case(clahe, {"tile_grid_size": [1, 2], "data_format": "channels_first"}, (1, 2, 4, 3), values=bytes_of(9))
    yield from unchanged()
    yield layer_case("Rescaling", {"scale": [0.5, 2.0, 0.25], "offset": [1.0, 0.0, -1.0]}, (1, 2, 3))


def bytes_of(bound):
    """Whole numbers below a bound, as floating-point ones."""
    return lambda *shape: tf.cast(ids(bound)(*shape), tf.float32)


def unchanged():
    """Layers that change images in training alone."""
    yield layer_case("RandomCrop", {"height": 2, "width": 3}, (2, 2, 3, 1))
    yield layer_case("RandomColorJitter", {"brightness_factor": 0.5, "hue_factor": [0.2, 0.3]}, (1, 2, 2, 3))
    for kind in ["RandomFlip", "RandomInvert", "RandomGrayscale", "Solarization", "RandomErasing"]:
        yield layer_case(kind, {}, (1, 2, 2, 3))
    for kind in [
        "RandomBrightness",
        "RandomContrast",
        "RandomHue",
        "RandomSaturation",
        "RandomColorDegeneration",
        "RandomSharpness",
    ]:
        yield layer_case(kind, {"factor": [0.25, 0.5]}, (1, 2, 2, 3))
    for kind in ["RandomRotation", "RandomZoom"]:
        yield layer_case(kind, {"factor" if kind == "RandomRotation" else "height_factor": 0.5}, (1, 2, 2, 1))
    yield layer_case("RandomTranslation", {"height_factor": 0.5, "width_factor": 0.25}, (1, 2, 2, 1))
    for kind in ["RandomShear", "RandomPerspective", "RandomGaussianBlur", "RandomElasticTransform"]:
        yield layer_case(kind, {}, (1, 2, 2, 1))
    for kind in ["RandAugment", "AugMix"]:
        yield layer_case(kind, {}, (1, 2, 2, 3))
    yield layer_case("RandomPosterization", {"factor": [2, 4]}, (1, 2, 2, 3))
