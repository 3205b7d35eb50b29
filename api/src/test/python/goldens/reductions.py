"""Reductions over axes, and those of all elements up to each."""

import numpy as np
import tensorflow as tf

from goldens import statistics
from goldens.draws import FLOATING, real

NAN, INF = np.nan, np.inf
WHOLE = [np.int32, np.int64, np.uint8]
SHAPES = [(2, 3, 4), (3, 5, 2)]

# The rows' functions, each of a tensor of rank 3.
SUMS = {
    "sum": lambda x: tf.reduce_sum(x),
    "sum over 1": lambda x: tf.reduce_sum(x, 1),
    "sum over ends": lambda x: tf.reduce_sum(x, [0, 2]),
    "sum keeping 1": lambda x: tf.reduce_sum(x, 1, keepdims=True),
    "prod": lambda x: tf.reduce_prod(x),
    "prod over 1": lambda x: tf.reduce_prod(x, 1),
    "prod keeping ends": lambda x: tf.reduce_prod(x, [0, 2], keepdims=True),
}
CHOICES = {
    "max": lambda x: tf.reduce_max(x),
    "max over 2": lambda x: tf.reduce_max(x, 2),
    "max keeping 0": lambda x: tf.reduce_max(x, 0, keepdims=True),
    "min": lambda x: tf.reduce_min(x),
    "min over 1": lambda x: tf.reduce_min(x, 1),
    "min keeping 0 and 1": lambda x: tf.reduce_min(x, [0, 1], keepdims=True),
}
STATISTICS = {
    "mean": lambda x: tf.reduce_mean(x),
    "mean over 0": lambda x: tf.reduce_mean(x, 0),
    "mean keeping -1": lambda x: tf.reduce_mean(x, -1, keepdims=True),
    "variance": lambda x: tf.math.reduce_variance(x),
    "variance keeping 1": lambda x: tf.math.reduce_variance(x, 1, keepdims=True),
    "std over ends": lambda x: tf.math.reduce_std(x, [0, 2]),
    "std keeping 0": lambda x: tf.math.reduce_std(x, 0, keepdims=True),
    "norm": lambda x: tf.norm(x),
    "norm over 1": lambda x: tf.norm(x, axis=1),
    "norm keeping ends": lambda x: tf.norm(x, axis=[0, 2], keepdims=True),
    "norm of order 1": lambda x: tf.norm(x, 1),
    "norm of order 3": lambda x: tf.norm(x, 3, axis=1),
    "norm of infinite order": lambda x: tf.norm(x, np.inf, axis=-1, keepdims=True),
    "logSumExp": lambda x: tf.reduce_logsumexp(x),
    "logSumExp over 1": lambda x: tf.reduce_logsumexp(x, 1),
    "logSumExp keeping ends": lambda x: tf.reduce_logsumexp(x, [0, -1], keepdims=True),
}
COUNTS = {
    "countNonzero": lambda x: tf.math.count_nonzero(x),
    "countNonzero keeping 1": lambda x: tf.math.count_nonzero(x, 1, keepdims=True),
}
POSITIONS = {
    "argmax": lambda x: tf.argmax(x, 1, tf.int32),
    "argmin": lambda x: tf.argmin(x, -1, tf.int32),
}
LOGICAL = {
    "any": lambda x: tf.reduce_any(x, 1),
    "any keeping -1": lambda x: tf.reduce_any(x, -1, keepdims=True),
    "all": lambda x: tf.reduce_all(x, 1),
    "all keeping all": lambda x: tf.reduce_all(x, keepdims=True),
}
# The axis, whether exclusive, whether reverse.
RUNNING = {
    "": (1, False, False),
    " exclusive": (2, True, False),
    " reverse": (0, False, True),
    " exclusive reverse": (1, True, True),
}


def cumsum(axis, exclusive, reverse):
    return lambda x: tf.cumsum(x, axis, exclusive, reverse)


