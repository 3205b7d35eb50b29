"""Runs SavedModels in all programs that load them, and prints what differs from a file of tensors."""

import ctypes
import os
import sys

import keras
import numpy as np
from safetensors import safe_open
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

folder, file = sys.argv[1:]
models = {}
with safe_open(file, "np") as tensors:
    for key in tensors.keys():
        model, part, name = key.split("/")
        models.setdefault(model, {}).setdefault(part, {})[name] = tensors.get_tensor(key)


def compare(where, given, expected, tolerance=1e-5):
    if given is None:
        print(where, "is missing")
        return
    given = np.asarray(given)
    if given.shape != expected.shape:
        print(where, "has shape", given.shape, "not", expected.shape)
        return
    error = np.max(np.abs(given - expected) / np.maximum(1, np.abs(expected)))
    if not error <= tolerance:
        print(where, "differs by", error)


def compare_all(where, outputs, expected, tolerance=1e-5):
    if not isinstance(outputs, dict):
        outputs = {"output_0": outputs}
    if set(outputs) != set(expected):
        print(where, "gives", sorted(outputs))
        return
    for name, value in expected.items():
        compare(f"{where} {name}", outputs[name], value, tolerance)


def attempt(where, action):
    try:
        action()
    except Exception as e:
        print(where, type(e).__name__, " ".join(str(e).split())[:400])


def check_python(model, path, values):
    inputs = {name: tf.constant(value) for name, value in values["in"].items()}
    given = next(iter(inputs.values())) if len(inputs) == 1 else inputs
    loaded = tf.saved_model.load(path)
    compare_all(model + " signature", loaded.signatures["serving_default"](**inputs), values["out"])
    compare_all(model + " named", loaded.signatures["serve"](**inputs), values["out"])
    for function in (loaded.serve, loaded.signatures["serving_default"]):
        with tf.GradientTape() as tape:
            outputs = function(given) if function is loaded.serve else function(**inputs)
            named = outputs if isinstance(outputs, dict) else {"output_0": outputs}
            total = tf.add_n([tf.reduce_sum(value**2) for value in named.values()])
        compare_all(model + " function", outputs, values["out"])
        gradients = tape.gradient(total, loaded.trainable_variables)
        if len(gradients) != len(values["gradient"]):
            print(model, "has", len(gradients), "gradients")
        for i, gradient in enumerate(gradients):
            if isinstance(gradient, tf.IndexedSlices):
                gradient = tf.convert_to_tensor(gradient)
            compare(f"{model} gradient {i}", gradient, values["gradient"][str(i)], 1e-4)
    again = path + "_again"
    tf.saved_model.save(loaded, again, signatures=loaded.signatures)
    compare_all(
        model + " saved again",
        tf.saved_model.load(again).signatures["serving_default"](**inputs),
        values["out"],
    )
    layer = keras.layers.TFSMLayer(path)
    compare_all(model + " TFSMLayer", layer(given), values["out"])
    if len(layer.trainable_weights) != len(values["gradient"]):
        print(model, "TFSMLayer has", len(layer.trainable_weights), "weights")
    if len(inputs) == 1:
        layer = keras.layers.TFSMLayer(path, call_endpoint="serving_default")
        compare_all(model + " TFSMLayer of the signature", layer(given), values["out"])


def check_frozen(model, path, values):
    inputs = {name: tf.constant(value) for name, value in values["in"].items()}
    loaded = tf.saved_model.load(path)
    compare_all(model + " frozen", loaded.signatures["serving_default"](**inputs), values["out"])
    if os.listdir(path) != ["saved_model.pb"]:
        print(model, "frozen has", os.listdir(path))


def check_session(model, path, values):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        meta = tf.compat.v1.saved_model.load(session, ["serve"], path)
        signature = meta.signature_def["serving_default"]
        feed = {signature.inputs[name].name: value for name, value in values["in"].items()}
        fetch = {name: info.name for name, info in signature.outputs.items()}
        compare_all(model + " session", session.run(fetch, feed), values["out"])


class Output(ctypes.Structure):
    _fields_ = [("operation", ctypes.c_void_p), ("index", ctypes.c_int)]


def c_library():
    library = ctypes.CDLL(os.path.join(os.path.dirname(tf.__file__), "libtensorflow_cc.so.2"))
    for name in ("NewSessionOptions", "NewStatus", "NewGraph", "LoadSessionFromSavedModel"):
        getattr(library, "TF_" + name).restype = ctypes.c_void_p
    for name in ("AllocateTensor", "TensorData", "GraphOperationByName"):
        getattr(library, "TF_" + name).restype = ctypes.c_void_p
    library.TF_Message.restype = ctypes.c_char_p
    return library


