package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Solving;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Images {@code [n, h, w, c]} whose pixels are taken from other places of the images.
 *
 * <p>Places are {@code y} down and {@code x} to the right, in pixels, 0 at the centre of the first
 * one. Interpolation is {@link Interpolation#NEAREST} or {@link Interpolation#BILINEAR}. Gradients
 * of the images are exact, where TensorFlow approximates them.
 */
public final class ImageTransforms {
  private static final Index ALL = Index.ALL;

  private ImageTransforms() {}

  /** The pixels beyond the edges of an image, of which {@code abcd} is a row. */
  public enum FillMode {
    /** A fixed value: {@code kkkk|abcd|kkkk}. */
    CONSTANT,
    /** The last pixel: {@code aaaa|abcd|dddd}. */
    NEAREST,
    /** The image mirrored at its edge: {@code dcba|abcd|dcba}. */
    REFLECT,
    /** The image again: {@code abcd|abcd|abcd}. */
    WRAP
  }

  /**
   * Returns images whose pixel at {@code (x, y)} is that of {@code images} at {@code ((a0 x + a1 y
   * + a2) / k, (b0 x + b1 y + b2) / k)}, where {@code k = c0 x + c1 y + 1}.
   *
   * @param transforms the numbers {@code a0, a1, a2, b0, b1, b2, c0, c1} of each image {@code [n,
   *     8]}, or of all {@code [8]}
   * @param fillValue value of pixels beyond the edges, with {@link FillMode#CONSTANT}
   * @throws IllegalArgumentException if the images have another rank or type, or an unknown size,
   *     or the transforms another shape
   */
  public static Tensor affineTransform(
      Object images,
      Object transforms,
      Interpolation interpolation,
      FillMode fillMode,
      double fillValue) {
    String who = "affineTransform";
    Objects.requireNonNull(fillMode, "affineTransform: fillMode");
    Tensor from = checked(who, Operands.tensor(images), interpolation);
    Tensor given = Operands.tensor(transforms);
    int rank = given.shape().rank();
    if ((rank != 1 && rank != 2) || given.shape().size(-1) != 8) {
      throw Refusal.of(
          who, "needs transforms [n, 8] or [8]", given.shape(), "give 8 numbers for each image");
    }
    DType dtype = places(from);
    List<Tensor> numbers = Joining.unstack(given.cast(dtype).reshape(-1, 1, 1, 8), -1);
    long height = from.shape().size(1);
    long width = from.shape().size(2);
    Tensor y = Creation.range(0, height, 1, dtype).reshape(1, height, 1);
    Tensor x = Creation.range(0, width, 1, dtype).reshape(1, 1, width);
    Tensor divisor = plane(numbers.get(6), x, numbers.get(7), y).add(1);
    Tensor infinite = divisor.equal(0);
    divisor = Logic.where(infinite, 1, divisor);
    Tensor atX = plane(numbers.get(0), x, numbers.get(1), y).add(numbers.get(2)).div(divisor);
    Tensor atY = plane(numbers.get(3), x, numbers.get(4), y).add(numbers.get(5)).div(divisor);
    Tensor moved =
        pixels(
            from,
            inside(atY, height, interpolation, fillMode),
            inside(atX, width, interpolation, fillMode),
            interpolation,
            FillMode.CONSTANT,
            fillValue);
    return Logic.where(Shaping.expandDims(infinite, -1), fillValue, moved);
  }

  private static Tensor plane(Tensor a, Tensor x, Tensor b, Tensor y) {
    return a.mul(x).add(b.mul(y));
  }

  /**
   * Returns places within an image for those beyond its edges, unless they are left as they are.
   */
  private static Tensor inside(
      Tensor at, long size, Interpolation interpolation, FillMode fillMode) {
    long last = size - 1;
    Tensor moved =
        switch (fillMode) {
          case CONSTANT -> Maths.clip(at, -2, size + 1);
          case NEAREST -> Maths.clip(at, 0, last);
          case REFLECT -> {
            Tensor within = Maths.mod(at, 2 * size);
            Tensor mirrored = within.neg().add(2 * size - 1);
            yield Maths.clip(Logic.where(within.less(size), within, mirrored), 0, last);
          }
          case WRAP -> wrapped(at, size);
        };
    // Halves away from zero, as TensorFlow's kernel.
    return interpolation == Interpolation.NEAREST
        ? Maths.sign(moved).mul(Maths.floor(moved.abs().add(0.5)))
        : moved;
  }

  /** Returns places in images that repeat after {@code size - 1}, as in TensorFlow's kernel. */
  private static Tensor wrapped(Tensor at, long size) {
    long last = size - 1;
    if (last == 0) {
      return at.mul(0);
    }
    Tensor before = at.add(Maths.floor(at.neg().div(last)).add(1).mul(size));
    Tensor behind = at.sub(Maths.floor(at.div(last)).mul(size));
    Tensor moved = Logic.where(at.less(0), before, Logic.where(at.greater(last), behind, at));
    return Maths.clip(moved, 0, last);
  }

  /**
   * Returns images that are distorted as if seen from elsewhere: what was at four points comes to
   * four others.
   *
   * @param startPoints points {@code (x, y)} of the images, {@code [n, 4, 2]} or {@code [4, 2]}
   * @param endPoints points to which they come
   * @param fillValue value of pixels beyond the edges
   * @throws IllegalArgumentException if the images have another rank or type, or an unknown size,
   *     or the points another shape, or three of a side are on one line
   */
  public static Tensor perspectiveTransform(
      Object images,
      Object startPoints,
      Object endPoints,
      Interpolation interpolation,
      double fillValue) {
    Tensor from = checked("perspectiveTransform", Operands.tensor(images), interpolation);
    Tensor start = points(startPoints, places(from));
    Tensor end = points(endPoints, places(from));
    List<Object> rows = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Tensor x = end.get(ALL, i, 0);
      Tensor y = end.get(ALL, i, 1);
      Tensor one = Creation.onesLike(x);
      Tensor zero = Creation.zerosLike(x);
      for (int axis = 0; axis < 2; axis++) {
        Tensor to = start.get(ALL, i, axis);
        Tensor ofX = to.mul(x).neg();
        Tensor ofY = to.mul(y).neg();
        rows.add(
            axis == 0
                ? Joining.stack(-1, x, y, one, zero, zero, zero, ofX, ofY)
                : Joining.stack(-1, zero, zero, zero, x, y, one, ofX, ofY));
        values.add(to);
      }
    }
    Tensor equations = Joining.stack(1, rows.toArray());
    Tensor known = Shaping.expandDims(Joining.stack(-1, values.toArray()), -1);
    Tensor transforms = Solving.solve(equations, known).reshape(-1, 8);
    return affineTransform(from, transforms, interpolation, FillMode.CONSTANT, fillValue);
  }

  private static Tensor points(Object given, DType dtype) {
    Tensor points = Operands.tensor(given);
    int rank = points.shape().rank();
    if ((rank != 2 && rank != 3) || points.shape().size(-2) != 4 || points.shape().size(-1) != 2) {
      throw Refusal.of(
          "perspectiveTransform",
          "needs points [n, 4, 2] or [4, 2]",
          points.shape(),
          "give x and y of four points");
    }
    return points.cast(dtype).reshape(-1, 4, 2);
  }

  /**
   * Returns images {@code [n, h', w', c]} whose pixels are those of {@code images} at places {@code
   * y} and {@code x}, each {@code [n, h', w']}, or {@code [1, h', w']} for all images.
   *
   * @param fillValue value of pixels beyond the edges, with {@link FillMode#CONSTANT}
   * @throws IllegalArgumentException if the images have another rank or type, or an unknown size,
   *     or the places another rank
   */
  public static Tensor mapCoordinates(
      Object images,
      Object y,
      Object x,
      Interpolation interpolation,
      FillMode fillMode,
      double fillValue) {
    String who = "mapCoordinates";
    Objects.requireNonNull(fillMode, "mapCoordinates: fillMode");
    Tensor from = checked(who, Operands.tensor(images), interpolation);
    Tensor rows = Operands.tensor(y);
    Tensor columns = Operands.tensor(x);
    Checks.sameFloating(who, rows.spec(), columns.spec());
    Checks.rank(who, "places y [n, h, w]", 3, rows.spec());
    Checks.rank(who, "places x [n, h, w]", 3, columns.spec());
    return pixels(from, rows, columns, interpolation, fillMode, fillValue);
  }

  private static Tensor checked(String who, Tensor images, Interpolation interpolation) {
    Checks.sameFloating(who, images.spec());
    Checks.rank(who, "images [n, h, w, c]", 4, images.spec());
    Shape one = images.shape().slice(1, 4);
    if (!one.isKnown()) {
      throw Checks.unknown(who, "the images' height, width and channels", images.shape());
    }
    if (one.size(0) < 1 || one.size(1) < 1) {
      throw Refusal.of(
          who, "heights and widths must be 1 or more", images.shape(), "leave out empty images");
    }
    if (interpolation != Interpolation.NEAREST && interpolation != Interpolation.BILINEAR) {
      throw Refusal.of(
          who, "interpolation is NEAREST or BILINEAR", interpolation, "choose one of them");
    }
    return images;
  }

  /** Returns the type of places in images: few digits do not tell pixels apart. */
  private static DType places(Tensor images) {
    return images.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
  }

  /** A row or column that a pixel is made of. */
  private record Line(Tensor index, Tensor weight, Tensor exists) {}

  private static Tensor pixels(
      Tensor images,
      Tensor y,
      Tensor x,
      Interpolation interpolation,
      FillMode fillMode,
      double fillValue) {
    Shape shape = images.shape();
    Tensor all = images.reshape(-1, shape.size(3));
    Tensor firstRow = numbers(images).mul((int) shape.size(1));
    Tensor sum = null;
    for (Line row : lines(y, shape.size(1), interpolation, fillMode)) {
      Tensor firstPixel = firstRow.add(row.index).mul((int) shape.size(2));
      for (Line column : lines(x, shape.size(2), interpolation, fillMode)) {
        Tensor part = Indexing.gather(all, firstPixel.add(column.index), 0);
        if (fillMode == FillMode.CONSTANT) {
          Tensor exists = Logic.logicalAnd(row.exists, column.exists);
          part = Logic.where(Shaping.expandDims(exists, -1), part, fillValue);
        }
        Tensor weight = row.weight.mul(column.weight).cast(images.dtype());
        part = part.mul(Shaping.expandDims(weight, -1));
        sum = sum == null ? part : sum.add(part);
      }
    }
    return sum;
  }

  /** Returns the numbers of images, int32 {@code [n, 1, 1]}. */
  private static Tensor numbers(Tensor images) {
    Tensor one = Creation.onesLike(images.get(ALL, 0, 0, 0).cast(DType.INT32));
    return Cumulative.cumsum(one, 0).sub(1).reshape(-1, 1, 1);
  }

  private static List<Line> lines(
      Tensor at, long size, Interpolation interpolation, FillMode fillMode) {
    if (interpolation == Interpolation.NEAREST) {
      return List.of(line(Maths.rint(at), Creation.onesLike(at), size, fillMode));
    }
    Tensor lower = Maths.floor(at);
    Tensor weight = at.sub(lower);
    return List.of(
        line(lower, weight.neg().add(1), size, fillMode),
        line(lower.add(1), weight, size, fillMode));
  }

  private static Line line(Tensor index, Tensor weight, long size, FillMode fillMode) {
    Tensor within =
        switch (fillMode) {
          case CONSTANT, NEAREST -> index;
          case REFLECT -> {
            Tensor twice = Maths.mod(index, 2 * size);
            yield Maths.minimum(twice, twice.neg().add(2 * size - 1));
          }
          case WRAP -> Maths.mod(index, size);
        };
    Tensor exists = Logic.logicalAnd(index.greaterEqual(0), index.less(size));
    return new Line(Maths.clip(within, 0, size - 1).cast(DType.INT32), weight, exists);
  }
}
