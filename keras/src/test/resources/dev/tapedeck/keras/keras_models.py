"""Models of Keras by hand, for KerasFilesTest.

python keras_models.py make FOLDER     writes NAME.keras or NAME.h5, and NAME.json: inputs and predictions
python keras_models.py check FOLDER    compares NAME.back.keras with them, and NAME.ours.keras with NAME.ours.json
"""

import json
import pathlib
import sys

import h5py
import keras
import numpy as np
import tensorflow as tf

L = keras.layers
MODELS = {}
rng = np.random.default_rng(3)


def model(*inputs):
    return lambda make: MODELS.setdefault(make.__name__, (make, inputs))


def floats(*shape):
    return rng.normal(size=shape).astype("float32")


@model(floats(3, 8, 8, 3))
def images():
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            L.Rescaling(0.5),
            L.RandomFlip(),
            L.RandomSaturation(0.5),
            L.RandomColorDegeneration(0.5),
            L.Conv2D(4, 3, padding="same", activation=keras.activations.gelu, kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2)),
            L.BatchNormalization(momentum=0.5),
            L.SeparableConv2D(3, 3, strides=2),
            L.PReLU(shared_axes=[1, 2]),
            L.GlobalAveragePooling2D(),
            L.Dropout(0.3, seed=7),
            L.Dense(5, kernel_constraint=keras.constraints.MinMaxNorm(0.1, 1.0)),
            L.Softmax(),
        ]
    )


@model(floats(2, 6, 4))
def sizes_of_the_input():
    x = keras.Input((6, 4))
    y = L.EinsumDense("abc,cd->abd", [None, 8], bias_axes="d")(x)
    y = L.Dropout(0.3, noise_shape=(None, 1, 8))(y)
    y = L.EinsumDense("...bc,cd->...bd", [None, 3])(L.Reshape((None, 4, 2))(y))
    return keras.Model(x, y)


@model(floats(2, 6, 3))
def states():
    x = keras.Input((6, 3))
    y, h, c = L.LSTM(4, return_state=True, return_sequences=True)(x)
    z, s = L.GRU(4, return_state=True, reset_after=False)(y, initial_state=h)
    both, *all_states = L.Bidirectional(L.SimpleRNN(2, return_state=True))(y)
    return keras.Model(x, [L.Concatenate()([z, s, c, both] + all_states), y])


@model(floats(2, 5, 4), floats(2, 7, 4))
def attention():
    q, v = keras.Input((5, 4), name="q"), keras.Input((7, 4), name="v")
    a, scores = L.MultiHeadAttention(2, 3, value_dim=2, output_shape=6)(q, v, v, return_attention_scores=True)
    b = L.Attention(use_scale=True)([q, v, v])
    c, more = L.AdditiveAttention()([q, v], return_attention_scores=True)
    d = L.GroupQueryAttention(2, 4, 2)(q, v, use_causal_mask=True)
    return keras.Model({"q": q, "v": v}, {"a": a, "scores": scores, "b": b, "c": c, "more": more, "d": d})


@model(floats(3, 4), floats(3, 4))
def shared():
    a, b = keras.Input((4,), name="first"), keras.Input((4,), name="second")
    inner_in = keras.Input((3,))
    inner = keras.Model(inner_in, [L.Dense(2, name="twin")(inner_in), L.Dense(3)(inner_in)], name="inner")
    dense = L.Dense(3, activation="tanh", name="twice")
    p, q = inner(dense(a))
    r, s = inner(dense(b))
    block = keras.Sequential([L.Dense(2), L.Dense(2, activation="relu")])
    return keras.Model([a, b], [L.Add()([p, r]), q - s, block(p), block(r)])


@model(np.array([["b"], ["zz"], ["a"]]), np.array([[7], [5], [1]]), floats(3, 2), np.array(["hello you", "x", "you world"]))
def adapted():
    texts = keras.Input((1,), dtype="string", name="texts")
    numbers = keras.Input((1,), dtype="int64", name="numbers")
    values = keras.Input((2,), name="values")
    documents = keras.Input((), dtype="string", name="documents")
    strings, integers, normal = L.StringLookup(), L.IntegerLookup(output_mode="one_hot"), L.Normalization()
    bins, words = L.Discretization(num_bins=3), L.TextVectorization(output_sequence_length=4)
    strings.adapt([["a"], ["b"], ["b"]])
    integers.adapt([[5], [7]])
    normal.adapt(np.array([[1, 2], [3, 5.0]]))
    bins.adapt(np.array([[1.0, 2], [3, 4]]))
    words.adapt(["hello world", "hello you"])
    outputs = [strings(texts), integers(numbers), normal(values), bins(values), words(documents)]
    return keras.Model([texts, numbers, values, documents], outputs)


