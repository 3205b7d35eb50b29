"""Checks every model in a folder with ONNX's own checker, and prints its inputs and outputs."""

import pathlib
import sys

import onnx

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    onnx.checker.check_model(str(path), full_check=True)
    graph = onnx.load(str(path)).graph
    values = [
        value.name + "=" + ",".join(axis.dim_param or str(axis.dim_value) for axis in value.type.tensor_type.shape.dim)
        for value in [*graph.input, *graph.output]
    ]
    print(path.name, *values)
