package dev.tapedeck.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck convert}, which writes a model in another format. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model of Keras, or a saved function, in another format.",
      "A .keras file is compiled as the one that is read, optimizer included; a .tapedeck file has the model as it predicts."
    })
final class Convert implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "A .keras or .h5 file of a whole model, or a .tapedeck file of a function.")
  private Path in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "What to write, by its ending: " + ModelFormat.ENDINGS + ".")
  private Destination out;

  @Option(
      names = "--to",
      paramLabel = "KIND",
      description = "What to write, if OUT does not tell: ${COMPLETION-CANDIDATES}.")
  private ModelFormat kind;

  /**
   * A place to write to; a path forgets the slash at its end.
   *
   * @param text the path as it was given
   */
  record Destination(String text, Path path) {
    static Destination of(String text) {
      return new Destination(text, Tapedeck.path(text));
    }
  }

  @Override
  public Integer call() {
    ModelFormat format = format();
    if (format.isFolder() ? Files.isRegularFile(out.path()) : Files.isDirectory(out.path())) {
      throw new ParameterException(
          spec.commandLine(),
          out.text()
              + " is a "
              + (format.isFolder() ? "file" : "folder")
              + "; choose another place");
    }
    ModelFile model = ModelFile.read(spec, in);
    if (!format.takes(model)) {
      throw new ParameterException(
          spec.commandLine(),
          in
              + " has a function, of which no "
              + format
              + " can be made, for it has no layers; convert the model that it was traced from");
    }
    format.write(model, out.path());
    return 0;
  }

  private ModelFormat format() {
    ModelFormat told = ModelFormat.of(out.text()).orElse(kind);
    if (told == null) {
      throw new ParameterException(
          spec.commandLine(),
          "expected an ending of "
              + ModelFormat.ENDINGS
              + ", received "
              + out.text()
              + "; or give --to KIND");
    }
    if (kind != null && kind != told) {
      throw new ParameterException(
          spec.commandLine(), "--to " + kind + ": " + out.text() + " ends as " + told + " does");
    }
    return told;
  }
}
