"""The models of make_goldens.py with masks or with steps of their own."""

import functools

import keras
import tensorflow as tf
from golden_models import CASES, DATA, case, dense, on_b, trained
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
def masked_classes():
    model = Masked(3)
    model.compile(
        Adam(0.01),
        losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[metrics.SparseCategoricalAccuracy()],
        weighted_metrics=[metrics.SparseCategoricalAccuracy()],
    )
    return trained(model, DATA["sequence"], DATA["steps"], DATA["weightsByStep"])


class Smooth(keras.Model):
    """Adds the mean squared gradient of the output for the input to the loss."""

    def __init__(self):
        super().__init__()
        self.hidden = dense(4, "hidden", "tanh")
        self.out = dense(1, "out")

    def call(self, x):
        return self.out(self.hidden(x))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
            slope = inner.gradient(predictions, x)
            loss = self.compute_loss(y=y, y_pred=predictions) + 0.5 * ops.mean(slope * slope)
        self._loss_tracker.update_state(loss, sample_weight=len(x))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return self.compute_metrics(x, y, predictions)


@case
def gradient_penalty():
    return on_b(Smooth(), SGD(0.1, momentum=0.9))


class Gan(keras.Model):
    def __init__(self):
        super().__init__()
        self.generator = dense(3, "generator", "tanh")
        self.hidden = dense(4, "hidden", "tanh")
        self.out = dense(1, "out")
        self.reports = [metrics.Mean("critic"), metrics.Mean("forger")]
        self.optimizers = [Adam(0.01), SGD(0.1, momentum=0.9)]

    def criticize(self, x):
        return self.out(self.hidden(x))

    def call(self, noise):
        return self.criticize(self.generator(noise))

    def train_step(self, data):
        noise, real = data
        entropy = losses.BinaryCrossentropy(from_logits=True)
        critic = self.hidden.trainable_variables + self.out.trainable_variables
        steps = [
            (critic, lambda: entropy(ops.ones((len(noise), 1)), self.criticize(real))
             + entropy(ops.zeros((len(noise), 1)), self(noise))),
            (self.generator.trainable_variables,
             lambda: entropy(ops.ones((len(noise), 1)), self(noise))),
        ]
        for (changed, loss), optimizer, report in zip(steps, self.optimizers, self.reports):
            with tf.GradientTape() as tape:
                value = loss()
            optimizer.apply_gradients(zip(tape.gradient(value, changed), changed))
            report.update_state(value, sample_weight=len(noise))
        return {report.name: report.result() for report in self.reports}

    @property
    def metrics(self):
        return self.reports


@case
def two_optimizers():
    model = Gan()
    model.compile()
    return trained(model, DATA["item"], DATA["user"], validates=False)
