"""Ops that are computed element by element.

Left out are inputs where TensorFlow overflows on the way, loses digits, takes a denormal number for 0, or has no number
where the function has one.
"""

import keras
import numpy as np
import tensorflow as tf
import torch

from goldens.draws import FLOATING, pairs, real, special

WHOLE = [np.int32, np.int64, np.uint8]
TINY = float(np.finfo(np.float32).tiny), float(np.finfo(np.float64).tiny)
HUGE = float(np.finfo(np.float32).max), float(np.finfo(np.float64).max)
INFINITE = np.nan, np.inf, *HUGE


def widened(function):
    """Computes in float64, where TensorFlow's float32 is rougher than ours."""
    return lambda *x: tf.cast(function(*[tf.cast(t, tf.float64) for t in x]), x[0].dtype)


def other(value, *slopes):
    """Computes with NumPy; a slope is a function of the inputs and the output."""

    @tf.custom_gradient
    def function(*x):
        inputs = [t.numpy() for t in x]
        output = value(*inputs).astype(inputs[0].dtype)
        return tf.constant(output), lambda upstream: [upstream * slope(*inputs, output) for slope in slopes]

    return function


def erfinv(x):
    return torch.erfinv(torch.tensor(x, dtype=torch.float64)).numpy()


def lerp(start, end, weight):
    return torch.lerp(torch.tensor(start), torch.tensor(end), torch.tensor(weight)).numpy()


def log_add_exp(x, y):
    return np.logaddexp(x.astype(np.float64), y.astype(np.float64))


def share(x, y):
    """How much of the sum of exponentials is that of x; half of equal ones, also of infinite ones."""
    with np.errstate(all="ignore"):
        gap = np.where(x == y, 0.0, x.astype(np.float64) - y)
        return (1 / (1 + np.exp(-gap))).astype(x.dtype)


def power(x, y):
    """tf.pow gives NaN for an exponent of numbers below 0, whose gradient we take for 0."""
    return tf.pow(x, tf.where(x <= 0, tf.stop_gradient(y), y))


def gelu(x):
    """tf.nn.gelu takes its factor through float32."""
    return 0.5 * x * tf.math.erfc(-x * tf.constant(0.5**0.5, x.dtype))


def gelu_tanh(x):
    return x * tf.sigmoid(2 * (2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))


def leaky_relu(x, slope):
    """tf.nn.leaky_relu takes its slope through float32."""
    return tf.where(x > 0, x, slope * x)


def relu(x, slope, limit):
    """keras.activations.relu with a threshold of 0.5, whose parameters are numbers."""
    return tf.where(x > 0.5, tf.minimum(x, limit), slope * (x - 0.5))


def elu(x, alpha):
    """tf.nn.elu has its gradient from the output, and celu twice at 0."""
    return tf.where(x <= 0, alpha * tf.math.expm1(tf.minimum(x, 0) / alpha), x)


def selu(x):
    return 1.0507009873554805 * tf.where(x < 0, 1.6732632423543772 * tf.math.expm1(tf.minimum(x, 0)), x)


