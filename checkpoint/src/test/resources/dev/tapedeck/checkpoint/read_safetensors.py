"""Prints the metadata and the tensors of a file, as the safetensors library reads them."""

import sys

import safetensors
import safetensors.numpy

path = sys.argv[1]
with safetensors.safe_open(path, framework="pt") as file:
    print(sorted((file.metadata() or {}).items()))
    for name in sorted(file.keys()):
        tensor = file.get_tensor(name)
        print(name, str(tensor.dtype).removeprefix("torch."), list(tensor.shape), tensor.tolist())
if len(sys.argv) > 2:
    for name, array in sorted(safetensors.numpy.load_file(path).items()):
        print(name, array.dtype, list(array.shape), array.tolist())
