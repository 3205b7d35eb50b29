from . import layer_case


def cases():
    yield layer_case("Activation", {"activation": "tanh"}, (2, 3), masks=[[True, False]])
