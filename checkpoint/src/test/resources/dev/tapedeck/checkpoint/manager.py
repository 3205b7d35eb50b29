"""Saves x = 1, 2, .. with tf.train.CheckpointManager at given times; or restores x and saves x + 1."""

import sys
import time

import tensorflow as tf

action, folder = sys.argv[1:3]
x = tf.Variable(0.0)
checkpoint = tf.train.Checkpoint(x=x)
if action == "times":
    keep, hours, *times = sys.argv[3:]
    clock = [float(times[0])]
    time.time = lambda: clock[0]
    manager = tf.train.CheckpointManager(
        checkpoint, folder, int(keep), keep_checkpoint_every_n_hours=float(hours))
    for clock[0] in map(float, times[1:]):
        x.assign_add(1)
        manager.save()
else:
    state = tf.train.get_checkpoint_state(folder)
    manager = tf.train.CheckpointManager(checkpoint, folder, 3)
    checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    print(tf.train.latest_checkpoint(folder))
    print(x.numpy())
    print(*state.all_model_checkpoint_paths)
    x.assign_add(1)
    print(manager.save())
