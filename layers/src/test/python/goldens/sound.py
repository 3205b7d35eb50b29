from types import SimpleNamespace

import numpy as np
from keras.src.utils import module_utils

from . import ids, layer_case

MEL = {"fft_length": 16, "sequence_stride": 6, "num_mel_bins": 3, "sampling_rate": 6000}
SHORT = {"frame_length": 6, "frame_step": 2}
CONSTANT_PARTS = {"hann": 0.5, "hamming": 0.54}


def get_window(name, length, periodic=True):
    part = CONSTANT_PARTS[name]
    return part + (1 - part) * np.cos(np.linspace(-np.pi, np.pi, length + periodic)[:length])


# Keras takes windows from SciPy, which need not be there for these two.
module_utils.scipy.module = SimpleNamespace(signal=SimpleNamespace(get_window=get_window))


def cases():
    for mode in ["log", "magnitude", "psd", "real", "imag", "angle", "stft"]:
        yield layer_case("STFTSpectrogram", SHORT | {"mode": mode}, (2, 12, 1))
    yield layer_case("STFTSpectrogram", {"frame_length": 4, "expand_dims": True}, (2, 9, 2))
    yield layer_case("STFTSpectrogram", {"frame_length": 4, "padding": "same", "fft_length": 6}, (1, 7, 3))
    first = SHORT | {"data_format": "channels_first", "mode": "psd"}
    yield layer_case("STFTSpectrogram", first | {"padding": "valid"}, (2, 2, 10))
    yield layer_case("STFTSpectrogram", first | {"expand_dims": True, "mode": "stft"}, (1, 2, 8))
    yield layer_case("STFTSpectrogram", SHORT | {"window": "hamming", "periodic": True, "scaling": None}, (1, 8, 1))
    yield layer_case("MelSpectrogram", MEL, (2, 30))
    yield layer_case("MelSpectrogram", MEL | {"power_to_db": False}, (2, 30), values=ids(9))
    yield layer_case("MelSpectrogram", MEL | {"sequence_length": 10, "power_to_db": False, "window": "hamming"}, (2, 24))
    yield layer_case("MelSpectrogram", MEL | {"window": None, "mag_exp": 1.0, "power_to_db": False}, (2, 24))
    yield layer_case("MelSpectrogram", MEL | {"min_freq": 200.0, "max_freq": 2200.0, "mag_exp": 3.0}, (2, 24))
    yield layer_case("MelSpectrogram", MEL | {"top_db": 10.0, "min_power": 0.01, "ref_power": 4.0}, (2, 24))
