package dev.tapedeck.benchmarks;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** JMH benchmark of Tapedeck alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class Micro {
  @Param({
    "add-4",
    "add-128x128",
    "exp-128x128",
    "softmax-128x128",
    "add-1000000",
    "exp-1000000",
    "matmul-128x784x128",
    "matmul-1000x1000x1000",
    "linear",
    "mlp-32"
  })
  private String task;

  @Param("EAGER")
  private String way;

  private Runnable body;

  /** Prepares the task. */
  @Setup
  public void prepare() {
    body = TapedeckWork.of(Way.valueOf(way), Task.parse(task)).body();
  }

  /** Runs a step, or an epoch for {@code FIT}. */
  @Benchmark
  public void step() {
    body.run();
  }

  /** Runs with JMH's own arguments, in a JVM with the launcher's flags. */
  static Collection<RunResult> run(String... arguments) {
    try {
      Options options =
          new OptionsBuilder()
              .parent(new CommandLineOptions(arguments))
              .include(Micro.class.getName())
              .jvmArgs(Launch.flags(InterleavedTiming.THREADS).toArray(String[]::new))
              .build();
      return new Runner(options).run();
    } catch (RunnerException | CommandLineOptionException e) {
      throw new IllegalArgumentException("jmh: " + e.getMessage(), e);
    }
  }

  /** Runs all tasks, and returns a Markdown table. */
  static Table table() {
    Table table = new Table("work, by JMH", "us", "error");
    for (RunResult result : run("-o", Launch.log("jmh").toString())) {
      Result<?> score = result.getPrimaryResult();
      table.row(result.getParams().getParam("task"), score.getScore(), score.getScoreError());
    }
    return table;
  }
}