# A row's function, the range of its inputs, and the magnitudes of special numbers that it does not get.
UNARY = {
    "reciprocal": (tf.math.reciprocal, 0.5, 2),
    "neg": (tf.negative, -2, 2),
    "abs": (tf.abs, -2, 2),
    "sign": (tf.sign, -2, 2),
    "square": (tf.square, -2, 2),
    "sqrt": (tf.sqrt, 0, 9),
    "rsqrt": (tf.math.rsqrt, 0, 9),
    "cbrt": (other(np.cbrt, lambda x, y: 1 / (3 * y * y)), -9, 9),
    "exp": (tf.exp, -4, 4),
    "exp2": (lambda x: tf.pow(tf.constant(2, x.dtype), x), -4, 4),
    "expm1": (tf.math.expm1, -4, 4),
    "log": (tf.math.log, 0, 9),
    "log2": (keras.ops.log2, 2, 9),
    "log10": (keras.ops.log10, 2, 9),
    "log1p": (tf.math.log1p, -0.9, 4),
    "sin": (tf.sin, -4, 4),
    "cos": (tf.cos, -4, 4),
    "tan": (tf.tan, -4, 4),
    "asin": (tf.asin, -0.9, 0.9),
    "acos": (tf.acos, -0.9, 0.9),
    "atan": (tf.atan, -4, 4),
    "sinh": (tf.sinh, -4, 4),
    "cosh": (tf.cosh, -4, 4),
    "tanh": (tf.tanh, -1, 1, 3, 10),
    "asinh": (tf.asinh, -4, 4, 1e4, 1e10),
    "acosh": (tf.acosh, 1.1, 4, 100, 1e4, 1e10),
    "atanh": (tf.atanh, -0.9, 0.9),
    "floor": (tf.floor, -4, 4),
    "ceil": (tf.math.ceil, -4, 4),
    "round": (tf.round, -4, 4),
    "rint": (tf.math.rint, -4, 4),
    "trunc": (keras.ops.trunc, -4, 4),
    "erf": (tf.math.erf, -3, 3, np.inf, HUGE[1]),
    "erfc": (tf.math.erfc, -3, 3),
    "erfinv": (other(erfinv, lambda x, y: np.pi**0.5 / 2 * np.exp(y * y)), -0.9, 0.9),
    "lgamma": (widened(tf.math.lgamma), 0.1, 20),
    "digamma": (widened(tf.math.digamma), 2, 20, 1e-7),
    "polygamma 1": (widened(lambda x: tf.math.polygamma(tf.ones_like(x), x)), 0.1, 20, 1e-7),
    "polygamma 2": (widened(lambda x: tf.math.polygamma(2 * tf.ones_like(x), x)), 0.1, 20),
    "isNan": (tf.math.is_nan, -1, 1),
    "isInf": (tf.math.is_inf, -1, 1),
    "isFinite": (tf.math.is_finite, -1, 1),
    "linear": (keras.activations.linear, -2, 2),
    "relu": (tf.nn.relu, -2, 2),
    "relu6": (tf.nn.relu6, -2, 8),
    "relu with a maximum": (lambda x: keras.activations.relu(x, 0.25, 1.5, 0.5), -3, 3, np.nan, 0.5),
    "exponential": (keras.activations.exponential, -4, 4),
    "leakyRelu": (lambda x: leaky_relu(x, 0.2), -2, 2),
    "elu": (lambda x: elu(x, 1), -4, 4),
    "selu": (selu, -4, 4),
    "celu": (lambda x: elu(x, 1), -4, 4),
    "gelu": (gelu, -4, 4),
    "geluTanh": (widened(gelu_tanh), -4, 4, np.inf, *HUGE, 1e10),
    "silu": (tf.nn.silu, -4, 4),
    "mish": (widened(keras.activations.mish), -4, 4, 10, *HUGE),
    "sigmoid": (tf.sigmoid, -4, 1, 2, 3, 10),
    "logSigmoid": (tf.math.log_sigmoid, -4, 4),
    "softplus": (tf.math.softplus, -4, 4),
    "softsign": (tf.nn.softsign, -4, 4),
    "squareplus": (keras.activations.squareplus, 0, 4, np.inf, *HUGE, 10, 50, 100, 1e4, 1e10),
    "sparsePlus": (keras.activations.sparse_plus, -2, 2, np.inf),
    "sparseSigmoid": (keras.activations.sparse_sigmoid, -2, 2, np.nan),
    "tanhShrink": (keras.activations.tanh_shrink, 1, 4, 0.5, 0.1, 1e-7),
    "hardSigmoid": (keras.activations.hard_sigmoid, -4, 4),
    "hardSwish": (keras.activations.hard_silu, -1, 4, np.inf, *HUGE),
    "hardTanh": (keras.activations.hard_tanh, -2, 2),
    "softShrink": (keras.activations.soft_shrink, -2, 2),
    "hardShrink": (keras.activations.hard_shrink, -2, 2),
    "cast": (lambda x: tf.cast(x, tf.float64), -2, 2),
    "cast to int32": (lambda x: tf.cast(x, tf.int32), -2, 2, *INFINITE, 1e10),
    "cast to uint8": (lambda x: tf.cast(x, tf.uint8), 0, 255, *INFINITE, 1, 2, 3, 10, 50, 100, 1e4, 1e10),
    "cast to bool": (lambda x: tf.cast(x, tf.bool), -2, 2),
}

