"""The models of make_goldens.py with masks."""

import functools

import keras
from golden_models import CASES, DATA, case, dense, trained
from keras import layers, losses, metrics, ops
from keras.optimizers import SGD, Adam


class Twice(layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, x):
        return ops.tanh(x * 2 + 1)


class Masked(keras.Model):
    def __init__(self, units=1):
        super().__init__()
        self.masking = layers.Masking()
        self.hidden = dense(3, "hidden", "tanh")
        self.twice = Twice()
        self.out = dense(units, "out")

    def call(self, x):
        return self.out(self.twice(self.hidden(self.masking(x))))


def masked_by(loss, weights=None):
    model = Masked()
    model.compile(
        SGD(0.1, momentum=0.5),
        loss,
        metrics=[metrics.MeanSquaredError()],
        weighted_metrics=[metrics.MeanSquaredError()],
    )
    return trained(model, DATA["sequence"], DATA["series"], weights)


for name, arguments in {
    "masked": (losses.MeanSquaredError(),),
    "masked_with_weights": (losses.MeanSquaredError(), DATA["weightsByStep"]),
    "masked_sum": (losses.MeanAbsoluteError("sum"),),
    "masked_mean_with_sample_weight": (
        losses.MeanSquaredError("mean_with_sample_weight"), DATA["weightsByStep"]),
}.items():
    CASES[name] = functools.partial(masked_by, *arguments)


@case
def masked_functional():
    sequence = keras.Input((5, 2))
    h = Twice()(dense(3, "hidden", "tanh")(layers.Masking()(sequence)))
    model = keras.Model(sequence, dense(1, "out")(h))
    model.compile(SGD(0.1), losses.MeanSquaredError(), metrics=[metrics.MeanSquaredError()])
    return trained(model, DATA["sequence"], DATA["series"])


class MaskedAndPlain(keras.Model):
    """A masked output by step, and one of the whole sequence."""

    def __init__(self):
        super().__init__()
        self.masking = layers.Masking()
        self.hidden = dense(3, "hidden", "tanh", activity_regularizer="l2")
        self.a = dense(1, "a")
        self.b = dense(1, "b")

    def call(self, x):
        h = self.hidden(self.masking(x))
        return {"a": self.a(h), "b": self.b(ops.mean(h, 1))}


@case
def masked_and_plain_outputs():
    model = MaskedAndPlain()
    model.compile(
        Adam(0.01),
        losses.MeanSquaredError(),
        weighted_metrics={"a": [metrics.MeanSquaredError()], "b": [metrics.MeanSquaredError()]},
    )
    labels = {"a": DATA["series"], "b": DATA["b"]}
    weights = {"a": DATA["weightsByStep"], "b": DATA["weights"]}
    return trained(model, DATA["sequence"], labels, weights)


@case
def masked_classes():
    model = Masked(3)
    model.compile(
        Adam(0.01),
        losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[metrics.SparseCategoricalAccuracy()],
        weighted_metrics=[metrics.SparseCategoricalAccuracy()],
    )
    return trained(model, DATA["sequence"], DATA["steps"], DATA["weightsByStep"])
