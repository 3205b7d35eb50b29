"""What Keras's layers that change images at random make of images, by parameters that are given: rows of AugmentationGoldenTest.

A row's `drawn` are the parameters, named as the record of what the layer draws, or without a name if that is a tensor.
"""

import numpy as np
import tensorflow as tf
from keras.src.random.seed_generator import draw_seed

import goldens
from . import array, make


def parameter(x):
    if isinstance(x, dict):
        return {name: parameter(one) for name, one in x.items()}
    x = np.asarray(x)
    if x.dtype == bool:
        return {"dtype": "bool", "shape": list(x.shape), "values": [int(v) for v in x.ravel()]}
    return array(x if np.issubdtype(x.dtype, np.integer) else x.astype("float32"))


def images(n=2, high=255):
    shape = (n, 5, 6, 3)
    return np.round(goldens.rng.random(shape) * high, 0 if high == 255 else 2).astype("float32")


def case(kind, arguments, drawn, transformation, n=2, high=255, x=None):
    layer = make(kind, arguments)
    x = images(n, high) if x is None else x
    y = layer.transform_images(tf.constant(x), transformation, training=True)
    return {
        "layer": kind,
        "arguments": arguments,
        "images": array(x),
        "drawn": parameter(drawn),
        "output": array(np.asarray(y)),
    }


def each(*numbers):
    """A number for each image."""
    return np.array(numbers, "float32").reshape(-1, 1, 1, 1)


def flags(*numbers):
    return np.array(numbers, bool)


def geometry():
    yield case("RandomCrop", {"height": 3, "width": 4}, {"top": np.int32(2), "left": np.int32(1)}, (2, 1))
    for mode in ["horizontal", "vertical", "horizontal_and_vertical"]:
        flips = flags(0, 1).reshape(-1, 1, 1, 1)
        yield case("RandomFlip", {"mode": mode}, flips, {"flips": flips})


def colours():
    for arguments, high in [({}, 255), ({"value_range": [0, 1]}, 1)]:
        factor = {"factor": 0.5} | arguments
        delta = each(0.25, -0.5) * high
        yield case("RandomBrightness", factor, delta, {"rgb_delta": delta}, high=high)
        contrast = each(0.5, 1.75)
        yield case("RandomContrast", factor, contrast, {"contrast_factor": contrast}, high=high)
        yield case(
            "RandomInvert", factor, flags(1, 0).reshape(-1, 1, 1, 1), {"apply_inversion": flags(1, 0)}, high=high
        )
        turn = np.array([0.3, -0.45], "float32")
        yield case("RandomHue", factor, turn.reshape(-1, 1, 1, 1), {"factor": turn}, high=high)
        saturation = np.array([0.25, 3], "float32")
        yield case(
            "RandomSaturation", factor, saturation.reshape(-1, 1, 1, 1), {"factor": saturation}, high=high
        )
        grey = each(0.25, 1)
        yield case("RandomColorDegeneration", factor, grey, {"factor": grey}, high=high)
        sharp = np.array([0.1, 1], "float32")
        yield case("RandomSharpness", factor, sharp.reshape(-1, 1, 1, 1), {"factor": sharp}, high=high)
        shift = np.array([2, 6], "uint8")
        yield case(
            "RandomPosterization",
            arguments | {"factor": 5},
            shift.reshape(-1, 1, 1, 1).astype("float32"),
            {"shift_factor": shift},
            high=high,
        )
        added = {"additions": each(10, 70), "thresholds": each(128, 200)}
        yield case("Solarization", arguments, added, added, high=high)
    grey = flags(0, 1).reshape(-1, 1, 1, 1)
    yield case("RandomGrayscale", {}, grey, grey)
    for fill in [7, [1, 2, 3]]:
        arguments = {"fill_value": fill}
        sides = [[1.2, 2], [4.7, 5], [0.5, 1], [3.1, 1.5]]
        layer = make("RandomErasing", arguments)
        drawn = {
            "applies": flags(1, 0).reshape(-1, 1, 1, 1),
            "box": dict(zip(["left", "right", "top", "bottom"], [each(*side) for side in sides])),
            "fill": np.array(fill if isinstance(fill, list) else [fill], "float32"),
        }
        transformation = {
            "apply_erasing": flags(1, 0),
            "batch_masks": layer._generate_batch_mask((2, 5, 6, 3), [tf.constant(side) for side in sides]),
            "fill_value": np.broadcast_to(np.array(fill, "float32"), (2, 5, 6, 3)),
        }
        yield case("RandomErasing", arguments, drawn, transformation)


def pair(x, y):
    return {"x": x, "y": y}


