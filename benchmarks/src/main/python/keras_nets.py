"""The nets and steps of Nets.java and Steps.java in Keras and TensorFlow."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

CLASSES = 10
LEARNING_RATE = 1e-9


class Net:
    """A model, what makes its examples and labels, and the most batches of an epoch; by default a classifier."""

    def __init__(self, batches, shape, model, below=None, label_shape=(), loss=None):
        self.batches, self.shape, self.below, self.label_shape = batches, shape, below, label_shape
        self.model = model if isinstance(model, keras.Model) else keras.Sequential([keras.Input(shape), *model])
        self.loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.metrics = [] if loss else ["accuracy"]

    def inputs(self, count):
        if self.below:
            return np.random.randint(0, self.below, (count, *self.shape)).astype("int32")
        return np.random.rand(count, *self.shape).astype("float32")

    def labels(self, count):
        if self.metrics:
            return np.random.randint(0, CLASSES, (count, *self.label_shape)).astype("int32")
        return self.inputs(count)


class Padded(Net):
    """A net of sequences of 25 to 50 steps, and zeros after them."""

    def inputs(self, count):
        lengths = np.random.randint(25, 51, (count, 1, 1))
        return super().inputs(count) * (np.arange(50)[None, :, None] < lengths)


def dense(units=CLASSES, activation=None):
    return layers.Dense(units, activation)


def convolution(filters, size=3, strides=1, activation="relu", padding="same", bias=True):
    return layers.Conv2D(filters, size, strides, padding, activation=activation, use_bias=bias)


def mlp(width=128, depth=1):
    return Net(400, (784,), [*(dense(width, "relu") for _ in range(depth)), dense()])


def mlp_with_dropout():
    hidden = [dense(512, "relu"), layers.Dropout(0.2), dense(512, "relu"), layers.Dropout(0.2)]
    return Net(400, (784,), [*hidden, dense()])


def embedding():
    return Net(100, (200,), [layers.Embedding(20_000, 64), layers.GlobalAveragePooling1D(), dense()], below=20_000)


def transformer(tokens=128):
    x = keras.Input((tokens, 128))
    y = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 32)(x, x))
    z = layers.LayerNormalization()(y + dense(128)(dense(512, "gelu")(y)))
    return Net(20, (tokens, 128), keras.Model(x, dense()(layers.GlobalAveragePooling1D()(z))))


def cnn():
    return Net(
        100,
        (28, 28, 1),
        [
            convolution(32, padding="valid"), layers.MaxPooling2D(),
            convolution(64, padding="valid"), layers.MaxPooling2D(), layers.Flatten(), dense(),
        ],
    )  # fmt: skip


def cifar(normalized=False):
    hidden = []
    for filters in (32, 64):
        for _ in range(2):
            if normalized:
                hidden += [convolution(filters, activation=None, bias=False)]
                hidden += [layers.BatchNormalization(), layers.ReLU()]
            else:
                hidden += [convolution(filters)]
        hidden += [layers.MaxPooling2D()]
    return Net(100, (32, 32, 3), [*hidden, layers.Flatten(), dense(256, "relu"), dense()])


def depthwise():
    hidden = [layers.DepthwiseConv2D(3, padding="same", activation="relu"), convolution(64, 1)]
    return Net(20, (32, 32, 64), [*hidden, layers.GlobalAveragePooling2D(), dense()])


def autoencoder():
    hidden = [
        convolution(16, strides=2), convolution(32, strides=2),
        layers.Conv2DTranspose(16, 3, 2, "same", activation="relu"),
        layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid"),
    ]  # fmt: skip
    return Net(100, (28, 28, 1), hidden, loss=keras.losses.MeanSquaredError())


def normalized(x, filters, size=3, strides=1):
    return layers.BatchNormalization()(convolution(filters, size, strides, None, bias=False)(x))


def pooled_classifier(images, x):
    logits = dense()(layers.GlobalAveragePooling2D()(x))
    return Net(10, images.shape[1:], keras.Model(images, logits))


def resnet():
    images = keras.Input((32, 32, 3))
    x = layers.ReLU()(normalized(images, 64))
    for filters in (64, 128, 256, 512):
        for strides in (1 if filters == 64 else 2, 1):
            y = normalized(layers.ReLU()(normalized(x, filters, 3, strides)), filters)
            x = layers.ReLU()(y + (x if strides == 1 else normalized(x, filters, 1, strides)))
    return pooled_classifier(images, x)


def mobilenet():
    images = keras.Input((32, 32, 32))
    wide = layers.ReLU(6)(normalized(images, 192, 1))
    deep = layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same", use_bias=False)(wide))
    return pooled_classifier(images, images + normalized(layers.ReLU(6)(deep), 32, 1))


def unet():
    def convolutions(x, filters):
        return convolution(filters)(convolution(filters)(x))

    def enlarged(x, passed, filters):
        return layers.Concatenate()([layers.Conv2DTranspose(filters, 2, 2)(x), passed])

    images = keras.Input((64, 64, 3))
    fine = convolutions(images, 16)
    middle = convolutions(layers.MaxPooling2D()(fine), 32)
    coarse = convolutions(layers.MaxPooling2D()(middle), 64)
    x = convolutions(enlarged(coarse, middle, 32), 32)
    x = convolutions(enlarged(x, fine, 16), 16)
    model = keras.Model(images, convolution(CLASSES, 1, activation=None)(x))
    return Net(10, (64, 64, 3), model, label_shape=(64, 64))


NETS = {
    "mlp": mlp,
    "mlpdropout": mlp_with_dropout,
    "embedding": embedding,
    "lstm": lambda: Net(20, (50, 64), [layers.LSTM(128), dense()]),
    "gru": lambda: Net(20, (50, 64), [layers.GRU(128), dense()]),
    "bilstm": lambda: Padded(20, (50, 64), [layers.Masking(), layers.Bidirectional(layers.LSTM(128)), dense()]),
    "transformer": transformer,
    "cnn": cnn,
    "cifar": cifar,
    "cifarnorm": lambda: cifar(True),
    "depthwise": depthwise,
    "autoencoder": autoencoder,
    "resnet": resnet,
    "mobilenet": mobilenet,
    "unet": unet,
}


def training(way, name, batch, *sizes):
    net = NETS[name](*sizes)
    model, optimizer = net.model, keras.optimizers.Adam(LEARNING_RATE)
    if way == "KERAS":
        width = sizes[0] if name == "mlp" and sizes else 128
        batches = max(10, min(net.batches, 51200 // batch // max(1, width // 128)))  # as Task.batches
        x, y = (make(batch * batches) for make in (net.inputs, net.labels))
        model.compile(optimizer, net.loss, metrics=net.metrics)
        return batches, lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    x, y = (tf.constant(make(batch)) for make in (net.inputs, net.labels))

    def step():
        with tf.GradientTape() as tape:
            loss = net.loss(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

    return 1, compiled(way, step)


def linear(way):
    x = tf.random.normal([1000])
    y = x * 3 + 2
    w, b = tf.Variable(5.0), tf.Variable(10.0)

    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(x * w + b - y))
        grad_w, grad_b = tape.gradient(loss, [w, b])
        w.assign_sub(grad_w * 0.0)
        b.assign_sub(grad_b * 0.0)

    return 1, compiled(way, step)


def compiled(way, step):
    return step if way == "TENSORFLOW" else tf.function(step, jit_compile=way == "XLA" or None)
