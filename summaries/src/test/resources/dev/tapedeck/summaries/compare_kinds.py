"""Writes with TensorFlow what KindsTest wrote, and prints where TensorBoard reads something else."""

import sys

import numpy as np
import tensorflow as tf
from keras.src.callbacks.tensorboard import keras_model_summary
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.custom_scalar import summary as custom_scalar
from tensorboard.plugins.hparams import api as hp
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.plugins.hparams import summary as hparams_summary
from tensorboard.plugins.mesh import summary_v2 as mesh_summary
from tensorboard.plugins.pr_curve import summary as pr_curve
from tensorboard.util import tensor_util

ours, theirs = sys.argv[1:]


def values(*shape):
    """As KindsTest.values: from -0.5 to 1.5, the same in every run."""
    return (np.arange(np.prod(shape)) * 7919 % 2001 / 1000.0 - 0.5).reshape(shape)


def floats(*shape):
    return values(*shape).astype("float32")


def write_pb(pb, step=0):
    tf.summary.experimental.write_raw_pb(pb.SerializeToString(), step)


def write():
    summary = tf.summary
    summary.scalar("scalar", 0.25, 3)
    nan, inf = float("nan"), float("inf")
    for name, data in {
        "float32": floats(40, 50),
        "float64": values(2000),
        "float16": values(2000).astype("float16"),
        "int64": np.arange(100, dtype="int64") ** 3,
        "uint8": np.arange(256).astype("uint8"),
        "bool": floats(100) > 0,
        "equal": np.full([7], 2.5, "float32"),
        "empty": np.zeros([0], "float32"),
        "nan": np.array([1, nan, 3], "float32"),
        "infinite": np.array([1, inf, 3], "float32"),
        "negative infinite": np.array([1, -inf, 3], "float32"),
        "only infinite": np.array([inf, inf], "float32"),
    }.items():
        summary.histogram("histogram/" + name, data, 5)
    summary.histogram("histogram/buckets", floats(100), 6, buckets=7)
    for channels in 1, 2, 3, 4:
        summary.image(f"image/{channels}", floats(5, 6, 7, channels), 7)
    summary.image("image/one", floats(1, 6, 7, 3), 7)
    summary.image("image/float64", values(1, 6, 7, 3), 7)
    summary.image("image/uint8", np.arange(256, dtype="uint8").reshape(2, 8, 4, 4), 7, max_outputs=1)
    summary.text("text/one", "*größe* 学習", 8)
    summary.text("text/list", ["a", "b", ""], 8)
    summary.text("text/table", [["a", "b"], ["c", "d"], ["e", "f"]], 8)
    summary.audio("audio/clips", floats(2, 300, 2), 44100, 9)
    summary.audio("audio/one", 2 * floats(1, 300, 1), 8000, 9)
    labels, predictions = floats(1000) > 0.5, np.clip(floats(1000), 0, 1)
    write_pb(pr_curve.pb("pr", labels, predictions), 10)
    write_pb(pr_curve.pb("pr of few", labels, predictions.astype("float64"), 11), 10)
    write_pb(pr_curve.pb("pr of none", labels[:0], predictions[:0]), 10)
    vertices, faces = floats(2, 8, 3), np.arange(24, dtype="int32").reshape(2, 4, 3)
    colors = np.arange(48, dtype="uint8").reshape(2, 8, 3)
    config = {"material": {"cls": "PointsMaterial", "size": 0.1}, "lights": [True, None, "é\n"]}
    mesh_summary.mesh("mesh", vertices, faces, colors, config, step=11)
    mesh_summary.mesh("points", vertices[:1], step=11)
    margin = layout_pb2.MarginChartContent
    losses = layout_pb2.Chart(title="loss", multiline={"tag": ["loss/.*", "error"]})
    bars = layout_pb2.Chart(
        title="bars",
        margin=margin(
            series=[
                margin.Series(value="a", lower="b", upper="c"),
                margin.Series(value="d", lower="e", upper="f"),
            ]
        ),
    )
    categories = [
        layout_pb2.Category(title="losses", chart=[losses, bars]),
        layout_pb2.Category(title="none"),
    ]
    write_pb(custom_scalar.pb(layout_pb2.Layout(category=categories)))
    hp.hparams_config(
        hparams=[
            hp.HParam("lr", hp.RealInterval(1e-5, 0.1)),
            hp.HParam("units", hp.Discrete([16, 32])),
            hp.HParam("optimizer", hp.Discrete(["adam", "sgd"])),
            hp.HParam("bias", hp.Discrete([False, True])),
        ],
        metrics=[hp.Metric("epoch_loss"), hp.Metric("epoch_loss", group="validation")],
    )
    hp.hparams({"lr": 1e-5, "huge": 1.5e22, "one": 1.0, "units": 16, "optimizer": 'a"ä', "bias": True})
    write_pb(hparams_summary.session_end_pb(api_pb2.STATUS_SUCCESS))
    model = type("Model", (), {"to_json": lambda self: '{"class_name": "Sequential"}'})()
    keras_model_summary("keras", model, 12)
    graph = tf.Graph()
    with graph.as_default():
        tf.constant(1.0, name="one")
    tf.summary.graph(graph)


def read(logdir):
    guidance = {event_accumulator.TENSORS: 0}
    reader = event_accumulator.EventAccumulator(logdir, size_guidance=guidance)
    reader.Reload()
    return reader


def content(plugin):
    """The plugin's message, without the times of a run."""
    if plugin.plugin_name != "hparams":
        return plugin.content
    data = plugin_data_pb2.HParamsPluginData.FromString(plugin.content)
    data.session_start_info.ClearField("start_time_secs") if data.HasField("session_start_info") else 0
    data.session_end_info.ClearField("end_time_secs") if data.HasField("session_end_info") else 0
    return str(data)


def array(plugin, proto):
    tensor = tensor_util.make_ndarray(proto)
    if plugin.plugin_name == "images":
        return [x if i < 2 else tf.io.decode_png(x).numpy().tolist() for i, x in enumerate(tensor)]
    return tensor.dtype, tensor.shape, str(tensor.tolist())


def found(reader, tag):
    plugin = reader.SummaryMetadata(tag).plugin_data
    events = [(e.step, array(plugin, e.tensor_proto)) for e in reader.Tensors(tag)]
    return plugin.plugin_name, content(plugin), events


with tf.summary.create_file_writer(theirs).as_default():
    write()
ours, theirs = read(ours), read(theirs)
tags = theirs.Tags()["tensors"]
print(len(tags), sorted(set(tags) ^ set(ours.Tags()["tensors"])))
for tag in tags:
    if found(ours, tag) != found(theirs, tag):
        print(tag, found(ours, tag), found(theirs, tag), sep="\n  ")
if [node.name for node in ours.Graph().node] != ["one"]:
    print(ours.Graph())
