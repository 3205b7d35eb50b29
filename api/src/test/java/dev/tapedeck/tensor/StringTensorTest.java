package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.TextOp;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

class StringTensorTest {
  private static final StringTensor WORDS = StringTensor.of("a", "bcd", "");

  /** The lengths of strings, an op on text. */
  private record Length() implements TextOp {
    @Override
    public String name() {
      return "length";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      return new TensorSpec(DType.INT32, inputs[0].shape());
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      StringTensor text = (StringTensor) inputs[0];
      int[] lengths = text.toList().stream().mapToInt(String::length).toArray();
      return new EagerTensor[] {(EagerTensor) Tensor.of(lengths, text.shape().toArray())};
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }

  private static Tensor lengths(Object text) {
    return new Length().applyTo(Tensor.of(text));
  }

  @Test
  void hasStringsAShapeAndRows() {
    StringTensor square = (StringTensor) Tensor.of(new String[][] {{"a", "b"}, {"c", "d"}});
    assertEquals("string (2, 2)", square.spec().toString());
    assertEquals(List.of("a", "b", "c", "d"), square.toList());
    assertArrayEquals(new String[][] {{"a", "b"}, {"c", "d"}}, (Object[]) square.toArray());
    assertEquals("StringTensor(2,)[c, d]", square.rows(1, 2).withShape(Shape.of(2)).toString());
    assertEquals(List.of("c", "d", "a", "b"), square.gather(1, 0).toList());
    assertEquals(
        List.of("A", "BCD", ""), WORDS.map(s -> s.toUpperCase(java.util.Locale.ROOT)).toList());
    assertEquals("StringTensor(3,)[a, bcd, ]", WORDS.toString());
    assertEquals("one", Tensor.of("one").toArray());
    assertEquals(List.of(), StringTensor.of().toList());
  }

  @Test
  void onlyOpsOnTextTakeIt() {
    assertArrayEquals(new int[] {1, 3, 0}, lengths(WORDS).toIntArray());
    String message =
        "reshape: computes with numbers, received string (3,); look the strings up first, with a"
            + " StringLookup or TextVectorization";
    assertRefused(message, () -> Shaping.reshape(WORDS, 1, 3));
    assertRefused(message, () -> Shaping.reshape(Input.of(DType.STRING, 3), 1, 3, -1));
    assertRefused(
        "tensor: has elements of a fixed size, received string (3,); make text with"
            + " StringTensor.of(..)",
        () -> Tensor.zeros(DType.STRING, 3));
    assertRefused(
        "StringTensor: has text, which has no numbers, received a read of numbers; use toList(), or"
            + " look the strings up with a StringLookup",
        WORDS::toFloatArray);
  }

  private static void assertRefused(
      String message, org.junit.jupiter.api.function.Executable mistake) {
    String received = assertThrows(IllegalArgumentException.class, mistake).getMessage();
    assertEquals(message.split("received", -1)[0], received.split("received", -1)[0]);
  }

  @Test
  void aTraceHoldsForAnyTextOfItsShape() {
    TracedFunction<Tensor> traced =
        TracedFunction.of("lengths", (Tensor text) -> lengths(text).mul(2));
    assertArrayEquals(new int[] {2, 6, 0}, traced.call(WORDS).toIntArray());
    assertArrayEquals(
        new int[] {4, 0, 2}, traced.call(StringTensor.of("ab", "", "c")).toIntArray());
    assertEquals(1, traced.traceCount());
  }

  @Test
  void aFunctionalModelTakesText() {
    Tensor text = Input.of(DType.STRING, 3);
    Model model = Model.of(text, lengths(text).mul(2));
    assertArrayEquals(
        new int[] {2, 6, 0}, model.apply(WORDS.withShape(Shape.of(1, 3))).toIntArray());
    assertEquals("int32 (?, 3)", model.outputTree().specs().getFirst().toString());
    assertSame(WORDS, new Example(WORDS, WORDS).x());
  }
}
