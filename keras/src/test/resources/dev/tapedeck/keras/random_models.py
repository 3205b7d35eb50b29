"""Random functional models of Keras over the layers and arguments of the golden files.

python random_models.py make FOLDER GOLDENS FIRST COUNT   writes COUNT models, with inputs and results
python random_models.py check FOLDER                      compares those that were saved again, as NUMBER.back.keras

A model has been trained for a step when it is saved, so that its optimizer has state. The results are its predictions,
and the loss and predictions after one more step.
"""

import json
import pathlib
import random
import sys

import keras
import numpy as np
import safetensors.numpy
import tensorflow as tf

INPUTS = {"image": (8, 8, 3), "sequence": (6, 4), "vector": (5,), "ids": (6,), "volume": (4, 4, 4, 2)}
RANDOM = ("Dropout", "Noise", "Random", "CutMix", "MixUp", "AugMix", "RandAugment", "dropout", "Lambda")
ACTIVATIONS = ["relu", "gelu", "tanh", "silu", "elu", "leaky_relu", "softplus", "linear", "hard_sigmoid"]
OPTIMIZERS = [
    lambda: keras.optimizers.SGD(0.01),
    lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    lambda: keras.optimizers.Adam(0.01),
    lambda: keras.optimizers.Adam(0.01, amsgrad=True, clipnorm=1.0),
    lambda: keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.01, 100), weight_decay=0.01),
    lambda: keras.optimizers.RMSprop(0.01, momentum=0.5),
    lambda: keras.optimizers.Adagrad(0.01),
    lambda: keras.optimizers.Adadelta(0.5),
    lambda: keras.optimizers.Adamax(0.01),
    lambda: keras.optimizers.Nadam(0.01),
    lambda: keras.optimizers.Ftrl(0.01),
    lambda: keras.optimizers.Lion(0.001, use_ema=True),
    lambda: keras.optimizers.Lamb(0.01, global_clipnorm=2.0),
    lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
]
LOSSES = [
    "mse",
    "mae",
    keras.losses.Huber(),
    keras.losses.LogCosh(),
    keras.losses.MeanSquaredError(reduction="sum"),
]
METRICS = ["mae", keras.metrics.RootMeanSquaredError, "cosine_similarity"]


def rows(goldens):
    """Layers with one input by the rank of the input: name and arguments."""
    found = {}
    for file in sorted(goldens.glob("*.json")):
        for row in json.loads(file.read_text()):
            values = row.get("values") or {"input": row.get("images")}
            x = values.get("input")
            if x and x.get("dtype") not in ("string", "int32", "int64") and row["layer"] != "Lambda":
                found.setdefault(len(x["shape"]), []).append((row["layer"], row["arguments"]))
    return found


def make_layer(kind, arguments):
    return getattr(keras.layers, kind)(**{name: argument(value) for name, value in arguments.items()})


def argument(value):
    if isinstance(value, dict) and "layer" in value:
        return make_layer(value["layer"], value["arguments"])
    return [argument(v) for v in value] if isinstance(value, list) else value


