"""Writes what Keras reads from image files and makes of arrays, for ImageFilesGoldenTest.

Run with Keras 3 and Pillow: python make_goldens.py
"""

import base64
import io
import json
import pathlib

import keras
import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/datasets"
rng = np.random.default_rng(3)


def array(x):
    return {"dtype": str(x.dtype), "shape": list(x.shape), "values": np.ravel(x).tolist()}


def picture(mode, height, width):
    if mode in ("P", "1"):
        return picture("RGB", height, width).convert(mode)
    channels = {"L": (), "LA": (2,), "RGB": (3,), "RGBA": (4,)}[mode]
    return Image.fromarray(rng.integers(0, 256, (height, width, *channels), np.uint8), mode)


def load_case(mode, size, kind="png", **arguments):
    file = io.BytesIO()
    picture(mode, *size).save(file, kind)
    image = keras.utils.load_img(io.BytesIO(file.getvalue()), **arguments)
    return {
        "file": base64.b64encode(file.getvalue()).decode(),
        "arguments": arguments,
        "pixels": array(keras.utils.img_to_array(image)),
    }


def load_cases():
    for mode in ["L", "LA", "RGB", "RGBA", "P", "1"]:
        for color_mode in ["grayscale", "rgb", "rgba"]:
            yield load_case(mode, (3, 5), color_mode=color_mode)
    for kind in ["bmp", "gif", "tiff"]:
        yield load_case("RGB", (4, 3), kind)
    for interpolation in ["nearest", "bilinear", "bicubic", "lanczos"]:
        for size in [(3, 4), (5, 13), (11, 6), (8, 9)]:
            yield load_case("RGB", (8, 9), target_size=size, interpolation=interpolation)
        yield load_case(
            "L",
            (8, 9),
            color_mode="grayscale",
            target_size=(3, 7),
            interpolation=interpolation,
            keep_aspect_ratio=True,
        )
    # Other interpolations reach beyond the part that is kept.
    yield load_case("RGB", (7, 20), target_size=(4, 4), interpolation="nearest", keep_aspect_ratio=True)


def make_case(x, **arguments):
    image = keras.utils.array_to_img(x, **arguments)
    return {"x": array(x), "scale": arguments.get("scale", True), "pixels": array(keras.utils.img_to_array(image))}


def make_cases():
    for channels in [1, 3, 4]:
        yield make_case(rng.normal(0, 3, (4, 5, channels)).round(3).astype(np.float32))
        yield make_case(rng.integers(0, 256, (3, 4, channels)))
        yield make_case(rng.uniform(0, 255, (3, 4, channels)).round(2), scale=False)
    yield make_case(np.full((2, 2, 3), 7.0, np.float32))


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name, cases in {"loaded": load_cases(), "made": make_cases()}.items():
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        (OUT / f"{name}_images.json").write_text(f"[\n{lines}\n]\n")
