"""Saves or restores models of Keras 3 and their optimizers with tf.train.Checkpoint, and prints what they become.

keras_models.py save|restore FOLDER: for kinds and optimizers, the prefix is FOLDER/KIND-OPTIMIZER
"""
import json
import sys

import keras
import numpy as np
import tensorflow as tf

X = np.array([[1, 2, 3], [4, 5, 7]], np.float32)
Y = np.array([[1, 0], [0, 1]], np.float32)


class Digits(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(4, activation="relu")
        self.logits = keras.layers.Dense(2)

    def call(self, x):
        return self.logits(self.hidden(x))


def sequential():
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Flatten(), keras.layers.Dense(4, "relu"), keras.layers.Dense(2)]
    )


OPTIMIZERS = {
    "adam": lambda: keras.optimizers.Adam(0.1),
    "sgd": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "amsgrad": lambda: keras.optimizers.AdamW(0.1, amsgrad=True),
    "adamax": lambda: keras.optimizers.Adamax(0.1),
    "nadam": lambda: keras.optimizers.Nadam(0.1),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.1, momentum=0.5, centered=True),
    "adagrad": lambda: keras.optimizers.Adagrad(0.1),
    "adadelta": lambda: keras.optimizers.Adadelta(0.1),
    "ftrl": lambda: keras.optimizers.Ftrl(0.1),
    "lion": lambda: keras.optimizers.Lion(0.1),
    "lamb": lambda: keras.optimizers.Lamb(0.1),
    "average": lambda: keras.optimizers.SGD(0.1, use_ema=True, ema_overwrite_frequency=1, ema_momentum=0.5),
    "accumulating": lambda: keras.optimizers.SGD(0.1, gradient_accumulation_steps=3),
}


def step(model, optimizer):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(Y - model(X)))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


def run(action, kind, algorithm, prefix):
    keras.utils.set_random_seed(3)
    model = Digits() if kind == "subclass" else sequential()
    optimizer = OPTIMIZERS[algorithm]()
    if kind == "subclass":
        model.compile(optimizer, "mse")  # from now on the optimizer is a part of the model too
    steps = tf.Variable(0, dtype=tf.int64)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer, step=steps)
    model(X)
    optimizer.build(model.trainable_variables)
    if action == "save":
        step(model, optimizer)
        step(model, optimizer)
        steps.assign(2)
        checkpoint.write(prefix)
    else:
        # A built Keras model has variables of its own, such as seeds, but all of ours must find a place.
        checkpoint.restore(prefix).assert_existing_objects_matched()
        assert steps.numpy() == 2 and optimizer._iterations.numpy() == 2
    step(model, optimizer)
    print(json.dumps([v.numpy().tolist() for v in model.trainable_variables]))


for kind in ("subclass", "sequential"):
    for algorithm in OPTIMIZERS if kind == "subclass" else ["adam", "sgd"]:
        run(sys.argv[1], kind, algorithm, f"{sys.argv[2]}/{kind}-{algorithm}")
