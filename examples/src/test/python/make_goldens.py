"""Writes what Keras's training makes of small models in 20 steps, for TrainingGoldenTest.

Run with Keras 3 on TensorFlow: python make_goldens.py
"""

import json
import pathlib

import golden_masks  # noqa: F401, adds its models to CASES
import golden_steps  # noqa: F401
import keras
import numpy as np
from golden_models import CASES, DATA, TRAIN

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/examples"


def number(x):
    return float(f"{float(x):.8g}")


def array(x):
    return {"shape": list(np.shape(x)), "values": [number(v) for v in np.ravel(x)]}


def variables(layer, prefix=""):
    """Variables by path, as dense/kernel, without the model's own name."""
    if not isinstance(layer, keras.Model):
        return {prefix + v.name: v for v in layer.weights}
    paths = {}
    for inner in layer.layers:
        paths |= variables(inner, f"{prefix}{inner.name}/")
    return paths


class BatchLogs(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.logs = {}

    def on_train_batch_end(self, batch, logs=None):
        add(self.logs, logs)


def add(lists, logs):
    for name, value in logs.items():
        lists.setdefault(name, []).append(number(value))


def rows(tree, part):
    return keras.tree.map_structure(lambda x: x[part], tree)


def run(make):
    model, x, y, weights, validates = make()
    # Eagerly: Keras's graphs do not weigh the losses of outputs by the size of the batch.
    model.run_eagerly = True
    model(rows(x, slice(TRAIN)))
    for variable in variables(model).values():
        variable.assign(np.round(variable.numpy(), 3))
    initial = {path: array(v.numpy()) for path, v in variables(model).items()}
    validation = rows((x, y) if weights is None else (x, y, weights), slice(TRAIN, None))
    batches = BatchLogs()
    history = model.fit(
        rows(x, slice(TRAIN)),
        rows(y, slice(TRAIN)),
        sample_weight=None if weights is None else rows(weights, slice(TRAIN)),
        batch_size=4,
        epochs=4,
        shuffle=False,
        validation_data=validation if validates else None,
        validation_batch_size=3,
        callbacks=[batches],
        verbose=0,
    ).history
    golden = {
        "initial": initial,
        "batches": batches.logs,
        "history": {name: [number(v) for v in values] for name, values in history.items()},
        "final": {path: array(v.numpy()) for path, v in variables(model).items()},
    }
    if validates:
        logs = model.evaluate(
            *validation[:2],
            sample_weight=validation[2] if len(validation) > 2 else None,
            batch_size=3,
            return_dict=True,
            verbose=0,
        )
        golden["evaluate"] = {name: number(v) for name, v in logs.items()}
    return golden


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    lines = [f'"data":{json.dumps({k: array(v) for k, v in DATA.items()}, separators=(",", ":"))}']
    for name, make in CASES.items():
        keras.utils.set_random_seed(7)
        lines.append(f'"{name}":{json.dumps(run(make), separators=(",", ":"))}')
    (OUT / "training.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
