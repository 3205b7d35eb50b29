"""The work of Task.java done by PyTorch, TensorFlow and Keras: peers.py WAY TASK, which answers as Work.serve does."""

import math
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
THREADS = int(os.environ["OMP_NUM_THREADS"])
LEARNING_RATE = 1e-9
CLASSES = 10
PIXELS = 28


def serve(steps, body):
    """Warms up, then times a round for each line that comes in; a round is so many seconds long."""

    def round_of(seconds):
        start, taken = time.perf_counter(), 0
        while True:
            body()
            taken += steps
            elapsed = time.perf_counter() - start
            if elapsed >= seconds:
                return elapsed / taken * 1e6

    begin = time.perf_counter()
    body()
    first = (time.perf_counter() - begin) * 1e3
    blocks = []
    while not blocks or blocks[-1][1] < 10:
        blocks.append((round_of(0.05), time.perf_counter() - begin))
    best = min(mean for mean, _ in blocks)
    warm = next(end for mean, end in blocks if mean <= 1.1 * best)
    print(f"ready {first:.3f} {warm * 1e3:.0f}", flush=True)
    for line in sys.stdin:
        print(f"round {round_of(float(line)):.4f}", flush=True)


def repeated(statement, sizes, names):
    """Work of a statement, without the cost of a Python function around it."""
    times = max(1, min(100, 100_000 // math.prod(sizes)))  # as Task.runs
    body = f"def body():\n  for _ in range({times}):\n    {statement}"
    exec(body, names)
    return times, names["body"]


def parse(task):
    name, *sizes = task.split("-")
    return name, [int(size) for part in sizes for size in part.split("x")]


def torch_work(name, sizes):
    import torch
    from torch import nn

    torch.set_num_threads(THREADS)
    if name == "matmul":
        m, k, n = sizes
        return repeated("a @ b", sizes, {"a": torch.rand(m, k), "b": torch.rand(k, n)})
    if name in ("add", "exp", "softmax"):
        statement = {"add": "x + x", "exp": "x.exp()", "softmax": "x.softmax(-1)"}[name]
        return repeated(statement, sizes, {"x": torch.rand(*sizes)})
    if name == "linear":
        x = torch.randn(1000)
        y = x * 3 + 2
        w = torch.tensor(5.0, requires_grad=True)
        b = torch.tensor(10.0, requires_grad=True)

        def step():
            loss = ((x * w + b - y) ** 2).mean()
            grad_w, grad_b = torch.autograd.grad(loss, [w, b])
            with torch.no_grad():
                w.sub_(0.0 * grad_w)
                b.sub_(0.0 * grad_b)

        return 1, step
    if name in ("adamw", "rmsprop", "lion", "momentum"):
        return torch_update(name, sizes[0])
    batch, width, depth = (sizes + [128, 1][len(sizes) - 1 :])[:3]
    if name == "lstm":
        class Last(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = nn.LSTM(64, 128, batch_first=True)
                self.head = nn.Linear(128, CLASSES)

            def forward(self, x):
                return self.head(self.lstm(x)[0][:, -1])

        net, x = Last(), torch.rand(batch, 50, 64)
    elif name == "transformer":
        class Pooled(nn.Module):
            def __init__(self):
                super().__init__()
                self.encoder = nn.TransformerEncoderLayer(128, 4, 512, dropout=0, batch_first=True)
                self.head = nn.Linear(128, CLASSES)

            def forward(self, x):
                return self.head(self.encoder(x).mean(1))

        net, x = Pooled(), torch.rand(batch, 128, 128)
    elif name == "cnn":
        net = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1600, CLASSES),
        )  # fmt: skip
        x = torch.rand(batch, 1, PIXELS, PIXELS)
    else:
        layers, units = [], PIXELS * PIXELS
        for _ in range(depth):
            layers += [nn.Linear(units, width), nn.ReLU()]
            units = width
        net = nn.Sequential(*layers, nn.Linear(units, CLASSES))
        x = torch.rand(batch, PIXELS * PIXELS)
    y = torch.randint(0, CLASSES, (batch,))
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
    loss_of = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss = loss_of(net(x), y)
        loss.backward()
        optimizer.step()

    return 1, step


def torch_update(name, size):
    """A step of an optimizer alone, in PyTorch's fused form, or by its operations on lists of tensors."""
    import torch

    parameters = [torch.randn(size // 10, requires_grad=True) for _ in range(10)]
    for parameter in parameters:
        parameter.grad = torch.randn(size // 10)
    if name == "adamw":
        optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.004, fused=True)
    elif name == "momentum":
        optimizer = torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=0.9, fused=True)
    elif name == "rmsprop":
        optimizer = torch.optim.RMSprop(parameters, lr=LEARNING_RATE, alpha=0.9, foreach=True)
    else:
        momenta = [torch.zeros_like(p) for p in parameters]
        gradients = [p.grad for p in parameters]

        def lion():
            with torch.no_grad():
                steps = torch._foreach_lerp(momenta, gradients, 0.1)
                torch._foreach_sign_(steps)
                torch._foreach_add_(parameters, steps, alpha=-LEARNING_RATE)
                torch._foreach_lerp_(momenta, gradients, 0.01)

        return 1, lion
    return 1, optimizer.step


def tensorflow_work(way, name, sizes):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    if name == "matmul":
        m, k, n = sizes
        names = {"tf": tf, "a": tf.random.uniform([m, k]), "b": tf.random.uniform([k, n])}
        return repeated("tf.matmul(a, b)", sizes, names)
    if name in ("add", "exp", "softmax"):
        statement = {"add": "x + x", "exp": "tf.exp(x)", "softmax": "tf.nn.softmax(x)"}[name]
        return repeated(statement, sizes, {"tf": tf, "x": tf.random.uniform(sizes)})
    if name == "linear":
        x = tf.random.normal([1000])
        y = x * 3 + 2
        w, b = tf.Variable(5.0), tf.Variable(10.0)

        def step():
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(x * w + b - y))
            grad_w, grad_b = tape.gradient(loss, [w, b])
            w.assign_sub(grad_w * 0.0)
            b.assign_sub(grad_b * 0.0)

        return 1, compiled(way, step)
    return keras_work(way, name, *(sizes + [128, 1][len(sizes) - 1 :])[:3])


def keras_work(way, name, batch, width, depth):
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    if name == "lstm":
        shape, hidden = (50, 64), [layers.LSTM(128)]
    elif name == "transformer":
        shape, hidden = (128, 128), [encoder(), layers.GlobalAveragePooling1D()]
    elif name == "cnn":
        shape = (PIXELS, PIXELS, 1)
        hidden = [
            layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
        ]  # fmt: skip
    else:
        shape = (PIXELS * PIXELS,)
        hidden = [layers.Dense(width, activation="relu") for _ in range(depth)]
    model = keras.Sequential([keras.Input(shape), *hidden, layers.Dense(CLASSES)])
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if way == "KERAS":
        few = 51200 // batch // max(1, width // 128)
        most = {"cnn": 100, "lstm": 20, "transformer": 20}.get(name, 400)
        batches = max(10, min(most, few))  # as Task.batches
        x = np.random.rand(batch * batches, *shape).astype("float32")
        y = np.random.randint(0, CLASSES, batch * batches)
        model.compile(optimizer, loss_of, metrics=["accuracy"])
        return batches, lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    x = tf.random.uniform((batch, *shape))
    y = tf.random.uniform([batch], 0, CLASSES, tf.int32)

    def step():
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

    return 1, compiled(way, step)


def encoder():
    import keras
    from keras import layers

    x = keras.Input((128, 128))
    y = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 32)(x, x))
    z = layers.Dense(128)(layers.Dense(512, activation="relu")(y))
    return keras.Model(x, layers.LayerNormalization()(y + z))


def compiled(way, step):
    import tensorflow as tf

    return step if way == "TENSORFLOW" else tf.function(step, jit_compile=way == "XLA" or None)


def versions():
    import keras
    import tensorflow
    import torch

    print(f"PyTorch {torch.__version__}, TensorFlow {tensorflow.__version__}, Keras {keras.__version__}")


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        versions()
    else:
        way, task = sys.argv[1:]
        serve(*(torch_work(*parse(task)) if way == "TORCH" else tensorflow_work(way, *parse(task))))
