"""Parts of tensors and elements picked by index."""

import numpy as np
import tensorflow as tf

from goldens.draws import FLOATING, real

MASK = [[True, True, False], [False, False, True]]
PLACES = [[2, 1], [0, 0]]

PARTS = {
    "slice": (lambda x: tf.slice(x, [1, 0], [2, -1]), [4, 3]),
    "slice of nothing": (lambda x: tf.slice(x, [4, 1], [0, 2]), [4, 3]),
    "narrow": (lambda x: x[:, 1:11], [2, 12]),
    "get": (lambda x: x[1, 0:3:2], [2, 4, 3]),
    "get from the end": (lambda x: x[..., -2, None], [2, 4, 3]),
    "get backwards": (lambda x: x[::-2, None, ::-1], [5, 3]),
    "get an element": (lambda x: x[1, 2], [2, 3]),
    "get beyond": (lambda x: x[2:, :-1], [4, 3]),
    "get nothing": (lambda x: x[5:9, 2:1], [4, 3]),
    "booleanMask": (lambda x: tf.boolean_mask(x, MASK), [2, 3]),
    "booleanMask of rows": (lambda x: tf.boolean_mask(x, [False, True, True]), [3, 2]),
    "scatterNd of rows": (lambda x: tf.scatter_nd([[2], [0]], x, [3, 2]), [2, 2]),
}


def index(bound, *shape):
    return np.random.default_rng(bound).integers(0, bound, shape, np.int32)


def cases():
    for dtype in [*FLOATING, np.int32]:
        for row, (function, shape) in PARTS.items():
            yield row, function, [real(row, dtype, -9, 9, *shape)]
        x = real("gather", dtype, -9, 9, 3, 4)
        yield "gather", tf.gather, [x, index(3, 2, 5)]
        yield "gather", tf.gather, [x, np.int64(2)]
        yield "gather along 1", lambda x, i: tf.gather(x, i, axis=1), [real("g1", dtype, -9, 9, 2, 3, 4), index(3, 5)]
        yield "gatherNd", tf.gather_nd, [x, index(3, 5, 1)]
        yield "gatherNd", tf.gather_nd, [real("nd", dtype, -9, 9, 3, 4, 2), index(3, 2, 5, 2)]
        yield "scatterNd", lambda i, x: tf.scatter_nd(i, x, [3, 4]), [index(3, 6, 2), real("scatter", dtype, -9, 9, 6)]
        update = lambda x, y: tf.tensor_scatter_nd_update(x, PLACES, y)
        yield "tensorScatterUpdate", update, [real("to", dtype, -9, 9, 3, 2), real("update", dtype, -9, 9, 2)]
        yield "tensorScatterAdd", tf.tensor_scatter_nd_add, [x, index(3, 6, 2), real("add", dtype, -9, 9, 6)]
        along = lambda x, i: tf.experimental.numpy.take_along_axis(x, i, axis=1)
        yield "takeAlongAxis", along, [real("along", dtype, -9, 9, 2, 3, 2), index(3, 2, 5, 2)]
        yield "takeAlongAxis at the end", tf.gather, [real("end", dtype, -9, 9, 5), index(5, 3)]
    yield "oneHot", lambda i: tf.one_hot(i, 5, dtype=tf.float64), [index(5, 2, 3)]
    yield "oneHot of bools", lambda i: tf.one_hot(i, 3, True, False, dtype=tf.bool), [index(3, 4)]
    for row, axis in [("unravelIndex", 0), ("unravelIndex of the last", 2)]:
        unravel = lambda i: tf.constant(np.unravel_index(i.numpy(), (2, 3, 4))[axis], tf.int32)
        yield row, unravel, [index(24, 3, 5)]
    yield "nonZero", tf.where, [np.array(MASK)]
    yield "nonZero", tf.where, [np.array([[0, -0.0, np.nan], [np.inf, 1e-300, 0]])]
