"""Prints what TensorFlow reads from each checkpoint: key, dtype, shape, and the values' bytes in hexadecimal."""

import sys

import tensorflow as tf

for prefix in sys.argv[1:]:
    reader = tf.train.load_checkpoint(prefix)
    shapes = reader.get_variable_to_shape_map()
    dtypes = reader.get_variable_to_dtype_map()
    for key in sorted(shapes):
        value = reader.get_tensor(key)
        data = value if isinstance(value, bytes) else value.tobytes()
        print(key, dtypes[key].name, tuple(shapes[key]), data.hex(), sep="\t")
