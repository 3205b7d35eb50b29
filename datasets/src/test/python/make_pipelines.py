"""Writes the elements and cardinalities that tf.data's steps give, for PipelineGoldenTest.

Run with TensorFlow: python make_pipelines.py
"""

import json
import pathlib

import numpy as np
import tensorflow as tf

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/datasets"


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "values": np.ravel(x).tolist()}


def numbers(count):
    return tf.data.Dataset.range(count)


def case(step, count, arguments, dataset):
    return {
        "step": step,
        "count": count,
        "arguments": arguments,
        "cardinality": int(dataset.cardinality()),
        "elements": [array(x) for x in dataset.take(100).as_numpy_iterator()],
    }


def ragged(count):
    """Element i has i * 7 % 5 numbers i."""
    return numbers(count).map(lambda i: tf.fill([i * 7 % 5], i))


def grid(count):
    """Element i is of shape i % 3 by i % 4 + 1."""
    return numbers(count).map(lambda i: tf.fill([i % 3, i % 4 + 1], i))


def windows():
    for count in (0, 1, 5, 8, 11):
        for size in (1, 3, 4):
            for shift in (1, 2, 5):
                for stride in (1, 2):
                    for drop in (False, True):
                        dataset = numbers(count).window(size, shift, stride, drop)
                        one = dataset.flat_map(lambda window: window.batch(size))
                        row = case("window", count, [size, shift, stride, drop], one)
                        row["cardinality"] = int(dataset.cardinality())
                        yield row


def interleaves():
    for count in (0, 1, 4, 7):
        for cycle in (1, 2, 3):
            for block in (1, 2, 4):
                dataset = numbers(count).interleave(
                    lambda i: numbers(i * 7 % 5).map(lambda j: i * 10 + j),
                    cycle_length=cycle,
                    block_length=block,
                )
                yield case("interleave", count, [cycle, block], dataset)


def padded():
    for size in (1, 3, 4):
        for drop in (False, True):
            yield case("padded_batch", 8, [size, drop, "ragged", 0], ragged(8).padded_batch(size, drop_remainder=drop))
    minus = tf.constant(-1, tf.int64)
    yield case("padded_batch", 8, [3, False, "grid", -1], grid(8).padded_batch(3, padding_values=minus))
    yield case("padded_batch", 8, [3, False, "sizes", -1], grid(8).padded_batch(3, [None, 6], minus))


def buckets():
    for drop in (False, True):
        for boundary in (False, True):
            for boundaries, sizes in ([(2, 4), (2, 3, 2)], [(1, 2, 3, 5), (1, 2, 3, 4, 5)], [(5,), (3, 1)]):
                if boundary and boundaries[-1] < 5:
                    continue
                dataset = ragged(19).bucket_by_sequence_length(
                    lambda x: tf.shape(x)[0],
                    list(boundaries),
                    list(sizes),
                    pad_to_bucket_boundary=boundary,
                    drop_remainder=drop,
                )
                yield case("bucket_by_sequence_length", 19, [boundaries, sizes, boundary, drop], dataset)


def others():
    for count in (0, 1, 6, 10):
        yield case("filter", count, [3], numbers(count).filter(lambda i: i % 3 == 1))
        yield case("flat_map", count, [], numbers(count).flat_map(lambda i: numbers(i % 4).map(lambda j: i * 10 + j)))
        yield case("unbatch", count, [4], numbers(count).batch(4).unbatch())
        yield case("scan", count, [], numbers(count).scan(tf.constant(100, tf.int64), lambda s, x: (s + x, s * 2 + x)))
        for other in (0, 4, 10):
            both = tf.data.Dataset.zip((numbers(count), numbers(other).map(lambda i: i * 5)))
            yield case("zip", count, [other], both.map(lambda x, y: tf.stack([x, y])))
            yield case("concatenate", count, [other], numbers(count).concatenate(numbers(other).map(lambda i: i * 5)))
        for shards, index in ((1, 0), (3, 0), (3, 2), (7, 6)):
            yield case("shard", count, [shards, index], numbers(count).shard(shards, index))
        yield case("enumerate", count, [5], numbers(count).enumerate(5).map(lambda i, x: tf.stack([i, x])))
        yield case("cache", count, [], numbers(count).cache())


def cardinalities():
    """Steps after a filter, whose number of elements is not known, and after an endless repeat."""
    steps = {
        "take": lambda d: d.take(3),
        "take 0": lambda d: d.take(0),
        "skip": lambda d: d.skip(3),
        "repeat": lambda d: d.repeat(),
        "repeat 2": lambda d: d.repeat(2),
        "repeat 0": lambda d: d.repeat(0),
        "batch": lambda d: d.batch(3),
        "drop": lambda d: d.batch(3, drop_remainder=True),
        "shuffle": lambda d: d.shuffle(3),
        "prefetch": lambda d: d.prefetch(3),
        "map": lambda d: d.map(lambda x: x),
        "shard": lambda d: d.shard(3, 1),
        "window": lambda d: d.window(3, 1, 1, True),
        "enumerate": lambda d: d.enumerate(),
        "cache": lambda d: d.cache(),
        "unbatch": lambda d: d.batch(2).unbatch(),
        "concatenate": lambda d: d.concatenate(numbers(4)),
        "before": lambda d: numbers(4).concatenate(d),
        "zip": lambda d: tf.data.Dataset.zip((d, numbers(4))),
    }
    for source, dataset in (
        ("filter", numbers(10).filter(lambda x: x > 2)),
        ("endless", numbers(10).repeat()),
        ("none", numbers(0)),
    ):
        for name, step in steps.items():
            if (source, name) != ("endless", "cache"):
                yield {"source": source, "step": name, "cardinality": int(step(dataset).cardinality())}


def write(file, rows):
    with open(OUT / file, "w") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    write("pipelines.json", [*windows(), *interleaves(), *padded(), *buckets(), *others()])
    write("cardinalities.json", cardinalities())
