package dev.tapedeck.ops;

/**
 * An op that takes text: {@link dev.tapedeck.tensor.StringTensor}s, which all other ops refuse. It
 * runs on the host, in Java.
 */
public interface TextOp extends SingleOutputOp {}
