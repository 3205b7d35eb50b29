"""SentenceTopics.java in Keras: sentences are classified by topic. Arguments: epochs, examples, seed."""

import sys
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from lehmer import Lehmer

COMMON = "the a this that we they you saw had found near with after before many few new old".split()
TOPICS = [
    "rain storm cloud sun wind snow fog thunder".split(),
    "bread soup cheese apple pepper butter rice salad".split(),
    "goal match team coach stadium score player league".split(),
    "song drum violin melody choir concert rhythm piano".split(),
]


def sentence(topic, random):
    sentence = []
    for _ in range(5 + random.below(8)):
        words = topic if random.below(3) == 0 else COMMON
        sentence.append(words[random.below(len(words))])
    return " ".join([sentence[0].upper(), *sentence[1:]]) + "."


def sentences(random, count):
    texts = []
    labels = np.zeros(count, np.int32)
    for i in range(count):
        labels[i] = random.below(len(TOPICS))
        texts.append(sentence(TOPICS[labels[i]], random))
    return tf.constant(texts), labels


def main(epochs=8, examples=2000, seed=0):
    random = Lehmer(seed)
    train = sentences(random, examples)
    test = sentences(random, 1000)
    keras.utils.set_random_seed(seed)
    words = layers.TextVectorization(max_tokens=100, output_sequence_length=12)
    words.adapt(train[0])
    model = keras.Sequential([
        layers.Input((), dtype="string"),
        words,
        layers.Embedding(100, 16, mask_zero=True),
        layers.GlobalAveragePooling1D(),
        layers.Dense(len(TOPICS)),
    ])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    start = time.time()
    model.fit(*train, batch_size=32, epochs=epochs, verbose=2)
    print(f"trained in {time.time() - start:.1f} s")
    print(f"test accuracy: {model.evaluate(*test, verbose=0)[1]:.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
