package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.testing.Jvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels read and write tensors, and nothing around them. */
class OutsideTest {
  static final int LONGEST = 70;

  private static final String LOOPS = "dev.tapedeck.ops.kernels.cpu.Generated*::*";

  private static final String COMPILED = "(?s).* 4 +dev.tapedeck.ops.kernels.cpu.Generated[^ ]*::";

  @TempDir Path folder;

  /** The processor's own vectors, and those of one that cannot load some lanes only. */
  static Stream<List<String>> vectors() {
    boolean x86 = System.getProperty("os.arch").equals("amd64");
    return x86 ? Stream.of(List.of(), List.of("-XX:UseAVX=0")) : Stream.of(List.of());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  @EnabledOnOs(OS.LINUX)
  void nothingOutsideIsTouched(List<String> flags) throws Exception {
    Jvm.Result result = run(flags, "kernels");
    assertEquals(0, result.exit(), result.output());
    assertTrue(result.output().endsWith("done\n"), result.output());
    assertTrue(result.output().matches(COMPILED + "run .*"), result.output());
    assertTrue(result.output().matches(COMPILED + "rest .*"), result.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"read behind", "write behind", "read before"})
  @EnabledOnOs(OS.LINUX)
  void guardPagesEndTheProcess(String what) throws Exception {
    Jvm.Result result = run(List.of(), what);
    assertNotEquals(0, result.exit(), result.output());
    assertTrue(result.output().contains("SIGSEGV"), result.output());
  }

  @Test
  void poisonStays() {
    CpuKernels kernels = new CpuKernels();
    GuardedMemory memory = new RedZones();
    for (int size = 1; size <= LONGEST; size++) {
      new KernelRuns(kernels, memory, size).run();
    }
  }

  @Test
  void poisonRevealsAWrite() {
    GuardedMemory memory = new RedZones();
    EagerTensor input = memory.vector(DType.FLOAT32, 21);
    EagerTensor output = memory.vector(DType.FLOAT32, 20);
    GuardPageRuns.wrong(input.address(), output.address(), 21);
    AssertionError error = assertThrows(AssertionError.class, () -> memory.clear("increment"));
    assertTrue(error.getMessage().startsWith("increment wrote byte 80 of tensor 1"), "" + error);
  }

  private Jvm.Result run(List<String> flags, String what) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(
                Jvm.VECTORS,
                "-Xmx256m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-XX:CompileCommand=CompileThresholdScaling," + LOOPS + ",0.1",
                "-XX:CompileCommand=BackgroundCompilation," + LOOPS + ",false",
                "-XX:CompileCommand=PrintCompilation," + LOOPS));
    all.addAll(flags);
    return Jvm.run(Jvm.of(all, GuardPageRuns.class, what));
  }
}