@model(np.array([[1, 2, 0, 0], [3, 0, 0, 0]], "int32"))
def masked():
    ids = keras.Input((4,), dtype="int32")
    e = L.Embedding(5, 3, mask_zero=True)(ids)
    h = L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode="sum")(e)
    t = L.TimeDistributed(L.Dense(2))(h)
    return keras.Model(ids, [L.GRU(2)(t), L.GlobalAveragePooling1D()(h), L.MultiHeadAttention(1, 2)(e, e)])


@model(floats(2, 6))
def mixed():
    x = keras.Input((6,))
    y = L.Dense(4, dtype="mixed_bfloat16", activation="relu")(x)
    return keras.Model(x, L.Dense(2, dtype="float32")(y))


@model(floats(2, 4))
def frozen():
    x = keras.Input((4,))
    base = keras.Model(x, L.BatchNormalization()(L.Dense(3)(x)), name="base")
    base.trainable = False
    return keras.Model(x, L.Dense(2)(base(x, training=False)))


@model(floats(2, 4, 3))
def operations():
    x = keras.Input((4, 3))
    y = keras.ops.reshape(keras.ops.transpose(x, (0, 2, 1)), (-1, 12))
    z = keras.ops.expand_dims(keras.ops.mean(x, axis=1, keepdims=False), 1)
    w = keras.ops.matmul(z, keras.ops.transpose(x, (0, 2, 1)))
    return keras.Model(x, [1 / (2 + y * y), keras.ops.concatenate([z, z], axis=-1), w, keras.ops.softmax(x), -x ** 2])


@model(floats(2, 4))
def partly_frozen():
    base = keras.Sequential([keras.Input((4,)), L.Dense(4), L.Dense(4, trainable=False), L.Dense(4)])
    return keras.Sequential([keras.Input((4,)), base, L.Dense(2)])


@model(floats(2, 4))
def frozen_normalization():
    x = keras.Input((4,))
    base = keras.Model(x, L.Dense(4)(L.BatchNormalization()(L.Dense(4)(L.BatchNormalization()(x)))), name="base")
    base.trainable = False
    alone = L.BatchNormalization(trainable=False)
    return keras.Sequential([keras.Input((4,)), base, alone, L.Dense(2)])


@model(floats(2, 6), floats(2, 6).astype("float64"))
def types():
    x, wide = keras.Input((6,)), keras.Input((6,), dtype="float64")
    half = L.Dense(3, dtype="mixed_float16")(x)
    return keras.Model([x, wide], [L.Add()([half, L.Dense(3)(x)]), L.Dense(2)(wide), L.Dense(2)(L.Dense(3, dtype="float64")(x))])


@model(floats(2, 1, 3))
def axes():
    x, o = keras.Input((1, 3)), keras.ops
    return keras.Model(
        x,
        [
            o.expand_dims(x, axis=(1, -1)),
            o.expand_dims(x, axis=(4, 0)),
            o.mean(x, axis=()),
            o.sum(x, axis=(), keepdims=True),
            o.max(x, axis=(1, 2)),
            o.softmax(x, axis=1),
        ],
    )


@model(floats(2, 1, 4))
def activations():
    x, o = keras.Input((1, 4)), keras.ops
    one = [o.gelu, o.celu, o.leaky_relu, o.elu, o.selu, o.silu, o.hard_silu, o.hard_sigmoid, o.hard_tanh, o.hard_shrink]
    one += [o.soft_shrink, o.tanh_shrink, o.squareplus, o.softplus, o.softsign, o.sparse_plus, o.sparse_sigmoid]
    one += [o.relu6, o.log_sigmoid, o.log_softmax, o.exp, o.transpose]
    more = [o.gelu(x, approximate=False), o.leaky_relu(x, 0.3), o.celu(x, 2.0), o.threshold(x, 0.1, -1), o.log_softmax(x, axis=-2)]
    more += [o.squeeze(o.expand_dims(x, 3), 3), o.squeeze(x), o.maximum(x, -np.inf), o.rsqrt(x * x + 1)]
    return keras.Model(x, [f(x) for f in one] + more)


