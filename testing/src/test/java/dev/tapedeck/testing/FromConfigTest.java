package dev.tapedeck.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FromConfigTest {
  /** A unit of memory, as a computer has it. */
  public enum Size {
    BIT,
    BYTE
  }

  /** A class with options in the ways that layers, optimizers and losses have them. */
  public static final class Box {
    private final String made;
    private final UnaryOperator<Tensor> activation;

    /** Makes an empty one. */
    public Box() {
      this("", x -> x);
    }

    /** Makes one by its size. */
    public Box(int boxSize) {
      this("size " + boxSize, x -> x);
    }

    /** Makes one by its size and activation. */
    public Box(int boxSize, UnaryOperator<Tensor> activation) {
      this("activated " + boxSize, activation);
    }

    private Box(String made, UnaryOperator<Tensor> activation) {
      this.made = made;
      this.activation = activation;
    }

    /** Sets the unit. */
    public Box unit(Size size) {
      return new Box(made + ", " + size, activation);
    }

    /** Closes it. */
    public Box closed() {
      return new Box(made + ", closed", activation);
    }
  }

  private static Box box(String arguments) throws JsonProcessingException {
    return (Box) FromConfig.construct(FromConfigTest.class, "FromConfigTest$Box", json(arguments));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  @Test
  void theConstructorWithMostOfTheArguments() throws Exception {
    assertEquals("", box("{}").made);
    assertEquals("size 3", box("{'box_size': 3}").made);
    Box relu = box("{'activation': 'relu', 'box_size': 3}");
    assertEquals("activated 3", relu.made);
    Tensor x = Tensor.of(new float[] {-1, 2});
    assertArrayEquals(new float[] {0, 2}, relu.activation.apply(x).toFloatArray());
  }

  @Test
  void theOthersAreOptions() throws Exception {
    assertEquals("size 3, BYTE", box("{'box_size': 3, 'unit': 'byte'}").made);
    assertEquals(", closed", box("{'closed': true}").made);
    assertEquals("", box("{'closed': false}").made);
  }

  @Test
  void whatIsThereForNoArgument() {
    assertEquals(
        "class dev.tapedeck.testing.FromConfigTest$Box has no option lid",
        refused(() -> box("{'lid': 1}")));
    assertEquals(
        "there is no activation smelu",
        refused(() -> box("{'box_size': 1, 'activation': 'smelu'}")));
    assertEquals(
        "nothing makes Hubert of {}",
        refused(() -> FromConfig.call(Losses.class, "Hubert", json("{}"))));
    assertEquals(
        "package dev.tapedeck.testing has no class Lid",
        refused(() -> FromConfig.construct(FromConfigTest.class, "Lid", json("{}"))));
  }

  private static String refused(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
