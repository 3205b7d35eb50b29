"""Prints the metadata and the tensors of a file, as the safetensors library reads them."""

import sys

import ml_dtypes  # noqa: F401, which NumPy has bfloat16 from
import safetensors

with safetensors.safe_open(sys.argv[1], framework="numpy") as file:
    print(sorted((file.metadata() or {}).items()))
    for name in sorted(file.keys()):
        tensor = file.get_tensor(name)
        print(name, tensor.dtype, list(tensor.shape), tensor.tolist())