def dense(**arguments):
    return keras.Sequential([keras.Input((4,)), L.Dense(2, **arguments)])


@model(floats(2, 4))
def untrained():
    m = dense(kernel_constraint=keras.constraints.MinMaxNorm(0.0, float("inf")))
    m.compile("adam", "MSE", metrics=["mae", "Accuracy", "ce"])
    return m


@model(floats(2, 4))
def python_loss():
    m = dense()
    m.compile("adam", lambda y, p: y - p)
    return m


def scaled(steps):
    keras.config.set_dtype_policy("mixed_float16")
    m = dense()
    m.compile(keras.optimizers.Adam(0.01), "mse")
    for _ in range(steps):
        m.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    keras.config.set_dtype_policy("float32")
    return m


@model(floats(2, 4))
def scaled_untrained():
    return scaled(0)


@model(floats(2, 4))
def scaled_trained():
    return scaled(2)


@model(np.array([[1, 2], [3, 0]], "int32"))
def ids_as_floats():
    return keras.Sequential([keras.Input((2,)), L.Embedding(4, 3), L.Flatten()])


@model(np.array([[1, 2], [3, 0]], "int32"))
def ids_as_floats_of_graph():
    x = keras.Input((2,))
    return keras.Model(x, L.Embedding(4, 3)(x))


H5 = ["states", "mixed", "types", "frozen", "partly_frozen", "frozen_normalization", "custom"]


@keras.saving.register_keras_serializable("shop")
class Scale(L.Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, shape):
        self.gain = self.add_weight(shape=(shape[-1],), initializer="ones", name="gain")

    def call(self, x):
        return x * self.factor * self.gain

    def get_config(self):
        return super().get_config() | {"factor": self.factor}


@model(floats(2, 3))
def custom():
    return keras.Sequential([keras.Input((3,)), Scale(2.5), L.Dense(2), Scale(-1.0)])