class Builder:
    """A random graph that grows by a layer at a time."""

    def __init__(self, seed, rows):
        self.random = random.Random(seed)
        self.rows = rows
        self.inputs = []
        self.tensors = []
        self.is_random = False
        for kind in self.random.sample(sorted(INPUTS), self.random.choice([1, 1, 2])):
            dtype = "int32" if kind == "ids" else "float32"
            x = keras.Input(INPUTS[kind], name=kind, dtype=dtype)
            self.inputs.append(x)
            if kind == "ids":
                x = keras.layers.Embedding(30, 4, mask_zero=self.random.random() < 0.3)(x)
            self.tensors.append(x)

    def grow(self):
        x = self.random.choice(self.tensors[-2:] if self.random.random() < 0.7 else self.tensors)
        choice = self.random.random()
        try:
            if choice < 0.12:
                y = self.merged(x)
            elif choice < 0.2 and len(x.shape) == 3:
                y = self.attended(x)
            elif choice < 0.26:
                y = self.nested(x)
            elif choice < 0.32:
                y = self.operated(x)
            elif choice < 0.4:
                y = self.dense(x)
            else:
                y = self.of_row(x)
        except (ValueError, TypeError, ZeroDivisionError, IndexError, NotImplementedError, ImportError):
            return
        sizes = [s for s in y.shape[1:]]
        if y.dtype == "float32" and None not in sizes and 0 not in sizes and np.prod(sizes) < 2000:
            self.tensors.append(y)

    def of_row(self, x):
        kind, arguments = self.random.choice(self.rows[len(x.shape)])
        if kind == "RandomElasticTransform" or kind.startswith("Adaptive") and "3D" in kind:
            raise ValueError("slow, or crashes in TensorFlow")
        if kind == "Conv3DTranspose" and arguments.get("data_format") == "channels_first":
            raise ValueError("Keras adds the bias to another axis")
        if "float64" in json.dumps(arguments):
            raise ValueError("another type")
        if kind == "ReversibleEmbedding" or "lora_rank" in arguments:
            raise ValueError("takes whole numbers; is stored without its adaptation")
        y = make_layer(kind, arguments)(x)
        self.is_random |= kind == "Discretization"  # which has no gradient
        self.is_random |= any(word in kind + json.dumps(arguments) for word in RANDOM)
        return y

    def dense(self, x):
        layer = keras.layers.Dense(
            self.random.randint(1, 5),
            activation=self.random.choice(ACTIVATIONS),
            kernel_regularizer=self.random.choice([None, "l2", keras.regularizers.L1L2(0.01, 0.02)]),
            kernel_constraint=self.random.choice([None, "max_norm", "unit_norm"]),
            bias_initializer=self.random.choice(["zeros", keras.initializers.RandomNormal(0.1, 0.2, seed=3)]),
        )
        y = layer(x)
        again = [t for t in self.tensors if t is not x and t.shape[-1] == x.shape[-1] and len(t.shape) == len(x.shape)]
        if again:  # a shared layer
            self.tensors.append(layer(self.random.choice(again)))
        return y

    def merged(self, x):
        others = [t for t in self.tensors if t.shape == x.shape]
        kind = self.random.choice(["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"])
        return getattr(keras.layers, kind)()([x, self.random.choice(others)])

    def attended(self, x):
        others = [t for t in self.tensors if len(t.shape) == 3 and t.shape[-1] == x.shape[-1]]
        value = self.random.choice(others)
        kind = self.random.choice(["MultiHeadAttention", "Attention", "GroupQueryAttention", "AdditiveAttention"])
        causal = self.random.random() < 0.3
        if kind == "MultiHeadAttention":
            return keras.layers.MultiHeadAttention(2, 3)(x, value, use_causal_mask=causal)
        if kind == "GroupQueryAttention":
            return keras.layers.GroupQueryAttention(3, 4, 2)(x, value, use_causal_mask=causal)
        return getattr(keras.layers, kind)()([x, value], use_causal_mask=causal)

    def nested(self, x):
        inner = keras.Input(x.shape[1:])
        activation = self.random.choice(ACTIVATIONS)
        if self.random.random() < 0.5:
            return keras.Sequential([inner, keras.layers.Dense(3, activation=activation)])(x)
        h = keras.layers.Dense(4, activation=activation)(inner)
        return keras.Model(inner, keras.layers.LayerNormalization()(h))(x)

    def operated(self, x):
        return self.random.choice(
            [
                lambda: x * 2 + 1,
                lambda: 1 - x,
                lambda: keras.ops.relu(x),
                lambda: x + x,
                lambda: keras.ops.tanh(x) / 2,
                lambda: keras.ops.maximum(x, 0.1),
                lambda: keras.ops.square(x),
            ]
        )()

    def head(self, x):
        y = x if len(x.shape) == 2 else keras.layers.Flatten()(x)
        return keras.layers.Dense(self.random.randint(1, 3), activation=self.random.choice(["linear", "tanh"]))(y)

    def build(self):
        for _ in range(self.random.randint(3, 9)):
            self.grow()
        several = self.random.random() < 0.4
        chosen = self.tensors[-2 if several and len(self.tensors) > 1 else -1 :]
        outputs = [self.head(x) for x in chosen]
        for x in self.tensors[: len(self.inputs)]:  # all inputs must lead to an output
            outputs[0] = keras.layers.Add()([outputs[0], keras.layers.Dense(outputs[0].shape[-1])(keras.layers.Flatten()(x))])
        form = self.random.choice(["list", "dict"])
        if form == "dict" and len(outputs) > 1:
            outputs = {f"out{i}": y for i, y in enumerate(outputs)}
        return self.inputs, outputs[0] if len(outputs) == 1 else outputs


def build(seed, found):
    keras.utils.set_random_seed(seed)
    keras.backend.clear_session()
    builder = Builder(seed, found)
    inputs, outputs = builder.build()
    model = keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs)
    pick = builder.random
    several = isinstance(outputs, (list, dict))
    names = list(outputs) if isinstance(outputs, dict) else None
    count = len(outputs) if several else 1
    loss = [pick.choice(LOSSES) for _ in range(count)]
    metrics = [pick.sample(METRICS, pick.randint(0, 2)) for _ in range(count)]
    metrics = [[m() if isinstance(m, type) else m for m in of] for of in metrics]
    weights = [1.0, 0.5][:count]
    if not several:
        loss, metrics, weights = loss[0], metrics[0], None
    elif names:
        loss, metrics, weights = (dict(zip(names, v)) for v in (loss, metrics, weights))
    model.compile(pick.choice(OPTIMIZERS)(), loss=loss, metrics=metrics, loss_weights=weights)
    return model, outputs, builder.is_random


