"""Writes how Keras's optimizers move variables, and the rates of its schedules, for the golden tests.

Run with Keras 3 on TensorFlow (and PyTorch for OneCycle): python make_goldens.py
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras.src.optimizers.multi_optimizer import OptimizerMap

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/optim"
STEPS = 10
KEPT = [1, 2, 5, 10]
VARIABLES = {"kernel": (3, 4), "embeddings": (4, 2), "bias": (3,)}

COSINE = {"schedule": "CosineDecay", "arguments": {"initial_learning_rate": 0.1, "decay_steps": 8}}
# Each row: optimizer, its arguments, and what weight decay leaves out.
ROWS = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.1, "weight_decay": 0.1}, ["bias"]),
    ("SGD", {"learning_rate": 0.1, "clipnorm": 0.5}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "clipvalue": 0.2}),
    ("SGD", {"learning_rate": 0.1, "global_clipnorm": 0.5}),
    ("SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3}),
    ("SGD", {"learning_rate": 0.1, "loss_scale_factor": 64.0}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.5, "gradient_accumulation_steps": 3}),
    ("SGD", {"learning_rate": COSINE, "momentum": 0.9}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.01}),
    ("Adam", {"learning_rate": 0.01, "amsgrad": True}),
    ("Adam", {"learning_rate": 0.002, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}),
    ("Adam", {"learning_rate": COSINE, "weight_decay": 0.01, "global_clipnorm": 1.0}),
    ("Adam", {"learning_rate": 0.01, "use_ema": True, "gradient_accumulation_steps": 2, "clipnorm": 1.0}),
    ("Adam", {"learning_rate": 0.01, "use_ema": True, "ema_overwrite_frequency": 2, "gradient_accumulation_steps": 2}),
    ("AdamW", {}),
    ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.1}, ["bias", "emb"]),
    ("Adamax", {}),
    ("Adamax", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01}),
    ("Nadam", {}),
    ("Nadam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01}),
    ("Nadam", {"learning_rate": 0.01, "gradient_accumulation_steps": 2}),
    ("RMSprop", {}),
    ("RMSprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.5, "epsilon": 0.01}),
    ("RMSprop", {"learning_rate": 0.01, "centered": True, "epsilon": 0.001}),
    ("RMSprop", {"learning_rate": 0.01, "centered": True, "momentum": 0.5, "epsilon": 0.01}),
    ("Adagrad", {}),
    ("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 0.01}),
    ("Adadelta", {}),
    ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 0.01}),
    ("Ftrl", {}),
    ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": -0.3, "initial_accumulator_value": 0.2}),
    ("Ftrl", {"learning_rate": 0.1, "l1_regularization_strength": 0.1, "l2_regularization_strength": 0.2, "beta": 0.1,
              "l2_shrinkage_regularization_strength": 0.05}),
    ("Lion", {}),
    ("Lion", {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.9, "weight_decay": 0.1}),
    ("Lamb", {}),
    ("Lamb", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "weight_decay": 0.1}, ["bias"]),
    ("Adafactor", {}),
    ("Adafactor", {"learning_rate": 0.5, "beta_2_decay": -0.5, "epsilon_1": 1e-4, "epsilon_2": 0.01,
                   "clip_threshold": 0.5, "relative_step": False, "clipnorm": 1.0}),
    ("Adafactor", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.5, "loss_scale_factor": 8.0}),
    ("Muon", {}),
    ("Muon", {"learning_rate": 0.01, "exclude_embeddings": False, "nesterov": False, "ns_steps": 3, "momentum": 0.8,
              "weight_decay": 0.1, "adam_weight_decay": 0.2, "adam_lr_ratio": 0.5}, ["bias"]),
    ("Muon", {"learning_rate": 0.01, "rms_rate": None, "exclude_layers": ["ker"], "adam_beta_1": 0.8,
              "adam_beta_2": 0.9, "epsilon": 0.01, "muon_a": 3.0, "muon_b": -4.0, "muon_c": 2.0}),
    ("ScheduleFreeAdamW", {}),
    ("ScheduleFreeAdamW", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01, "warmup_steps": 4}),
    ("LossScaleOptimizer", {"inner_optimizer": {"optimizer": "Adam", "arguments": {"learning_rate": 0.01}},
                            "initial_scale": 4.0, "dynamic_growth_steps": 3}),
    ("MultiOptimizer", {"default_optimizer": {"optimizer": "SGD", "arguments": {"learning_rate": 0.1}},
                        "optimizer_map": {".*b.*": {"optimizer": "Adam", "arguments": {"learning_rate": 0.01}}}}),
]

SCHEDULES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 2.0, "staircase": True}),
    ("PiecewiseConstantDecay", {"boundaries": [5, 12], "values": [0.1, 0.05, 0.01]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "end_learning_rate": 0.01, "power": 2.0}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "power": 0.5, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.2}),
    ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 10, "alpha": 0.1, "warmup_target": 0.1,
                     "warmup_steps": 5}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 4}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 1.0, "m_mul": 0.5}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 3, "t_mul": 1.5, "m_mul": 0.8,
                             "alpha": 0.1}),
    ("OneCycle", {"max_learning_rate": 0.1, "total_steps": 25}),
    ("OneCycle", {"max_learning_rate": 0.1, "total_steps": 20, "pct_start": 0.5, "div_factor": 10.0,
                  "final_div_factor": 100.0}),
]

# Keras multiplies float32 by float64 there, and fails.
WITHOUT_FLOAT64 = ["Muon"]


class ScheduleFreeAdamW(keras.optimizers.ScheduleFreeAdamW):
    """Keras's as written, where the momentum before an update keeps its value; TensorFlow's variable does not."""

    def assign_sub(self, variable, value):
        variable._value = tf.Variable(variable.value - value)


def numbers(values):
    return [float(f"{v:.8g}") for v in np.ravel(values)]


def draw(shape, scale=1.0):
    return [float(f"{v:.3g}") for v in rng.normal(0, scale, int(np.prod(shape)))]


def gradients():
    """Of different sizes; those of embeddings have rows of zeros, and the last of the bias is always 0."""
    steps = []
    for step in range(STEPS):
        rows = np.reshape(draw((4, 2)), (4, 2))
        rows[[i for i in range(4) if (i + step) % 3]] = 0
        bias = draw((3,), 0.1)[:2] + [0.0]
        steps.append([draw((3, 4)), np.ravel(rows).tolist(), bias])
    return steps


def schedule(spec):
    return getattr(keras.optimizers.schedules, spec["schedule"])(**spec["arguments"])


def make(kind, arguments):
    made = {}
    for name, value in arguments.items():
        if isinstance(value, dict) and "schedule" in value:
            value = schedule(value)
        elif isinstance(value, dict) and "optimizer" in value:
            value = make(value["optimizer"], value["arguments"])
        made[name] = value
    if kind == "MultiOptimizer":
        others = {pattern: make(o["optimizer"], o["arguments"]) for pattern, o in made["optimizer_map"].items()}
        mapped = OptimizerMap(made["default_optimizer"], others)
        return keras.optimizers.MultiOptimizer(mapped)
    return (ScheduleFreeAdamW if kind == "ScheduleFreeAdamW" else getattr(keras.optimizers, kind))(**made)


def trajectory(kind, arguments, excluded, dtype, start, grads):
    optimizer = make(kind, arguments)
    if excluded:
        optimizer.exclude_from_weight_decay(var_names=excluded)
    variables = [
        keras.Variable(np.reshape(values, shape), dtype=dtype, name=name)
        for values, (name, shape) in zip(start, VARIABLES.items())
    ]
    kept = {}
    optimizer.build(variables)
    for step in range(1, STEPS + 1):
        scaled = [
            optimizer.scale_loss(keras.ops.convert_to_tensor(np.reshape(g, v.shape), dtype))
            for g, v in zip(grads[step - 1], variables)
        ]
        optimizer.apply(scaled, variables)
        if step in KEPT:
            kept[step] = [numbers(v.numpy()) for v in variables]
    if arguments.get("use_ema"):
        optimizer.finalize_variable_values(variables)
        kept["final"] = [numbers(v.numpy()) for v in variables]
    return kept


def rates(kind, arguments):
    steps = range(30)
    if kind != "OneCycle":
        made = schedule({"schedule": kind, "arguments": arguments})
        return numbers([float(made(step)) for step in steps])
    import torch

    renamed = {"max_lr": arguments["max_learning_rate"]} | {k: v for k, v in arguments.items() if k[:3] != "max"}
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, **renamed)
    found = []
    for _ in range(arguments["total_steps"]):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(found) < arguments["total_steps"]:
            cycle.step()
    return numbers(found + [found[-1]] * (len(steps) - len(found)))


def lines(rows):
    return "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]"


if __name__ == "__main__":
    rng = np.random.default_rng(3)
    start = [draw(shape) for shape in VARIABLES.values()]
    grads = gradients()
    cases = [
        {"optimizer": kind, "arguments": arguments, "excluded": excluded[0] if excluded else [], "dtype": dtype,
         "trajectory": trajectory(kind, arguments, excluded[0] if excluded else None, dtype, start, grads)}
        for kind, arguments, *excluded in ROWS
        for dtype in ["float32", "float64"]
        if dtype == "float32" or kind not in WITHOUT_FLOAT64
    ]
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "optimizers.json").write_text(
        f'{{"variables":{json.dumps(VARIABLES)},\n"start":{json.dumps(start)},\n"gradients":{json.dumps(grads)},\n'
        f'"cases":{lines(cases)}}}\n'
    )
    (OUT / "schedules.json").write_text(
        lines([{"schedule": k, "arguments": a, "rates": rates(k, a)} for k, a in SCHEDULES]) + "\n"
    )
