"""Prints the endpoints of a SavedModel that do not give what a file of tensors says."""

import sys

import numpy as np
from safetensors import safe_open
import tensorflow as tf

folder, file = sys.argv[1:]
loaded = tf.saved_model.load(folder)
inputs, outputs = {}, {}
with safe_open(file, "np") as tensors:
    for key in tensors.keys():
        parts, separator = (inputs, "/") if "/" in key else (outputs, ":")
        endpoint, name = key.split(separator)
        parts.setdefault(endpoint, {})[name] = tensors.get_tensor(key)


def difference(given, expected):
    if given.shape != expected.shape or given.dtype != expected.dtype:
        return f"is {given.dtype} {given.shape}, not {expected.dtype} {expected.shape}"
    x, y = given.astype("float64"), expected.astype("float64")
    with np.errstate(invalid="ignore"):
        error = np.atleast_1d(np.abs(x - y) / np.maximum(1, np.abs(y)))
    error[np.atleast_1d(x == y) | np.atleast_1d(np.isnan(x) & np.isnan(y))] = 0
    return None if not error.size or error.max() <= 1e-5 else f"differs by {error.max()}"


for endpoint, expected in outputs.items():
    try:
        named = {name: tf.constant(value) for name, value in inputs.get(endpoint, {}).items()}
        given = loaded.signatures[endpoint](**named)
        for name, value in expected.items():
            wrong = difference(given[name].numpy(), value)
            if wrong:
                print(endpoint, name, wrong)
    except Exception as e:
        print(endpoint, type(e).__name__, " ".join(str(e).split())[:300])
print("compared", len(outputs))
