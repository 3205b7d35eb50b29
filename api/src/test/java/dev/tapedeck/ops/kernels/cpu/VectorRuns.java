package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.OpTest;
import dev.tapedeck.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** A program that ends well if kernels are right with the vectors of the JVM it runs in. */
final class VectorRuns {
  private static final long SEED = 1;

  private VectorRuns() {}

  /** Runs tests of ops and kernels: the share of them that the argument says, 1 for all. */
  static void main(String... arguments) throws Throwable {
    double share = Double.parseDouble(arguments[0]);
    int ran = 0;
    new LogitsTest().specialNumbers(10);
    ran += run(share, new OpTest().rows().flatMap(VectorRuns::tests).toList());
    ran += run(share, cases(FormulaCase.all(), new ProvidersTest()::agreesWithJava));
    ran += run(share, cases(FormulaCase.ops(), new LayoutsTest()::bitsAreTheSame));
    ran += run(share, types(new LogitsTest()::rowsOfAllSizes));
    ran += run(share, types(new PoolsTest()::randomWindows));
    System.out.println(new CpuKernels().description());
    System.out.println("ran " + ran);
  }

  private static Stream<DynamicTest> tests(DynamicNode node) {
    return node instanceof DynamicContainer container
        ? container
            .getChildren()
            .flatMap(VectorRuns::tests)
            .map(test -> named(container.getDisplayName() + " " + test.getDisplayName(), test))
        : Stream.of((DynamicTest) node);
  }

  private static DynamicTest named(String name, DynamicTest test) {
    return DynamicTest.dynamicTest(name, test.getExecutable());
  }

  private static List<DynamicTest> cases(Stream<FormulaCase> cases, Consumer<FormulaCase> check) {
    return cases.map(c -> DynamicTest.dynamicTest(c.toString(), () -> check.accept(c))).toList();
  }

  private static List<DynamicTest> types(Consumer<DType> check) {
    return Stream.of(DType.FLOAT32, DType.FLOAT64)
        .map(type -> DynamicTest.dynamicTest(type.toString(), () -> check.accept(type)))
        .toList();
  }

  private static int run(double share, List<DynamicTest> tests) throws Throwable {
    List<DynamicTest> shuffled = new ArrayList<>(tests);
    Collections.shuffle(shuffled, new Random(SEED));
    List<DynamicTest> chosen = shuffled.subList(0, (int) (share * shuffled.size()));
    for (DynamicTest test : chosen) {
      try {
        test.getExecutable().execute();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(test.getDisplayName() + ": " + e, e);
      }
    }
    return chosen.size();
  }
}
