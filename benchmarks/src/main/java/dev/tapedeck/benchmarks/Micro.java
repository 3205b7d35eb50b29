package dev.tapedeck.benchmarks;

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
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Our work alone, by JMH: {@code -p task=mlp-32 -p way=TRACED} times other work. */
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

  /** Makes what is worked on. */
  @Setup
  public void prepare() {
    body = Ours.of(Way.valueOf(way), Task.parse(task)).body();
  }

  /** Takes a step, or an epoch where the way is {@code FIT}. */
  @Benchmark
  public void step() {
    body.run();
  }

  /** Runs all, and returns a Markdown table. */
  static Table table() {
    Options options =
        new OptionsBuilder()
            .include(Micro.class.getName())
            .jvmArgs(Launch.flags(Turns.THREADS).toArray(String[]::new))
            .output(Launch.log("jmh").toString())
            .build();
    Table table = new Table("work, by JMH", "us", "error");
    try {
      for (RunResult result : new Runner(options).run()) {
        Result<?> score = result.getPrimaryResult();
        table.row(result.getParams().getParam("task"), score.getScore(), score.getScoreError());
      }
      return table;
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH failed; see " + Launch.log("jmh"), e);
    }
  }
}
