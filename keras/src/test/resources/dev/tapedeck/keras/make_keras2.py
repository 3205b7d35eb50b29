"""Writes keras2.h5 and keras2.json, a compiled model of Keras 2 with its inputs and outputs. Run it in this folder.

TensorFlow has a copy of Keras 2 of its own, whose files are those of Keras 2.
"""

import json
import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf
import tensorflow.python.keras as keras2
from tensorflow.python.keras import layers as L
from tensorflow.python.keras.engine import functional
from tensorflow.python.keras.layers import recurrent
from tensorflow.python.keras.optimizer_v2 import adam

keras2.__version__ = "2.10.0"  # which save asks for

tf.random.set_seed(1)
rng = np.random.default_rng(1)
ids = L.Input((5,), name="ids")
image = L.Input((6, 6, 2), name="image")
embedded = L.Embedding(10, 3, input_length=5)(ids)
rnn = [recurrent.LSTM(2)(embedded), recurrent.GRU(2)(embedded), recurrent.SimpleRNN(2)(embedded)]
x = L.Conv2DTranspose(3, 2, strides=2)(image)
x = L.LeakyReLU(0.1)(L.DepthwiseConv2D(3)(x))
x = L.SeparableConv2D(2, 3, activation="relu")(x)
y = L.Dense(2, kernel_regularizer="l2")(L.Concatenate()(rnn + [L.GlobalAveragePooling2D()(x)]))
model = functional.Functional([ids, image], y)
model.compile(adam.Adam(0.01), "mse", metrics=["mae", "accuracy"])
for w in model.weights:
    w.assign(np.abs(rng.normal(size=w.shape)) * 0.5 + 0.1)
inputs = [rng.integers(0, 10, (2, 5)).astype("float32"), rng.normal(size=(2, 6, 6, 2)).astype("float32")]
outputs = model(inputs)
model.save("keras2.h5")


def values(x, dtype="float32"):
    x = np.asarray(x)
    return {"dtype": dtype, "shape": list(x.shape), "values": [round(float(v), 7) for v in x.ravel()]}


case = {"inputs": [values(inputs[0], "int32"), values(inputs[1])], "outputs": [values(outputs)], "types": ["float32"], "steps": 0}
with open("keras2.json", "w") as file:
    json.dump(case, file)
