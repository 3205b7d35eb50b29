package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Draws the shapes of the operands of one call, which mostly have to do with one another. */
final class FuzzShapes {
  private static final long LARGEST = 2000;

  /** A size that no int holds, of tensors without elements. */
  private static final long ENDLESS = (1L << 31) + 1;

  private final Random random;
  private final long[] base;
  private final Deque<long[]> planned = new ArrayDeque<>();

  /** The types of what is planned of another type than the first operand. */
  private final Map<long[], DType> types = new IdentityHashMap<>();

  FuzzShapes(Random random, Shape base) {
    this.random = random;
    this.base = base.toArray();
    if (base.rank() > 2 && random.nextInt(5) == 0) {
      planKernels();
    } else if (base.rank() == 4 && random.nextInt(3) == 0) {
      planPlaces();
    } else if (base.rank() == 3 && random.nextInt(2) == 0) {
      planSequences();
    } else if (base.rank() == 3 && random.nextInt(2) == 0) {
      planLabels();
    }
  }

  /** Draws a shape of up to five axes, most of them short, some empty, a few long. */
  static Shape fresh(Random random) {
    int rank = Character.digit("01111222223333444455".charAt(random.nextInt(20)), 10);
    long[] sizes = random.longs(rank).map(i -> size(random)).toArray();
    int rare = random.nextInt(100);
    if (rank > 0 && rare < 5) {
      sizes[random.nextInt(rank)] = 40L + random.nextInt(300);
    } else if (rank > 1 && rare == 5) {
      int axis = random.nextInt(rank - 1);
      sizes[axis] = random.nextBoolean() ? 0 : ENDLESS;
      sizes[axis + 1] = ENDLESS - sizes[axis];
    }
    Shape shape = Shape.of(sizes);
    return shape.count() <= LARGEST ? shape : Shape.of(Arrays.copyOf(sizes, 2));
  }

  private static long size(Random random) {
    return Character.digit("0111222233334445567".charAt(random.nextInt(19)), 10);
  }

  Shape base() {
    return Shape.of(base);
  }

  /** Returns how many shapes are planned and have not been used. */
  int planned() {
    return planned.size();
  }

  /** Returns the type that the next operand is planned to have, or another one. */
  DType typeOr(DType other) {
    return types.getOrDefault(planned.peek(), other);
  }

  /** Draws the shape of the next operand: what is planned, equal to the others, or fitting. */
  Shape next() {
    Shape shape = planned.isEmpty() ? related() : Shape.of(planned.poll());
    return shape.count() <= 10 * LARGEST ? shape : base();
  }

  private Shape related() {
    int rank = base.length;
    long last = rank == 0 ? 1 : base[rank - 1];
    return switch (random.nextInt(20)) {
      case 0, 1 -> broadcasting();
      case 2 -> part(random.nextInt(rank + 1), rank);
      case 3 -> part(0, random.nextInt(rank + 1));
      case 4 -> rank < 2 ? base() : swapped();
      case 5, 11 -> Shape.of(last);
      case 6 -> part(0, Math.max(rank - 2, 0)).concat(last, size(random));
      case 7 -> kernel(last);
      case 8 -> random.nextBoolean() ? Shape.of() : Shape.of(size(random));
      case 9 -> fresh(random);
      case 10 -> part(0, random.nextInt(rank + 1)).concat(1 + random.nextInt(3));
      default -> base();
    };
  }

  private Shape part(int from, int to) {
    return Shape.of(Arrays.copyOfRange(base, from, to));
  }