def cumprod(axis, exclusive, reverse):
    """TensorFlow's gradient divides by the elements, so it is wrong at zeros: this is the definition."""

    def function(x):
        if not x.dtype.is_floating:
            return tf.math.cumprod(x, axis, exclusive, reverse)

        @tf.custom_gradient
        def product(x):
            return tf.math.cumprod(x, axis, exclusive, reverse), lambda g: gradient(x.numpy(), g.numpy())

        return product(x)

    def gradient(x, g):
        x, g = np.moveaxis(x, axis, -1), np.moveaxis(g, axis, -1)
        if reverse:
            x, g = x[..., ::-1], g[..., ::-1]
        result = np.zeros_like(x)
        size = x.shape[-1]
        for i in range(size):
            for j in range(i + 1 if exclusive else i, size):
                others = [k for k in range(j if exclusive else j + 1) if k != i]
                result[..., i] += g[..., j] * np.prod(x[..., others], -1)
        return tf.constant(np.moveaxis(result[..., ::-1] if reverse else result, -1, axis))

    return function


def strange(dtype):
    """Lines along each axis with NaN, infinities and zeros among numbers."""
    x = real("strange", dtype, -2, 2, 3, 4, 3)
    x[0, 1] = [NAN, 1, INF]
    x[1, :, 1] = [INF, 2, -INF, 0]
    x[2, 0] = [-INF, -INF, -INF]
    x[2, 2] = [INF, INF, 3]
    x[2, 3, 2] = 0
    return x


def strange_lines(dtype, axis, exclusive, reverse):
    """Lines along an axis with NaN and infinity where the gradient does not depend on the order of the products."""
    x = np.array([[[2, 0, 1, NAN] if exclusive else [2, 0, NAN, 3]], [[2, -3, 0.5, INF]]], dtype)
    return np.moveaxis(x[..., ::-1] if reverse else x, -1, axis)


def zeros(dtype, count):
    """Numbers with so many zeros in each of some lines."""
    x = real("zeros", dtype, 0.5, 2, 2, 4, 3)
    x[0, :count, 1] = 0
    x[1, 1, :count] = 0
    return x


def cases():
    running = {"cumsum" + name: cumsum(*how) for name, how in RUNNING.items()}
    running |= {"cumprod" + name: cumprod(*how) for name, how in RUNNING.items()}
    with np.errstate(all="ignore"):
        for dtype in FLOATING:
            for row, function in (SUMS | CHOICES | STATISTICS | running).items():
                for shape in SHAPES:
                    yield row, function, [real(row, dtype, -1, 3, *shape)]
            for row, function in (SUMS | CHOICES | COUNTS | STATISTICS).items():
                yield row, function, [strange(dtype)]
            for name, how in RUNNING.items():
                for row in ["cumsum" + name, "cumprod" + name]:
                    yield row, running[row], [strange_lines(dtype, *how)]
            for row in ["prod", "prod over 1", "prod keeping ends", *(r for r in running if "prod" in r)]:
                for count in [1, 2]:
                    yield row, (SUMS | running)[row], [zeros(dtype, count)]
            for row, function in POSITIONS.items():
                x = strange(dtype)
                x[0, 1, 0] = 0
                yield row, function, [x]
                yield row, function, [np.floor(real(row, dtype, -2, 2, 2, 3, 4))]
            for x in [np.array([[[1, 1, 2, 2]]]), np.zeros((1, 2, 2))]:
                for row in CHOICES:
                    yield row, CHOICES[row], [x.astype(dtype)]
                yield "std keeping 0", STATISTICS["std keeping 0"], [x.astype(dtype)]
                yield "norm over 1", STATISTICS["norm over 1"], [x.astype(dtype)]
                yield "logSumExp over 1", STATISTICS["logSumExp over 1"], [1e4 * x.astype(dtype)]
            for row in ["sum over 1", "prod over 1", "logSumExp over 1", "norm over 1", "variance keeping 1"]:
                yield row, (SUMS | STATISTICS)[row], [np.zeros((2, 0, 3), dtype)]
            for row in ["sum", "prod", "max", "min", "mean", "variance", "norm", "logSumExp"]:
                yield row, (SUMS | CHOICES | STATISTICS)[row], [np.array(1.5, dtype)]
        for dtype in WHOLE:
            for row, function in (SUMS | CHOICES | COUNTS | POSITIONS | running).items():
                low = 0 if dtype == np.uint8 else -3
                yield row, function, [real(row, dtype, low, 5, 2, 3, 4)]
        big = real("wraps", np.int32, -(2**31), 2**31, 2, 3, 4)
        for row, function in (SUMS | running).items():
            yield row, function, [big]
    for row, function in LOGICAL.items():
        yield row, function, [real(row, np.float64, 0, 1, 2, 3, 4) < 0.5]
        yield row, function, [np.zeros((2, 0, 4), bool)]

    yield from statistics.cases()
