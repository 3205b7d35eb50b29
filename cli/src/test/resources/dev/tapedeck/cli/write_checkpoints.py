"""Writes, with TensorFlow, a checkpoint of objects and one of tensors by name, as TF1 does, into a folder."""

import sys

import tensorflow as tf

folder = sys.argv[1]
model = tf.Module()
model.kernel = tf.Variable([[1.0, 2.0], [3.0, 4.5]])
model.bias = tf.Variable([0.5, -0.5])
manager = tf.train.CheckpointManager(tf.train.Checkpoint(model=model), f"{folder}/objects", max_to_keep=2)
manager.save()
manager.save()

graph = tf.Graph()
with graph.as_default(), tf.compat.v1.Session() as session:
    tf.compat.v1.get_variable("dense/kernel", initializer=tf.ones([3, 2]))
    tf.compat.v1.get_variable("words", initializer=tf.constant([["one", "größe"], ["\x1b[31m", ""]]))
    tf.compat.v1.get_variable("bytes", initializer=tf.constant([b"a\\'\xff\xfe\n", "größe".encode()]))
    tf.compat.v1.get_variable("byte", initializer=tf.constant(b"\x80"))
    tf.compat.v1.get_variable("note", initializer=tf.constant("two\nlines"))
    tf.compat.v1.get_variable("wave", initializer=tf.constant([1j, 2j]))
    tf.compat.v1.get_variable("global_step", initializer=tf.constant(7, tf.int64))
    session.run(tf.compat.v1.global_variables_initializer())
    tf.compat.v1.train.Saver().save(session, f"{folder}/names/model.ckpt", global_step=7)
