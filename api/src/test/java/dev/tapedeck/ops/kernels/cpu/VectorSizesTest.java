package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.testing.Jvm;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kernels are right with vectors of all sizes, down to a single float64.
 *
 * <p>{@code -Dtapedeck.vectors.all} runs all tests of ops and kernels for each, some minutes long,
 * and those of older processors; otherwise it is a sample.
 */
class VectorSizesTest {
  private static final boolean ALL = Boolean.getBoolean("tapedeck.vectors.all");
  private static final double SHARE = 0.01;
  private static final int LEAST_RUNS = 30;

  /** Flags, and the bits that vectors have at most with them. */
  static Stream<List<Object>> flags() {
    Stream<List<Object>> sizes =
        Stream.of(8, 16, 32, 64).map(bytes -> List.of("-XX:MaxVectorSize=" + bytes, 8 * bytes));
    boolean more = ALL && System.getProperty("os.arch").equals("amd64");
    Stream<List<Object>> processors =
        Stream.of(0, 1, 2).map(avx -> List.of("-XX:UseAVX=" + avx, 256));
    return more ? Stream.concat(sizes, processors) : sizes;
  }

  @ParameterizedTest
  @MethodSource("flags")
  void kernelsAreRight(List<Object> flag) throws IOException, InterruptedException {
    List<String> flags =
        List.of(
            Jvm.VECTORS,
            "-Xmx1g",
            "-Dtapedeck.kernels.least=1024",
            "-Dtapedeck.kernels.warm=true",
            flag.getFirst().toString());
    Jvm.Result result = Jvm.run(Jvm.of(flags, VectorRuns.class, ALL ? "1" : "" + SHARE));
    String output = result.output().strip();
    assertEquals(0, result.exit(), output);
    assertTrue(bits(output) <= (int) flag.getLast(), output);
    int ran = Integer.parseInt(output.substring(output.lastIndexOf(' ') + 1));
    assertTrue(ran >= LEAST_RUNS, output);
  }

  private static int bits(String output) {
    return Integer.parseInt(output.replaceFirst("(?s).*\\((\\d+)-bit vectors.*", "$1"));
  }
}
