"""Prints the points of the runs below a folder, as TensorBoard's own reader finds them, a line a tag: steps and values."""
import hashlib
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, TENSORS

# Of what tells the time the values differ.
TIMED = ("per_second", "_hparams_/")

for run, _, files in sorted(os.walk(sys.argv[1])):
    if files:
        events = EventAccumulator(run, size_guidance={TENSORS: 0})
        events.Reload()
        for tag in sorted(events.Tags()["tensors"]):
            timed = any(part in tag for part in TIMED)
            print(os.path.relpath(run, sys.argv[1]), tag, [
                (event.step, "" if timed else hashlib.sha1(event.tensor_proto.SerializeToString()).hexdigest()[:12])
                for event in events.Tensors(tag)])
