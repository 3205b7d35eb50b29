"""Sorting, searching and counting."""

import numpy as np
import tensorflow as tf

from goldens.draws import FLOATING, real

NAN, INF = np.nan, np.inf
WHOLE = [np.int32, np.int64, np.uint8]


def sort(axis, descending=False):
    return lambda x: tf.sort(x, axis, "DESCENDING" if descending else "ASCENDING")


def argsort(axis, descending=False):
    return lambda x: tf.argsort(x, axis, "DESCENDING" if descending else "ASCENDING", stable=True)


def numpy_argsort(axis, descending=False):
    """TensorFlow leaves open where NaN goes; NumPy says last, of which the first is the reverse."""

    def function(x):
        if not descending:
            return tf.constant(np.argsort(x.numpy(), axis, kind="stable").astype(np.int32))
        size = x.shape[axis]
        turned = np.argsort(np.flip(x.numpy(), axis), axis, kind="stable")
        return tf.constant(np.flip(size - 1 - turned, axis).astype(np.int32))

    return function


def numpy_sort(axis, descending=False):
    return lambda x: tf.experimental.numpy.take_along_axis(x, numpy_argsort(axis, descending)(x), axis)


# The axis, and whether descending; all for matrices.
SORTS = {"sort": (1,), "sort descending": (-2, True)}
ARGSORTS = {"argsort": (0,), "argsort descending": (-1, True)}


def top_k(part, k):
    return lambda x: tf.math.top_k(x, k)[part]


def search(side):
    """Of vectors, TensorFlow takes only one of values."""

    def function(x, y):
        x = tf.sort(x)
        return tf.reshape(tf.searchsorted(x, tf.reshape(y, [-1]) if x.shape.rank == 1 else y, side), y.shape)

    return function


def unique(x):
    """The gradient is not TensorFlow's, which has none."""
    y, indices = tf.unique(x)
    first = [np.argmax(indices.numpy() == i) for i in range(len(y))]
    return tf.gather(x, tf.constant(first, tf.int32))


def bincount(numbers, weights):
    """The gradient is not TensorFlow's, which has none."""
    if not weights.dtype.is_floating:
        return tf.math.bincount(numbers, weights)

    @tf.custom_gradient
    def function(weights):
        return tf.math.bincount(numbers, weights), lambda g: tf.gather(g, numbers)

    return function(weights)


def cases():
    for dtype in FLOATING + WHOLE:
        low = 0 if dtype == np.uint8 else -3
        x = real("sort", dtype, low, 4, 4, 6)
        yield from sorts(sort, argsort, x)
        yield "topK", top_k(0, 3), [x]
        yield "topK", top_k(0, 3), [real("topK", dtype, low, 4, 2, 3, 3)]
        yield "topK indices", top_k(1, 2), [x]
        yield "topK of none", top_k(0, 0), [x]
        for row, side in [("searchSorted", "left"), ("searchSorted to the right", "right")]:
            yield row, search(side), [real("sorted", dtype, low, 4, 7), real("values", dtype, low, 4, 3, 2)]
            yield row, search(side), [real("sorted", dtype, low, 4, 2, 7), real("values", dtype, low, 4, 2, 5)]
            yield row, search(side), [np.zeros(0, dtype), real("values", dtype, low, 4, 4)]
        for shape in [(2, 9), (2, 0)]:
            values = np.floor(real("isIn", np.float64, low, 4, *shape[:1], 6)).astype(dtype)
            x = np.floor(real("isIn x", np.float64, low, 4, *shape)).astype(dtype)
            yield "isIn", lambda x, y: tf.constant(np.isin(x.numpy(), y.numpy())), [x, values]
        x = np.floor(real("unique", np.float64, low, 4, 12)).astype(dtype)
        yield from uniques(x)
        yield from uniques(x[:0])
        if dtype == np.uint8:
            continue
        numbers = np.array([1, 4, 1, 0, 4, 4], np.int32)
        yield "bincount of weights", bincount, [numbers, real("weights", dtype, low, 4, 6)]
        yield "bincount of weights", bincount, [numbers[:0], np.zeros(0, dtype)]
    for dtype in FLOATING:
        ties = np.array([[0.0, -0.0, 1, INF], [1, -INF, 0, 1], [-INF, 1, 1, -1]], dtype)
        yield from sorts(sort, argsort, ties)
        yield "topK", top_k(0, 3), [ties]
        yield "topK indices", top_k(1, 2), [ties]
        strange = np.array([[NAN, 1, INF, -INF], [3, NAN, -INF, NAN], [0, INF, NAN, 2]], dtype)
        yield from sorts(numpy_sort, numpy_argsort, strange)
        yield "topK", lambda x: numpy_sort(-1, True)(x)[:, :3], [strange]
        yield "topK indices", lambda x: numpy_argsort(-1, True)(x)[:, :2], [strange]
        values = np.array([INF, -INF, 0, -0.0, 1, 5], dtype)
        for row, side in [("searchSorted", "left"), ("searchSorted to the right", "right")]:
            yield row, search(side), [np.array([1, 0, -INF, -0.0, INF, 1], dtype), values]
        yield from uniques(np.array([NAN, 1, 0.0, NAN, -0.0, INF, 1, -INF, INF], dtype))
    yield from uniques(np.array([True, False, True]))
    for dtype in [np.int32, np.int64, np.uint8]:
        for x in [[[1, 2, 7], [7, 0, 1]], [1], []]:
            count = lambda x: tf.math.bincount(tf.cast(x, tf.int32), minlength=4)
            yield "bincount", count, [np.array(x, dtype)]


def sorts(sort, argsort, x):
    for row, how in SORTS.items():
        yield row, sort(*how), [x]
    for row, how in ARGSORTS.items():
        yield row, argsort(*how), [x]


def uniques(x):
    yield "unique", unique, [x]
    yield "unique indices", lambda x: tf.unique(x)[1], [x]
    yield "unique counts", lambda x: tf.unique_with_counts(x)[2], [x]
