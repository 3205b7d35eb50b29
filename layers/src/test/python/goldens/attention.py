"""Attention layers, whose inputs are query, value and, if there are three, key."""

import numpy as np
import tensorflow as tf

from . import array, layer_case

QUERIES = [[True, True, False], [True, False, True]]
VALUES = [[True, True, False, True], [False, True, False, True]]
KEYS = [[True, True, True, False], [True, True, False, True]]
PAIRS = [
    [[True, False, True, True], [False, True, True, True], [True, True, True, False]],
    [[False, False, True, True], [True, True, False, False], [True, True, True, True]],
]
SHORT, LONG = (2, 3, 4), (2, 4, 4)
HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2}


def attention_case(kind, arguments, *shapes, attention_mask=None, causal=False, scores=False, **options):
    """What an attention layer computes: the output, or the scores."""
    flags = {"use_causal_mask": True} if causal else {}
    if attention_mask is not None:
        flags["attention_mask"] = tf.constant(attention_mask)

    def call(layer, inputs, **others):
        given = (inputs,) if kind in ("Attention", "AdditiveAttention") else inputs
        y = layer(*given, **flags, **others, **({"return_attention_scores": True} if scores else {}))
        return y[1] if scores else y

    case = layer_case(kind, arguments, *shapes, call=call, **options)
    if scores:
        case.pop("mask", None)  # Keras leaves on the scores what masked their softmax
    case["attention"] = {"causal": causal, "scores": scores}
    if attention_mask is not None:
        case["attention"]["mask"] = array(np.array(attention_mask))
    return case


def sequences(kind, arguments, **options):
    yield attention_case(kind, arguments, SHORT, LONG, **options)
    yield attention_case(kind, arguments, SHORT, LONG, (2, 4, 4), masks=[QUERIES, VALUES, KEYS], **options)
    yield attention_case(kind, arguments, SHORT, (2, 4, 5), (2, 4, 4), causal=True, **options)
    yield attention_case(kind, arguments, SHORT, LONG, masks=[None, KEYS], causal=True, **options)


def heads(kind, arguments, **options):
    yield attention_case(kind, arguments, SHORT, LONG, **options)
    yield attention_case(kind, arguments, SHORT, (2, 4, 2), (2, 4, 3), attention_mask=PAIRS, **options)


def masked(kind, arguments, **options):
    for causal in (False, True):
        yield attention_case(kind, arguments, LONG, SHORT, causal=causal, **options)
        yield attention_case(kind, arguments, SHORT, LONG, masks=[QUERIES, VALUES], causal=causal, **options)
        yield attention_case(
            kind,
            arguments,
            SHORT,
            LONG,
            LONG,
            masks=[None, VALUES, KEYS],
            attention_mask=PAIRS[0],
            causal=causal,
            **options,
        )
    yield attention_case(kind, arguments | {"sliding_window": 2}, (2, 5, 4), (2, 4, 4), **options)
    yield attention_case(kind, arguments | {"sliding_window": 1}, SHORT, SHORT, causal=True, **options)
    yield attention_case(kind, arguments | {"sliding_window": 2}, LONG, LONG, masks=[VALUES], causal=True, **options)


def cases():
    for scores in (False, True):
        yield from sequences("Attention", {}, scores=scores)
        yield from sequences("Attention", {"score_mode": "concat"}, scores=scores)
        yield from sequences("AdditiveAttention", {}, scores=scores)
    yield from sequences("Attention", {"use_scale": True, "dropout": 0.5})
    yield from sequences("Attention", {"use_scale": True, "score_mode": "concat"})
    yield from sequences("AdditiveAttention", {"use_scale": False})
    yield attention_case("Attention", {}, (2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 4), causal=True)
    yield attention_case("Attention", {}, (2, 3, 4), (2, 3, 4), training=True)

    for kind, arguments in (("MultiHeadAttention", HEADS), ("GroupQueryAttention", GROUPS)):
        for options in ({}, {"use_bias": False}, {"use_gate": True}, {"use_gate": True, "use_bias": False}):
            yield from heads(kind, arguments | options, scale=0.25)
        yield from masked(kind, arguments, scale=0.25)
        for options in ({"scores": True}, {"causal": True, "scores": True}, {"attention_mask": PAIRS[0]}):
            yield attention_case(
                kind, arguments | {"dropout": 0.5}, SHORT, LONG, scale=0.25, masks=[QUERIES, VALUES], **options
            )
    yield from heads("GroupQueryAttention", GROUPS | {"num_key_value_heads": 1}, scale=0.25)
    yield from heads("GroupQueryAttention", GROUPS | {"num_key_value_heads": 4}, scale=0.25)

    for options in ({"value_dim": 1}, {"value_dim": 4, "use_gate": True}, {"output_shape": 5}, {"output_shape": [2, 3]}):
        yield from heads("MultiHeadAttention", HEADS | options, scale=0.25)
    square, other = (2, 2, 3, 4), (2, 2, 5, 4)
    for axes in ({}, {"attention_axes": [2]}, {"attention_axes": [2, 1]}, {"attention_axes": -2}):
        for scores in (False, True):
            yield attention_case("MultiHeadAttention", HEADS | axes, square, other, scale=0.25, scores=scores)
    yield attention_case("MultiHeadAttention", HEADS | {"attention_axes": 1}, square, (2, 5, 3, 4), scale=0.25)
    yield attention_case(
        "MultiHeadAttention",
        HEADS | {"attention_axes": [1]},
        (2, 3, 2, 4),
        (2, 4, 2, 4),
        masks=[QUERIES, VALUES],
        attention_mask=PAIRS,
        causal=True,
        scale=0.25,
    )
    yield attention_case(
        "MultiHeadAttention",
        HEADS,
        (2, 1, 3, 4),
        (2, 2, 2, 4),
        attention_mask=np.reshape(PAIRS, (2, 1, 3, 2, 2)).tolist(),
        scale=0.25,
    )