# The same of two inputs.
BINARY = {
    "add": (tf.add, -2, 2),
    "sub": (tf.subtract, -2, 2),
    "mul": (tf.multiply, -2, 2),
    "div": (tf.divide, -2, 2),
    "divNoNan": (tf.math.divide_no_nan, -2, 2),
    "floorDiv": (tf.math.floordiv, -2, 2, *HUGE),
    "mod": (tf.math.floormod, -2, 2, *HUGE),
    "pow": (power, 0.5, 2, 0, *HUGE),
    "squaredDifference": (tf.math.squared_difference, -2, 2),
    "logAddExp": (other(log_add_exp, lambda x, y, z: share(x, y), lambda x, y, z: share(y, x)), -2, 2),
    "hypot": (other(np.hypot, lambda x, y, z: x / (z + (z == 0)), lambda x, y, z: y / (z + (z == 0))), -2, 2),
    "maximum": (tf.maximum, -2, 2),
    "minimum": (tf.minimum, -2, 2),
    "xlogy": (tf.math.xlogy, 0.1, 4, *HUGE),
    "xlog1py": (tf.math.xlog1py, 0.1, 4, *HUGE),
    "atan2": (tf.atan2, -2, 2),
    "equal": (tf.equal, -2, 2),
    "notEqual": (tf.not_equal, -2, 2),
    "less": (tf.less, -2, 2),
    "lessEqual": (tf.less_equal, -2, 2),
    "greater": (tf.greater, -2, 2),
    "greaterEqual": (tf.greater_equal, -2, 2),
    "leakyRelu of a slope": (leaky_relu, -2, 2),
    "elu of an alpha": (lambda x, a: tf.where(x <= 0, a * tf.math.expm1(tf.minimum(x, 0)), x), -2, 2),
    "celu of an alpha": (elu, 0.5, 2),
    "squareplus of a b": (keras.activations.squareplus, 0.5, 2),
    "softShrink of a lambda": (keras.activations.soft_shrink, 0, 2),
    "hardShrink of a lambda": (keras.activations.hard_shrink, 0, 2),
}

# Of whole numbers, with what the second ones are.
SIGNED = [-7, -2, -1, 0, 1, 3, 100]
COUNTS = [0, 1, 2, 3, 7]
WHOLE_UNARY = {
    "neg": tf.negative,
    "abs": tf.abs,
    "sign": tf.sign,
    "square": tf.square,
    "round": tf.round,
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "bitwiseNot": tf.bitwise.invert,
    "cast": lambda x: tf.cast(x, tf.float64),
    "cast to int32": lambda x: tf.cast(x, tf.int32),
    "cast to uint8": lambda x: tf.cast(x, tf.uint8),
    "cast to bool": lambda x: tf.cast(x, tf.bool),
}
WHOLE_BINARY = {
    "add": (tf.add, SIGNED),
    "sub": (tf.subtract, SIGNED),
    "mul": (tf.multiply, SIGNED),
    "floorDiv": (tf.math.floordiv, [-7, -2, 1, 3]),
    "mod": (tf.math.floormod, [-7, -2, 1, 3]),
    "pow": (tf.pow, COUNTS),
    "squaredDifference": (tf.math.squared_difference, SIGNED),
    "maximum": (tf.maximum, SIGNED),
    "minimum": (tf.minimum, SIGNED),
    "equal": (tf.equal, SIGNED),
    "notEqual": (tf.not_equal, SIGNED),
    "less": (tf.less, SIGNED),
    "lessEqual": (tf.less_equal, SIGNED),
    "greater": (tf.greater, SIGNED),
    "greaterEqual": (tf.greater_equal, SIGNED),
    "bitwiseAnd": (tf.bitwise.bitwise_and, SIGNED),
    "bitwiseOr": (tf.bitwise.bitwise_or, SIGNED),
    "bitwiseXor": (tf.bitwise.bitwise_xor, SIGNED),
    "leftShift": (tf.bitwise.left_shift, COUNTS),
    "rightShift": (tf.bitwise.right_shift, COUNTS),
}

