"""Products of matrices, and their factorizations; operands are conditioned as in the FactorizationTable."""

import keras
import numpy as np
import tensorflow as tf

from . import fourier
from .draws import FLOATING, real


def numpy_dot(a, b):
    """np.dot, which TensorFlow has as a method of its NumPy arrays only."""
    if not a.shape.rank or not b.shape.rank:
        return a * b
    return tf.tensordot(a, b, [[-1], [max(b.shape.rank - 2, 0)]])


def einsum(equation):
    return lambda *x: tf.einsum(equation, *x)


MATMUL = [
    ("matmul", (False, False), [[(3, 4), (4, 2)], [(9, 8), (8, 7)]]),
    ("matmul transposed", (True, False), [[(4, 3), (4, 2)]]),
    ("matmul by transposed", (False, True), [[(3, 4), (2, 4)]]),
    ("matmul transposed by transposed", (True, True), [[(4, 3), (2, 4)]]),
    ("matmul of vectors", (False, False), [[(1, 1), (1, 1)], [(1, 9), (9, 1)], [(2, 0), (0, 3)]]),
    ("matmul of batches", (False, False), [[(2, 3, 4), (2, 4, 5)], [(2, 2, 3, 4), (2, 2, 4, 1)], [(0, 3, 4), (0, 4, 2)]]),
    ("matmul of a batch by one", (False, False), [[(2, 3, 4), (4, 5)], [(2, 3, 2, 4), (4, 1)], [(2, 3, 0), (0, 2)]]),
    ("matmul of one by a batch", (True, True), [[(4, 3), (2, 5, 4)], [(1, 4, 3), (2, 5, 4)]]),
    ("matmul transposed of a batch by one", (True, False), [[(2, 4, 3), (4, 5)]]),
    ("matmul broadcast", (False, False), [[(2, 1, 3, 4), (3, 4, 2)], [(1, 2, 3, 4), (2, 1, 4, 2)]]),
]

PRODUCTS = [
    ("matvec", tf.linalg.matvec, [[(3, 4), (4,)], [(3, 0), (0,)]]),
    ("matvec of batches", tf.linalg.matvec, [[(2, 3, 4), (2, 4)], [(2, 1, 3, 4), (3, 4)]]),
    ("matvec of one by a batch", tf.linalg.matvec, [[(3, 4), (2, 4)], [(3, 4), (2, 3, 4)]]),
    ("dot of vectors", numpy_dot, [[(4,), (4,)], [(9,), (9,)], [(0,), (0,)]]),
    ("dot of matrices", numpy_dot, [[(3, 4), (4, 2)], [(2, 3, 4), (4, 2)], [(2, 3), (2, 3, 2)]]),
    ("dot of a matrix and a vector", numpy_dot, [[(3, 4), (4,)], [(2, 3, 4), (4,)]]),
    ("dot of a vector and a matrix", numpy_dot, [[(4,), (4, 2)], [(4,), (2, 4, 3)]]),
    ("dot with a scalar", numpy_dot, [[(), (2, 3)], [(), ()]]),
    ("outer", lambda a, b: tf.tensordot(tf.reshape(a, [-1]), tf.reshape(b, [-1]), 0), [[(3,), (4,)], [(2, 2), (3,)]]),
    ("kron", lambda a, b: keras.ops.kron(a, b), [[(2, 3), (4, 2)], [(3,), (2,)]]),
    ("kron of other ranks", lambda a, b: keras.ops.kron(a[None], b), [[(3,), (2, 2)]]),
    ("cross", tf.linalg.cross, [[(3,), (3,)], [(2, 3), (2, 3)]]),
    ("cross along 0", lambda a, b: tf.transpose(tf.linalg.cross(tf.transpose(a), tf.transpose(b))), [[(3, 2), (3, 2)]]),
    ("tensordot over one axis", lambda a, b: tf.tensordot(a, b, 1), [[(3, 4), (4, 2)], [(2, 3, 4), (4, 2, 2)]]),
    ("tensordot over two axes", lambda a, b: tf.tensordot(a, b, 2), [[(3, 4), (3, 4)], [(2, 3, 4), (3, 4, 2)]]),
    ("tensordot over none", lambda a, b: tf.tensordot(a, b, 0), [[(3, 2), (4,)], [(), (4,)]]),
    ("tensordot by axes", lambda a, b: tf.tensordot(a, b, [[2, 0], [0, -1]]), [[(2, 3, 4), (4, 5, 2)], [(2, 3, 4), (4, 2)]]),
    ("einsum of three", einsum("ij,jk,kl->il"), [[(2, 3), (3, 4), (4, 2)]]),
    ("einsum of three together", einsum("bi,bj,bk->bijk"), [[(2, 3), (2, 2), (2, 2)]]),
    ("einsum implicit", einsum("ba, cb"), [[(3, 4), (2, 3)]]),
    ("einsum transposing", einsum("ba"), [[(3, 4)]]),
    ("einsum with an ellipsis", einsum("i...j->j...i"), [[(3, 4)], [(2, 3, 2, 4)]]),
    ("einsum broadcasting", einsum("...ij, ...jk -> ...ik"), [[(2, 3, 4), (4, 2)], [(2, 1, 3, 4), (3, 4, 2)], [(1, 3, 4), (2, 2, 4, 1)]]),
    ("matrixTranspose", tf.linalg.matrix_transpose, [[(3, 4)], [(2, 0, 4)]]),
]

