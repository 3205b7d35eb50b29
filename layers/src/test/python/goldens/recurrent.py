import numpy as np
import tensorflow as tf

from . import STEPS, array, eighths, layer_case, make, named

GAPS = [[True, False, True], [False, True, False]]  # padding before, between and after
CELLS = [
    ("SimpleRNN", {}),
    ("SimpleRNN", {"activation": "relu", "use_bias": False}),
    ("LSTM", {}),
    ("LSTM", {"unit_forget_bias": False, "activation": "relu", "recurrent_activation": "hard_sigmoid"}),
    ("LSTM", {"use_bias": False}),
    ("GRU", {}),
    ("GRU", {"use_bias": False}),
    ("GRU", {"reset_after": False}),
    ("GRU", {"reset_after": False, "use_bias": False, "activation": "relu", "recurrent_activation": "hard_sigmoid"}),
]
LAYERS = [("SimpleRNN", {}), ("LSTM", {}), ("GRU", {}), ("GRU", {"reset_after": False})]
SEQUENCES = {"return_sequences": True}


def case(kind, arguments, *shapes, scale=0.25, **options):
    return layer_case(kind, arguments, *shapes, scale=scale, **options)


def cell(kind, **arguments):
    return {"layer": kind, "arguments": arguments}


def cases():
    for kind, options in CELLS:
        yield case(kind, {"units": 2} | options, (2, 3, 2))
        yield case(kind, {"units": 2} | options | SEQUENCES, (2, 3, 2), masks=[GAPS], training=True)
    for kind, options in LAYERS:
        for more in [{}, SEQUENCES, {"unroll": True} | SEQUENCES]:
            yield case(kind, {"units": 3} | options | more | {"go_backwards": True}, (2, 4, 1))
        yield case(kind, {"units": 2, "go_backwards": True} | options | SEQUENCES, (2, 3, 2), masks=[GAPS])
        yield case(kind, {"units": 2} | options, (2, 3, 2), masks=[STEPS])
        yield case(kind, {"units": 2} | options, (1, 1, 3))

    for zeros in [False, True]:
        for options in [{}, SEQUENCES, {"go_backwards": True} | SEQUENCES]:
            options = {"zero_output_for_mask": zeros} | options
            yield case("RNN", {"cell": cell("SimpleRNNCell", units=2)} | options, (2, 3, 2), masks=[GAPS])
    yield case("RNN", {"cell": cell("LSTMCell", units=2)} | SEQUENCES, (2, 3, 2))
    yield case("RNN", {"cell": cell("GRUCell", units=2, reset_after=False)}, (2, 3, 2))
    stack = cell("StackedRNNCells", cells=[cell("LSTMCell", units=2), cell("GRUCell", units=3)])
    yield case("RNN", {"cell": stack}, (2, 3, 2))
    yield case("RNN", {"cell": stack} | SEQUENCES, (2, 3, 2), masks=[GAPS])

    for mode in ["concat", "sum", "mul", "ave"]:
        for options in [{}, SEQUENCES]:
            layer = cell("LSTM", units=2, **options)
            yield case("Bidirectional", {"layer": layer, "merge_mode": mode}, (2, 3, 2))
    for options in [{}, SEQUENCES]:
        layer = cell("GRU", units=2, **options)
        yield case("Bidirectional", {"layer": layer}, (2, 3, 2), masks=[GAPS])
        backward = cell("SimpleRNN", units=3, go_backwards=True, **options)
        yield case("Bidirectional", {"layer": layer, "backward_layer": backward}, (2, 3, 2))

    yield case("TimeDistributed", {"layer": cell("Dense", units=2)}, (2, 3, 2), masks=[STEPS])
    convolution = cell("Conv2D", filters=1, kernel_size=2)
    yield case("TimeDistributed", {"layer": convolution}, (1, 2, 3, 3, 2))
    for training in [False, True]:
        layer = cell("BatchNormalization", momentum=0.5)
        yield case("TimeDistributed", {"layer": layer}, (3, 2, 2), training=training, scale=1)
    layer = cell("LSTM", units=2, return_sequences=True)
    yield case("TimeDistributed", {"layer": layer}, (2, 2, 3, 1), masks=[[GAPS, STEPS]])
    yield case("TimeDistributed", {"layer": cell("BatchNormalization")}, (2, 2, 3, 1), masks=[[GAPS, STEPS]])

    yield case("ConvLSTM1D", {"filters": 2, "kernel_size": 2}, (2, 3, 4, 1))
    for options in [
        {"padding": "same", "strides": 2},
        {"dilation_rate": 2, "use_bias": False} | SEQUENCES,
        {"go_backwards": True, "unit_forget_bias": False} | SEQUENCES,
    ]:
        yield case("ConvLSTM1D", {"filters": 1, "kernel_size": 2} | options, (1, 2, 5, 2))
    yield case("ConvLSTM1D", {"filters": 1, "kernel_size": [3]} | SEQUENCES, (2, 3, 3, 2), masks=[GAPS])
    yield case("ConvLSTM2D", {"filters": 1, "kernel_size": [2, 1], "strides": [1, 2]}, (1, 2, 3, 3, 2))
    yield case("ConvLSTM2D", {"filters": 1, "kernel_size": 2, "padding": "same"} | SEQUENCES, (1, 2, 3, 2, 2))
    yield case("ConvLSTM3D", {"filters": 1, "kernel_size": 2}, (1, 2, 2, 3, 2, 2))


