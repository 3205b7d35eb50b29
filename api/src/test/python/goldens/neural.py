"""Convolution, pooling, normalization, attention, softmax and its losses, segments, images.

TensorFlow on the CPU has no gradients of grouped and dilated convolutions, no pooling with dilation or padding in numbers, and
takes no images with channels first: PyTorch computes these, or TensorFlow between transpositions. TensorFlow's pooling loses NaN;
PyTorch's keeps it.
"""

import keras
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F

from goldens.draws import FLOATING, real

EPSILON = 0.001
WHOLE = [np.int32, np.int64]


def coarse(name, dtype, *shape):
    """Numbers within [-1, 1] that are sums of few powers of 2, so that what is made of them is short to write."""
    return np.round(real(name, dtype, -1, 1, *shape) * 8) / 8


def distinct(name, dtype, *shape):
    """Different numbers within (-2, 2), and as short."""
    count = int(np.prod(shape))
    order = np.argsort(real(name, np.float64, 0, 1, count))
    return ((order - count // 2) / 64).astype(dtype).reshape(shape)


def torched(function):
    """Makes a function of PyTorch one of TensorFlow."""

    @tf.custom_gradient
    def call(*inputs):
        tensors = [torch.tensor(x.numpy(), requires_grad=True) for x in inputs]
        y = function(*tensors)

        def gradient(g):
            return [tf.constant(d.numpy()) for d in torch.autograd.grad(y, tensors, torch.tensor(g.numpy()))]

        return tf.constant(y.detach().numpy()), gradient

    return call


def first(function):
    """Makes a function of images with channels last one of images with channels first."""

    def call(x, *others):
        rank = len(x.shape)
        y = function(tf.transpose(x, [0, *range(2, rank), 1]), *others)
        return tf.transpose(y, [0, rank - 1, *range(1, rank - 1)])

    return call


def to_first(x):
    return x.permute(0, x.dim() - 1, *range(1, x.dim() - 1))


def to_last(x):
    return x.permute(0, *range(2, x.dim()), 1)


def padding(x, sizes, strides, dilations, pads):
    """Pairs of padding before and behind each spatial axis of PyTorch's images."""
    if pads == "VALID":
        return [(0, 0)] * len(sizes)
    if pads != "SAME":
        return pads
    pairs = []
    for image, size, stride, dilation in zip(x.shape[2:], sizes, strides, dilations):
        total = max((-(-image // stride) - 1) * stride + (size - 1) * dilation + 1 - image, 0)
        pairs.append((total // 2, total - total // 2))
    return pairs


def padded(x, pairs, value=0.0):
    return F.pad(x, [n for pair in reversed(pairs) for n in pair], value=value)


def conv(strides, dilations, pads, groups=1):
    """PyTorch's convolution, of images and kernels as TensorFlow has them."""

    def call(x, k):
        x = to_first(x)
        sizes = k.shape[:-2]
        x = padded(x, padding(x, sizes, strides, dilations, pads))
        k = k.permute(k.dim() - 1, k.dim() - 2, *range(len(sizes)))
        function = [F.conv1d, F.conv2d, F.conv3d][len(sizes) - 1]
        return to_last(function(x, k, stride=strides, dilation=dilations, groups=groups))

    return torched(call)


def transposed(strides, dilations, pads, groups, outputs):
    """The gradient that PyTorch's convolution has for images of the sizes."""

    def call(x, k):
        sizes = k.shape[:-2]
        images = torch.zeros(x.shape[0], k.shape[-2] * groups, *outputs, dtype=x.dtype)
        pairs = padding(images, sizes, strides, dilations, pads)
        full = [n + before + after for n, (before, after) in zip(outputs, pairs)]
        x, k = to_first(x), k.permute(k.dim() - 1, k.dim() - 2, *range(len(sizes)))
        spans = [(size - 1) * dilation + 1 for size, dilation in zip(sizes, dilations)]
        more = [n - ((m - 1) * s + span) for n, m, s, span in zip(full, x.shape[2:], strides, spans)]
        function = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][len(sizes) - 1]
        y = function(x, k, stride=strides, dilation=dilations, groups=groups)
        y = padded(y, [(0, n) for n in more])
        for axis, (before, _) in enumerate(pairs):
            y = y.narrow(axis + 2, before, outputs[axis])
        return to_last(y)

    return torched(call)


def unfolded(sizes, strides, dilations, pads, reduce):
    """Pooling of PyTorch's windows; padding is `value`."""

    def call(x):
        x = to_first(x)
        n, c, *image = x.shape
        pairs = padding(x, sizes, strides, dilations, pads)
        value = -float("inf") if reduce == "max" else 0.0

        def windows(x, value):
            return F.unfold(padded(x, pairs, value), sizes, dilation=dilations, stride=strides)

        spans = [(size - 1) * dilation + 1 for size, dilation in zip(sizes, dilations)]
        places = [(m + sum(p) - span) // s + 1 for m, p, span, s in zip(image, pairs, spans, strides)]
        columns = windows(x, value).reshape(n, c, sizes[0] * sizes[1], *places)
        if reduce == "max":
            return to_last(columns.amax(2))
        counts = windows(torch.ones(1, 1, *image, dtype=x.dtype), 0.0).reshape(1, 1, -1, *places).sum(2)
        return to_last(columns.sum(2) / counts)

    return torched(call)


def convolutions(dtype):
    def case(row, function, images, *kernels):
        return row, function, [coarse(f"{row}{i}", dtype, *shape) for i, shape in enumerate([images, *kernels])]

    for stride, pads in [(1, "VALID"), (2, "VALID"), (1, "SAME"), (2, "SAME"), (4, "SAME")]:
        row = f"conv2d {pads} by {stride}"
        function = lambda x, k: tf.nn.conv2d(x, k, stride, pads)
        yield case(row, function, [2, 5, 4, 2], [3, 2, 2, 2])
        yield case(row, function, [1, 7, 6, 1], [2, 3, 1, 2])
    yield case("conv2d dilated", conv((2, 1), (2, 3), "SAME"), [1, 6, 7, 2], [2, 3, 2, 3])
    yield case("conv2d dilated", conv((2, 1), (2, 3), "SAME"), [1, 1, 2, 1], [3, 2, 1, 2])
    pads = [[0, 0], [1, 3], [2, 0], [0, 0]]
    yield case("conv2d padded", lambda x, k: tf.nn.conv2d(x, k, [1, 3], pads), [2, 4, 5, 2], [3, 2, 2, 3])
    grouped = conv((2, 2), (1, 1), "SAME", 2)
    yield case("conv2d grouped", grouped, [2, 5, 4, 4], [3, 2, 2, 6])
    yield case("conv2d grouped", grouped, [1, 3, 4, 2], [2, 2, 1, 2])
    yield case("conv2d grouped", grouped, [1, 3, 4, 2], [2, 2, 1, 4])
    strided = first(conv((1, 2), (2, 2), [(1, 1), (1, 1)], 2))
    yield case("conv2d channels first", strided, [2, 4, 4, 5], [2, 3, 2, 2])
    yield case("conv1d", lambda x, k: tf.nn.conv1d(x, k, 1, "VALID"), [2, 7, 3], [3, 3, 4])
    yield case("conv1d SAME by 3", lambda x, k: tf.nn.conv1d(x, k, 3, "SAME"), [2, 7, 3], [4, 3, 4])
    yield case("conv1d SAME by 3", lambda x, k: tf.nn.conv1d(x, k, 3, "SAME"), [2, 8, 3], [2, 3, 4])
    yield case("conv1d causal", conv((1,), (2,), [(4, 0)]), [2, 7, 2], [3, 2, 4])
    yield case("conv1d of CAUSAL padding", conv((1,), (2,), [(4, 0)]), [2, 7, 2], [3, 2, 4])
    yield case("conv3d", lambda x, k: tf.nn.conv3d(x, k, [1] * 5, "VALID"), [1, 3, 4, 3, 2], [2, 3, 1, 2, 3])
    by_two = [1, 2, 2, 2, 1]
    yield case("conv3d SAME by 2", lambda x, k: tf.nn.conv3d(x, k, by_two, "SAME"), [1, 3, 4, 5, 2], [2, 3, 2, 2, 2])
    volume = conv((1, 2, 1), (2, 1, 1), [(1, 1), (0, 0), (1, 1)], 2)
    yield case("conv3d dilated and grouped", volume, [1, 4, 3, 3, 4], [2, 2, 2, 2, 2])

    for stride, pads in [(1, "VALID"), (2, "VALID"), (3, "VALID"), (2, "SAME")]:
        row = f"conv2dTranspose {pads} by {stride}"
        function = lambda x, k: keras.ops.conv_transpose(x, k, stride, pads.lower())
        yield case(row, function, [1, 4, 5, 2], [3, 2, 2, 2])
        yield case(row, function, [1, 3, 2, 1], [2, 4, 2, 1])
    sized = lambda x, k: tf.nn.conv2d_transpose(x, k, [1, 7, 9, 2], 2, "SAME")
    yield case("conv2dTranspose to sizes", sized, [1, 4, 5, 2], [3, 2, 2, 2])
    pads = [[0, 0], [1, 2], [2, 1], [0, 0]]
    cropped = lambda x, k: tf.nn.conv2d_transpose(x, k, [1, 6, 12, 2], [2, 3], pads)
    yield case("conv2dTranspose padded", cropped, [1, 4, 5, 2], [3, 2, 2, 2])
    strided = first(transposed((1, 2), (2, 2), [(1, 1), (1, 1)], 2, (3, 9)))
    yield case("conv2dTranspose channels first", strided, [2, 4, 3, 4], [2, 3, 2, 4])
    line = lambda x, k: keras.ops.conv_transpose(x, k, 2, "same")
    yield case("conv1dTranspose", line, [2, 5, 3], [3, 2, 3])
    for pads in ["VALID", "SAME"]:
        row = f"conv2dTranspose {pads} with output padding"
        function = lambda x, k: keras.ops.conv_transpose(x, k, (2, 3), pads.lower(), output_padding=1)
        yield case(row, function, [1, 4, 5, 2], [3, 3, 2, 2])
    yield case("conv1dTranspose dilated", transposed((1,), (2,), [(4, 0)], 1, (7,)), [2, 7, 3], [3, 2, 3])
    cube = lambda x, k: keras.ops.conv_transpose(x, k, 2, "valid")
    yield case("conv3dTranspose", cube, [1, 2, 3, 2, 3], [2, 3, 1, 2, 3])
    cube = transposed((2, 2, 2), (1, 1, 1), "SAME", 2, (4, 4, 4))
    yield case("conv3dTranspose grouped", cube, [1, 2, 2, 2, 4], [2, 3, 1, 1, 4])

    line = lambda x, k: keras.ops.depthwise_conv(x, k, 2, "same")
    yield case("depthwiseConv1d", line, [2, 7, 3], [3, 3, 2])
    line = lambda x, k, p: keras.ops.separable_conv(x, k, p, 2, "same")
    yield case("separableConv1d", line, [2, 7, 3], [2, 3, 2], [1, 6, 4])

    def depthwise(stride, pads, dilation=None):
        return lambda x, k: tf.nn.depthwise_conv2d(x, k, [1, stride, stride, 1], pads, dilations=dilation)

    for row, function in [
        ("depthwiseConv2d", depthwise(1, "VALID")),
        ("depthwiseConv2d SAME by 2", depthwise(2, "SAME")),
        ("depthwiseConv2d of stride and padding", depthwise(1, "SAME")),
        ("depthwiseConv2d dilated", depthwise(1, "SAME", [2, 1])),
    ]:
        yield case(row, function, [1, 4, 5, 3], [3, 2, 3, 2])
        yield case(row, function, [1, 4, 5, 3], [2, 2, 3, 1])
    yield case("depthwiseConv2d channels first", first(depthwise(2, "VALID")), [2, 3, 4, 5], [2, 2, 3, 2])

    def separable(stride, pads):
        return lambda x, k, p: tf.nn.separable_conv2d(x, k, p, [1, stride, stride, 1], pads)

    yield case("separableConv2d", separable(1, "SAME"), [1, 4, 5, 3], [3, 2, 3, 2], [1, 1, 6, 4])
    yield case("separableConv2d by 2", separable(2, "VALID"), [1, 4, 5, 3], [3, 2, 3, 1], [1, 1, 3, 4])
    mixed = first(separable(1, "VALID"))
    yield case("separableConv2d channels first", mixed, [1, 2, 4, 5], [3, 2, 2, 2], [1, 1, 4, 3])


def volume(kind):
    """Pooling of volumes; TensorFlow's knows no float64."""
    sizes, strides = (2, 3, 2), (1, 2, 2)

    def call(x):
        x = to_first(x)
        pairs = padding(x, sizes, strides, (1, 1, 1), "SAME")
        if kind == "max":
            return to_last(F.max_pool3d(padded(x, pairs, -float("inf")), sizes, strides))
        total, counts = (F.avg_pool3d(padded(t, pairs), sizes, strides) for t in (x, torch.ones_like(x)))
        return to_last(total / counts)

    return torched(call)


def pooling(dtype):
    windows = [
        ("2x2/2x2 VALID", (2, 2), (2, 2), (1, 1), "VALID"),
        ("3x2/1x2 SAME", (3, 2), (1, 2), (1, 1), "SAME"),
        ("1x2/3x4 SAME", (1, 2), (3, 4), (1, 1), "SAME"),
        ("3x3/2x1 VALID", (3, 3), (2, 1), (1, 1), "VALID"),
        ("2x2/1x1 dilated 3x1 SAME", (2, 2), (1, 1), (3, 1), "SAME"),
        ("2x3/2x2 1:0,0:2", (2, 3), (2, 2), (1, 1), [(1, 0), (0, 2)]),
    ]
    for kind in ["max", "avg"]:
        native = {"max": tf.nn.max_pool2d, "avg": tf.nn.avg_pool2d}[kind]
        for name, sizes, strides, dilations, pads in windows:
            row = f"{kind}Pool2d {name}"
            plain = dilations == (1, 1) and isinstance(pads, str)
            function = (
                (lambda x: native(x, sizes, strides, pads)) if plain else unfolded(sizes, strides, dilations, pads, kind)
            )
            yield row, function, [distinct(row, dtype, 1, 5, 6, 2) - 3]
        tied = np.floor(distinct(kind, dtype, 1, 4, 4, 2) * 2)
        yield f"{kind}Pool2d 2x2/2x2 VALID", lambda x: native(x, 2, 2, "VALID"), [tied]
        native = {"max": tf.nn.max_pool1d, "avg": tf.nn.avg_pool1d}[kind]
        line = lambda x: native(x, 3, 2, "SAME")
        yield f"{kind}Pool1d", line, [distinct(kind, dtype, 2, 6, 3)]
        yield f"{kind}Pool1d channels first", first(line), [distinct(kind, dtype, 2, 3, 7)]
        plane = {"max": tf.nn.max_pool2d, "avg": tf.nn.avg_pool2d}[kind]
        corner = first(lambda x: plane(x, 2, [1, 2], "VALID"))
        yield f"{kind}Pool2d channels first", corner, [distinct(kind, dtype, 2, 3, 4, 5)]
        cube = volume(kind)
        yield f"{kind}Pool3d", cube, [distinct(kind, dtype, 1, 3, 4, 3, 2)]
        yield f"{kind}Pool3d channels first", first(cube), [distinct(kind, dtype, 1, 2, 3, 4, 3)]
    side = [
        ("maxPool1d of a size", lambda x: tf.nn.max_pool1d(x, 2, 2, "VALID"), (2, 7, 3)),
        ("avgPool1d of a size", lambda x: tf.nn.avg_pool1d(x, 3, 3, "VALID"), (2, 7, 3)),
        ("maxPool2d of a size", lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"), (2, 5, 4, 2)),
        ("avgPool2d of sizes", lambda x: tf.nn.avg_pool2d(x, [2, 3], [2, 3], "VALID"), (2, 4, 6, 2)),
        ("maxPool3d of sizes", torched(lambda x: to_last(F.max_pool3d(to_first(x), (1, 2, 3)))), (2, 2, 4, 3, 2)),
        ("avgPool3d of a size", torched(lambda x: to_last(F.avg_pool3d(to_first(x), 2))), (2, 2, 4, 3, 2)),
    ]
    for row, function, shape in side:
        yield row, function, [distinct(row, dtype, *shape)]
    odd = np.array([np.nan, 1, -np.inf, -np.inf, 2, 3, -np.inf, -np.inf, 5, np.inf, 0, -0.0], dtype).reshape(1, 2, 6, 1)
    nan_kept = torched(lambda x: to_last(F.max_pool2d(to_first(x), 2)))
    yield "maxPool2d 2x2/2x2 VALID", nan_kept, [odd]
    yield "avgPool2d 2x2/2x2 VALID", lambda x: tf.nn.avg_pool2d(x, 2, 2, "VALID"), [odd]
    images = real("global", dtype, -2, 2, 2, 3, 4, 3)
    yield "globalMaxPool", lambda x: tf.reduce_max(x, [1, 2]), [images]
    yield "globalMaxPool channels first", lambda x: tf.reduce_max(x, 2), [real("global", dtype, -2, 2, 2, 3, 5)]
    yield "globalAvgPool", lambda x: tf.reduce_mean(x, [1, 2]), [images]
    volumes = real("global", dtype, -2, 2, 2, 2, 3, 2, 3)
    yield "globalAvgPool kept", lambda x: tf.reduce_mean(x, [1, 2, 3], keepdims=True), [volumes]


def normalization(dtype):
    def draw(*shape):
        return real(f"norm{shape}", dtype, -2, 2, *shape)

    def scales(*shape):
        return real(f"scale{shape}", dtype, 0.5, 2, *shape)

    def batch_norm(axes, shape):
        def call(x, scale, offset):
            mean, variance = tf.nn.moments(x, axes, keepdims=True)
            parameters = [tf.reshape(p, shape) for p in (offset, scale)]
            return tf.nn.batch_normalization(x, mean, variance, *parameters, EPSILON)

        return call

    def group_norm(x, scale, offset):
        return to_last(F.group_norm(to_first(x), 2, scale, offset, EPSILON))

    def column(x):
        return tf.reshape(x, [-1, 1])

    x = draw(3, 4, 2)
    yield "moments mean", lambda x: tf.nn.moments(x, [0, 2])[0], [x]
    yield "moments variance", lambda x: tf.nn.moments(x, [0, 2])[1], [x]
    yield "moments of all", lambda x: tf.nn.moments(x, [0, 1])[1], [draw(3, 4)]
    yield "moments kept", lambda x: tf.nn.moments(x, [1], keepdims=True)[1], [x]
    channels = [scales(3), draw(3)]
    known = lambda x, v, o: tf.nn.batch_normalization(x, o, v, o, v, EPSILON)
    yield "batchNorm", known, [draw(2, 5, 3), *channels]
    alone = lambda x, v, o: tf.nn.batch_normalization(x, o, v, None, None, EPSILON)
    yield "batchNorm alone", alone, [draw(2, 5, 3), *channels]
    along = lambda x, v, o: known(x, column(v), column(o))
    yield "batchNorm along 1", along, [draw(2, 3, 5), *channels]
    yield "batchNormTraining", batch_norm([0, 1], [3]), [draw(2, 5, 3), *channels]
    yield "batchNormTraining along 1", batch_norm([0, 2], [3, 1]), [draw(2, 3, 5), *channels]
    yield "batchNormTraining mean", lambda x: tf.nn.moments(x, [0, 1])[0], [draw(4, 5, 3)]
    yield "batchNormTraining variance", lambda x: tf.nn.moments(x, [0, 1])[1], [draw(4, 5, 3)]
    layer = torched(lambda x, s, o: F.layer_norm(x, s.shape, s, o, EPSILON))
    yield "layerNorm", layer, [draw(4, 5), scales(5), draw(5)]
    yield "layerNorm of two axes", layer, [draw(3, 4, 2), scales(4, 2), draw(4, 2)]
    yield "layerNorm along 0", batch_norm([0], [4, 1]), [draw(4, 3), scales(4), draw(4)]
    yield "groupNorm", torched(group_norm), [draw(2, 3, 2, 4), scales(4), draw(4)]
    yield "groupNorm", torched(group_norm), [draw(3, 6), scales(6), draw(6)]
    yield "rmsNorm", torched(lambda x, s: F.rms_norm(x, s.shape, s, EPSILON)), [draw(4, 5), scales(5)]
    unit = lambda x: tf.math.l2_normalize(x, 1, EPSILON)
    yield "l2Normalize", unit, [draw(3, 4, 2)]
    yield "l2Normalize", unit, [real("small", dtype, -0.001, 0.001, 3, 4)]


def recurrent(dtype):
    def draw(*shape):
        return real(f"recurrent{shape}", dtype, -1, 1, *shape)

    h = tf.constant([[0.5, -0.25, 1], [-1, 0.75, 0]], dtype)
    c = tf.constant([[-0.5, 2, 0.25], [1, -0.75, 0.5]], dtype)
    bias = tf.constant([0.5, -0.25, 0, 1, 0.25, -0.5, -1, 0.75, 0.125, 0.5, 0, -0.125], dtype)
    mask = np.array([[0, 1], [1, 1], [1, 0], [0, 1]], bool)

    def steps(step, state, masked=False):
        def call(x, k, r):
            s, outputs = state, []
            for t in range(4):
                new = step(tf.matmul(x[t], k), r, s)
                s = [tf.where(mask[t][:, None], a, b) for a, b in zip(new, s)] if masked else new
                outputs.append(s[-1])
            return tf.stack(outputs)

        return call

    def simple(biased):
        return lambda a, r, s: [tf.tanh(a + tf.matmul(s[0], r) + biased * bias[:3])]

    def lstm(a, r, s):
        i, f, g, o = tf.split(a + tf.matmul(s[0], r) + bias, 4, 1)
        memory = tf.sigmoid(f) * s[1] + tf.sigmoid(i) * tf.tanh(g)
        return [tf.sigmoid(o) * tf.tanh(memory), memory]

    def outputs(step):
        """Has the output last, as well."""
        return lambda a, r, s: (lambda new: [*new, new[0]])(step(a, r, s[:2]))

    def gru(a, r, s):
        z, reset, g = tf.split(a + bias[:9], 3, 1)
        state = tf.split(tf.matmul(s[0], r) + bias[3:], 3, 1)
        z = tf.sigmoid(z + state[0])
        return [z * s[0] + (1 - z) * tf.tanh(g + tf.sigmoid(reset + state[1]) * state[2])]

    x = draw(4, 2, 2)
    for row, function, gates in [
        ("simpleRnn", steps(simple(1), [h]), 1),
        ("simpleRnn of a mask", steps(simple(0), [h], True), 1),
        ("lstm", steps(outputs(lstm), [h, c, h]), 4),
        ("lstm memories of a mask", steps(lstm, [h, c], True), 4),
        ("gru", steps(gru, [h]), 3),
        ("gru of a mask", steps(gru, [h], True), 3),
    ]:
        yield row, function, [x, draw(2, 3 * gates), draw(3, 3 * gates)]


def sparsemax(x, axis=-1):
    """keras.activations.sparsemax adds up the cumulative sums of the support, where only the last one counts."""
    x = x - tf.reduce_max(x, axis, keepdims=True)
    s = tf.sort(x, axis, "DESCENDING")
    support = s * tf.cumsum(tf.ones_like(s), axis) > tf.cumsum(s, axis) - 1
    total = tf.reduce_sum(tf.where(support, s, 0), axis, keepdims=True)
    return tf.nn.relu(x - (total - 1) / tf.reduce_sum(tf.cast(support, x.dtype), axis, keepdims=True))


def classes(dtype):
    logits = real("logits", dtype, -5, 5, 3, 4)
    inf, nan = np.inf, np.nan
    odd = np.array(
        [[0, -inf, 1], [-inf, -inf, -inf], [inf, 0, 1], [nan, 0, 1], [1e4, 0, -1e4], [-1e4, -1e4, -1e4], [0, 0, 0]], dtype
    )
    for row, function in [("softmax", tf.nn.softmax), ("logSoftmax", tf.nn.log_softmax)]:
        yield row, function, [logits]
        yield row, function, [odd]
    cube = real("cube", dtype, -5, 5, 2, 3, 4)
    yield "softmax along 1", lambda x: tf.nn.softmax(x, 1), [cube]
    yield "logSoftmax along 0", lambda x: tf.nn.log_softmax(x, 0), [cube]
    for row, function in [("sparsemax", sparsemax), ("glu", keras.activations.glu)]:
        yield row, function, [real(row, dtype, -2, 2, 3, 4)]
        yield row, function, [np.array([[1e4, 0, -1e4, 0], [-0.25, -0.25, -0.25, -0.25]], dtype)]
    yield "sparsemax along 0", lambda x: sparsemax(x, 0), [cube]
    yield "glu along 1", lambda x: keras.activations.glu(x, 1), [real("glu", dtype, -5, 5, 2, 4, 3)]
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits
    yield "sparseSoftmaxCrossEntropy", sparse, [np.array([3, 0, 1], np.int32), logits]
    yield "sparseSoftmaxCrossEntropy", sparse, [np.array([0, 0, 1, 1, 2, 1, 1], np.int64), odd]
    yield "sparseSoftmaxCrossEntropy", sparse, [np.array([1, 1, 0, 2, 0, 0, 2], np.int32), odd]
    dense = tf.nn.softmax_cross_entropy_with_logits
    labels = real("labels", dtype, 0, 1, 3, 4)
    # Its gradient takes for granted that they sum to 1.
    yield "softmaxCrossEntropy", dense, [(labels / labels.sum(1, keepdims=True)).astype(dtype), logits]
    masked = np.array([[0.5, 0, 0.5]] * len(odd), dtype)
    yield "softmaxCrossEntropy", dense, [masked, odd]
    binary = tf.nn.sigmoid_cross_entropy_with_logits
    yield "sigmoidCrossEntropy", binary, [labels, logits]
    edges = np.array([0, 1e4, -1e4, 100, -100, inf, -inf, nan, -0.0], dtype)
    for label in [0, 0.5, 1]:
        yield "sigmoidCrossEntropy", binary, [np.full(len(edges), label, dtype), edges]


MASK = np.array([[0, 1, 0, 1, 1], [0, 0, 0, 0, 0], [1, 1, 0, 0, 1]], bool)


def masked_softmax(scores, mask):
    return tf.nn.softmax(tf.where(mask, scores, -1e9))


def attention(scale, mask=None, causal=False):
    return lambda q, k, v: keras.ops.dot_product_attention(q, k, v, mask=mask, scale=scale, is_causal=causal)


def attentions(dtype):
    q, k, v = (real(name, dtype, -2, 2, 2, n, 2, d) for name, n, d in [("q", 3, 4), ("k", 5, 4), ("v", 5, 3)])
    row = "dotProductAttention"
    yield row, attention(None), [q, k, v]
    yield row, attention(np.sqrt(0.5)), [real("q", dtype, -9, 9, 1, 3, 4, 2), k[:1, ..., :2], v[:1]]
    yield row + " causal", attention(0.5, None, True), [q, k, v]
    yield row + " causal", attention(0.5, None, True), [k, q, real("v", dtype, -2, 2, 2, 3, 2, 1)]
    yield row + " masked", attention(0.5, MASK[None, None]), [q, k, v]
    yield row + " masked and causal", attention(-1, MASK[None, None], True), [q, k, v]
    queries = np.array([[True], [False], [True]])[None, None]
    yield row + " of masked queries", attention(1, queries), [q, k, v]
    scores = real("scores", dtype, -5, 5, 2, 3, 5)
    yield "maskedSoftmax", masked_softmax, [scores, MASK]
    yield "maskedSoftmax", masked_softmax, [scores, MASK[:, 1:2]]
    x, y = real("x", dtype, -1, 1, 4, 1), real("y", dtype, -1, 1, 2, 3, 1)
    apart = np.arange(4)[:, None] - np.arange(3)
    yield "causalMask", lambda a, b: tf.constant(apart >= 0), [x, y]
    yield "windowMask", lambda a, b: tf.constant(abs(apart) < 2), [x, y]


def rows(dtype):
    def draw(*shape):
        return np.round(real(f"rows{shape}", dtype, -5, 5, *shape), 1)

    yield "embeddingLookup", tf.nn.embedding_lookup, [draw(4, 3), np.array([[3, 0], [3, 1]], np.int32)]
    if dtype not in WHOLE:
        yield "embeddingLookup", tf.nn.embedding_lookup, [draw(4), np.array([2, 2, 2], np.int64)]
    rising, mixed = [0, 0, 2, 2, 2], [2, -1, 0, 2, 1, 0]
    tied = np.array([[1, 2], [1, 0], [3, 3], [3, 4], [0, 4]], dtype)
    for kind in ["Sum", "Mean", "Max", "Min"]:
        if kind == "Mean" and dtype in WHOLE:
            continue
        function = getattr(tf.math, "segment_" + kind.lower())
        for x in [draw(5, 3), tied, draw(5)]:
            yield "segment" + kind, lambda x: function(x, rising), [x]
        unsorted = getattr(tf.math, "unsorted_segment_" + kind.lower())
        if kind in ["Max", "Min"]:
            six = np.concatenate([tied, [[0, 0]]]).astype(dtype)
            for x in [draw(6, 2), six, np.zeros(6, dtype)]:
                yield "unsortedSegment" + kind, lambda x: unsorted(x, mixed, 3), [x]
        else:
            ids = np.array([[2, -1, 0], [2, 2, 0]], np.int32)
            yield "unsortedSegment" + kind, lambda x, i: unsorted(x, i, 4), [draw(2, 3, 2), ids]
            yield "unsortedSegment" + kind, lambda x, i: unsorted(x, i, 4), [draw(3), np.array([1, 3, 1], np.int64)]


def images(dtype):
    def bilinear(height, width):
        def smooth(x):
            return to_last(F.interpolate(to_first(x), (height, width), mode="bilinear"))

        wide = torched(smooth)
        return lambda x: tf.image.resize(x, (height, width)) if x.dtype == tf.float32 else wide(x)

    for row, size in [("up", (7, 5)), ("down", (2, 3))]:
        for shape in [(1, 3, 4, 2), (1, 5, 7, 1), (1, 6, 9, 1), (1, 1, 2, 1)]:
            x = np.round(real(f"image{shape}", dtype, -5, 5, *shape), 1)
            yield f"resizeNearest {row}", lambda x: tf.image.resize(x, size, "nearest"), [x]
            if dtype not in WHOLE:
                yield f"resizeBilinear {row}", bilinear(*size), [x]


def resizing():
    for row, size, method, antialias in [
        ("bicubic up", (7, 6), "bicubic", False),
        ("bicubic down", (2, 3), "bicubic", False),
        ("bicubic antialias", (2, 3), "bicubic", True),
        ("bilinear antialias", (2, 3), "bilinear", True),
        ("lanczos3 up", (7, 6), "lanczos3", False),
        ("lanczos3 down", (2, 3), "lanczos3", False),
        ("lanczos5 up", (7, 6), "lanczos5", False),
        ("lanczos5 antialias", (2, 3), "lanczos5", True),
    ]:
        for shape in [(1, 5, 4, 2), (1, 3, 9, 1), (1, 1, 2, 1)]:
            x = np.round(real(f"image{shape}", np.float32, -5, 5, *shape), 1)
            yield f"resize {row}", lambda x: tf.image.resize(x, size, method, antialias=antialias), [x]


def differenced(function, step):
    """A function of one tensor with gradients by differences, where TensorFlow has none, or approximates them."""

    @tf.custom_gradient
    def call(x):
        def gradient(g):
            wide = tf.cast(x, tf.float64)
            steps = np.eye(x.numpy().size).reshape(-1, *x.shape) * step
            changes = [function(wide + one) - function(wide - one) for one in steps]
            sums = [tf.reduce_sum(change * tf.cast(g, tf.float64)) / (2 * step) for change in changes]
            return tf.cast(tf.reshape(sums, x.shape), x.dtype)

        return function(x), gradient

    return call


def mapped(mode):
    y = np.array([[-1.3, 0.2, 2.9], [3.4, 5.6, 1.5]], np.float32)
    x = np.array([[0.3, -0.6, 4.2], [2, 7.7, 1.5]], np.float32)

    def pixels(images):
        image = images[0, ..., 0]
        if mode == "reflect":  # TensorFlow's backend of Keras mirrors the two ends differently
            one = torch.tensor(image.numpy())[None, None]
            grid = torch.tensor(np.stack([(2 * x + 1) / 5 - 1, (2 * y + 1) / 4 - 1], -1)[None]).to(one.dtype)
            found = F.grid_sample(one, grid, padding_mode="reflection", align_corners=False).numpy()
        else:
            found = keras.ops.image.map_coordinates(image, [y, x], 1, mode, 0.5)
        return tf.reshape(found, (1, 2, 3, 1))

    return pixels


def transforms():
    ops = keras.ops.image
    colours = np.round(real("colours", np.float32, 0, 1, 1, 2, 3, 3), 2)
    yield "rgbToGrayscale", ops.rgb_to_grayscale, [colours]
    yield "rgbToHsv", tf.image.rgb_to_hsv, [colours]
    yield "hsvToRgb", differenced(tf.image.hsv_to_rgb, 1e-6), [colours]
    x = np.round(real("image", np.float32, -1, 1, 1, 4, 5, 1), 1)
    yield "gaussianBlur", gaussian_blur, [x]
    transform = np.array([1.1, 0.3, -1.2, -0.21, 0.9, 0.6, 0.01, 0.02], np.float32)
    for mode in ["constant", "nearest", "reflect", "wrap"]:
        for interpolation in ["nearest", "bilinear"]:
            affine = lambda x: ops.affine_transform(x, transform, interpolation, mode, 0.5)
            yield f"affineTransform {mode} {interpolation}", differenced(affine, 1), [x]
        yield f"mapCoordinates {mode}", differenced(mapped(mode), 1), [x]
    start = np.array([[0, 0], [4, 0], [0, 3], [4, 3]], np.float32)
    end = np.array([[0, 0], [3.5, 0], [0, 3.5], [4.5, 2.5]], np.float32)
    perspective = lambda x: ops.perspective_transform(x, start, end, "bilinear", 0.5)
    yield "perspectiveTransform", differenced(perspective, 1), [x]


def gaussian_blur(x):
    """Of a height of 3 and a width of 5: Keras's has square kernels alone."""
    columns = keras.ops.image.gaussian_blur(tf.pad(x, [[0, 0]] * 2 + [[2, 2]] + [[0, 0]]), (5, 5), (1.5, 1e-3))
    return keras.ops.image.gaussian_blur(columns, (3, 3), (1e-3, 0.8))[:, :, 2:-2]


CTC_TARGET = [[1, 2], [3, 3], [2, 0]]


def ctc_loss(lengths):
    return lambda x: tf.nn.ctc_loss(tf.constant(CTC_TARGET), x, lengths, [5, 4, 3], False, blank_index=0)


def ctc_decode(part, **how):
    return lambda x: keras.ops.ctc_decode(x, [4, 3], **how)[part]


def ctc():
    """In float32, as TensorFlow's loss is."""
    x = real("ctc", np.float32, -2, 2, 3, 5, 4)
    yield "ctcLoss", ctc_loss([2, 2, 1]), [x]
    yield "ctcLoss of few labels", ctc_loss([0, 1, 1]), [x]
    x = real("decode", np.float32, -2, 2, 2, 4, 3)
    yield "ctcGreedyDecode", ctc_decode(0, strategy="greedy"), [x]
    yield "ctcGreedyDecode unmerged", ctc_decode(0, strategy="greedy", merge_repeated=False), [x]
    largest = lambda x: -tf.reduce_sum(tf.reduce_max(x, 2) * [[1.0, 1, 1, 1], [1, 1, 1, 0]], 1, keepdims=True)
    yield "ctcGreedyDecode scores", largest, [x]
    beam = {"strategy": "beam_search", "beam_width": 50, "top_paths": 2, "mask_index": 1}
    yield "ctcBeamSearchDecode", ctc_decode(0, **beam), [x]


def cases():
    for dtype in FLOATING:
        for family in [convolutions, pooling, normalization, recurrent, classes, attentions]:
            yield from family(dtype)
    for dtype in FLOATING + WHOLE:
        yield from rows(dtype)
    for dtype in FLOATING + [np.int32]:
        yield from images(dtype)
    yield from resizing()
    yield from transforms()
    yield from ctc()
