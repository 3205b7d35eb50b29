"""Loads weights into the same model in Keras and prints what it makes of an image."""

import sys

import keras
import numpy as np
from safetensors.numpy import load_file

model = keras.Sequential([
    keras.layers.Input((6, 5, 2)),
    keras.layers.Conv2D(3, 3, activation="relu", name="conv2d"),
    keras.layers.Flatten(),
    keras.layers.Dense(4, name="dense"),
])
weights = load_file(sys.argv[1])
for variable in model.weights:
    variable.assign(weights[variable.path.removeprefix(model.name + "/")])
image = np.sin(np.arange(60, dtype=np.float32)).reshape(1, 6, 5, 2)
print(*model(image).numpy().ravel())
