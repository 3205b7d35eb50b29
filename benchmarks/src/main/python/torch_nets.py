"""The nets and steps of Nets.java and Steps.java in PyTorch."""

import torch
from torch import nn

CLASSES = 10
LEARNING_RATE = 1e-9


def classifier(x, *layers):
    return nn.Sequential(*layers), x, torch.randint(0, CLASSES, (len(x),)), nn.CrossEntropyLoss()


class Lambda(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function


class Residual(nn.Module):
    """The sum of a net's result and its input, which another net may change first."""

    def __init__(self, net, shortcut=None):
        super().__init__()
        self.net, self.shortcut = net, shortcut or nn.Identity()

    def forward(self, x):
        return self.net(x) + self.shortcut(x)


class Last(nn.Module):
    """The last output of a recurrent layer; of sequences with zeros after their ends, given their lengths."""

    def __init__(self, layer, lengths=None):
        super().__init__()
        self.layer, self.lengths = layer, lengths

    def forward(self, x):
        if self.lengths is None:
            return self.layer(x)[0][:, -1]
        packed = nn.utils.rnn.pack_padded_sequence(x, self.lengths, batch_first=True, enforce_sorted=False)
        return self.layer(packed)[1][0].transpose(0, 1).flatten(1)


def mlp(batch, width=128, depth=1):
    layers, units = [], 784
    for _ in range(depth):
        layers += [nn.Linear(units, width), nn.ReLU()]
        units = width
    return classifier(torch.rand(batch, 784), *layers, nn.Linear(units, CLASSES))


def mlp_with_dropout(batch):
    return classifier(
        torch.rand(batch, 784),
        nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(512, CLASSES),
    )  # fmt: skip


def embedding(batch):
    words = torch.randint(0, 20_000, (batch, 200))
    return classifier(words, nn.Embedding(20_000, 64), Lambda(lambda x: x.mean(1)), nn.Linear(64, CLASSES))


def recurrent(batch, kind):
    return classifier(torch.rand(batch, 50, 64), Last(kind(64, 128, batch_first=True)), nn.Linear(128, CLASSES))


def bidirectional(batch):
    lengths = torch.randint(25, 51, (batch,))
    x = torch.rand(batch, 50, 64) * (torch.arange(50)[None, :, None] < lengths[:, None, None])
    layer = nn.LSTM(64, 128, batch_first=True, bidirectional=True)
    return classifier(x, Last(layer, lengths), nn.Linear(256, CLASSES))


def transformer(batch, tokens=128):
    encoder = nn.TransformerEncoderLayer(128, 4, 512, dropout=0, activation="gelu", batch_first=True)
    return classifier(torch.rand(batch, tokens, 128), encoder, Lambda(lambda x: x.mean(1)), nn.Linear(128, CLASSES))


def cnn(batch):
    return classifier(
        torch.rand(batch, 1, 28, 28),
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, CLASSES),
    )  # fmt: skip


def cifar(batch, normalized=False):
    layers, channels = [], 3
    for filters in (32, 64):
        for _ in range(2):
            layers += [nn.Conv2d(channels, filters, 3, padding=1, bias=not normalized)]
            layers += [nn.BatchNorm2d(filters)] if normalized else []
            layers += [nn.ReLU()]
            channels = filters
        layers += [nn.MaxPool2d(2)]
    dense = [nn.Flatten(), nn.Linear(4096, 256), nn.ReLU(), nn.Linear(256, CLASSES)]
    return classifier(torch.rand(batch, 3, 32, 32), *layers, *dense)


def depthwise(batch):
    return classifier(
        torch.rand(batch, 64, 32, 32),
        nn.Conv2d(64, 64, 3, padding=1, groups=64), nn.ReLU(), nn.Conv2d(64, 64, 1), nn.ReLU(),
        *pooled(64),
    )  # fmt: skip


def pooled(channels):
    return nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES)


def autoencoder(batch):
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(),
        nn.ConvTranspose2d(32, 16, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 3, 2, 1, 1), nn.Sigmoid(),
    )  # fmt: skip
    return net, torch.rand(batch, 1, 28, 28), torch.rand(batch, 1, 28, 28), nn.MSELoss()


