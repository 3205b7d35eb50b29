"""The operations of Operations.java, by name: statements that peers.py times."""

import math

import numpy as np

TORCH = {
    "add": "x + x",
    "exp": "x.exp()",
    "exp64": "doubles.exp()",
    "softmax": "x.softmax(-1)",
    "matmul": "x @ y",
    "gelu": "F.gelu(z)",
    "erf": "z.erf()",
    "sin": "z.sin()",
    "pow": "x**y",
    "mod": "z % y",
    "cast": "numbers.float()",
    "uniform": "torch.rand(shape)",
    "normal": "torch.randn(shape)",
    "dropout": "F.dropout(x, 0.5)",
    "topk": "x.topk(10)",
    "sort": "x.sort()",
    "argsort": "x.argsort()",
    "median": "x.median(-1)",
    "quantile": "x.quantile(0.9, -1)",
    "cumsum": "x.cumsum(-1)",
    "cumsum0": "x.cumsum(0)",
    "logsumexp": "x.logsumexp(-1)",
    "mean": "x.mean(-1)",
    "sum": "x.sum(-1)",
    "max": "x.amax(-1)",
    "argmax": "x.argmax(-1)",
    "norm": "x.norm()",
    "concat": "torch.cat([x, y], -1)",
    "fft": "torch.fft.fft(complex)",
    "scatteradd": "x.index_add(0, rows, y)",
    "gathergrad": "grad(watched.index_select(0, rows).sum(), watched)",
    "chaingrad": "grad(chain(watched), watched)",
}

TENSORFLOW = {
    "add": "x + x",
    "exp": "tf.exp(x)",
    "softmax": "tf.nn.softmax(x)",
    "matmul": "tf.matmul(x, y)",
}


def torch_operation(way, name, sizes):
    import torch

    if way == "COMPILED" and name != "chaingrad":
        raise ValueError("torch.compile: expected the operation chaingrad, received " + name)
    x, y, z, rows = (torch.from_numpy(values) for values in operands(name, sizes))

    def chain(x):
        return x.exp().tanh().sin().square().sum()

    names = {
        "torch": torch,
        "F": torch.nn.functional,
        "grad": torch.autograd.grad,
        "chain": torch.compile(chain) if way == "COMPILED" else chain,
        "shape": sizes,
        "x": x,
        "y": y,
        "z": z,
        "rows": rows,
        "watched": x.clone().requires_grad_(),
        "doubles": z.double(),
        "numbers": (100 * x).int(),
    }
    if name == "fft":
        names["complex"] = torch.complex(x, y)
    return repeated(TORCH[name], sizes, names)


def tensorflow_operation(name, sizes):
    import tensorflow as tf

    x, y, _, _ = (tf.constant(values) for values in operands(name, sizes))
    return repeated(TENSORFLOW[name], sizes, {"tf": tf, "x": x, "y": y})


def operands(name, sizes):
    """Uniform numbers, twice, normal numbers, and as many indices of rows as there are rows."""
    left, right = (sizes[:2], sizes[1:]) if name == "matmul" else (sizes, sizes)
    random = np.random.default_rng(0)
    return (
        random.random(left, np.float32),
        random.random(right, np.float32),
        random.standard_normal(left, np.float32),
        random.integers(0, left[0], left[0]),
    )


def repeated(statement, sizes, names):
    """Work of a statement, without the cost of a Python function around it."""
    times = max(1, min(100, 100_000 // math.prod(sizes)))  # as Task.runs
    body = f"def body():\n  for _ in range({times}):\n    {statement}"
    exec(body, names)
    return times, names["body"]
