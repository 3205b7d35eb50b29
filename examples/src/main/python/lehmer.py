"""Random whole numbers that are the same in Java: see Lehmer.java."""


class Lehmer:
    def __init__(self, seed):
        self.state = seed + 1

    def below(self, bound):
        self.state = self.state * 16807 % 2147483647
        return self.state % bound
