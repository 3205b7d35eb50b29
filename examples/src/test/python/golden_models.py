"""The data and the functional models of make_goldens.py; TrainingGoldenTest trains the same in Tapedeck."""

import functools

import keras
import numpy as np
from keras import constraints, layers, losses, metrics, ops, regularizers
from keras.optimizers import SGD, Adam

TRAIN = 18  # in batches of 4, the last one of 2; the other 7 examples validate, in batches of 3

rng = np.random.default_rng(5)


def normal(*shape):
    return np.round(rng.normal(size=shape), 2).astype("float32")


def bits(*shape):
    return rng.integers(0, 2, shape).astype("float32")


def data(count=25, time=5):
    classes = rng.integers(0, 3, count).astype("int32")
    lengths = rng.integers(1, time + 1, count)
    padding = np.arange(time)[None, :] < lengths[:, None]
    weights = np.round(rng.uniform(0, 2, count), 1).astype("float32")
    weights[:4] = 0  # a batch without weight
    return {
        "user": normal(count, 3),
        "item": normal(count, 2),
        "a": bits(count, 1),
        "b": normal(count, 1),
        "classes": classes,
        "onehot": np.eye(3, dtype="float32")[classes],
        "images": normal(count, 4, 4, 1),
        "sequence": normal(count, time, 2) * padding[:, :, None].astype("float32"),
        "series": normal(count, time, 1),
        "steps": (classes[:, None] + np.arange(time)) % 3,
        "weights": weights,
        "weightsA": np.round(rng.uniform(0, 2, count), 1).astype("float32"),
        "weightsB": np.round(rng.uniform(0, 2, (count, 1)), 1).astype("float32"),
        "weightsByStep": np.round(rng.uniform(0, 2, (count, time)), 1).astype("float32"),
    }


DATA = data()
CASES = {}


def case(make):
    CASES[make.__name__] = make
    return make


def dense(units, name, activation=None, **options):
    return layers.Dense(units, activation, name=name, bias_initializer="random_normal", **options)


def pick(*names):
    return {name: DATA[name] for name in names}


def trained(model, x, y, weights=None, validates=True):
    return model, x, y, weights, validates


def plain(activation=None, units=1, **hidden):
    """A functional model of one input and one output."""
    user = keras.Input((3,), name="user")
    h = dense(4, "hidden", "tanh", **hidden)(user)
    return keras.Model(user, dense(units, "out", activation)(h))


def functional():
    user, item = keras.Input((3,), name="user"), keras.Input((2,), name="item")
    h = dense(4, "hidden", "tanh")(layers.Concatenate()([user, item]))
    outputs = {"a": dense(1, "a", "sigmoid")(h), "b": dense(1, "b")(h)}
    return keras.Model({"user": user, "item": item}, outputs)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = dense(4, "hidden", "tanh")
        self.a = dense(1, "a", "sigmoid")
        self.b = dense(1, "b")

    def call(self, x):
        h = self.hidden(ops.concatenate([x["user"], x["item"]], -1))
        return {"a": self.a(h), "b": self.b(h)}


def two_outputs(model, optimizer, weights=None, weighted=None):
    model.compile(
        optimizer,
        {"a": losses.BinaryCrossentropy(), "b": losses.MeanSquaredError()},
        loss_weights={"a": 1, "b": 0.3},
        metrics={"a": [metrics.BinaryAccuracy()], "b": [metrics.MeanSquaredError()]},
        weighted_metrics=weighted,
    )
    return trained(model, pick("user", "item"), pick("a", "b"), weights)


def weighted():
    return {"a": [metrics.BinaryAccuracy()], "b": [metrics.MeanSquaredError(name="weighted")]}


@case
def functional_two_outputs():
    return two_outputs(functional(), SGD(0.1, momentum=0.9))


@case
def subclassed_two_outputs():
    return two_outputs(Subclassed(), Adam(0.01))


@case
def one_weight_for_all_outputs():
    return two_outputs(functional(), SGD(0.1), DATA["weights"], weighted())


@case
def weights_by_output():
    weights = {"a": DATA["weightsA"], "b": DATA["weightsB"]}
    return two_outputs(Subclassed(), SGD(0.1), weights, weighted())


@case
def one_loss_for_all_outputs():
    model = functional()
    model.compile(SGD(0.1), losses.MeanSquaredError())
    return trained(model, pick("user", "item"), pick("a", "b"), DATA["weights"])


@case
def loss_of_one_output():
    model = functional()
    model.get_layer("b").trainable = False
    model.compile(
        SGD(0.1),
        {"a": losses.BinaryCrossentropy()},
        loss_weights={"a": 0.5},
        metrics={"b": [metrics.MeanSquaredError()]},
    )
    return trained(model, pick("user", "item"), pick("a", "b"))


