"""Changes of shape."""

import numpy as np
import tensorflow as tf

from goldens.draws import FLOATING, real

CASES = {
    "reshape": (lambda x: tf.reshape(x, [4, 3]), [(2, 6)]),
    "reshape -1": (lambda x: tf.reshape(x, [30, -1]), [(6, 5)]),
    "reshape to a scalar": (lambda x: tf.reshape(x, []), [(1, 1)]),
    "reshape of nothing": (lambda x: tf.reshape(x, [3, 0]), [(2, 0, 3)]),
    "transpose": (tf.transpose, [(2, 3, 4)]),
    "transpose of a large matrix": (lambda x: tf.transpose(x, [1, 0]), [(5, 6)]),
    "transpose by order": (lambda x: tf.transpose(x, [2, 0, 1]), [(2, 3, 4), (2, 0, 4)]),
    "contiguous": (lambda x: tf.transpose(x, [2, 0, 1]), [(2, 3, 4), (2, 0, 4)]),
    "transpose of a scalar": (tf.transpose, [()]),
    "expandDims": (lambda x: tf.expand_dims(x, 1), [(2, 3)]),
    "expandDims behind": (lambda x: tf.expand_dims(x, -1), [(2, 3), ()]),
    "squeeze": (tf.squeeze, [(1, 3, 1), (1, 1)]),
    "squeeze one": (lambda x: tf.squeeze(x, [-1]), [(1, 3, 1)]),
    "broadcastTo": (lambda x: tf.broadcast_to(x, [2, 3, 4]), [(3, 1), (), (2, 1, 4)]),
    "broadcastTo large": (lambda x: tf.broadcast_to(x, [20, 30]), [(30,)]),
    "concat": (lambda *x: tf.concat(x, 1), [((2, 3, 2), (2, 1, 2), (2, 2, 2)), ((2, 3), (2, 0), (2, 1))]),
    "concat behind": (lambda *x: tf.concat(x, -1), [((2, 3), (2, 1))]),
    "stack": (lambda *x: tf.stack(x, 1), [((2, 3), (2, 3))]),
    "stack of scalars": (lambda *x: tf.stack(x, -1), [((), (), ())]),
    "moveAxis": (lambda x: tf.experimental.numpy.moveaxis(x, 0, -1), [(2, 3, 4)]),
    "moveAxis to the front": (lambda x: tf.experimental.numpy.moveaxis(x, -1, 0), [(2, 3, 4)]),
    "swapAxes": (lambda x: tf.experimental.numpy.swapaxes(x, 0, -1), [(2, 3, 4)]),
    "split": (lambda x: tf.split(x, 3, 1)[1], [(2, 6), (2, 0)]),
    "split by sizes": (lambda x: tf.split(x, [1, 0, 3], -2)[2], [(4, 3)]),
    "split and concat": (lambda x: tf.concat(tf.split(x, [1, 3], 0)[::-1], 0), [(4, 3)]),
    "unstack": (lambda x: tf.unstack(x, axis=1)[2], [(2, 3, 4)]),
    "unstack to scalars": (lambda x: tf.unstack(x, axis=-1)[0], [(3,)]),
    "withMask": (tf.identity, [(2, 3)]),
}


def cases():
    for dtype in [*FLOATING, np.int32, np.uint8]:
        for row, (function, shapes) in CASES.items():
            for shape in shapes:
                inputs = shape if shape and isinstance(shape[0], tuple) else [shape]
                yield row, function, [real(row + str(i), dtype, 0, 9, *s) for i, s in enumerate(inputs)]
    bools = np.array([[True, False, False], [False, True, True]])
    yield "transpose", tf.transpose, [bools]
    yield "concat behind", CASES["concat behind"][0], [bools, bools]
