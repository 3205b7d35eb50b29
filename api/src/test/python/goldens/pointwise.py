"""Ops that are computed element by element."""

import tensorflow as tf

from goldens.draws import FLOATING, pairs, real, special

UNARY = {
    "exp": (tf.exp, -4, 4),
    "sqrt": (tf.sqrt, 0, 9),
}
BINARY = {
    "add": (tf.add, -2, 2),
}


def cases():
    for dtype in FLOATING:
        for row, (function, low, high) in UNARY.items():
            yield row, function, [real(row, dtype, low, high, 3, 5)]
            yield row, function, [special(dtype)]
        for row, (function, low, high) in BINARY.items():
            yield row, function, [real(row, dtype, low, high, 3, 1), real(row + "y", dtype, low, high, 4)]
            yield row, function, pairs(dtype)