def convolution(channels, filters, size=3, stride=1, groups=1):
    """A convolution with batch normalization."""
    layer = nn.Conv2d(channels, filters, size, stride, size // 2, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(filters))


def resnet(batch):
    layers, channels = [convolution(3, 64), nn.ReLU()], 64
    for filters in (64, 128, 256, 512):
        for stride in (1 if filters == 64 else 2, 1):
            net = nn.Sequential(convolution(channels, filters, 3, stride), nn.ReLU(), convolution(filters, filters))
            shortcut = convolution(channels, filters, 1, stride) if stride > 1 else None
            layers += [Residual(net, shortcut), nn.ReLU()]
            channels = filters
    return classifier(torch.rand(batch, 3, 32, 32), *layers, *pooled(512))


def mobilenet(batch):
    net = nn.Sequential(
        convolution(32, 192, 1), nn.ReLU6(), convolution(192, 192, 3, groups=192), nn.ReLU6(), convolution(192, 32, 1)
    )
    return classifier(torch.rand(batch, 32, 32, 32), Residual(net), *pooled(32))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()

        def convolutions(channels, filters):
            return nn.Sequential(
                nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(),
                nn.Conv2d(filters, filters, 3, padding=1), nn.ReLU(),
            )  # fmt: skip

        self.fine, self.middle, self.coarse = convolutions(3, 16), convolutions(16, 32), convolutions(32, 64)
        self.up, self.joined = nn.ConvTranspose2d(64, 32, 2, 2), convolutions(64, 32)
        self.last_up, self.last_joined = nn.ConvTranspose2d(32, 16, 2, 2), convolutions(32, 16)
        self.pool, self.head = nn.MaxPool2d(2), nn.Conv2d(16, CLASSES, 1)

    def forward(self, x):
        fine = self.fine(x)
        middle = self.middle(self.pool(fine))
        x = self.coarse(self.pool(middle))
        x = self.joined(torch.cat([self.up(x), middle], 1))
        x = self.last_joined(torch.cat([self.last_up(x), fine], 1))
        return self.head(x)


def unet(batch):
    labels = torch.randint(0, CLASSES, (batch, 64, 64))
    return UNet(), torch.rand(batch, 3, 64, 64), labels, nn.CrossEntropyLoss()


NETS = {
    "mlp": mlp,
    "mlpdropout": mlp_with_dropout,
    "embedding": embedding,
    "lstm": lambda batch: recurrent(batch, nn.LSTM),
    "gru": lambda batch: recurrent(batch, nn.GRU),
    "bilstm": bidirectional,
    "transformer": transformer,
    "cnn": cnn,
    "cifar": cifar,
    "cifarnorm": lambda batch: cifar(batch, True),
    "depthwise": depthwise,
    "autoencoder": autoencoder,
    "resnet": resnet,
    "mobilenet": mobilenet,
    "unet": unet,
}


def training(way, name, sizes):
    net, x, y, loss_of = NETS[name](*sizes)
    if way != "TORCH" and x.ndim == 4:
        net, x = (value.to(memory_format=torch.channels_last) for value in (net, x))
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE, fused=way != "TORCH")
    predict = torch.compile(net) if way == "COMPILED" else net

    def step():
        optimizer.zero_grad()
        loss = loss_of(predict(x), y)
        loss.backward()
        optimizer.step()

    return 1, step


def linear():
    x = torch.randn(1000)
    y = x * 3 + 2
    w = torch.tensor(5.0, requires_grad=True)
    b = torch.tensor(10.0, requires_grad=True)

    def step():
        loss = ((x * w + b - y) ** 2).mean()
        grad_w, grad_b = torch.autograd.grad(loss, [w, b])
        with torch.no_grad():
            w.sub_(0.0 * grad_w)
            b.sub_(0.0 * grad_b)

    return 1, step


def lion(parameters):
    momenta = [torch.zeros_like(p) for p in parameters]
    gradients = [p.grad for p in parameters]

    def step():
        with torch.no_grad():
            steps = torch._foreach_lerp(momenta, gradients, 0.1)
            torch._foreach_sign_(steps)
            torch._foreach_add_(parameters, steps, alpha=-LEARNING_RATE)
            torch._foreach_lerp_(momenta, gradients, 0.01)

    return step


# In PyTorch's fused form, or by its operations on lists of tensors.
OPTIMIZERS = {
    "adamw": lambda p: torch.optim.AdamW(p, lr=LEARNING_RATE, weight_decay=0.004, fused=True).step,
    "momentum": lambda p: torch.optim.SGD(p, lr=LEARNING_RATE, momentum=0.9, fused=True).step,
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=LEARNING_RATE, alpha=0.9, foreach=True).step,
    "lion": lion,
}


def update(name, size):
    """A step of an optimizer alone."""
    parameters = [torch.randn(size // 10, requires_grad=True) for _ in range(10)]
    for parameter in parameters:
        parameter.grad = torch.randn(size // 10)
    return 1, OPTIMIZERS[name](parameters)


def onnx(name, sizes, threads):
    """Predictions by ONNX Runtime, of the net as PyTorch exports it."""
    import tempfile

    import onnxruntime

    net, x, _, _ = NETS[name](*sizes)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        torch.onnx.export(net.eval(), x, file.name, input_names=["x"], dynamo=False)
        session = onnxruntime.InferenceSession(file.name, options, ["CPUExecutionProvider"])
    given = {"x": x.numpy()}
    return 1, lambda: session.run(None, given)
