"""Writes tensors of all types with the safetensors library."""

import sys

import ml_dtypes
import numpy as np
import safetensors.numpy

types = "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 bool".split()
tensors = {name: np.array([[0, 1, 2], [3, 4, 100]]).astype(name) for name in types}
tensors["bfloat16"] = np.array([[0, 1, 2], [3, 4, 100]]).astype(ml_dtypes.bfloat16)
tensors["größe/学習率"] = np.array(-0.1, np.float32)
tensors["empty"] = np.zeros((0, 3), np.float32)
safetensors.numpy.save_file(tensors, sys.argv[1], {"format": "np", "wer": "größe"})
