package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.Conv2D;
import dev.tapedeck.layers.Flatten;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.summaries.SummaryWriter;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Sequential;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Without the jar of oneDNN training goes on, slower, and warnings are read with a provider of
 * SLF4J and without one.
 */
class WithoutJarsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"dnnl-", "dnnl-|logback-"})
  void whatCostsSpeedOrDataIsToldOnce(String jars) throws Exception {
    String logdir = folder.resolve("logs").toString();
    ProcessBuilder builder = without(jars, Cli.java(WithoutJarsTest.class, logdir));
    builder.command().add(1, "-Dslf4j.internal.verbosity=ERROR");
    Cli.Result result = Cli.run(folder, builder);
    assertEquals(0, result.exit(), result.err());
    assertEquals("done\n", result.out());
    List<String> beginnings =
        List.of(
            "tapedeck: Conv2D: images (2, 3, 8, 8) are taken for [n, h, w, c], 3 high",
            "tapedeck: kernels: slower ones serve, since oneDNN cannot be loaded: ",
            "tapedeck: fit: epoch 1, batch 1: the loss is NaN; ",
            "tapedeck: fit: epoch 1, batch 1: the loss is NaN; ", // of the second fit
            "tapedeck: double: traced again for the 5th time: ",
            "tapedeck: SummaryWriter: cannot write " + logdir);
    List<String> lines = result.err().lines().toList();
    assertEquals(beginnings.size(), lines.size(), result.err());
    for (int i = 0; i < lines.size(); i++) {
      assertTrue(lines.get(i).startsWith(beginnings.get(i)), result.err());
    }
    assertTrue(lines.get(1).contains("add the jar of org.bytedeco:dnnl"), lines.get(1));
  }

  @Test
  void theDoctorKnows() throws Exception {
    Cli.Result doctor = Cli.run(folder, without("dnnl-", Cli.builder("doctor")));
    assertTrue(doctor.out().contains("no oneDNN: org.bytedeco:dnnl"), doctor.out());
    assertEquals(0, doctor.exit());
  }

  /** Takes jars, named by what their names begin with, from the class path. */
  private static ProcessBuilder without(String jars, ProcessBuilder builder) {
    String all = System.getProperty("java.class.path");
    String fewer =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().matches("(" + jars + ").*"))
            .collect(Collectors.joining(File.pathSeparator));
    builder.command().replaceAll(argument -> argument.equals(all) ? fewer : argument);
    return builder;
  }

  /** The program: everything that a user should be warned of, twice. */
  static void main(String... arguments) throws IOException {
    Sequential model = new Sequential(new Conv2D(4, 3), new Flatten());
    model.compile(new SGD(0.1), Losses.meanSquaredError());
    Tensor images = Tensor.full(DType.FLOAT32, Float.NaN, 2, 3, 8, 8);
    Pipeline data = Pipeline.of(images, Tensor.zeros(DType.FLOAT32, 2, 24)).batch(2);
    model.fit(data, FitOptions.epochs(2).verbosity(Verbosity.SILENT));
    model.fit(data, FitOptions.epochs(2).verbosity(Verbosity.SILENT));

    TracedFunction<Tensor> function =
        TracedFunction.of("double", (Tensor x, Integer n) -> x.mul(n));
    for (int i = 0; i < 10; i++) {
      function.call(images, i);
    }

    Path logdir = Path.of(arguments[0]);
    try (SummaryWriter writer = SummaryWriter.open(logdir)) {
      writer.flush();
      try (Stream<Path> files = Files.list(logdir)) {
        files.forEach(WithoutJarsTest::delete);
      }
      for (int i = 0; i < 2; i++) {
        writer.scalar("x", 1, i);
        writer.flush();
      }
    }
    System.out.println("done");
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
