"""Inputs for golden values."""

import zlib

import numpy as np

FLOATING = [np.float32, np.float64]


def real(name, dtype, low, high, *shape):
    """Numbers within a range, always the same for a name."""
    draw = np.random.default_rng(zlib.crc32(name.encode())).uniform(low, high, shape)
    return (np.floor(draw) if np.dtype(dtype).kind in "iu" else draw).astype(dtype)


def special(dtype):
    """NaN, infinities, zeros of both signs, extremes; no denormal numbers, which TensorFlow takes for 0."""
    info = np.finfo(dtype)
    return np.array(
        [np.nan, np.inf, -np.inf, 0.0, -0.0, info.tiny, -info.tiny, info.max, -info.max]
        + [1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e-7, -1e-7, 10, -10, 50, -50, 100, -100, 1e4, -1e4, 1e10, 0.1, 0.9],
        dtype,
    )


def pairs(dtype):
    """Every two of the most special values."""
    x = special(dtype)[[0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 13, 14]]
    return [np.repeat(x, len(x)), np.tile(x, len(x))]
