"""What "tapedeck train mnist" does, by Keras, on the same files."""

import argparse
import gzip
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
from keras import layers

MNIST = Path(__file__).parents[4] / "datasets/src/main/resources/dev/tapedeck/datasets/mnist"

parser = argparse.ArgumentParser()
parser.add_argument("--model", choices=["mlp", "cnn"], default="mlp")
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--batch-size", type=int, default=128)
options = parser.parse_args()

threads = int(os.environ["OMP_NUM_THREADS"])
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)


def read(kind):
    """Returns the images and labels of two IDX files."""
    images, labels = (
        np.frombuffer(gzip.open(MNIST / f"{kind}-{name}-ubyte.gz").read(), np.uint8)
        for name in ("images-idx3", "labels-idx1")
    )
    return images[16:].reshape(-1, 28, 28, 1).astype("float32") / 255, labels[8:].astype("int32")


hidden = {
    "mlp": [layers.Flatten(), layers.Dense(128, activation="relu")],
    "cnn": [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
    ],
}[options.model]
model = keras.Sequential([keras.Input((28, 28, 1)), *hidden, layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
test = read("t10k")
model.fit(
    *read("train"),
    batch_size=options.batch_size,
    epochs=options.epochs,
    validation_data=test,
    validation_batch_size=1000,
    verbose=2,
)
print(model.evaluate(*test, batch_size=1000, verbose=0))
