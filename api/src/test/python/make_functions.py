"""Writes values of functions with many digits, for FunctionsTest; needs mpmath.

Each line: the function, an argument, and the value as the sum of two float64 numbers.
"""

import pathlib
import random

from mpmath import mp, mpf

mp.dps = 60


def inverse_erf(x):
  return mp.sign(x) * mp.findroot(lambda y: mp.erf(y) - abs(x), mp.erfinv(mpf(float(abs(x)))), tol=1e-80) if x else mpf(0)


FUNCTIONS = {
    "EXP": (mp.exp, (-700, 700), (-1, 1)),
    "EXPM1": (mp.expm1, (-40, 700), (-1, 1)),
    "LOG": (mp.log, (0, 3), (0, 1e9)),
    "LOG2": (lambda x: mp.log(x) / mp.log(2), (0, 3), (0, 1e9)),
    "LOG10": (mp.log10, (0, 3), (0, 1e9)),
    "LOG1P": (mp.log1p, (-1, 1), (0, 1e9)),
    "SINH": (mp.sinh, (-700, 710), (-2, 2)),
    "COSH": (mp.cosh, (-700, 710), (-2, 2)),
    "TANH": (mp.tanh, (-20, 20), (-1, 1)),
    "ASINH": (mp.asinh, (-1e9, 1e9), (-2, 2)),
    "ACOSH": (mp.acosh, (1, 1e9), (1, 2)),
    "ATANH": (mp.atanh, (-1, 1), (-0.1, 0.1)),
    "SIN": (mp.sin, (-10, 10), (-1e9, 1e9)),
    "COS": (mp.cos, (-10, 10), (-1e9, 1e9)),
    "TAN": (mp.tan, (-10, 10), (-1e9, 1e9)),
    "ASIN": (mp.asin, (-1, 1), (-0.6, 0.6)),
    "ACOS": (mp.acos, (-1, 1), (-0.6, 0.6)),
    "ATAN": (mp.atan, (-5, 5), (-1e3, 1e3)),
    "CBRT": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), (-1e9, 1e9), (-1, 1)),
    "ERF": (mp.erf, (-5, 5), (-1, 1)),
    "ERFC": (mp.erfc, (-5, 26), (-1, 3)),
    "ERFINV": (inverse_erf, (-1, 1), (-1, 1)),
    "LGAMMA": (mp.loggamma, (8, 100), (8, 1e9)),
}


def main():
  random.seed(1)
  lines = []
  for name, (function, *ranges) in FUNCTIONS.items():
    for low, high in ranges:
      for i in range(100):
        x = random.uniform(low, high)
        if i % 10 == 0 and low < 1:
          x *= 2.0 ** -random.randrange(50)
        if name == "ERFINV" and i % 3 == 0:
          x = 1 - 2.0 ** -random.uniform(1, 52)
        value = mpf(function(mpf(x)))
        first = float(value)
        lines.append(f"{name} {x!r} {first!r} {float(value - mpf(first))!r}\n")
  folder = pathlib.Path(__file__).parent.parent / "resources/dev/tapedeck/ops/kernels/cpu"
  folder.mkdir(parents=True, exist_ok=True)
  (folder / "functions.txt").write_text("".join(lines))


if __name__ == "__main__":
  main()
