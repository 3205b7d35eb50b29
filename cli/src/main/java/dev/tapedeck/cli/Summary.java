package dev.tapedeck.cli;

import dev.tapedeck.train.Trainable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck summary}, which prints the table of a model's layers. */
@Command(
    name = "summary",
    mixinStandardHelpOptions = true,
    description = "Prints the layers of a model of Keras, their shapes and their parameters.")
final class Summary implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.keras", description = "A .keras or .h5 file of a whole model.")
  private Path file;

  @Option(
      names = "--plot",
      paramLabel = "OUT.svg",
      description = "Also draw the layers and the data flow between them; .dot for Graphviz.")
  private Path plot;

  @Override
  public Integer call() throws IOException {
    if (plot != null && !plot.toString().toLowerCase(Locale.ROOT).matches(".*\\.(svg|dot|gv)")) {
      throw new ParameterException(
          spec.commandLine(),
          "--plot writes files that end in .svg, .dot or .gv, received " + plot);
    }
    Trainable<?, ?> model = ModelFile.readModel(spec, file);
    spec.commandLine().getOut().println(PlainText.lines(model.summary().stripTrailing()));
    if (plot != null) {
      model.plot().save(plot);
    }
    return 0;
  }
}