# What TensorFlow does not compute of uint8.
NOT_UNSIGNED = {"neg", "abs", "sign", "round", "pow", "squaredDifference"}

LOGICAL = {
    "logicalAnd": tf.logical_and,
    "logicalOr": tf.logical_or,
    "logicalXor": tf.math.logical_xor,
    "equal": tf.equal,
    "notEqual": tf.not_equal,
}


def without(left_out, *x):
    """Leaves out where one of the inputs is one of some magnitudes, or NaN if that is among them."""
    out = [np.isin(abs(t), np.array(left_out).astype(t.dtype)) | (np.isnan(t) & np.isnan(left_out).any()) for t in x]
    return [t[~np.any(out, axis=0)] for t in x]


def whole(dtype, values):
    """Whole numbers and the extremes of their type; negative ones wrap around in an unsigned one."""
    return np.array(values, np.int64).astype(dtype)


def grid(x, y):
    return [np.repeat(x, len(y)), np.tile(y, len(x))]


def cases():
    with np.errstate(all="ignore"):
        yield from floating_cases()
        yield from whole_cases()
        yield from logical_cases()


def floating_cases():
    for dtype in FLOATING:
        for row, (function, low, high, *left_out) in UNARY.items():
            yield row, function, [real(row, dtype, low, high, 2, 5)]
            yield row, function, without(left_out, special(dtype))
        for row, (function, low, high, *left_out) in BINARY.items():
            yield row, function, [real(row, dtype, low, high, 2, 5), real(row + "y", dtype, low, high, 2, 5)]
            if not row.endswith(("alpha", "of a b")):
                yield row, function, without([2, *TINY, *left_out], *pairs(dtype))
        few = np.array([np.inf, 1, -2, 0.1], dtype)
        weights = other(
            lerp, lambda s, e, w, z: 1 - w, lambda s, e, w, z: w, lambda s, e, w, z: e - s
        )
        for weight in [0, 0.3, 1, 2]:
            yield "lerp", weights, [*grid(few, few), np.full(16, weight, dtype)]
        x = special(dtype)[1:]
        yield "clip", tf.clip_by_value, [x, np.full_like(x, -1), np.full_like(x, 2)]
        finite = x[np.isfinite(x)]
        slopes, limits = np.resize([0.25, 0.5, 0.1], len(finite)), np.resize([1.5, 4, np.inf, 1], len(finite))
        yield "relu of a slope", relu, [finite, slopes.astype(dtype), limits.astype(dtype)]
        yield "threshold", keras.activations.threshold, [x, np.full_like(x, 0.5), np.full_like(x, -3)]
        yield "where", tf.where, [np.arange(len(x)) % 3 > 0, x, x[::-1].copy()]


def whole_cases():
    for dtype in WHOLE:
        info = np.iinfo(dtype)
        x = np.unique(np.append(whole(dtype, SIGNED), [info.min, info.max]).astype(dtype))
        for row, function in WHOLE_UNARY.items():
            if row not in NOT_UNSIGNED or dtype != np.uint8:
                yield row, function, [x]
        for row, (function, second) in WHOLE_BINARY.items():
            if row not in NOT_UNSIGNED or dtype != np.uint8:
                yield row, function, grid(x, np.unique(whole(dtype, second)))
        yield "clip", tf.clip_by_value, [x, np.full_like(x, 1), np.full_like(x, 7)]
        yield "where", tf.where, [x > 2, x, x[::-1].copy()]


def logical_cases():
    both = np.array([False, True])
    for row, function in LOGICAL.items():
        yield row, function, grid(both, both)
    yield "logicalNot", tf.logical_not, [both]
    yield "where", tf.where, [both, both, ~both]
    for row in ["cast", "cast to int32", "cast to uint8", "cast to bool"]:
        yield row, UNARY[row][0], [both]
