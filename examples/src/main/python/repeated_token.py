"""RepeatedToken.java in Keras: does a sequence's first token occur again? Arguments: epochs, examples, seed."""

import sys
import time

import keras
import numpy as np
from keras import layers

from lehmer import Lehmer

LENGTH = 12
TOKENS = 10
WIDTH = 32


class TokensAndPositions(layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True
        self.tokens = layers.Embedding(TOKENS, WIDTH, mask_zero=True)
        self.positions = layers.Embedding(LENGTH, WIDTH)

    def call(self, ids):
        return self.tokens(ids) + self.positions(keras.ops.arange(LENGTH))

    def compute_mask(self, ids, mask=None):
        return self.tokens.compute_mask(ids)


class Encoder(layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True
        self.attention = layers.MultiHeadAttention(4, WIDTH // 4)
        self.attended = layers.LayerNormalization()
        self.wide = layers.Dense(2 * WIDTH, activation="relu")
        self.narrow = layers.Dense(WIDTH)
        self.result = layers.LayerNormalization()

    def call(self, x):
        x = self.attended(x + self.attention(x, x))
        return self.result(x + self.narrow(self.wide(x)))


def sequences(random, count):
    tokens = np.zeros((count, LENGTH), np.int32)
    labels = np.zeros(count, np.int32)
    for i in range(count):
        length = 4 + random.below(LENGTH - 3)
        first = 1 + random.below(TOKENS - 1)
        tokens[i, 0] = first
        for at in range(1, length):
            other = 1 + random.below(TOKENS - 2)
            tokens[i, at] = other if other < first else other + 1
        labels[i] = random.below(2)
        again = 1 + random.below(length - 1)
        if labels[i] == 1:
            tokens[i, again] = first
    return tokens, labels


def main(epochs=12, examples=4000, seed=0):
    random = Lehmer(seed)
    train = sequences(random, examples)
    test = sequences(random, 1000)
    keras.utils.set_random_seed(seed)
    ids = layers.Input((LENGTH,), dtype="int32")
    x = Encoder()(TokensAndPositions()(ids))
    model = keras.Model(ids, layers.Dense(2)(x[:, 0]))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
    start = time.time()
    model.fit(*train, batch_size=64, epochs=epochs, verbose=2)
    print(f"trained in {time.time() - start:.1f} s")
    print(f"test accuracy: {model.evaluate(*test, verbose=0)[1]:.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