def check_c(model, path, values):
    """Runs the loader of C++, that of TensorFlow Serving."""
    c, pointer = c_library(), ctypes.c_void_p
    graph, status = pointer(c.TF_NewGraph()), pointer(c.TF_NewStatus())

    def require_ok():
        if c.TF_GetCode(status):
            raise ValueError(c.TF_Message(status))

    def output(name):
        operation, index = name.split(":")
        found = c.TF_GraphOperationByName(graph, operation.encode())
        return Output(found, int(index))

    tags = (ctypes.c_char_p * 1)(b"serve")
    options = pointer(c.TF_NewSessionOptions())
    loaded = c.TF_LoadSessionFromSavedModel(options, None, path.encode(), tags, 1, graph, None, status)
    require_ok()
    with open(os.path.join(path, "saved_model.pb"), "rb") as pb:
        meta = saved_model_pb2.SavedModel.FromString(pb.read()).meta_graphs[0]
    signature = meta.signature_def["serving_default"]
    feeds, tensors = [], []
    for name, info in signature.inputs.items():
        value = np.ascontiguousarray(values["in"][name])
        sizes = (ctypes.c_int64 * value.ndim)(*value.shape)
        tensor = c.TF_AllocateTensor(
            info.dtype, sizes, value.ndim, ctypes.c_size_t(value.nbytes)
        )
        ctypes.memmove(c.TF_TensorData(pointer(tensor)), value.ctypes.data, value.nbytes)
        feeds.append(output(info.name))
        tensors.append(tensor)
    names = list(signature.outputs)
    fetches = (Output * len(names))(*(output(signature.outputs[name].name) for name in names))
    given = (pointer * len(names))()
    c.TF_SessionRun(
        pointer(loaded), None,
        (Output * len(feeds))(*feeds), (pointer * len(feeds))(*tensors), len(feeds),
        fetches, given, len(names), None, 0, None, status,
    )  # fmt: skip
    require_ok()
    outputs = {}
    for name, tensor in zip(names, given):
        expected = values["out"][name]
        data = ctypes.string_at(c.TF_TensorData(pointer(tensor)), expected.nbytes)
        outputs[name] = np.frombuffer(data, expected.dtype).reshape(expected.shape)
    compare_all(model + " C++", outputs, values["out"])


def check_lite(model, path, values):
    converted = tf.lite.TFLiteConverter.from_saved_model(path).convert()
    runner = tf.lite.Interpreter(model_content=converted).get_signature_runner("serving_default")
    compare_all(model + " TFLite", runner(**values["in"]), values["out"])


def check_archive(path):
    loaded = tf.saved_model.load(path)
    compare("archive add", loaded.add([1.0, 2.0]), np.float32(13))
    compare("archive add", loaded.signatures["add"](tf.constant([4.0]))["output_0"], np.float32(17))
    compare("archive read", loaded.read(), np.float32(17))
    compared = loaded.compare(tf.constant([1.0]), tf.constant([2.0]))
    compare_all("archive", compared, {"sum": np.float32([20]), "product": np.float32([2])})
    if [v.name for v in loaded.variables] != ["total:0"] or loaded.trainable_variables:
        print("archive has", loaded.variables)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        signatures = tf.compat.v1.saved_model.load(session, ["serve"], path).signature_def
        if sorted(signatures) != ["add", "compare", "read", "serving_default"]:
            print("archive has", sorted(signatures))
        for expected in (11, 12):
            add = signatures["serving_default"]
            feed = {add.inputs["inputs"].name: [1.0]}
            compare("session add", session.run(add.outputs["output_0"].name, feed), np.float32(expected))
        read = signatures["read"].outputs["output_0"].name
        compare("session read", session.run(read), np.float32(12))


def check_plain(path):
    """Checks a SavedModel without variables, of a list."""
    x, y = np.float32([1, 2]), np.float32([3, 4])
    loaded = tf.saved_model.load(path)
    compare("plain", loaded.serve([x, y]), x + y)
    compare("plain TFSMLayer", keras.layers.TFSMLayer(path)([x, y]), x + y)
    values = {"in": {"inputs_0": x, "inputs_1": y}, "out": {"output_0": x + y}}
    check_c("plain", path, values)
    check_session("plain", path, values)
    check_lite("plain", path, values)


for model, values in models.items():
    path = os.path.join(folder, model)
    attempt(model + " load", lambda: check_python(model, path, values))
    attempt(model + " load frozen", lambda: check_frozen(model, path + "_frozen", values))
    for form in (path, path + "_frozen"):
        attempt(os.path.basename(form) + " C++", lambda: check_c(model, form, values))
        attempt(os.path.basename(form) + " session", lambda: check_session(model, form, values))
    attempt(model + " TFLite", lambda: check_lite(model, path, values))
attempt("frozen TFLite", lambda: check_lite("dense", os.path.join(folder, "dense_frozen"), models["dense"]))
attempt("plain", lambda: check_plain(os.path.join(folder, "plain")))
attempt("archive", lambda: check_archive(os.path.join(folder, "archive")))
print("checked", len(models), "models")
