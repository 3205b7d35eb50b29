"""FirstMarker.java in Keras: which of two marked tokens comes first in a sequence. Arguments: epochs, examples, seed."""

import sys
import time

import keras
import numpy as np
from keras import layers

from lehmer import Lehmer

LENGTH = 20
TOKENS = 20


def sequences(random, count):
    tokens = np.zeros((count, LENGTH), np.int32)
    labels = np.zeros(count, np.int32)
    for i in range(count):
        length = 6 + random.below(LENGTH - 5)
        for at in range(length):
            tokens[i, at] = 3 + random.below(TOKENS - 3)
        first = random.below(length - 1)
        second = first + 1 + random.below(length - first - 1)
        labels[i] = random.below(2)
        tokens[i, first] = 1 + labels[i]
        tokens[i, second] = 2 - labels[i]
    return tokens, labels


def main(epochs=4, examples=2000, seed=0):
    random = Lehmer(seed)
    train = sequences(random, examples)
    test = sequences(random, 1000)
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        layers.Input((LENGTH,), dtype="int32"),
        layers.Embedding(TOKENS, 16, mask_zero=True),
        layers.Bidirectional(layers.LSTM(16)),
        layers.Dense(2),
    ])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
    start = time.time()
    model.fit(*train, batch_size=32, epochs=epochs, verbose=2)
    print(f"trained in {time.time() - start:.1f} s")
    print(f"test accuracy: {model.evaluate(*test, verbose=0)[1]:.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