  private Shape broadcasting() {
    long[] sizes = base.clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = random.nextInt(3) == 0 ? 1 : sizes[i];
    }
    return Shape.of(sizes).slice(random.nextInt(4) == 0 ? sizes.length / 2 : 0, sizes.length);
  }

  private Shape swapped() {
    long[] sizes = base.clone();
    sizes[sizes.length - 1] = base[sizes.length - 2];
    sizes[sizes.length - 2] = base[sizes.length - 1];
    return Shape.of(sizes);
  }

  /** Returns the shape of a convolution's kernel: window, inputs, outputs. */
  private Shape kernel(long channels) {
    int axes = Math.max(base.length - 2, 0);
    long[] window = random.longs(axes).map(i -> 1 + random.nextInt(3)).toArray();
    return Shape.of(window).concat(channels, 1 + random.nextInt(4));
  }

  /** Plans images, the kernel that convolves them, and one that mixes what comes out. */
  private void planKernels() {
    long channels = base[base.length - 1];
    long outputs = 1L + random.nextInt(3);
    Shape window = kernel(0).slice(0, base.length - 2);
    boolean transposed = random.nextInt(3) == 0;
    planned.add(base);
    planned.add(
        (transposed ? window.concat(outputs, channels) : window.concat(channels, outputs))
            .toArray());
    long[] ones = new long[base.length - 2];
    Arrays.fill(ones, 1);
    planned.add(Shape.of(ones).concat(channels * outputs, 2).toArray());
  }

  /** Plans images, and their transforms, or the points or places from which pixels are taken. */
  private void planPlaces() {
    planned.add(base);
    switch (random.nextInt(4)) {
      case 0 -> planned.addAll(List.of(new long[0], new long[0]));
      case 1 -> planned.add(new long[] {base[0], 8});
      case 2 -> planned.addAll(List.of(new long[] {4, 2}, new long[] {4, 2}));
      default -> planned.addAll(List.of(new long[] {1, 2, 3}, new long[] {1, 2, 3}));
    }
  }

  /** Plans scores of classes by step and numbers of steps, or labels first and their numbers. */
  private void planLabels() {
    long[] lengths = {base[0]};
    long[] labels = {base[0], 1L + random.nextInt(2)};
    types.put(lengths, DType.INT32);
    types.put(labels, DType.INT32);
    planned.addAll(
        random.nextBoolean() ? List.of(base, lengths) : List.of(labels, base, lengths, lengths));
  }

  /** Plans queries, keys and values, or sequences with states, kernels, bias and mask. */
  private void planSequences() {
    planned.add(base);
    long units = 1L + random.nextInt(2);
    int states = random.nextInt(3);
    if (states == 0) {
      planned.addAll(List.of(base, base, new long[] {base[0], base[0]}));
      return;
    }
    long gates = states == 2 ? 4 : random.nextBoolean() ? 3 : 1;
    for (int i = 0; i < states; i++) {
      planned.add(new long[] {base[1], units});
    }
    planned.add(new long[] {base[2], gates * units});
    planned.add(new long[] {units, gates * units});
    planned.add(gates == 3 ? new long[] {2, gates * units} : new long[] {gates * units});
    long[] mask = {base[0], base[1]};
    types.put(mask, DType.BOOL);
    planned.add(mask);
  }

  /** Draws numbers that an option may have, of which one holds for all axes. */
  long[] small() {
    int count = random.nextInt(3) > 0 ? 1 : Math.max(base.length - 2, 0);
    return random.longs(count).map(i -> random.nextInt(4) == 0 ? 2 : 1).toArray();
  }

  /** Draws numbers that an op may take as a shape, as axes, as sizes of parts or as positions. */
  long[] numbers() {
    int rank = base.length;
    return switch (random.nextInt(14)) {
      case 0, 1 -> base.clone();
      case 2 -> related().toArray();
      case 3 -> axes(random.nextInt(rank + 1));
      case 4 -> axes(rank);
      case 5 -> permuted();
      case 6 -> rank == 0 ? new long[0] : partition(base[random.nextInt(rank)]);
      case 7 -> random.longs(rank).map(i -> random.nextInt(3)).toArray();
      case 8 -> axes(Math.min(rank, 1));
      case 9 -> reshaped();
      case 10 ->
          LongStream.concat(Arrays.stream(broadcasting().toArray()), Arrays.stream(base)).toArray();
      case 11, 12 -> new long[0];
      default -> random.longs(random.nextInt(5)).map(i -> random.nextInt(8) - 2).toArray();
    };
  }

  /** Draws different axes, some counted from the end. */
  private long[] axes(int count) {
    List<Long> axes = new ArrayList<>();
    for (long i = 0; i < base.length; i++) {
      axes.add(random.nextInt(4) == 0 ? i - base.length : i);
    }
    Collections.shuffle(axes, random);
    return axes.stream().limit(count).mapToLong(Long::longValue).toArray();
  }

  private long[] permuted() {
    List<Long> sizes = new ArrayList<>(Arrays.stream(base).boxed().toList());
    Collections.shuffle(sizes, random);
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private long[] partition(long size) {
    List<Long> parts = new ArrayList<>();
    for (long rest = size; rest > 0; rest -= parts.getLast()) {
      parts.add(rest > LARGEST ? rest : 1 + random.nextInt((int) rest));
    }
    return parts.stream().mapToLong(Long::longValue).toArray();
  }

  private long[] reshaped() {
    long[] sizes = base.clone();
    if (sizes.length > 0 && random.nextBoolean()) {
      sizes[random.nextInt(sizes.length)] = -1;
      return sizes;
    }
    return new long[] {random.nextBoolean() ? -1 : base().count()};
  }

  /** Draws an equation in letters, and plans operands that fit it; or something like one. */
  String equation() {
    if (random.nextInt(4) == 0) {
      String alphabet = "abij.,->  A1é";
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(9); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      return text.toString();
    }
    planned.clear();
    long[] sizes = random.longs(5).map(i -> size(random)).toArray();
    boolean dots = random.nextInt(4) == 0;
    List<String> terms = new ArrayList<>();
    for (int operands = 1 + random.nextInt(3); operands > 0; operands--) {
      String letters = letters(4);
      long[] shape = letters.chars().mapToLong(letter -> sizes[letter - 'a']).toArray();
      boolean dotted = dots && random.nextInt(3) > 0;
      planned.add(
          (dotted ? part(0, Math.min(base.length, 2)) : Shape.of()).concat(shape).toArray());
      terms.add((dotted ? "..." : "") + letters);
    }
    String inputs = String.join(",", terms);
    return random.nextInt(4) == 0
        ? inputs
        : inputs + "->" + (dots ? "..." : "") + outputLetters(inputs);
  }

  private String letters(int most) {
    StringBuilder letters = new StringBuilder();
    for (int i = random.nextInt(most); i > 0; i--) {
      letters.append((char) ('a' + random.nextInt(5)));
    }
    return letters.toString();
  }

  private String outputLetters(String inputs) {
    StringBuilder output = new StringBuilder();
    for (char letter = 'a'; letter < 'f'; letter++) {
      if (inputs.indexOf(letter) >= 0 && random.nextInt(3) > 0) {
        output.insert(random.nextInt(output.length() + 1), letter);
      }
    }
    return output.toString();
  }
}
