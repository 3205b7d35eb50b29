"""Prints what the runs below a folder hold, as TensorBoard's own reader finds it: run, plugin, tag, steps."""
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, TENSORS

for run, _, files in sorted(os.walk(sys.argv[1])):
    if files:
        events = EventAccumulator(run, size_guidance={TENSORS: 0})
        events.Reload()
        for tag in sorted(events.Tags()["tensors"]):
            plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
            print(os.path.relpath(run, sys.argv[1]), plugin, tag, [event.step for event in events.Tensors(tag)])
