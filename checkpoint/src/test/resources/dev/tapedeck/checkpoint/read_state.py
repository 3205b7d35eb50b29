"""Prints what TensorFlow reads from the file "checkpoint" of a folder, with | for newlines in names."""

import sys

import tensorflow as tf

state = tf.train.get_checkpoint_state(sys.argv[1])
print(state.model_checkpoint_path.replace("\n", "|"))
print(",".join(state.all_model_checkpoint_paths).replace("\n", "|"))
print(",".join(map(str, state.all_model_checkpoint_timestamps)))
print(state.last_preserved_timestamp)
