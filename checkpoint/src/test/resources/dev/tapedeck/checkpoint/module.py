"""Saves or restores plain TensorFlow objects with tf.train.Checkpoint: module.py save|restore PREFIX"""
import sys

import tensorflow as tf


class Module(tf.Module):
    def __init__(self, add):
        super().__init__()
        self.w = tf.Variable([1.0 + add, 2.0])
        self.list = [tf.Variable(3.0 + add), tf.Variable(True)]
        self.map = {"a": tf.Variable(4.0 + add), "x/y.z": tf.Variable(tf.cast([5 + add], tf.int64))}
        self.shared = self.w


action, prefix = sys.argv[1:]
module = Module(10 if action == "save" else 0)
step = tf.Variable(7 if action == "save" else 0, dtype=tf.int64)
checkpoint = tf.train.Checkpoint(module=module, step=step)
if action == "save":
    print(checkpoint.save(prefix))
else:
    checkpoint.restore(prefix).assert_consumed().assert_existing_objects_matched()
    values = [module.w, *module.list, module.map["a"], module.map["x/y.z"], step]
    print([v.numpy().tolist() for v in values])
