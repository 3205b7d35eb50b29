"""The tasks of Task.java done by peers: peers.py WAY TASK answers as Work.serve does; with a third word it runs once."""

import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
THREADS = int(os.environ.get("OMP_NUM_THREADS", 2))


def serve(steps, body):
    """Warms up, then times a round for each line that comes in; a round is so many seconds long."""

    def round_of(seconds):
        start, times = time.perf_counter(), []
        last = start
        while last - start < seconds:
            body()
            now = time.perf_counter()
            times.append((now - last) / steps * 1e6)
            last = now
        mean = (last - start) / steps / len(times) * 1e6
        times.sort()
        return mean, times[len(times) // 2], times[len(times) * 99 // 100]

    begin = time.perf_counter()
    body()
    first = (time.perf_counter() - begin) * 1e3
    blocks = []
    while not blocks or blocks[-1][1] < 10:
        blocks.append((round_of(0.05)[0], time.perf_counter() - begin))
    best = min(mean for mean, _ in blocks)
    warm = next(end for mean, end in blocks if mean <= 1.1 * best)
    print(f"ready {first:.3f} {warm * 1e3:.0f}", flush=True)
    for line in sys.stdin:
        print("round", *(f"{figure:.4f}" for figure in round_of(float(line))), flush=True)


def work(way, task):
    name, *parts = task.split("-")
    sizes = [int(size) for part in parts for size in part.split("x")]
    if way in ("TORCH", "TUNED", "COMPILED", "ONNX"):
        return torch_work(way, name, sizes)
    return tensorflow_work(way, name, sizes)


def torch_work(way, name, sizes):
    import operations
    import torch
    import torch_nets

    torch.set_num_threads(THREADS)
    if way == "ONNX":
        return torch_nets.onnx(name, sizes, THREADS)
    if name in operations.TORCH:
        return operations.torch_operation(way, name, sizes)
    if name == "linear":
        return torch_nets.linear()
    return torch_nets.update(name, *sizes) if name in torch_nets.OPTIMIZERS else torch_nets.training(way, name, sizes)


def tensorflow_work(way, name, sizes):
    import keras_nets
    import operations
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    if name in operations.TENSORFLOW:
        return operations.tensorflow_operation(name, sizes)
    return keras_nets.linear(way) if name == "linear" else keras_nets.training(way, name, *sizes)


def versions():
    import keras
    import onnxruntime
    import tensorflow
    import torch

    print(
        f"PyTorch {torch.__version__}, TensorFlow {tensorflow.__version__}, Keras {keras.__version__},"
        f" ONNX Runtime {onnxruntime.__version__}"
    )


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        versions()
    elif len(sys.argv) > 3:
        work(*sys.argv[1:3])[1]()
    else:
        serve(*work(*sys.argv[1:]))
