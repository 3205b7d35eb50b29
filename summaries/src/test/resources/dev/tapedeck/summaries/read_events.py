"""Prints what TensorBoard's own reader finds in a folder: tag, plugin, dtype, step, value."""

import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.util import tensor_util

reader = event_accumulator.EventAccumulator(
    sys.argv[1], size_guidance={event_accumulator.TENSORS: 0}
)
reader.Reload()
for tag in reader.Tags()["tensors"]:
    plugin = reader.SummaryMetadata(tag).plugin_data.plugin_name
    for event in reader.Tensors(tag):
        value = tensor_util.make_ndarray(event.tensor_proto)
        print(tag, plugin, value.dtype, event.step, value, sep="\t")
