package dev.tapedeck.cli;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.tensor.Memory;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck doctor}, which reports what this installation runs on. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Shows what this installation runs on.")
final class Doctor implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Memory.Stats memory = Memory.stats();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("Tapedeck", new Tapedeck.Version().getVersion()[0].substring("tapedeck ".length()));
    facts.put("Java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
    facts.put("System", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("Kernels", Kernels.forOperands().description());
    facts.put("Threads", Kernels.forOperands().threads());
    facts.put(
        "Tensor memory",
        "limit "
            + megabytes(memory.limit())
            + " (-D"
            + Memory.LIMIT_PROPERTY
            + "), live "
            + megabytes(memory.live())
            + ", pooled "
            + megabytes(memory.pooled())
            + ", peak "
            + megabytes(memory.peak()));
    int gpus = Device.gpus();
    facts.put(
        "GPUs",
        gpus == 0
            ? "none; build with -Pcuda to use NVIDIA ones of compute capability 3.7 to 8.6, not H100 or newer"
            : gpus);
    facts.put(
        "Warnings",
        "of functions traced often, dropped summaries and slower kernels: on standard error, from"
            + " the command that meets them");
    PrintWriter out = spec.commandLine().getOut();
    facts.forEach((name, value) -> out.printf(Locale.ROOT, "%-14s %s%n", name, value));
    return 0;
  }

  private static String megabytes(long bytes) {
    return (bytes >> 20) + " MB";
  }
}
