"""Makes models with Keras, and what they predict; or runs a model that Tapedeck wrote."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import sys
from pathlib import Path

import keras
import numpy as np


def make(folder: Path):
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(0)
    image = keras.Input((6, 5, 2), name="image")
    extra = keras.Input((3,), name="extra")
    features = keras.layers.Flatten()(keras.layers.Conv2D(3, 3, activation="relu")(image))
    features = keras.layers.Concatenate()([features, extra])
    kind = keras.layers.Dense(4, activation="softmax", name="kind")(features)
    size = keras.layers.Dense(1, name="size")(features)
    two = keras.Model([image, extra], [kind, size], name="two")
    two.compile("adam", loss=["categorical_crossentropy", "mse"])
    images = random.normal(size=(70, 6, 5, 2)).astype("float32")
    extras = random.normal(size=(70, 3)).astype("float32")
    two.fit([images, extras], [np.eye(4)[random.integers(0, 4, 70)], extras[:, :1]], verbose=0)
    two.save(folder / "two.keras")
    np.save(folder / "images.npy", images)
    np.save(folder / "extras.npy", extras)
    np.save(folder / "columns.npy", np.asfortranarray(extras))
    np.save(folder / "doubles.npy", extras.astype("float64"))
    kinds, sizes = two.predict([images, extras], verbose=0)
    np.save(folder / "two_0.npy", kinds)
    np.save(folder / "two_1.npy", sizes)

    layers = [
        keras.layers.Dense(5, activation="tanh"),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(2),
    ]
    one = keras.Sequential([keras.Input((3,)), *layers], name="one")
    one.compile("sgd", "mse", metrics=["mae"])
    one.save(folder / "one.keras")
    one.save(folder / "one.h5")
    one.save_weights(folder / "one.weights.h5")
    one.compile("sgd", lambda y, p: y - p)
    one.save(folder / "python_loss.keras")
    np.save(folder / "one.npy", one.predict(extras, verbose=0))


def predict(model: Path, out: Path, *inputs: Path):
    """Writes predictions, and prints the steps of the optimizer."""
    loaded = keras.models.load_model(model)
    arrays = [np.load(path) for path in inputs]
    np.save(out, loaded.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0))
    print(int(loaded.optimizer.iterations))


{"make": make, "predict": predict}[sys.argv[1]](*map(Path, sys.argv[2:]))
