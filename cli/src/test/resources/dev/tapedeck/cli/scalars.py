"""Prints the scalars below a folder, as TensorBoard's own reader finds them: run, tag, steps."""
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, TENSORS

for run in sorted(os.listdir(sys.argv[1])):
    events = EventAccumulator(os.path.join(sys.argv[1], run), size_guidance={TENSORS: 0})
    events.Reload()
    for tag in sorted(events.Tags()["tensors"]):
        print(run, tag, [event.step for event in events.Tensors(tag)])
