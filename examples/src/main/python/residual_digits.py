"""ResidualDigits.java in Keras: a residual network trained on MNIST's digits. Arguments: epochs, examples, seed."""

import gzip
import pathlib
import sys
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SIZE = 28
MNIST = pathlib.Path(__file__).parents[4] / "datasets/src/main/resources/dev/tapedeck/datasets/mnist"


def read(name, header, count):
    return np.frombuffer(gzip.decompress((MNIST / name).read_bytes()), np.uint8, offset=header)[:count]


def digits(name, count):
    images = read(f"{name}-images-idx3-ubyte.gz", 16, count * SIZE * SIZE).reshape(count, SIZE, SIZE, 1)
    return images.astype(np.float32) / 255, read(f"{name}-labels-idx1-ubyte.gz", 8, count).astype(np.int32)


def convolution(x, filters, size, stride):
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


def block(x, filters, stride):
    hidden = layers.ReLU()(convolution(x, filters, 3, stride))
    residual = convolution(hidden, filters, 3, 1)
    shortcut = x if stride == 1 else convolution(x, filters, 1, stride)
    return layers.ReLU()(layers.Add()([shortcut, residual]))


def digits_model():
    images = layers.Input((SIZE, SIZE, 1))
    x = layers.RandomRotation(0.03)(layers.RandomTranslation(0.08, 0.08)(images))
    x = layers.ReLU()(convolution(x, 16, 3, 2))
    x = block(x, 16, 1)
    x = block(x, 32, 2)
    x = block(x, 64, 2)
    return keras.Model(images, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


def main(epochs=6, examples=4000, seed=0):
    keras.utils.set_random_seed(seed)
    train = tf.data.Dataset.from_tensor_slices(digits("train", examples)).shuffle(examples).batch(64)
    model = digits_model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3), loss, metrics=["accuracy"])
    start = time.time()
    model.fit(train, epochs=epochs, verbose=2)
    print(f"trained in {time.time() - start:.1f} s")
    print(f"test accuracy: {model.evaluate(*digits('t10k', 1000), verbose=0)[1]:.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
