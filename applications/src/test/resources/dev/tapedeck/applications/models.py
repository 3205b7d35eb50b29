"""Keras's applications with random weights, with what they predict and learn from a batch.

python models.py FOLDER CASES   CASES is JSON: a list of [name, arguments]

Writes index.json, and for each case NUMBER.keras, NUMBER.weights.h5 if it is small, and NUMBER.safetensors with the
input, the label, and the predictions before and after a step of training. Dropout is off: its draws are not ours.
"""

import json
import pathlib
import sys

import keras
import numpy as np
import safetensors.numpy

import structures

SMALL = 8_000_000


def randomize(model, random):
    """Gives values to what begins as 0, 1 or nearly 0, so that it matters."""
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
        for weight in layer._trainable_variables + layer._non_trainable_variables:
            values = random.uniform(0.8, 1.2, weight.shape) if weight.name != "count" else weight.numpy()
            if weight.name in ("beta", "bias", "moving_mean", "mean"):
                values = random.normal(0, 0.1, weight.shape)
            if weight.name not in ("kernel", "depthwise_kernel", "pointwise_kernel", "seed_generator_state"):
                weight.assign(values.astype(weight.dtype))
            elif weight.name == "depthwise_kernel":
                weight.assign(random.normal(0, 0.3, weight.shape))
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def write(folder, number, name, arguments):
    model = structures.make(name, arguments)
    random = np.random.default_rng(number)
    randomize(model, random)
    x = random.uniform(0, 255, (4, *arguments["input_shape"])).astype("float32")
    if keras.layers.Rescaling not in map(type, model.layers) and "ConvNeXt" not in name:
        x = x / 127.5 - 1
    before = np.array(model(x, training=False))
    label = random.uniform(0, 1, before.shape).astype("float32")
    model.compile(keras.optimizers.SGD(1e-4), "mse", run_eagerly=True)
    model.save(folder / f"{number}.keras")
    if model.count_params() < SMALL:
        model.save_weights(folder / f"{number}.weights.h5")
    loss = float(model.train_on_batch(x, label))
    after = np.array(model(x, training=False))
    tensors = {"input": x, "label": label, "before": before, "after": after}
    safetensors.numpy.save_file(tensors, folder / f"{number}.safetensors")
    return {"application": name, "arguments": arguments, "loss": loss}


def main(folder, cases):
    folder = pathlib.Path(folder)
    index = [write(folder, number, *case) for number, case in enumerate(json.loads(cases))]
    (folder / "index.json").write_text(json.dumps(index))


if __name__ == "__main__":
    main(*sys.argv[1:])
