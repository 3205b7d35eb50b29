"""Names, weights and parameters of Keras's applications.

python structures.py structures.json   writes what StructuresTest compares
python structures.py NAME              prints the layers of one, as the hash is made of them
"""

import hashlib
import json
import math
import sys

import keras

MEMBERS = """VGG16 VGG19 ResNet50 ResNet101 ResNet152 ResNet50V2 ResNet101V2 ResNet152V2
MobileNet MobileNetV2 MobileNetV3Small MobileNetV3Large DenseNet121 DenseNet169 DenseNet201
EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7
EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2S EfficientNetV2M EfficientNetV2L
InceptionV3 InceptionResNetV2 Xception NASNetMobile NASNetLarge
ConvNeXtTiny ConvNeXtSmall ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge""".split()

OTHERS = [
    ("VGG16", {"include_top": False, "pooling": "max"}),
    ("ResNet50", {"include_top": False, "pooling": "avg", "input_shape": [64, 96, 3]}),
    ("ResNet50V2", {"classes": 7, "input_shape": [33, 32, 1]}),
    ("MobileNet", {"alpha": 0.25, "depth_multiplier": 2, "input_shape": [128, 128, 3]}),
    ("MobileNet", {"include_top": False, "pooling": "max"}),
    ("MobileNetV2", {"alpha": 1.4, "classes": 10}),
    ("MobileNetV2", {"alpha": 0.35, "include_top": False, "pooling": "avg"}),
    ("MobileNetV3Small", {"alpha": 1.25, "dropout": 0}),
    ("MobileNetV3Small", {"minimalistic": True, "include_preprocessing": False}),
    ("MobileNetV3Large", {"minimalistic": True, "alpha": 0.75, "include_top": False, "pooling": "max"}),
    ("DenseNet121", {"include_top": False, "input_shape": [41, 40, 3]}),
    ("EfficientNetB0", {"include_top": False, "pooling": "avg"}),
    ("EfficientNetV2B0", {"include_preprocessing": False, "classes": 3}),
    ("EfficientNetV2B0", {"input_shape": [32, 32, 1]}),
    ("InceptionV3", {"include_top": False, "pooling": "avg", "input_shape": [75, 75, 3]}),
    ("Xception", {"include_top": False, "pooling": "max"}),
    ("NASNetMobile", {"include_top": False, "pooling": "avg"}),
    ("ConvNeXtTiny", {"include_top": False, "pooling": "max", "include_preprocessing": False}),
]


def make(name, arguments):
    """A model with random weights; Keras calls MobileNetV3's dropout dropout_rate."""
    keras.backend.clear_session()
    given = dict(arguments)
    if "V3" in name and "dropout" in given:
        given["dropout_rate"] = given.pop("dropout")
    if "input_shape" in given:
        given["input_shape"] = tuple(given["input_shape"])
    return getattr(keras.applications, name)(weights=None, **given)


def weights(layer):
    """Shapes of a layer's weights, but for the count of a Normalization, which has no use."""
    return [list(weight.shape) for weight in layer.weights if weight.name != "count"]


def lines(model):
    named = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    return sorted(f"{layer.name} {json.dumps(weights(layer))}" for layer in named)


def describe(name, arguments):
    model = make(name, arguments)
    layers = lines(model)
    return {
        "application": name,
        "arguments": arguments,
        "name": model.name,
        "output": list(model.output_shape),
        "parameters": sum(math.prod(shape) for layer in model.layers for shape in weights(layer)),
        "layers": len(layers),
        "hash": hashlib.sha256("\n".join(layers).encode()).hexdigest(),
    }


def main(target):
    if not target.endswith(".json"):
        arguments = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
        print("\n".join(lines(make(target, arguments))))
        return
    # Whatever the values are, they are not looked at.
    keras.initializers.VarianceScaling.__call__ = lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)
    rows = []
    for name, arguments in [(name, {}) for name in MEMBERS] + OTHERS:
        rows.append(describe(name, arguments))
        print(name, arguments, rows[-1]["parameters"], file=sys.stderr, flush=True)
    text = ",\n".join("  " + json.dumps(row) for row in rows)
    with open(target, "w") as file:
        file.write(f"[\n{text}\n]\n")


if __name__ == "__main__":
    main(sys.argv[1])
