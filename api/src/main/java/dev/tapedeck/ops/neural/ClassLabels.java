package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/** Checks of whole-number labels {@code [..]} against scores {@code [.., classes]}. */
final class ClassLabels {
  private ClassLabels() {}

  /** Returns the spec of a result with one number for each label. */
  static TensorSpec labelled(String who, String what, String otherwise, TensorSpec... inputs) {
    Shape scores = scores(who, inputs[1]).shape();
    Shape expected = scores.slice(0, scores.rank() - 1);
    if (!inputs[0].shape().fits(expected)) {
      throw Refusal.of(
          who,
          what + " " + scores + " need labels " + expected,
          inputs[0].shape(),
          LabelAdvice.classes(inputs[0].shape(), scores, otherwise));
    }
    Checks.wholeNumbers(who, inputs[0]);
    return new TensorSpec(inputs[1].dtype(), expected);
  }

  private static TensorSpec scores(String who, TensorSpec logits) {
    Checks.sameFloating(who, logits);
    if (logits.shape().rank() == 0 || logits.shape().size(-1) == 0) {
      throw Refusal.of(
          who,
          "needs a last axis of 1 or more classes",
          logits.shape(),
          "give a score for each class");
    }
    return logits;
  }

  /** Returns the labels after checking that each is a class. */
  static long[] checked(String who, EagerTensor... inputs) {
    EagerTensor labels = inputs[0].dense();
    MemorySegment memory = labels.elements();
    long classes = inputs[1].shape().size(-1);
    long[] checked = new long[Math.toIntExact(labels.shape().count())];
    for (int i = 0; i < checked.length; i++) {
      checked[i] = Elements.getLong(labels.dtype(), memory, i);
      if (checked[i] < 0 || checked[i] >= classes) {
        throw Refusal.of(
            who,
            "labels must be classes in [0, " + classes + ")",
            checked[i] + " at position " + i,
            "count classes from 0, and give the model an output for each");
      }
    }
    return checked;
  }
}
