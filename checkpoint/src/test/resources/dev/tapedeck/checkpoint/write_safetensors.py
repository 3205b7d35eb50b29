"""Writes tensors of all types with the safetensors library."""

import sys

import safetensors.torch
import torch

types = "float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 bool"
tensors = {name: torch.tensor([[0, 1, 2], [3, 4, 100]]).to(getattr(torch, name)) for name in types.split()}
tensors["größe/学習率"] = torch.tensor(-0.1)
tensors["empty"] = torch.zeros(0, 3)
safetensors.torch.save_file(tensors, sys.argv[1], {"format": "pt", "wer": "größe"})