@case
def weighted_classes():
    model = plain("softmax", 3)
    model.compile(
        SGD(0.2, momentum=0.5, nesterov=True),
        losses.CategoricalCrossentropy(),
        metrics=[metrics.CategoricalAccuracy()],
        weighted_metrics=[metrics.CategoricalAccuracy(), metrics.CategoricalAccuracy()],
    )
    return trained(model, DATA["user"], DATA["onehot"], DATA["weights"])


@case
def images():
    image = keras.Input((4, 4, 1), name="image")
    h = layers.Conv2D(2, 3, activation="relu", padding="same", name="conv")(image)
    h = layers.Dropout(0.0)(layers.Flatten()(h))
    model = keras.Model(image, dense(3, "logits")(h))
    model.compile(
        Adam(0.01),
        losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[metrics.SparseCategoricalAccuracy()],
    )
    return trained(model, DATA["images"], DATA["classes"])


def of_loss(loss, label, activation=None, units=1, weights=None):
    model = plain(activation, units)
    model.compile(SGD(0.1), loss)
    return trained(model, DATA["user"], DATA[label], weights)


for name, arguments in {
    "mean_absolute_error": (losses.MeanAbsoluteError(), "b"),
    "binary_logits": (losses.BinaryCrossentropy(from_logits=True), "a"),
    "categorical_logits": (losses.CategoricalCrossentropy(from_logits=True), "onehot", None, 3),
    "sparse_probabilities": (losses.SparseCategoricalCrossentropy(), "classes", "softmax", 3),
    "reduction_sum": (losses.MeanSquaredError("sum"), "b", None, 1, DATA["weights"]),
    "reduction_mean_with_sample_weight": (
        losses.MeanSquaredError("mean_with_sample_weight"), "b", None, 1, DATA["weights"]),
}.items():
    CASES[name] = functools.partial(of_loss, *arguments)


def on_b(model, optimizer):
    model.compile(optimizer, losses.MeanSquaredError(), metrics=[metrics.MeanSquaredError()])
    return trained(model, DATA["user"], DATA["b"])


@case
def frozen_layer():
    model = plain(kernel_regularizer=regularizers.L2(0.1), activity_regularizer=regularizers.L1(0.1))
    model.get_layer("hidden").trainable = False
    return on_b(model, SGD(0.1, momentum=0.9))


@case
def frozen_base():
    user, features = keras.Input((3,)), keras.Input((3,))
    base = keras.Model(features, dense(4, "hidden", "tanh")(features), name="base")
    base.trainable = False
    return on_b(keras.Model(user, dense(1, "out")(base(user))), Adam(0.01))


@case
def unfrozen_within_frozen_base():
    user, features = keras.Input((3,)), keras.Input((3,))
    h = dense(4, "hidden", "tanh", kernel_regularizer="l2")(features)
    base = keras.Model(features, dense(4, "top", "tanh", kernel_regularizer="l1")(h), name="base")
    base.trainable = False
    base.get_layer("top").trainable = True
    return on_b(keras.Model(user, dense(1, "out")(base(user))), SGD(0.1))


@case
def penalties():
    model = plain(
        kernel_regularizer=regularizers.L1L2(0.01, 0.02),
        bias_regularizer=regularizers.L2(0.1),
        activity_regularizer=regularizers.L1L2(0.01, 0.02),
    )
    return on_b(model, SGD(0.1, momentum=0.9))


@case
def constrained():
    user = keras.Input((3,), name="user")
    h = dense(4, "hidden", "tanh", kernel_constraint=constraints.MaxNorm(1))(user)
    out = dense(1, "out", kernel_constraint="non_neg", bias_constraint="non_neg")(h)
    return on_b(keras.Model(user, out), Adam(0.02))


@case
def shared_layer():
    left, right = keras.Input((3,)), keras.Input((3,))
    tower = dense(4, "tower", "tanh", activity_regularizer="l2", kernel_regularizer="l1")
    out = dense(1, "out")(ops.abs(tower(left) - tower(right)))
    model = keras.Model([left, right], out)
    model.compile(SGD(0.1), losses.MeanSquaredError())
    return trained(model, [DATA["user"], DATA["onehot"]], DATA["b"])


class Added(layers.Layer):
    def call(self, x):
        self.add_loss(0.1 * ops.mean(x * x))
        return x


@case
def added_loss():
    user = keras.Input((3,), name="user")
    out = dense(1, "out")(Added()(dense(4, "hidden", "tanh")(user)))
    return on_b(keras.Model(user, out), SGD(0.1))


@case
def accumulated_gradients():
    return on_b(plain(), Adam(0.01, gradient_accumulation_steps=2))
