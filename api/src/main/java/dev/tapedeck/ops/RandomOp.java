package dev.tapedeck.ops;

/** An op that draws random numbers, which depend on the key that is its first input. */
public interface RandomOp extends Op {}
