"""Writes callbacks.json: what Keras's callbacks do in trainings whose logs are prescribed, for CallbacksGoldenTest.

Run in this folder: python make_callbacks.py   (made with Keras 3.15.1 on TensorFlow 2.21.0)
"""

import json
import os
import pathlib
import tempfile
import warnings

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np

warnings.simplefilter("ignore")
TARGET = pathlib.Path(__file__).parent / "../resources/dev/tapedeck/callbacks/callbacks.json"
FOLDER = pathlib.Path(tempfile.mkdtemp())
NAN = float("nan")


def script(**entries):
    """The logs of each epoch."""
    return [dict(zip(entries, values)) for values in zip(*entries.values())]


LOSSES = script(
    loss=[1.0, 0.8, 0.7, 0.5, 0.5, 0.4, 0.3, 0.25, 0.2, 0.125],
    val_loss=[1.0, 0.5, 0.75, 0.625, 0.375, 0.4375, 0.5, 0.40625, 0.75, 1.5],
)
SCORES = script(
    loss=[1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125],
    accuracy=[0.5, 0.625, 0.625, 0.75, 0.5, 0.25],
    val_loss=[1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    val_accuracy=[0.25, 0.5, 0.5, 0.375, 0.25, 0.5],
)
WORSE = script(loss=[1.0, 2.0, 3.0, 4.0], val_loss=[1.0, 2.0, 3.0, 4.0])
ODD = script(loss=[1e-05, 123456789012345680.0, 1e16, 0.0001, 1 / 3, 5e-324, 100.0, -2.5e-7])
BROKEN = script(loss=[1.0, NAN, 1.0])

# Schedules of LearningRateScheduler by name, as in the test.
SCHEDULES = {
    "halves": lambda epoch, rate: rate if epoch % 2 == 0 else rate * 0.5,
    "steps": lambda epoch, rate: 0.5 / (epoch + 1),
}

# Callback, its arguments, the logs.
ROWS = [
    ("EarlyStopping", {}, LOSSES),
    ("EarlyStopping", {}, WORSE),
    ("EarlyStopping", {"patience": 2}, LOSSES),
    ("EarlyStopping", {"patience": 3}, LOSSES),
    ("EarlyStopping", {"patience": 3, "restore_best_weights": True}, LOSSES),
    ("EarlyStopping", {"patience": 20, "restore_best_weights": True}, LOSSES),
    ("EarlyStopping", {"restore_best_weights": True}, WORSE),
    ("EarlyStopping", {"monitor": "loss", "patience": 1, "min_delta": 0.15}, LOSSES),
    ("EarlyStopping", {"patience": 2, "min_delta": 0.125, "restore_best_weights": True}, LOSSES),
    ("EarlyStopping", {"patience": 3, "baseline": 0.45}, LOSSES),
    ("EarlyStopping", {"patience": 4, "baseline": 0.45}, LOSSES),
    ("EarlyStopping", {"patience": 1, "baseline": 0.1, "restore_best_weights": True}, WORSE),
    ("EarlyStopping", {"patience": 1, "start_from_epoch": 3}, LOSSES),
    ("EarlyStopping", {"patience": 1, "start_from_epoch": 4, "restore_best_weights": True}, LOSSES),
    ("EarlyStopping", {"start_from_epoch": 20, "restore_best_weights": True}, WORSE),
    ("EarlyStopping", {"monitor": "val_accuracy", "mode": "max", "patience": 2}, SCORES),
    ("EarlyStopping", {"monitor": "accuracy", "mode": "max", "min_delta": 0.125, "patience": 1}, SCORES),
    ("EarlyStopping", {"monitor": "val_accuracy", "mode": "min", "restore_best_weights": True}, SCORES),
    ("ReduceLROnPlateau", {}, LOSSES),
    ("ReduceLROnPlateau", {"patience": 2}, LOSSES),
    ("ReduceLROnPlateau", {"patience": 0, "factor": 0.5}, LOSSES),
    ("ReduceLROnPlateau", {"patience": 1, "factor": 0.5, "cooldown": 1}, LOSSES),
    ("ReduceLROnPlateau", {"patience": 1, "factor": 0.5, "cooldown": 3}, LOSSES),
    ("ReduceLROnPlateau", {"patience": 1, "factor": 0.25, "min_lr": 0.01}, LOSSES),
    ("ReduceLROnPlateau", {"monitor": "loss", "patience": 1, "min_delta": 0.25, "factor": 0.5}, LOSSES),
    ("ReduceLROnPlateau", {"monitor": "val_accuracy", "mode": "max", "patience": 1, "factor": 0.3}, SCORES),
    ("LearningRateScheduler", {"schedule": "halves"}, LOSSES),
    ("LearningRateScheduler", {"schedule": "steps"}, WORSE),
    ("CSVLogger", {}, LOSSES),
    ("CSVLogger", {"separator": ";"}, SCORES),
    ("CSVLogger", {}, ODD),
    ("TerminateOnNaN", {}, BROKEN),
    ("TerminateOnNaN", {}, WORSE),
]


class Scripted(keras.Model):
    """The logs are those of the script, and the weight is the number of the epoch, from 1."""

    def __init__(self, logs):
        super().__init__()
        self.logs = logs
        self.epoch = 0
        self.weight = self.add_weight(shape=(), initializer="zeros")

    @property
    def metrics(self):
        return []  # or Keras reports theirs

    def call(self, x):
        return x

    def train_step(self, data):
        self.weight.assign(self.epoch + 1)
        return {name: value for name, value in self.logs[self.epoch].items() if not name.startswith("val_")}

    def test_step(self, data):
        logs = self.logs[self.epoch]
        return {name[4:]: value for name, value in logs.items() if name.startswith("val_")}


class Watch(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_epoch_begin(self, epoch, logs=None):
        self.model.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        self.rates.append(float(np.float32(self.model.optimizer.learning_rate)))


def case(kind, arguments, logs):
    given = dict(arguments)
    if kind == "LearningRateScheduler":
        given["schedule"] = SCHEDULES[given["schedule"]]
    if kind == "CSVLogger":
        given["filename"] = FOLDER / "log.csv"
    model = Scripted(logs)
    model.compile(keras.optimizers.SGD(0.1), run_eagerly=True)
    watch = Watch()
    x = np.zeros((2, 1), "float32")
    validation = (x, x) if any(name.startswith("val_") for name in logs[0]) else None
    callback = getattr(keras.callbacks, kind)(**given)
    history = model.fit(
        x, x, epochs=len(logs), verbose=0, validation_data=validation, callbacks=[callback, watch])
    return {
        "callback": kind,
        "arguments": arguments,
        "logs": [{k: None if np.isnan(v) else v for k, v in epoch.items()} for epoch in logs],
        "entries": list(history.history),
        "rates": watch.rates,
        "weight": float(model.weight.numpy()),
        **({"csv": (FOLDER / "log.csv").read_bytes().decode()} if kind == "CSVLogger" else {}),
    }


if __name__ == "__main__":
    cases = [case(*row) for row in ROWS]
    TARGET.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
