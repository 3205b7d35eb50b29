package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A multidimensional array of text, immutable: what a layer looks up, splits or hashes before a
 * model computes.
 *
 * <p>It has Java strings, and no elements in memory off the heap; all ops but those that take text
 * refuse it.
 */
public final class StringTensor extends EagerTensor {
  private static final int SHOWN = 20;
  private static final Storage NONE = Storage.over(MemorySegment.NULL, DType.STRING);

  private final String[] values;

  private StringTensor(Shape shape, String... values) {
    super(new TensorSpec(DType.STRING, shape), NONE, NONE.version(), 0, shape.strides());
    this.values = values;
    for (String value : values) {
      Objects.requireNonNull(value, "StringTensor: a string is null; give \"\" for none");
    }
  }

  /** Returns a tensor {@code [n]} of n strings. */
  public static StringTensor of(String... values) {
    return new StringTensor(Shape.of(values.length), values.clone());
  }

  /** Returns a tensor {@code [n]} of n strings. */
  public static StringTensor of(List<String> values) {
    return of(values.toArray(String[]::new));
  }

  /**
   * Returns a tensor of strings in row-major order.
   *
   * @throws IllegalArgumentException if the shape has another number of elements
   */
  public static StringTensor of(String[] values, Shape shape) {
    if (!shape.isKnown() || shape.count() != values.length) {
      throw Refusal.of(
          "StringTensor",
          "needs as many strings as the shape " + shape + " has elements",
          values.length,
          "give another shape");
    }
    return new StringTensor(shape, values.clone());
  }

  /**
   * Returns a tensor of a string, or a nested array of strings, {@code String[][]}.
   *
   * @throws IllegalArgumentException if its rows differ in length
   */
  static StringTensor ofArray(Object array) {
    long[] sizes = new long[depth(array.getClass())];
    Object part = array;
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = part == null ? 0 : Array.getLength(part);
      part = sizes[axis] == 0 ? null : Array.get(part, 0);
    }
    Shape shape = Shape.of(sizes);
    return of(flat(array, sizes, 0).toArray(String[]::new), shape);
  }

  /** Returns whether values of a type are a string or nested arrays of strings. */
  static boolean isText(Class<?> type) {
    return type == String.class || (type.isArray() && isText(type.getComponentType()));
  }

  private static int depth(Class<?> type) {
    return type.isArray() ? 1 + depth(type.getComponentType()) : 0;
  }

  private static Stream<String> flat(Object array, long[] sizes, int axis) {
    if (axis == sizes.length) {
      return Stream.of((String) array);
    }
    if (Array.getLength(array) != sizes[axis]) {
      throw Refusal.of(
          "StringTensor",
          "needs rows of the same length " + sizes[axis],
          "one of " + Array.getLength(array),
          "pad the shorter ones with \"\"");
    }
    return Arrays.stream((Object[]) array).flatMap(part -> flat(part, sizes, axis + 1));
  }

  /** Returns the strings in row-major order. */
  public List<String> toList() {
    return List.of(values);
  }

  /** Returns a tensor of the same shape whose strings a function returns. */
  public StringTensor map(Function<String, String> function) {
    return new StringTensor(shape(), Arrays.stream(values).map(function).toArray(String[]::new));
  }

  /** Returns the rows {@code [from, to)} along the first axis. */
  public StringTensor rows(long from, long to) {
    int row = rowLength();
    return new StringTensor(
        shape().with(0, to - from),
        Arrays.copyOfRange(values, Math.toIntExact(from) * row, Math.toIntExact(to) * row));
  }

  /** Returns the rows of numbers along the first axis. */
  public StringTensor gather(long... numbers) {
    int row = rowLength();
    String[] chosen = new String[numbers.length * row];
    for (int i = 0; i < numbers.length; i++) {
      System.arraycopy(values, Math.toIntExact(numbers[i]) * row, chosen, i * row, row);
    }
    return new StringTensor(shape().with(0, numbers.length), chosen);
  }

  private int rowLength() {
    if (shape().isScalar()) {
      throw Refusal.of("rows", "needs an axis", "a single string", "reshape it to (1,)");
    }
    return Math.toIntExact(shape().slice(1, shape().rank()).count());
  }

  /** Returns tensors of one shape along a new first axis. */
  public static StringTensor stack(List<StringTensor> rows) {
    long[] row = rows.getFirst().shape().toArray();
    String[] all = rows.stream().flatMap(each -> Arrays.stream(each.values)).toArray(String[]::new);
    return of(all, Shape.of(rows.size()).concat(row));
  }

  /** Returns the same strings in another shape of as many elements. */
  public StringTensor withShape(Shape shape) {
    return of(values, shape);
  }

  @Override
  public StringTensor alias() {
    return new StringTensor(shape(), values);
  }

  @Override
  public EagerTensor view(Shape shape, long[] strides, long offset) {
    throw noNumbers();
  }

  @Override
  public MemorySegment memory() {
    throw noNumbers();
  }

  @Override
  public double item() {
    throw noNumbers();
  }

  /** Returns the strings in arrays nested as the axes, {@code String[][]} of two. */
  @Override
  public Object toArray() {
    if (shape().isScalar()) {
      return values[0];
    }
    int[] sizes = Arrays.stream(shape().toArray()).mapToInt(Math::toIntExact).toArray();
    Object array = Array.newInstance(String.class, sizes);
    for (int i = 0; i < values.length; i++) {
      Object row = array;
      int rest = i;
      for (int axis = 0; axis < sizes.length - 1; axis++) {
        int stride = Math.toIntExact(shape().slice(axis + 1, sizes.length).count());
        row = Array.get(row, rest / stride);
        rest %= stride;
      }
      Array.set(row, rest, values[i]);
    }
    return array;
  }

  private static IllegalArgumentException noNumbers() {
    return Refusal.of(
        "StringTensor",
        "has text, which has no numbers",
        "a read of numbers",
        "use toList(), or look the strings up with a StringLookup");
  }

  /** Returns {@code StringTensor(2,)[a, b]}, shortened. */
  @Override
  public String toString() {
    List<String> shown =
        new ArrayList<>(Arrays.asList(values).subList(0, Math.min(values.length, SHOWN)));
    if (values.length > SHOWN) {
      shown.add("..");
    }
    return "StringTensor" + shape() + shown;
  }
}