def transforms():
    modes = [
        {},
        {"fill_mode": "constant", "fill_value": 9.0},
        {"fill_mode": "nearest", "interpolation": "nearest"},
        {"fill_mode": "wrap"},
    ]
    for arguments in modes:
        layer = make("RandomRotation", {"factor": 1.0})
        degrees, zero = tf.constant([33.0, -100.0]), tf.zeros(2)
        matrix = layer._compute_affine_matrix(0.5, 0.5, degrees, zero, zero, zero + 1, zero, zero, 5, 6)
        yield case(
            "RandomRotation",
            {"factor": 1.0} | arguments,
            degrees.numpy().reshape(-1, 1, 1, 1) / 360,
            {"rotation_matrix": matrix},
        )
        x, y = each(1.3, -2.6), each(-0.7, 3.1)
        yield case(
            "RandomTranslation",
            {"height_factor": 1.0, "width_factor": 1.0} | arguments,
            pair(x, y),
            {"translations": np.concatenate([x, y], 1)[..., 0, 0]},
        )
        x, y = each(0.7, 1.4), each(1.3, 0.6)
        yield case(
            "RandomZoom",
            {"height_factor": 0.5, "width_factor": 0.5} | arguments,
            pair(x, y),
            {"height_zoom": y[..., 0, 0], "width_zoom": x[..., 0, 0]},
        )
        x, y = each(0.3, -0.7), each(0.45, 0)
        yield case(
            "RandomShear",
            {"x_factor": 1.0, "y_factor": 1.0} | arguments,
            pair(x, y),
            {"shear_factor": np.concatenate([x, y], 1)[..., 0, 0]},
        )
    start = np.array([[[0, 0], [5, 0], [0, 4], [5, 4]]] * 2, "float32")
    end = np.array([[[0, 0], [4.1, 0], [0, 5.2], [4.5, 4.4]], [[0, 0], [3, 0], [0, 3], [6, 5]]], "float32")
    for arguments in [{}, {"interpolation": "nearest", "fill_value": 5.0}]:
        yield case(
            "RandomPerspective",
            arguments,
            {"applies": flags(0, 1).reshape(-1, 1, 1, 1), "endPoints": end},
            {"apply_perspective": flags(0, 1), "start_points": start, "end_points": end},
        )
    for size in [3, 5]:
        yield case(
            "RandomGaussianBlur",
            {"kernel_size": size},
            {
                "applies": flags(0, 1).reshape(-1, 1, 1, 1),
                "sigmaOfWidth": np.float32(0.7),
                "sigmaOfHeight": np.float32(1.4),
            },
            {"should_apply_blur": flags(0, 1), "blur_factor": tf.constant([0.7, 1.4])},
        )
    for arguments, x, strength in [
        ({"fill_mode": "constant", "fill_value": 4.0}, images(), 0.9),
        ({"fill_mode": "wrap", "interpolation": "nearest"}, images(), 0.8),
        ({"fill_mode": "nearest"}, images(1)[:, :, :, :1].repeat(4, 1).repeat(4, 2), 1),
    ]:
        yield elastic(arguments, x, np.float32(strength))


def elastic(arguments, x, strength):
    """Keras draws the noise while it transforms, the same along both axes."""
    noise = tf.random.stateless_normal(x.shape[:-1], seed=draw_seed(5))[..., None]
    applies = flags(*[i % 2 == 0 for i in range(len(x))])
    return case(
        "RandomElasticTransform",
        arguments,
        {"applies": applies.reshape(-1, 1, 1, 1), "strength": strength, "noiseOfX": noise, "noiseOfY": noise},
        {"apply_transform": applies, "distortion_factor": tf.constant(strength), "seed": 5},
        x=x,
    )


def mixed(kind, drawn, transformation):
    layer = make(kind, {})
    x, labels = images(3), np.eye(3, dtype="float32")
    return {
        "layer": kind,
        "arguments": {},
        "images": array(x),
        "labels": array(labels),
        "drawn": parameter(drawn),
        "output": array(np.asarray(layer.transform_images(tf.constant(x), transformation, training=True))),
        "outputLabels": array(
            np.asarray(layer.transform_labels(tf.constant(labels), transformation, training=True))
        ),
    }


def mixing():
    order = np.array([2, 0, 1], "int32")
    weight = each(0.3, 1, 0.75)
    yield mixed(
        "MixUp",
        {"weight": weight, "order": order},
        {"mix_weight": weight.ravel(), "permutation_order": order},
    )
    sides = [[1.2, 2, 0], [4.7, 5, 6], [0.5, 1, 0], [3.1, 1.5, 5]]
    layer = make("CutMix", {})
    masks, weight = layer._generate_batch_mask((3, 5, 6, 3), [tf.constant(side, tf.float32) for side in sides])
    yield mixed(
        "CutMix",
        {"order": order, "box": dict(zip(["left", "right", "top", "bottom"], [each(*side) for side in sides]))},
        {"permutation_order": order, "batch_masks": masks, "mix_weight": weight},
    )


def cases():
    yield from geometry()
    yield from colours()
    yield from transforms()
    yield from mixing()
