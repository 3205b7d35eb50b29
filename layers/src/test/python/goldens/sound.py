from . import layer_case

SHORT = {"frame_length": 6, "frame_step": 2}


def cases():
    for mode in ["log", "magnitude", "psd", "real", "imag", "angle", "stft"]:
        yield layer_case("STFTSpectrogram", SHORT | {"mode": mode}, (2, 12, 1))
    yield layer_case("STFTSpectrogram", {"frame_length": 4, "expand_dims": True}, (2, 9, 2))
    yield layer_case("STFTSpectrogram", {"frame_length": 4, "padding": "same", "fft_length": 6}, (1, 7, 3))
    first = SHORT | {"data_format": "channels_first", "mode": "psd"}
    yield layer_case("STFTSpectrogram", first | {"padding": "valid"}, (2, 2, 10))
    yield layer_case("STFTSpectrogram", first | {"expand_dims": True, "mode": "stft"}, (1, 2, 8))
    yield layer_case("STFTSpectrogram", SHORT | {"window": "hamming", "periodic": True, "scaling": None}, (1, 8, 1))
