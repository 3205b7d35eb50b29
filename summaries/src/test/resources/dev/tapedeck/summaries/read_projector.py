"""Prints the embeddings that TensorBoard's projector finds in a folder, with its own functions."""

import sys

from google.protobuf import text_format
from tensorboard.plugins.projector import metadata, projector_plugin
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

path = sys.argv[1] + "/" + metadata.PROJECTOR_FILENAME
with open(path, encoding="utf-8") as file:
    config = text_format.Parse(file.read(), ProjectorConfig())
for embedding in config.embeddings:
    tensor = projector_plugin._rel_to_abs_asset_path(embedding.tensor_path, path)
    print(repr(embedding.tensor_name), projector_plugin._read_tensor_tsv_file(tensor).tolist())
    if embedding.metadata_path:
        labels = projector_plugin._rel_to_abs_asset_path(embedding.metadata_path, path)
        print(open(labels, encoding="utf-8").read().splitlines())
