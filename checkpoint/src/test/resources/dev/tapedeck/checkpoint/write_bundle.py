"""Writes checkpoints with TensorFlow's own writer into a folder."""

import sys

import tensorflow as tf

folder = sys.argv[1]


def save(name, tensors):
    keys = list(tensors)
    tf.raw_ops.SaveV2(
        prefix=f"{folder}/{name}",
        tensor_names=keys,
        shape_and_slices=[""] * len(keys),
        tensors=list(tensors.values()),
    )


dtypes = "float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 bool".split()
save(
    "dtypes",
    {name: tf.cast([[0, 1, 2], [3, 4, 5]], name) for name in dtypes}
    | {f"scalar/{name}": tf.cast(1, name) for name in dtypes}
    | {"empty": tf.zeros([0, 3]), "complex": tf.constant(1j)}
    | {"strings": tf.constant(["one", "", "größe"]), "string": tf.constant(b"\xff\x00"), "no_strings": tf.zeros([0], tf.string)},
)
save("many", {f"layer_{i}/kernel/{'x' * (i % 90)}": tf.fill([i % 3], float(i)) for i in range(9000)})
tf.raw_ops.SaveV2(
    prefix=f"{folder}/sliced",
    tensor_names=["split", "split"],
    shape_and_slices=["4 0,2", "4 2,2"],
    tensors=[tf.constant([0.0, 1.0]), tf.constant([2.0, 3.0])],
)
variable = tf.Variable(2.0)
manager = tf.train.CheckpointManager(tf.train.Checkpoint(x=variable), folder, max_to_keep=2)
for _ in range(3):
    manager.save()
