"""Quantiles, histograms, differences, and reductions without NaN, which is in place of all above 1."""

import keras
import numpy as np
import tensorflow as tf

from goldens.draws import FLOATING, real

LIMITS = [-1, 0, 1]


def quantile(q, axis=None, **how):
    return lambda x: keras.ops.quantile(x, tf.constant(q, x.dtype), axis=axis, **how)


def order(at, axis):
    """The sorted element at a position, where Keras has no gradient of its own."""
    return lambda x: tf.gather(tf.sort(x, axis), at, axis=axis)


def nan(function):
    return lambda x: function(tf.where(x > 1, tf.constant(np.nan, x.dtype), x))


def kept(x):
    return ~tf.math.is_nan(x)


def mean(x, axis=None):
    count = tf.reduce_sum(tf.cast(kept(x), x.dtype), axis, keepdims=True)
    return tf.reduce_sum(tf.where(kept(x), x, 0), axis, keepdims=True) / count


def variance(x, axis=None):
    centred = tf.where(kept(x), x - mean(x, axis), 0)
    return tf.reduce_sum(centred**2, axis) / tf.reduce_sum(tf.cast(kept(x), x.dtype), axis)


def squeezed(x, axis):
    return tf.reshape(mean(x), []) if axis is None else tf.squeeze(mean(x, axis), axis)


def diff(x):
    return x[..., 1:] - x[..., :-1]


CASES = {
    "quantile": (quantile(0.3), [(2, 3, 4), (1,)]),
    "quantile over 1": (quantile(0.75, 1), [(2, 3, 4)]),
    "quantile over ends": (quantile(1.0, (0, 2)), [(2, 3, 4)]),
    "quantile lower": (order(2, 0), [(6, 2)]),
    "quantile higher": (order(2, 0), [(6, 2)]),
    "quantile nearest": (order(2, 0), [(6, 2)]),
    "quantile midpoint": (lambda x: keras.ops.quantile(x, 0.4, 1, "midpoint", True), [(2, 3, 4)]),
    "percentile": (quantile(0.6), [(2, 3, 4)]),
    "percentile keeping 0": (quantile(0.05, 0, keepdims=True), [(4, 3)]),
    "median": (lambda x: keras.ops.median(x, -1), [(2, 3, 4), (2, 5)]),
    "median keeping 1": (lambda x: keras.ops.median(x, 1, True), [(2, 3, 4)]),
    "histogram counts": (lambda x: tf.constant(np.histogram(x.numpy(), 5)[0], tf.int32), [(3, 8), (1,)]),
    "histogram edges": (lambda x: tf.linspace(tf.reduce_min(x), tf.reduce_max(x), 5), [(3, 8)]),
    "histogram between": (lambda x: tf.constant(np.histogram(x.numpy(), 4, (-1, 1.5))[0], tf.int32), [(3, 8)]),
    "digitize": (lambda x: keras.ops.digitize(x, tf.constant(LIMITS, x.dtype)), [(3, 8)]),
    "diff": (lambda x: x[:, 1:] - x[:, :-1], [(2, 3, 4), (2, 1)]),
    "diff of diff": (lambda x: diff(diff(x)), [(2, 5)]),
    "nanSum": (nan(lambda x: tf.reduce_sum(tf.where(kept(x), x, 0))), [(2, 3, 4)]),
    "nanSum over 1": (nan(lambda x: tf.reduce_sum(tf.where(kept(x), x, 0), 1)), [(2, 3, 4)]),
    "nanProd": (nan(lambda x: tf.reduce_prod(tf.where(kept(x), x, 1))), [(2, 3, 4)]),
    "nanMean": (nan(lambda x: squeezed(x, None)), [(2, 3, 4)]),
    "nanMean over 0": (nan(lambda x: squeezed(x, 0)), [(4, 3)]),
    "nanMax over 2": (nan(lambda x: tf.reduce_max(tf.where(kept(x), x, -np.inf), 2)), [(2, 3, 4)]),
    "nanMin over 2": (nan(lambda x: tf.reduce_min(tf.where(kept(x), x, np.inf), 2)), [(2, 3, 4)]),
    "nanVariance": (nan(variance), [(2, 3, 4)]),
    "nanVariance over 1": (nan(lambda x: variance(x, 1)), [(2, 5, 3)]),
    "nanStd": (nan(lambda x: tf.sqrt(variance(x))), [(2, 3, 4)]),
}


def cases():
    for dtype in FLOATING:
        for row, (function, shapes) in CASES.items():
            for shape in shapes:
                yield row, function, [real(row, dtype, -2, 2, *shape)]
