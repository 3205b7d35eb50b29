"""The models of make_goldens.py with steps of their own."""

import keras
import tensorflow as tf
from golden_models import DATA, Subclassed, case, dense, on_b, trained, two_outputs
from keras import losses, metrics, ops
from keras.optimizers import SGD, Adam


class Reporting(Subclassed):
    def __init__(self):
        super().__init__()
        self.largest = metrics.Mean("largest")

    def report(self, logs, data):
        users = data[0]["user"]
        self.largest.update_state(ops.max(users), sample_weight=len(users))
        return logs | {"largest": self.largest.result()}

    def train_step(self, data):
        return self.report(super().train_step(data), data)

    def test_step(self, data):
        return self.report(super().test_step(data), data)


@case
def reports_of_steps():
    return two_outputs(Reporting(), SGD(0.1))


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