EINSUM = {
    "ij->ji": [[(3, 4)]],
    "ij->j": [[(3, 4)], [(0, 4)]],
    "ij->": [[(3, 4)]],
    "ii->": [[(3, 3)], [(0, 0)]],
    "ii->i": [[(3, 3)]],
    "iji->ji": [[(3, 4, 3)]],
    "iii->i": [[(3, 3, 3)]],
    "ij,jk->ik": [[(3, 4), (4, 2)], [(3, 0), (0, 2)]],
    "ji,kj->ki": [[(4, 3), (2, 4)]],
    "ij,ij->ij": [[(3, 4), (3, 4)]],
    "i,j->ji": [[(3,), (4,)]],
    "bij,bjk->bik": [[(2, 3, 4), (2, 4, 2)]],
    "bij,bj->bi": [[(2, 3, 4), (2, 4)]],
    "bi,bi->b": [[(3, 4), (3, 4)]],
    "bhqd,bhkd->bhqk": [[(2, 2, 3, 4), (2, 2, 2, 4)]],
    "bhqk,bkhd->bqhd": [[(2, 2, 3, 4), (2, 4, 2, 3)]],
    "abc,cd->bd": [[(2, 3, 4), (4, 2)]],
    "ii,ij->j": [[(3, 3), (3, 2)]],
    ",ij->ij": [[(), (3, 2)]],
}


def plus(x, diagonal):
    rows, columns = x.shape[-2:]
    added = np.zeros((rows, columns))
    for i in range(min(rows, columns)):
        added[i, i] = diagonal(i)
    return x + tf.constant(added, x.dtype)


def regular(x):
    return plus(x, lambda i: 4)


def definite(x):
    return plus(tf.matmul(x, x, transpose_b=True), lambda i: 3)


def steep(x):
    return plus(x, lambda i: 2 * (i + 1))


def symmetric(x):
    return plus(x + tf.linalg.matrix_transpose(x), lambda i: 4 * i - 6)


def multiplied_svd(x):
    s, u, v = tf.linalg.svd(steep(x))
    return tf.matmul(u * s[..., None, :], v, transpose_b=True)


def multiplied_eigh(x):
    values, vectors = tf.linalg.eigh(symmetric(x))
    return tf.matmul(vectors * values[..., None, :], vectors, transpose_b=True)


SQUARE = [
    ("inverse", lambda x: tf.linalg.inv(regular(x))),
    ("det", lambda x: tf.linalg.det(regular(x))),
    ("slogdet", lambda x: tf.linalg.slogdet(regular(x))[1]),
    ("slogdet sign", lambda x: tf.stop_gradient(tf.linalg.slogdet(regular(x))[0])),
    ("cholesky", lambda x: tf.linalg.cholesky(definite(x))),
    ("eigh values", lambda x: tf.linalg.eigh(symmetric(x))[0]),
    ("eigh vectors", lambda x: tf.abs(tf.linalg.eigh(symmetric(x))[1])),
    ("eigh multiplied", multiplied_eigh),
]

