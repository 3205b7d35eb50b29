"""Prints the endpoints of a SavedModel that do not give what a file of tensors says."""

import sys

import numpy as np
from safetensors import safe_open
import tensorflow as tf

folder, file = sys.argv[1:]
loaded = tf.saved_model.load(folder)
with safe_open(file, "np") as tensors:
    values = {key: tensors.get_tensor(key) for key in tensors.keys()}
inputs = {}
for key, value in values.items():
    if "/" in key:
        endpoint, name = key.split("/")
        inputs.setdefault(endpoint, {})[name] = tf.constant(value)
for endpoint, named in inputs.items():
    try:
        output = loaded.signatures[endpoint](**named)["output_0"].numpy()
        expected = values[endpoint + ":output"]
        if output.shape != expected.shape or output.dtype != expected.dtype:
            print(endpoint, output.dtype, output.shape, "for", expected.dtype, expected.shape)
            continue
        x, y = output.astype("float64"), expected.astype("float64")
        error = np.abs(x - y) / np.maximum(1, np.abs(y))
        error[(x == y) | (np.isnan(x) & np.isnan(y))] = 0
        if error.size and not error.max() <= 1e-5:
            print(endpoint, "differs by", error.max())
    except Exception as e:
        print(endpoint, type(e).__name__, " ".join(str(e).split())[:300])
print("compared", len(inputs))
