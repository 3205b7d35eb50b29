package dev.tapedeck.ops.neural;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What decoding scores, and what the functions refuse. */
class CtcTest {
  private static final int[] ONE = {1};
  private static final int[] TWO = {2};

  /** Of two steps with equal classes: no label in 1 way of 4, the label in 3. */
  @Test
  void scoresAreLogarithmsOfProbabilities() {
    Ctc.Decoded decoded =
        Ctc.ctcBeamSearchDecode(Tensor.zeros(DType.FLOAT64, 1, 2, 2), TWO, 4, 2, 0);
    assertArrayEquals(new int[] {1, -1, -1, -1}, decoded.paths().toIntArray());
    assertArrayEquals(
        new double[] {Math.log(0.75), Math.log(0.25)}, decoded.scores().toDoubleArray(), 1e-12);
  }

  @Test
  void tooFewStepsAreImpossible() {
    Tensor loss =
        Ctc.ctcLoss(new int[][] {{1, 1}}, Tensor.zeros(DType.FLOAT32, 1, 2, 2), TWO, TWO, 0);
    assertEquals(Double.POSITIVE_INFINITY, loss.toDoubleArray()[0]);
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void refusals() {
    int[][] one = {{1}};
    Tensor logits = Tensor.zeros(DType.FLOAT32, 1, 2, 3);
    refused(
        "ctcLoss: maskIndex must be one of 3 classes, received 3; give the class of no label; -1 is"
            + " the last",
        () -> Ctc.ctcLoss(one, logits, ONE, TWO, 3));
    refused(
        "ctcLoss: logits [n, time, classes] must have rank 3, received (2,); add axes of size 1"
            + " with expandDims",
        () -> Ctc.ctcLoss(one, new float[2], ONE, TWO, 0));
    refused(
        "ctcLoss: labels must be from 0 to 2, received 4 at position 0; count from class 0",
        () -> Ctc.ctcLoss(new int[][] {{4}}, logits, ONE, TWO, 0));
    refused(
        "ctcLoss: the targetLength [n] must be from 0 to 1, received 2 at position 0; give the"
            + " length of each sequence",
        () -> Ctc.ctcLoss(one, logits, TWO, TWO, 0));
    refused(
        "ctcLoss: the outputLength [n] must be from 1 to 2, received 3 at position 0; give the"
            + " length of each sequence",
        () -> Ctc.ctcLoss(one, logits, ONE, new int[] {3}, 0));
    refused(
        "ctcLoss: axes [0] of the outputLength [n] must have the sizes of axes [0] of (1, 2, 3),"
            + " received (2,); reshape or transpose it",
        () -> Ctc.ctcLoss(one, logits, ONE, new int[2], 0));
    refused(
        "ctcBeamSearchDecode: topPaths must be from 1 to the beamWidth 2, received 3; use a wider"
            + " beam",
        () -> Ctc.ctcBeamSearchDecode(logits, TWO, 2, 3, 0));
    refused(
        "ctcBeamSearchDecode: needs 2 different paths, received 1 in 0 steps of 3 classes; ask for"
            + " fewer topPaths",
        () -> Ctc.ctcBeamSearchDecode(logits, new int[] {0}, 2, 2, 0));
  }
}
