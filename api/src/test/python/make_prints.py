"""Writes prints.txt, the arrays of PrinterTest as NumPy prints them.

Run in this folder: python make_prints.py   (made with NumPy 2.4.6)
"""

import pathlib

import ml_dtypes
import numpy as np

RANDOM = np.random.default_rng(0)
TARGET = pathlib.Path(__file__).parent / "../resources/dev/tapedeck/tensor/prints.txt"


def cases():
    yield np.array([1, 2, 4], np.int32)
    for dtype in np.float32, np.float64:
        for scalar in 0, -0.0, 1, 1.5, -2.25, 0.1, 1 / 3, 1e-4, 1e-5, 123456.789, 1e15, 1e16, 3e38:
            yield np.array(scalar, dtype)
        for scalar in np.nan, np.inf, -np.inf:
            yield np.array(scalar, dtype)
        for values in [
            [1, 2],
            [1.5, -2.25, 100],
            [0.1, 0.25, 1 / 3],
            [-0.0, 0.0],
            [np.nan, 1],
            [np.nan, np.inf, -np.inf],
            [-np.inf, 1.25, -3],
            [1e-5, 1],
            [1e-4, 1e-2],
            [1e8, 1],
            [99999999, 1],
            [1000.5, 1.5],
            [1001, 1],
            [0.001, 1.5],
            [0.0001, 0.1],
            [1e-10, 1e10, np.nan],
            [1e100 if dtype == np.float64 else 1e30, -1],
            [5e-324, 1] if dtype == np.float64 else [1e-45, 1],
            [0, 1e-7],
            [-0.0, 1e-7, np.nan],
            [2e-8, 1.123456789],
            [123456.78, 0.5],
            [16777216, 0.5],
        ]:
            yield np.array(values, dtype)
        yield np.array([[1, 2], [3, 4]], dtype)
        yield np.array([[1.5], [-22.75]], dtype)
        yield np.zeros((2, 3, 2), dtype)
        yield np.zeros((1, 2, 1, 2), dtype)
        for scale in 1e-9, 1e-3, 1, 1e3, 1e9:
            yield (RANDOM.standard_normal((3, 4)) * scale).astype(dtype)
            yield (10 ** RANDOM.uniform(-3, 3, 6) * scale).astype(dtype)
        yield RANDOM.uniform(0, 1, 40).astype(dtype)
        yield RANDOM.uniform(-1, 1, (2, 25)).astype(dtype)
        yield RANDOM.standard_normal((30, 40)).astype(dtype)
        yield np.arange(1001, dtype=dtype)
        yield np.arange(1000, dtype=dtype)[:200]
        yield np.arange(2 * 7 * 80, dtype=dtype).reshape(2, 7, 80) / 4
    for dtype in np.int32, np.int64, np.uint8:
        yield np.array(7, dtype)
        yield np.array([0, 10, 200], dtype)
        yield np.arange(12, dtype=dtype).reshape(3, 4)
        yield np.zeros(0, dtype)
        yield np.zeros((2, 0, 3), dtype)
        yield (np.arange(60) * 3).astype(dtype)
        yield (np.arange(1002) % 100).astype(dtype).reshape(3, 334)
        yield (np.arange(1210) % 100).astype(dtype).reshape(11, 10, 11)
        yield (np.arange(1210) % 7).astype(dtype).reshape(605, 2)
    yield np.array([-1, 10, -100], np.int32)
    yield np.array([-(2**63), 2**63 - 1])
    yield np.array(True)
    yield np.array([True, False])
    yield np.array([[True], [False]])
    yield np.zeros(0, bool)
    yield np.arange(40) % 3 == 0
    for dtype in np.float16, ml_dtypes.bfloat16:
        for scalar in 0, -0.0, 1, 1.5, -2.25, 0.1, 1 / 3, 1e-4, 1e-5, 2048, 12345, 65504, np.nan, np.inf, -np.inf:
            yield np.array(scalar, dtype)
        for values in [1, 2], [1.5, -2.25, 100], [0.1, 0.25, 1 / 3], [-0.0, np.nan, np.inf], [1e-4, 0.5], [6e-8, 1], [1000.5, 1.5]:
            yield np.array(values, dtype)
        yield RANDOM.standard_normal((3, 4)).astype(dtype)
        yield RANDOM.uniform(0, 1, 40).astype(dtype)
        yield np.arange(1200).reshape(30, 40).astype(dtype)
    for values in [2e6, 2.5e6], [999999, 2.5e5], [99999999.0, 2e7], [1e8, 2e8]:
        yield np.array(values, np.float32)
        yield np.array(values)
    for dtype in np.int8, np.int16, np.uint16:
        yield np.array([0, 10, 100], dtype)
        yield np.array([-7, 300], np.int64).astype(dtype)


def literal(value):
    text = repr(value.item())
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text)


with open(TARGET, "w") as file:
    for array in cases():
        values = " ".join(literal(v) for v in array.flat)
        shape = ",".join(map(str, array.shape))
        print(f"{array.dtype} ({shape}) {values}", str(array), "--", sep="\n", file=file)