class Block(L.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.d1 = L.Dense(units)
        self.norm = L.BatchNormalization()

    def call(self, x):
        return self.norm(self.d1(x))


class Subclassed(keras.Model):
    """A model whose weights are named by attributes, in lists and maps."""

    def __init__(self):
        super().__init__()
        self.first_block = Block(4)
        self.stack = [L.Dense(4), L.Dense(3), [L.Dense(3), L.LayerNormalization()]]
        self.heads = {"b": L.Dense(2), "a": L.Dense(2)}
        self.alias = self.first_block
        self.gate = L.GRU(2)

    def call(self, x):
        y = self.first_block(x)
        for layer in [*self.stack[:2], *self.stack[2]]:
            y = layer(y)
        z = self.gate(keras.ops.expand_dims(y, 1))
        return self.heads["a"](y) + self.heads["b"](y) + z + keras.ops.sum(self.alias(x), -1, keepdims=True)


def subclassed():
    m = Subclassed()
    m(SUBCLASSED)
    return m


SUBCLASSED = floats(3, 5)


def randomize(m):
    for w in m.weights:  # so that each is seen
        if w.dtype == "float32" and w.name not in ("mean", "variance"):  # of Normalization
            w.assign(np.abs(rng.normal(size=w.shape)) * 0.5 + 0.1)


def values(x):
    x = np.asarray(x)
    if x.dtype.kind in "USO":
        return {"dtype": "string", "shape": list(x.shape), "values": [str(v) for v in x.ravel()]}
    return {"dtype": str(x.dtype), "shape": list(x.shape), "values": [float(v) for v in x.ravel()]}


def predictions(m, inputs):
    given = [keras.ops.convert_to_tensor(x) if x.dtype.kind != "U" else tf.constant(x) for x in inputs]
    if isinstance(getattr(m, "_inputs_struct", None), dict):
        given = dict(zip(m._inputs_struct, given))
    elif len(given) == 1:
        given = given[0]
    outputs = m(given, training=False)
    outputs = list(outputs.values()) if isinstance(outputs, dict) else outputs
    return outputs if isinstance(outputs, list) else [outputs]


def numbers(outputs):
    return [keras.ops.convert_to_numpy(keras.ops.cast(y, "float32")) for y in outputs]


def hostile(folder):
    """Writes files of one Dense(2) of 3 inputs, whose values are not what their descriptions say."""
    for name, kernel in {
        "promised": {"shape": (1 << 13, 1 << 14), "dtype": "float32"},  # and not stored
        "unsigned": {"data": np.full((3, 2), 4_000_000_000, "uint32")},
        "texts": {"shape": (1 << 40, 1 << 40), "dtype": "S2", "chunks": (1, 1)},
    }.items():
        with h5py.File(folder / f"{name}.weights.h5", "w") as file:
            file.create_dataset("layers/dense/vars/0", **kernel)
            file["layers/dense/vars/1"] = np.zeros(2, "float32")


def steps(m):
    return int(m.optimizer.iterations) if getattr(m, "optimizer", None) else -1


def make(folder):
    for name, (build, inputs) in MODELS.items():
        keras.utils.set_random_seed(5)
        m = build()
        randomize(m)
        m.save(folder / f"{name}.keras")
        if name in H5:
            m.save(folder / f"{name}.h5")
        outputs = predictions(m, inputs)
        case = {"inputs": [values(x) for x in inputs], "outputs": [values(y) for y in numbers(outputs)]}
        case["steps"] = steps(m)
        case["types"] = [keras.backend.standardize_dtype(y.dtype) for y in outputs]
        (folder / f"{name}.json").write_text(json.dumps(case))
    hostile(folder)
    keras.Sequential([keras.Input((3,)), L.Dense(2, dtype="bfloat16")]).save_weights(folder / "bfloat16.weights.h5")
    m = subclassed()
    randomize(m)
    m.save_weights(folder / "subclassed.weights.h5")
    compressed(folder / "subclassed.weights.h5", folder / "compressed.weights.h5")
    case = {"inputs": [values(SUBCLASSED)], "outputs": [values(m(SUBCLASSED))]}
    (folder / "subclassed.json").write_text(json.dumps(case))


def compressed(weights, to):
    """Copies weights, packed by gzip."""
    with h5py.File(weights) as whole, h5py.File(to, "w") as packed:
        datasets = {}
        whole.visititems(lambda path, x: datasets.update({path: x[...]}) if isinstance(x, h5py.Dataset) else None)
        for path, x in datasets.items():
            packed.create_dataset(path, data=x, compression="gzip", shuffle=True)


def check(folder):
    m = subclassed()
    m.load_weights(folder / "subclassed.back.weights.h5")
    expected = json.loads((folder / "subclassed.json").read_text())["outputs"][0]
    if not np.allclose(m(SUBCLASSED), np.reshape(expected["values"], expected["shape"]), rtol=1e-4, atol=1e-4):
        print("subclassed: differs")
    for name, (_, inputs) in MODELS.items():
        try:
            m = keras.models.load_model(folder / f"{name}.back.keras")
            case = json.loads((folder / f"{name}.json").read_text())
            expected = case["outputs"]
            if name != "python_loss" and case["steps"] != steps(m):
                print(f"{name}: is not compiled as it was")
            for a, b in zip(numbers(predictions(m, inputs)), expected):
                b = np.reshape(b["values"], b["shape"])
                tolerance = 1e-2 if name in ("mixed", "types") or name.startswith("scaled") else 1e-4
                if a.shape != b.shape or not np.allclose(a, b, rtol=tolerance, atol=tolerance):
                    print(f"{name}: differs by {np.abs(a - b).max()}")
        except Exception as e:
            print(f"{name}: {e}")
    for file in sorted(folder.glob("*.ours.keras")):
        try:
            m = keras.models.load_model(file)
            case = json.loads(file.with_suffix(".json").read_text())
            y = m(np.reshape(case["input"], [len(case["input"]), *m.inputs[0].shape[1:]]).astype(m.inputs[0].dtype))
            tolerance = 1e-12 if case["type"] == "float64" else 1e-5
            if y.dtype != case["type"] or not np.allclose(np.ravel(y), case["output"], rtol=tolerance, atol=tolerance):
                print(f"{file.name}: is {y}, not {case['output']}")
        except Exception as e:
            print(f"{file.name}: {e}")
    print("checked")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