OBLONG = [
    ("qr q", lambda x: tf.abs(tf.linalg.qr(steep(x))[0])),
    ("qr r", lambda x: tf.abs(tf.linalg.qr(steep(x))[1])),
    ("qr multiplied", lambda x: tf.matmul(*tf.linalg.qr(steep(x)))),
    ("svd s", lambda x: tf.linalg.svd(steep(x))[0]),
    ("svd u", lambda x: tf.abs(tf.linalg.svd(steep(x))[1])),
    ("svd v", lambda x: tf.abs(tf.linalg.svd(steep(x))[2])),
    ("svd multiplied", multiplied_svd),
    ("singularValues", lambda x: tf.linalg.svd(steep(x), compute_uv=False)),
    ("pinv", lambda x: tf.linalg.pinv(steep(x))),
]


def triangular(lower, transpose):
    name = f"triangularSolve {'lower' if lower else 'upper'}{' transposed' if transpose else ''}"
    return name, lambda a, b: tf.linalg.triangular_solve(regular(a), b, lower=lower, adjoint=transpose)


EQUATIONS = [
    ("solve", lambda a, b: tf.linalg.solve(regular(a), b)),
    ("solve transposed", lambda a, b: tf.linalg.solve(regular(a), b, adjoint=True)),
    triangular(True, False),
    triangular(True, True),
    triangular(False, False),
    triangular(False, True),
    ("choleskySolve", lambda a, b: tf.linalg.cholesky_solve(tf.linalg.cholesky(definite(a)), b)),
]

FACTORIZATIONS = (
    [(row, f, [[s] for s in [(3, 3), (1, 1), (2, 2, 4, 4), (0, 3, 3)]]) for row, f in SQUARE]
    + [(row, f, [[s] for s in [(3, 3), (4, 3), (3, 5), (2, 4, 3)]]) for row, f in OBLONG]
    + [(row, f, [[(3, 3), (3, 2)], [(1, 1), (1, 1)], [(2, 2, 4, 4), (2, 2, 4, 1)], [(5, 5), (5, 1)]]) for row, f in EQUATIONS]
    + [
        ("lstsq", lambda a, b: tf.linalg.lstsq(steep(a), b), [[(4, 3), (4, 2)], [(3, 3), (3, 1)], [(2, 4, 2), (2, 4, 1)]]),
        ("lstsq of wide matrices", lambda a, b: tf.linalg.lstsq(steep(a), b), [[(2, 3), (2, 2)], [(2, 2, 4), (2, 2, 1)]]),
    ]
)


def not_finite():
    """Where NaN in a matrix is not refused by TensorFlow and gives NaN in every element."""
    for dtype in FLOATING:
        x = np.array([[2, 1], [1, np.nan]], dtype)
        yield "inverse", lambda x: tf.linalg.inv(regular(x)), [x]
        yield "det", lambda x: tf.linalg.det(regular(x)), [x]
        yield "singularValues", lambda x: tf.linalg.svd(steep(x), compute_uv=False), [x]


def cases():
    products = [
        (row, lambda a, b, t=t: tf.matmul(a, b, transpose_a=t[0], transpose_b=t[1]), shapes) for row, t, shapes in MATMUL
    ] + [(f"einsum {equation}", einsum(equation), shapes) for equation, shapes in EINSUM.items()]
    for row, function, shapes in products + PRODUCTS + FACTORIZATIONS:
        for operands in shapes:
            for dtype in FLOATING:
                yield row, function, [real(f"{row} operand {i}", dtype, -1, 1, *s) for i, s in enumerate(operands)]
    for dtype in FLOATING + [np.int32, np.int64]:
        for row, shape in [("trace", (3, 3)), ("trace", (2, 3, 3)), ("trace of a wide matrix", (2, 4))]:
            yield row, tf.linalg.trace, [real(row, dtype, -9, 9, *shape)]
    yield from not_finite()
    yield from fourier.cases()
