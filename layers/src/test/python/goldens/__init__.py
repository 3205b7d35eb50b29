"""What a family of layers computes in Keras: a module `cases()` yields `layer_case(..)`s, the rows of LayersGoldenTest."""

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.common.masking import get_keras_mask, set_keras_mask

rng = None  # seeded anew for each family


def array(x):
    x = np.asarray(x)
    if x.dtype.kind in "OSU":
        strings = [v.decode() if isinstance(v, bytes) else str(v) for v in np.ravel(x)]
        return {"dtype": "string", "shape": list(x.shape), "values": strings}
    if np.issubdtype(x.dtype, np.integer):
        return {"dtype": str(x.dtype), "shape": list(x.shape), "values": [int(v) for v in np.ravel(x)]}
    values = [float(f"{v:.9g}") for v in np.ravel(x)]
    return {"shape": list(x.shape), "values": [int(v) if v.is_integer() else v for v in values]}


def eighths(*shape):
    """Distinct short numbers: the file stays small, and no two largest ones are equal."""
    n = int(np.prod(shape))
    return tf.constant((rng.permutation(n) - n // 2).reshape(shape) / 8, tf.float32)


def ids(bound):
    """Whole numbers below a bound."""
    return lambda *shape: tf.constant(rng.integers(bound, size=shape), tf.int32)


def ones_and_twos(*shape):
    return tf.constant(np.resize([2, 2, 1, 2, 1, 1], shape), tf.float32)


def make(kind, arguments):
    """A layer; an argument `{"layer": kind, "arguments": {..}}` is a layer, too."""
    if "function" in arguments:
        arguments = arguments | {"function": keras.activations.get(arguments["function"])}
    return getattr(keras.layers, kind)(**{name: argument(value) for name, value in arguments.items()})


def argument(value):
    if isinstance(value, dict) and "layer" in value:
        return make(value["layer"], value["arguments"])
    return [argument(v) for v in value] if isinstance(value, list) else value


def named(weights):
    """Weights by name; a second `kernel` is `kernel_1`."""
    result = {}
    for w in weights:
        name, i = w.name, 0
        while name in result:
            i += 1
            name = f"{w.name}_{i}"
        result[name] = w
    return result


def apply(layer, inputs, **flags):
    return layer(inputs[0] if len(inputs) == 1 else inputs, **flags)


def compiled(layer, inputs, **flags):
    """Calls a layer that XLA compiles, where TensorFlow has no kernels for the processor."""
    return tf.function(layer, jit_compile=True)(inputs[0], **flags)


def layer_case(
    kind, arguments, *given, values=eighths, scale=1, masks=(), training=False, adapt=None, call=apply
):
    """What a layer computes of inputs: more than one are a list; masks are for the first ones, None for none.

    An input is given as its shape, a tuple, or as a list of values. The layer adapts to `adapt` first, if that is given.
    `scale` is a factor of the weights, so that sums of many do not saturate an activation. `call` calls the layer.
    """
    layer = make(kind, arguments)
    if adapt is not None:
        layer.adapt(np.array(adapt))
    inputs = [values(*x) if isinstance(x, tuple) else tf.constant(x) for x in given]
    names = ["input"] if len(inputs) == 1 else [f"input_{i}" for i in range(len(inputs))]
    call(layer, inputs)
    weights = {name: w for name, w in named(layer.weights).items() if name != "count"}
    for name, w in weights.items() if adapt is None else ():
        w.assign(scale * (eighths(*w.shape) if "variance" not in name else tf.abs(eighths(*w.shape)) + 0.125))
    sources = dict(zip(names, inputs)) | {name: w.value for name, w in weights.items()}
    before = {name: v.numpy() for name, v in sources.items()}
    for x, mask in zip(inputs, masks):
        if mask is not None:
            set_keras_mask(x, tf.constant(mask))
    flag = {"training": training} if layer._call_has_training_arg else {}
    with tf.GradientTape() as tape:
        tape.watch([x for x in inputs if x.dtype.is_floating])
        y = call(layer, inputs, **flag)
        upstream = eighths(*y.shape) if y.dtype.is_floating else None
        loss = None if upstream is None else tf.reduce_sum(y * upstream)
    case = {
        "layer": kind,
        "arguments": arguments,
        "values": {name: array(v) for name, v in before.items()},
    }
    if adapt is not None:
        case["adapt"] = array(np.array(adapt))
    if upstream is not None:
        case["upstream"] = array(upstream.numpy())
    case["output"] = array(y.numpy())
    if upstream is not None:
        sources = {name: v for name, v in sources.items() if v.dtype != tf.string}
        gradients = dict(zip(sources, tape.gradient(loss, list(sources.values()))))
        case["gradients"] = {
            name: array(tf.convert_to_tensor(g).numpy())
            for name, g in gradients.items()
            if g is not None and (name not in weights or weights[name].trainable)
        }
    if masks:
        case["masks"] = [None if m is None else array(np.array(m)) for m in masks]
    if get_keras_mask(y) is not None:
        case["mask"] = array(get_keras_mask(y).numpy())
    if training:
        call(layer, inputs, training=True)
        updated = {name: w for name, w in weights.items() if not w.trainable}
        case |= {"training": True, "updated": {name: array(w.numpy()) for name, w in updated.items()}}
    return case


STEPS = [[True, True, False], [True, False, False]]
MORE_STEPS = [[True, False, False], [False, False, True]]
SQUARES = [[[True, False, True], [True, True, True]], [[False, False, True], [True, True, False]]]
