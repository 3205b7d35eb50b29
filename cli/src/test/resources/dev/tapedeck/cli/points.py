"""Prints the points of the runs below a folder, a line a tag: steps and values.

As TensorBoard finds them, or as scripts do, whose reader forgets nothing.
"""
import hashlib
import os
import sys

from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator

READER = event_accumulator if sys.argv[2] == "script" else plugin_event_accumulator

# Of what tells the time the values differ.
TIMED = ("per_second", "_hparams_/")

for run, _, files in sorted(os.walk(sys.argv[1])):
    if files:
        events = READER.EventAccumulator(run, size_guidance={READER.TENSORS: 0})
        events.Reload()
        for tag in sorted(events.Tags()["tensors"]):
            timed = any(part in tag for part in TIMED)
            print(os.path.relpath(run, sys.argv[1]), tag, [
                (event.step, "" if timed else hashlib.sha1(event.tensor_proto.SerializeToString()).hexdigest()[:12])
                for event in events.Tensors(tag)])