def arrays(tensors):
    return [array(tf.convert_to_tensor(t).numpy()) for t in tf.nest.flatten(tensors)]


def states_case(kind, arguments, shape, states=(), calls=2, mask=None):
    """Outputs and states of calls of one layer, each of other inputs; `states` are the shapes of given ones."""
    layer = make(kind, arguments if kind == "Bidirectional" else arguments | {"return_state": True})
    inputs = [eighths(*shape) for _ in range(calls)]
    layer(inputs[0])
    weights = named(layer.weights)
    for w in weights.values():
        w.assign(eighths(*w.shape) / 4)
    if arguments.get("stateful"):
        layer.reset_state()
    given = [eighths(*s) / 4 for s in states]
    results = []
    for x in inputs:
        options = {} if mask is None else {"mask": tf.constant(mask)}  # that of x would be lost beside states
        output, *last = layer(x, initial_state=list(given) or None, **options)
        results.append({"output": arrays(output)[0], "states": arrays(last)})
    return {
        "layer": kind,
        "arguments": arguments,
        "weights": {name: array(w.numpy()) for name, w in weights.items()},
        "inputs": arrays(inputs),
        "given": arrays(given),
        "calls": results,
    } | ({} if mask is None else {"mask": array(np.array(mask))})


def states_cases():
    stack = cell("StackedRNNCells", cells=[cell("SimpleRNNCell", units=2), cell("SimpleRNNCell", units=3)])
    kinds = [
        ("SimpleRNN", {"units": 2}, [(2, 2)]),
        ("LSTM", {"units": 2}, [(2, 2)] * 2),
        ("GRU", {"units": 2}, [(2, 2)]),
        ("GRU", {"units": 2, "reset_after": False}, [(2, 2)]),
        ("RNN", {"cell": cell("LSTMCell", units=2)}, [(2, 2)] * 2),
    ]
    for kind, arguments, states in kinds:
        yield states_case(kind, arguments, (2, 3, 2), calls=1)
        yield states_case(kind, arguments | SEQUENCES, (2, 3, 2), states, mask=GAPS)
        yield states_case(kind, arguments | {"stateful": True}, (2, 3, 2), calls=3)
        backwards = {"stateful": True, "go_backwards": True}
        yield states_case(kind, arguments | backwards | SEQUENCES, (2, 3, 2), mask=GAPS)
    yield states_case("RNN", {"cell": stack}, (2, 3, 2))
    for mode in ["sum", "concat"]:
        layer = cell("LSTM", units=2, return_state=True)
        yield states_case("Bidirectional", {"layer": layer, "merge_mode": mode}, (2, 3, 2), [(2, 2)] * 4)
    layer = cell("GRU", units=2, return_sequences=True, return_state=True)
    yield states_case("Bidirectional", {"layer": layer}, (2, 3, 2), [(2, 2)] * 2, mask=GAPS)
    for options in [{}, {"stateful": True}]:
        yield states_case("ConvLSTM1D", {"filters": 2, "kernel_size": 2} | options, (2, 2, 3, 1))
    yield states_case("ConvLSTM2D", {"filters": 1, "kernel_size": 2}, (1, 2, 3, 3, 1), [(1, 2, 2, 1)] * 2)
