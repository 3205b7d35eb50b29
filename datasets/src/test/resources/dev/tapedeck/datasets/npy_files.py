"""Writes arrays with NumPy, and compares those that Tapedeck wrote of them."""

import sys
from pathlib import Path

import numpy as np

TYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "b1"]


def arrays():
    random = np.random.default_rng(3)
    for code in TYPES:
        for shape in [(), (5,), (3, 4), (2, 3, 4), (0, 3), (2, 1, 1, 3)]:
            numbers = random.uniform(-100, 100, shape)
            array = np.asarray(numbers > 0 if code == "b1" else abs(numbers) if code[0] == "u" else numbers)
            yield f"{code}-{'x'.join(map(str, shape))}", array.astype(code)


def write(folder: Path):
    for name, array in arrays():
        np.save(folder / f"{name}-c.npy", array)
        np.save(folder / f"{name}-f.npy", np.array(array, order="F"))
        np.save(folder / f"{name}-big.npy", array.astype(array.dtype.newbyteorder(">")))
        for version in [(2, 0), (3, 0)]:
            with open(folder / f"{name}-v{version[0]}.npy", "wb") as file:
                np.lib.format.write_array(file, array, version=version)
    for name, array in {
        "objects": np.array([{}], dtype=object),
        "texts": np.array(["a"]),
        "bytes": np.array([b"a"]),
        "complex": np.zeros(2, "c8"),
        "times": np.zeros(2, "M8[s]"),
        "raw": np.zeros(2, "V2"),
        "unsigned": np.zeros(2, "u4"),
        "records": np.zeros(2, [("x", "f4")]),
    }.items():
        np.save(folder / f"refused-{name}.npy", array, allow_pickle=True)


def compare(folder: Path):
    for name, array in arrays():
        ours = folder / f"{name}-ours.npy"
        found = np.load(ours, allow_pickle=False)
        assert found.dtype == array.dtype and np.array_equal(found, array), name
        assert ours.read_bytes() == (folder / f"{name}-c.npy").read_bytes(), name
        print(name)


{"write": write, "compare": compare}[sys.argv[1]](Path(sys.argv[2]))
