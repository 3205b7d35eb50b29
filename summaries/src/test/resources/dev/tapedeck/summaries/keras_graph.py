"""Prints the nodes that TensorBoard makes of a model's JSON: name, class, type and inputs.

The model is the one in a file, or one that Keras makes when it is given a name.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
from keras import layers
from tensorboard.compat.proto.types_pb2 import DataType
from tensorboard.plugins.graph import keras_util


def sequential():
    return keras.Sequential(
        [
            keras.Input((4,), name="input_layer"),
            layers.Dense(3, name="dense"),
            layers.Dense(1, name="dense_1"),
        ]
    )


def branches():
    x = keras.Input((4,), name="input_layer")
    shared = layers.Dense(4, name="shared")
    h = shared(x)
    side = layers.Dense(4, name="side")(h)
    add = layers.Add(name="add")([shared(side), h])
    return keras.Model(x, layers.Dense(1, name="head")(add), name="branches")


source = sys.argv[1]
if source in globals():
    text = globals()[source]().to_json()
else:
    text = open(source, encoding="utf-8").read()
for node in keras_util.keras_model_to_graph_def(json.loads(text)).node:
    print(
        node.name,
        node.attr["keras_class"].s.decode(),
        DataType.Name(node.attr["dtype"].type),
        *node.input,
    )
