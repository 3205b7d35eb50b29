"""Elements in other places, diagonals, and new tensors."""

import numpy as np
import tensorflow as tf

from goldens import patches
from goldens.draws import FLOATING, real

PADDINGS = [[1, 2], [0, 3]]

CASES = {
    "tile": (lambda x: tf.tile(x, [2, 3]), [(2, 3)]),
    "tile to nothing": (lambda x: tf.tile(x, [2, 0]), [(2, 3)]),
    "tile of a scalar": (tf.identity, [()]),
    "repeat": (lambda x: tf.repeat(x, 2, -2), [(2, 3), (2, 3, 2)]),
    "repeat never": (lambda x: tf.repeat(x, 0, 0), [(2, 3)]),
    "pad": (lambda x: tf.pad(x, PADDINGS), [(2, 3), (0, 3)]),
    "pad with 1": (lambda x: tf.pad(x, PADDINGS, constant_values=1), [(2, 3)]),
    "pad of a scalar": (lambda x: tf.pad(x, tf.zeros([0, 2], tf.int32)), [()]),
    "pad by reflecting": (lambda x: tf.pad(x, PADDINGS, "REFLECT"), [(4, 4), (3, 6)]),
    "pad symmetrically": (lambda x: tf.pad(x, PADDINGS, "SYMMETRIC"), [(2, 3), (4, 4)]),
    "reverse": (lambda x: tf.reverse(x, [1]), [(2, 3, 4), (2, 0)]),
    "reverse all": (lambda x: tf.reverse(x, range(x.shape.rank)), [(4, 3), ()]),
    "reverse of nothing": (lambda x: tf.reverse(x, [0, 1]), [(0, 3)]),
    "rot90": (lambda x: tf.reverse(tf.transpose(x), [0]), [(2, 3)]),
    "rot90 twice": (lambda x: tf.reverse(x, [0, 1]), [(2, 3)]),
    "rot90 back": (lambda x: tf.reverse(tf.transpose(x, [0, 2, 1]), [2]), [(2, 2, 3)]),
    "rot90 four times": (tf.identity, [(2, 3)]),
    "roll": (lambda x: tf.roll(x, 2, 1), [(2, 5), (2, 1)]),
    "roll along two": (lambda x: tf.roll(x, [-1, 13], [0, -1]), [(4, 5)]),
    "roll of nothing": (lambda x: tf.roll(x, 1, 0), [(0, 3)]),
    "spaceToDepth": (lambda x: tf.nn.space_to_depth(x, 2), [(2, 4, 6, 3)]),
    "depthToSpace": (lambda x: tf.nn.depth_to_space(x, 2), [(2, 2, 3, 8)]),
    "diag": (tf.linalg.diag, [(3,), (2, 3), (2, 0)]),
    "diagPart": (tf.linalg.diag_part, [(2, 3, 4), (3, 2)]),
    "diagPart of high matrices": (tf.linalg.diag_part, [(4, 2)]),
    "diagPart of nothing": (tf.linalg.diag_part, [(0, 3)]),
    "tril": (lambda x: tf.linalg.band_part(x, -1, 0), [(2, 3, 4), (4, 0)]),
    "tril below": (lambda x: x - tf.linalg.band_part(x, 0, -1), [(4, 3)]),
    "triu": (lambda x: tf.linalg.band_part(x, 0, -1), [(4, 3)]),
    "triu above": (lambda x: x - tf.linalg.band_part(x, -1, 0), [(2, 3, 4)]),
    "zerosLike": (tf.zeros_like, [(2, 3)]),
    "onesLike": (tf.ones_like, [(2, 3), (0, 3)]),
    "fullLike": (lambda x: tf.experimental.numpy.full_like(x, 1), [(2, 3)]),
    "meshgrid": (lambda *x: tf.meshgrid(*x, indexing="xy")[0], [((2,), (3,), (4,)), ((2,), (), (0,))]),
    "meshgrid by row": (lambda *x: tf.meshgrid(*x, indexing="ij")[1], [((2,), (3,))]),
}

NEW = {
    "eye": lambda: tf.eye(3, 4, dtype=tf.float64),
    "eye of bools": lambda: tf.eye(4, 2, dtype=tf.bool),
    "range": lambda: tf.range(0.5, 2.1, 0.25, tf.float64),
    "range of a count": lambda: tf.range(4),
    "range of large numbers": lambda: tf.range(2**63 - 4, 2**63 - 1, 2, tf.int64) - (2**63 - 1),
    "range downwards": lambda: tf.range(7, -2, -3),
    "range of nothing": lambda: tf.range(3, 3, 1),
    "linspace": lambda: tf.linspace(tf.constant(-1.0, tf.float64), 2.3, 12),
    "linspace of one": lambda: tf.linspace(tf.constant(5.0, tf.float64), 7, 1),
}


def cases():
    for dtype in [*FLOATING, np.int32, np.int64]:
        for row, (function, shapes) in CASES.items():
            for shape in shapes:
                inputs = shape if shape and isinstance(shape[0], tuple) else [shape]
                yield row, function, [real(row + str(i), dtype, 0, 9, *s) for i, s in enumerate(inputs)]
    strange = np.array([[np.nan, np.inf, -np.inf], [np.inf, np.nan, np.nan], [-np.inf, np.inf, np.nan]])
    for row in ["tril", "triu", "diagPart", "reverse all", "zerosLike"]:
        yield row, CASES[row][0], [strange]
    for row in ["pad", "reverse all", "diag", "tril", "roll", "onesLike"]:
        yield row, CASES[row][0], [np.array([[True, False, False], [False, True, True]])]
    for row, function in NEW.items():
        yield row, function, []
    yield from patches.cases()
