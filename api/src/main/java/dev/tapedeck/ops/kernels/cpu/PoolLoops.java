package dev.tapedeck.ops.kernels.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Pooling loops over vectors of channels.
 *
 * <p>Each loop is one method in which no vector variable is assigned in different branches:
 * otherwise vectors become objects where HotSpot compiles a part of the loop on its own.
 */
final class PoolLoops implements PoolRows {
  private static final VectorSpecies<Number> SPECIES =
      TypeSpecializer.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long BYTES = SPECIES.elementSize() / 8;

  PoolLoops() {}

  private static Vector<Number> load(long address, VectorMask<Number> some) {
    return TypeSpecializer.load(SPECIES, address, some);
  }

  private static Vector<Number> zero() {
    return TypeSpecializer.all(SPECIES, 0);
  }

  @Override
  public void max(long first, long end, WindowPixels windows, long images, long to) {
    int[] ends = windows.ends();
    int[] pixels = windows.pixels();
    long pixel = windows.channels() * BYTES;
    long output = to + first * windows.windows() * pixel;
    for (long n = first; n < end; n++) {
      long image = images + n * windows.image() * pixel;
      for (int w = 0; w < windows.windows(); w++, output += pixel) {
        for (int c = 0; c < windows.channels(); c += LANES) {
          VectorMask<Number> some = SPECIES.indexInRange(c, windows.channels());
          Vector<Number> largest = TypeSpecializer.all(SPECIES, Double.NEGATIVE_INFINITY);
          for (int k = ends[w]; k < ends[w + 1]; k++) {
            Vector<Number> x = load(image + pixels[k] * pixel + c * BYTES, some);
            // NaN counts as the largest.
            VectorMask<Number> nan = x.compare(VectorOperators.NE, x);
            largest = largest.blend(x, x.compare(VectorOperators.GT, largest).or(nan));
          }
          TypeSpecializer.store(largest, output + c * BYTES, some);
        }
      }
    }
  }

  @Override
  public void maxGradient(
      long first, long end, WindowPixels windows, long images, long upstream, long to) {
    int[] ends = windows.ends();
    int[] pixels = windows.pixels();
    long pixel = windows.channels() * BYTES;
    long g = upstream + first * windows.windows() * pixel;
    for (long n = first; n < end; n++) {
      long image = images + n * windows.image() * pixel;
      long output = to + n * windows.image() * pixel;
      clear(windows, output);
      for (int w = 0; w < windows.windows(); w++, g += pixel) {
        for (int c = 0; c < windows.channels(); c += LANES) {
          VectorMask<Number> some = SPECIES.indexInRange(c, windows.channels());
          Vector<Number> largest = TypeSpecializer.all(SPECIES, Double.NEGATIVE_INFINITY);
          Vector<Number> chosen = zero();
          for (int k = ends[w + 1] - 1; k >= ends[w]; k--) {
            Vector<Number> x = load(image + pixels[k] * pixel + c * BYTES, some);
            // NaN counts as the largest; the first one wins.
            VectorMask<Number> nan = x.compare(VectorOperators.NE, x);
            VectorMask<Number> beats = x.compare(VectorOperators.GE, largest).or(nan);
            largest = largest.blend(x, beats);
            chosen = chosen.blend(TypeSpecializer.all(SPECIES, k - ends[w]), beats);
          }
          Vector<Number> gradient = load(g + c * BYTES, some);
          for (int k = ends[w]; k < ends[w + 1]; k++) {
            Vector<Number> x =
                zero()
                    .blend(
                        gradient,
                        chosen.compare(
                            VectorOperators.EQ, TypeSpecializer.all(SPECIES, k - ends[w])));
            put(windows, x, output + pixels[k] * pixel + c * BYTES, some);
          }
        }
      }
    }
  }

  @Override
  public void avg(long first, long end, WindowPixels windows, long images, long to) {
    int[] ends = windows.ends();
    int[] pixels = windows.pixels();
    long pixel = windows.channels() * BYTES;
    long output = to + first * windows.windows() * pixel;
    for (long n = first; n < end; n++) {
      long image = images + n * windows.image() * pixel;
      for (int w = 0; w < windows.windows(); w++, output += pixel) {
        Vector<Number> count = TypeSpecializer.all(SPECIES, ends[w + 1] - ends[w]);
        for (int c = 0; c < windows.channels(); c += LANES) {
          VectorMask<Number> some = SPECIES.indexInRange(c, windows.channels());
          Vector<Number> sum = zero();
          for (int k = ends[w]; k < ends[w + 1]; k++) {
            sum = sum.add(load(image + pixels[k] * pixel + c * BYTES, some));
          }
          TypeSpecializer.store(sum.div(count), output + c * BYTES, some);
        }
      }
    }
  }

  @Override
  public void avgGradient(long first, long end, WindowPixels windows, long upstream, long to) {
    int[] ends = windows.ends();
    int[] pixels = windows.pixels();
    long pixel = windows.channels() * BYTES;
    long g = upstream + first * windows.windows() * pixel;
    for (long n = first; n < end; n++) {
      long output = to + n * windows.image() * pixel;
      clear(windows, output);
      for (int w = 0; w < windows.windows(); w++, g += pixel) {
        Vector<Number> count = TypeSpecializer.all(SPECIES, ends[w + 1] - ends[w]);
        for (int c = 0; c < windows.channels(); c += LANES) {
          VectorMask<Number> some = SPECIES.indexInRange(c, windows.channels());
          Vector<Number> share = load(g + c * BYTES, some).div(count);
          for (int k = ends[w]; k < ends[w + 1]; k++) {
            put(windows, share, output + pixels[k] * pixel + c * BYTES, some);
          }
        }
      }
    }
  }

  /** Clears an image, unless each of its pixels is written, and none is added to. */
  private static void clear(WindowPixels windows, long image) {
    if (!windows.disjoint() || !windows.covering()) {
      long bytes = BYTES * windows.image() * windows.channels();
      VectorSupport.ALL.asSlice(image, bytes).fill((byte) 0);
    }
  }

  private static void put(
      WindowPixels windows, Vector<Number> x, long address, VectorMask<Number> some) {
    if (windows.disjoint()) {
      TypeSpecializer.store(x, address, some);
    } else {
      TypeSpecializer.store(x.add(load(address, some)), address, some);
    }
  }
}
