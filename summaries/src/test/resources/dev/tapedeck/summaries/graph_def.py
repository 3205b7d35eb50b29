"""Reads a GraphDef with TensorFlow and prints its nodes; fails if it is not a graph.

That is: names are unique and valid for TensorFlow, every input is an output of another node, and
nothing goes round in a circle.
"""
import os
import re
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

graph = tf.compat.v1.GraphDef.FromString(open(sys.argv[1], "rb").read())
nodes = {node.name: node for node in graph.node}
assert len(nodes) == len(graph.node), "two nodes have one name"
before = {}
for node in graph.node:
    assert re.fullmatch(r"[A-Za-z0-9.][A-Za-z0-9_>./-]*", node.name), node.name
    controls = [i for i in node.input if i.startswith("^")]
    assert list(node.input[len(node.input) - len(controls) :]) == controls, node
    before[node.name] = set()
    for source in node.input:
        name, _, index = source.removeprefix("^").partition(":")
        before[node.name].add(name)
        if source not in controls:
            assert int(index or 0) < len(nodes[name].attr["_output_shapes"].list.shape), source
while before:
    free = [name for name in before if not before[name] & before.keys()]
    assert free, f"a circle: {before}"
    for name in free:
        del before[name]
for node in graph.node:
    shapes = [[dim.size for dim in s.dim] for s in node.attr["_output_shapes"].list.shape]
    value = [tf.make_ndarray(node.attr["value"].tensor).tolist()] if "value" in node.attr else []
    dtype = [tf.as_dtype(node.attr["dtype"].type).name] if "dtype" in node.attr else []
    print(node.name, node.op, *node.input, *dtype, *shapes, *value)