def flat(outputs):
    if isinstance(outputs, dict):
        return list(outputs.values())
    return list(outputs) if isinstance(outputs, list) else [outputs]


def data(model, outputs, seed):
    rng = np.random.default_rng(seed)
    inputs = []
    for x in model.inputs:
        shape = (4,) + tuple(x.shape[1:])
        if x.dtype == "int32":  # each once, since Keras's optimizers treat repeated rows of an Embedding differently
            inputs.append(rng.permutation(30)[:24].reshape(shape).astype("int32"))
        else:
            inputs.append(rng.normal(size=shape).astype("float32"))
    labels = [rng.normal(size=(4,) + tuple(y.shape[1:])).astype("float32") for y in flat(outputs)]
    return inputs, labels


def labelled(outputs, labels):
    if isinstance(outputs, dict):
        return dict(zip(outputs, labels))
    return labels if isinstance(outputs, list) else labels[0]


def predictions(model, inputs):
    return [np.asarray(y) for y in flat(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))]


def step(model, inputs, labels):
    x = inputs if len(inputs) > 1 else inputs[0]
    return model.train_on_batch(x, labels, return_dict=True)


def make(folder, goldens, first, count):
    found = rows(pathlib.Path(goldens))
    index = []
    number = int(first)
    while len(index) < int(count):
        try:
            index.append(make_one(folder, found, number))
        except (ValueError, TypeError, tf.errors.OpError) as e:  # some graphs Keras builds and cannot run
            print(f"{number} left out: {type(e).__name__}")
        number += 1
    (folder / "index.json").write_text(json.dumps(index))


def make_one(folder, found, number):
    model, outputs, is_random = build(number, found)
    inputs, labels = data(model, outputs, number)
    step(model, inputs, labelled(outputs, labels))
    model.save(folder / f"{number}.keras")
    before = predictions(model, inputs)
    logs = step(model, inputs, labelled(outputs, labels))
    after = predictions(model, inputs)
    if not all(np.isfinite(y).all() for y in before + after):
        raise ValueError("not finite")
    tensors = {"loss": np.float32(logs["loss"]).reshape(1)}
    for what, values in {"input": inputs, "label": labels, "before": before, "after": after}.items():
        tensors |= {f"{what}{i}": np.ascontiguousarray(v) for i, v in enumerate(values)}
    safetensors.numpy.save_file(tensors, folder / f"{number}.safetensors")
    return {
        "number": number,
        "random": is_random,
        "outputs": list(outputs) if isinstance(outputs, dict) else len(flat(outputs)),
        "layers": sorted({type(x).__name__ for x in model.layers}),
        "logs": {k: float(v) for k, v in logs.items()},
    }


def check(folder):
    for entry in json.loads((folder / "index.json").read_text()):
        try:
            check_one(folder, entry)
        except Exception as e:  # the others are checked, too
            print(f"{entry['number']}: {e}")
    print("checked")


def check_one(folder, entry):
    number = entry["number"]
    tensors = safetensors.numpy.load_file(folder / f"{number}.safetensors")
    inputs = [tensors[k] for k in sorted(tensors) if k.startswith("input")]
    labels = [tensors[k] for k in sorted(tensors) if k.startswith("label")]
    keras.backend.clear_session()
    model = keras.models.load_model(folder / f"{number}.back.keras")
    compare(f"{number}, before", predictions(model, inputs), tensors, "before")
    if not entry["random"]:
        outputs = entry["outputs"]
        named = dict(zip(outputs, labels)) if isinstance(outputs, list) else None
        step(model, inputs, named or (labels if len(labels) > 1 else labels[0]))
        compare(f"{number}, after", predictions(model, inputs), tensors, "after")


def compare(what, found, tensors, name):
    for i, a in enumerate(found):
        b = tensors[f"{name}{i}"]
        scale = max(1.0, float(np.abs(b).max()))
        if a.shape != b.shape or not np.allclose(a, b, rtol=1e-4, atol=1e-4 * scale):
            print(f"{what}: differs by {np.abs(a - b).max()} of {scale}")


if __name__ == "__main__":
    command, folder, *arguments = sys.argv[1:]
    {"make": make, "check": check}[command](pathlib.Path(folder), *arguments)
