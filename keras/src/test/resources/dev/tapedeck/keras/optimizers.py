"""Makes models that each optimizer of Keras trained two steps, and checks those that came back from Java.

make FOLDER   writes NAME.keras and models.json: input, label, and the predictions after a third step
check FOLDER  reads NAME.back.keras, saved as it was read, and NAME.trained.keras, saved after a third step
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

O = keras.optimizers
DECAY = O.schedules.ExponentialDecay(0.02, 10, 0.9)
OPTIMIZERS = {
    "adadelta": lambda: O.Adadelta(0.5),
    "adafactor": lambda: O.Adafactor(DECAY, use_ema=True),
    "adafactor_scaled": lambda: O.LossScaleOptimizer(O.Adafactor(0.05)),
    "adagrad": lambda: O.Adagrad(0.05),
    "adam_amsgrad": lambda: O.Adam(0.01, amsgrad=True, use_ema=True),
    "adam_accumulated": lambda: O.Adam(0.01, gradient_accumulation_steps=2),
    "adamax": lambda: O.Adamax(0.01),
    "adamw": lambda: O.AdamW(DECAY, weight_decay=0.02),
    "ftrl": lambda: O.Ftrl(0.05),
    "lamb": lambda: O.Lamb(0.01),
    "lion": lambda: O.Lion(0.003),
    "muon": lambda: O.Muon(0.01),
    "muon_excluded": lambda: O.Muon(0.01, exclude_layers=["last"], rms_rate=None, nesterov=False),
    "nadam": lambda: O.Nadam(0.01),
    "nadam_scaled": lambda: O.LossScaleOptimizer(O.Nadam(0.01)),
    "rmsprop_all": lambda: O.RMSprop(0.01, momentum=0.5, centered=True, use_ema=True),
    "schedule_free": lambda: O.ScheduleFreeAdamW(0.01, warmup_steps=5, weight_decay=0.01),
    "sgd_momentum": lambda: O.SGD(0.05, momentum=0.9, nesterov=True),
}


def assign_sub(_, variable, value):
    """Leaves the momentum before an update its value, as in the paper and on JAX; TensorFlow's variable does not."""
    variable._value = tf.Variable(variable.value - value)


O.ScheduleFreeAdamW.assign_sub = assign_sub
random = np.random.default_rng(3)
X = random.normal(size=(4, 5, 5, 2)).astype("float32")
Y = random.normal(size=(4, 2)).astype("float32")


def make_model(optimizer):
    keras.utils.set_random_seed(5)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((5, 5, 2)),
            layers.Conv2D(3, 3),
            layers.Flatten(),
            layers.Dense(4, activation="tanh", name="embedding_of_image"),
            layers.Dense(3),
            layers.Dense(2, name="last"),
        ]
    )
    model.compile(optimizer, "mse")
    return model


def step(model):
    """Trains without tracing, which takes longer."""
    with tf.GradientTape() as tape:
        loss = model.optimizer.scale_loss(tf.reduce_mean((model(X) - Y) ** 2))
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)


def make(folder):
    expected = {}
    for name, optimizer in OPTIMIZERS.items():
        model = make_model(optimizer())
        step(model)
        step(model)
        model.save(folder / f"{name}.keras")
        if "scaled" in name:  # in which Keras forgets Nadam's product
            model = keras.models.load_model(folder / f"{name}.keras")
        step(model)
        expected[name] = np.asarray(model(X)).tolist()
    content = {"x": X.tolist(), "y": Y.tolist(), "after": expected}
    (folder / "models.json").write_text(json.dumps(content))


def states(model):
    return model.variables + model.optimizer.variables


def require_same(name, expected, found, tolerance):
    for ours, theirs in zip(found, expected, strict=True):
        ours, theirs = np.asarray(ours), np.asarray(theirs)
        assert ours.shape == theirs.shape, f"{name}: {ours.shape}, not {theirs.shape}"
        assert np.allclose(ours, theirs, rtol=tolerance, atol=tolerance), f"{name}: {ours}, not {theirs}"


def check(folder):
    for name in OPTIMIZERS:
        original = keras.models.load_model(folder / f"{name}.keras")
        back = keras.models.load_model(folder / f"{name}.back.keras")
        require_same(name + ", as it was read", original.optimizer.variables, back.optimizer.variables, 1e-6)
        step(original)
        trained = keras.models.load_model(folder / f"{name}.trained.keras")
        require_same(name + ", trained in Java", states(original), states(trained), 1e-4)
    print("checked")


{"make": make, "check": check}[sys.argv[1]](Path(sys.argv[2]))
