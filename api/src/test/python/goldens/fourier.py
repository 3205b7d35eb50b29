"""Fourier transforms; the inverse short-time one divides by the windows that there are, as SciPy's."""

import tensorflow as tf

from .draws import FLOATING, real

WINDOW = [0.5, 1.0, -0.25, 0.75]


def pair(x):
    return tf.stack([tf.math.real(x), tf.math.imag(x)])


def complex_op(function):
    return lambda re, im: pair(function(tf.complex(re, im)))


def real_op(function):
    return lambda re, im: function(tf.complex(re, im))


def stft(window, center):
    def function(x):
        if center:
            x = tf.pad(x, [[0, 0]] * (x.shape.rank - 1) + [[3, 3]], "REFLECT")
        return pair(tf.signal.rfft(tf.signal.frame(x, 6, 3) * tf.constant(window, x.dtype)))

    return function


def istft(window, center, length):
    def function(re, im):
        weights = tf.constant(window, re.dtype)
        parts = tf.signal.irfft(tf.complex(re, im), [6]) * weights
        norm = tf.signal.overlap_and_add(tf.tile(weights[None] ** 2, [re.shape[-2], 1]), 3)
        sums = tf.math.divide_no_nan(tf.signal.overlap_and_add(parts, 3), norm)
        start = 3 if center else 0
        return sums[..., start : sums.shape[-1] - start if length is None else start + length]

    return function


COMPLEX = {
    "fft": (complex_op(tf.signal.fft), [(8,), (2, 3, 5), (1,), (3, 60)]),
    "ifft": (complex_op(tf.signal.ifft), [(4,), (2, 7)]),
    "fft2": (complex_op(tf.signal.fft2d), [(4, 3), (2, 2, 4)]),
    "ifft2": (complex_op(tf.signal.ifft2d), [(5, 4)]),
    "irfft": (real_op(tf.signal.irfft), [(5,), (2, 3, 4)]),
    "irfft of more": (real_op(lambda x: tf.signal.irfft(x, [9])), [(2, 4)]),
    "irfft of one": (real_op(lambda x: tf.signal.irfft(x[..., :1], [1])), [(2, 4)]),
    "istft": (istft([0, *WINDOW, 0], True, None), [(4, 4), (2, 3, 4)]),
    "istft of a length": (istft([1] * 6, False, 5), [(2, 3, 4)]),
}

REAL = {
    "ofReal": (lambda x: tf.stack([x, tf.zeros_like(x)]), [(2, 3)]),
    "rfft": (lambda x: pair(tf.signal.rfft(x)), [(8,), (2, 3, 5), (1,)]),
    "rfft of more": (lambda x: pair(tf.signal.rfft(tf.pad(x, [[0, 0], [0, 3]]))), [(2, 4)]),
    "rfft of fewer": (lambda x: pair(tf.signal.rfft(x[:, :4])), [(2, 6)]),
    "stft": (stft([0, *WINDOW, 0], True), [(12,), (2, 9)]),
    "stft without window": (stft([1] * 6, False), [(2, 10)]),
}


def cases():
    for dtype in FLOATING:
        for row, (function, shapes) in COMPLEX.items():
            for shape in shapes:
                yield row, function, [real(f"{row} {part}", dtype, -1, 1, *shape) for part in ("real", "imaginary")]
        for row, (function, shapes) in REAL.items():
            for shape in shapes:
                yield row, function, [real(row, dtype, -1, 1, *shape)]
