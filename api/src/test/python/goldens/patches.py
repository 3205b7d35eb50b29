"""Parts of sequences and images."""

import keras
import numpy as np
import tensorflow as tf

from goldens.draws import FLOATING, real


def patches(size, strides, padding):
    def function(x):
        images = x if x.shape.rank == 4 else x[:, None]
        high = size if x.shape.rank == 4 else 1
        wide = 2 if x.shape.rank == 4 else size
        made = tf.image.extract_patches(images, [1, high, wide, 1], [1, *strides, 1], [1, 1, 1, 1], padding)
        return made if x.shape.rank == 4 else made[:, 0]

    return function


WIDE = {"kernel_size": (2, 3), "dilation": (2, 1), "padding": (1, 0), "stride": (1, 2)}

CASES = {
    "extractSequences": (lambda x: tf.signal.frame(x, 4, 3), [(2, 11), (4,)]),
    "extractSequences of none": (lambda x: tf.signal.frame(x, 4, 3), [(2, 3)]),
    "overlapAdd": (lambda x: tf.signal.overlap_and_add(x, 2), [(4, 3), (2, 3, 5)]),
    "extractPatches": (patches(2, (1, 1), "VALID"), [(1, 3, 3, 2), (2, 4, 2)]),
    "extractPatches of padded images": (patches(3, (2, 1), "SAME"), [(2, 4, 3, 2)]),
    "unfold": (lambda x: keras.ops.unfold(x, **WIDE), [(2, 2, 4, 5)]),
    "fold": (lambda x: keras.ops.fold(x, (4, 5), **WIDE), [(2, 12, 8)]),
}


def cases():
    for row, (function, shapes) in CASES.items():
        for dtype in FLOATING if row in ("unfold", "fold") else [*FLOATING, np.int32]:
            for shape in shapes:
                yield row, function, [real(row, dtype, -9, 9, *shape)]
