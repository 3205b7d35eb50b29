package dev.tapedeck.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code tapedeck}.
 *
 * <p>It exits with 0, with 1 when something failed, with 2 when it was called wrongly, and with 130
 * when it was interrupted; an error is one line on standard error, and {@code --debug} adds the
 * trace.
 */
@Command(
    name = "tapedeck",
    mixinStandardHelpOptions = true,
    versionProvider = Tapedeck.Version.class,
    description = "Trains neural networks, on ND4J.",
    subcommands = {
      Train.class,
      Eval.class,
      Predict.class,
      Summary.class,
      Inspect.class,
      Convert.class,
      Run.class,
      ShowTensorBoard.class,
      Doctor.class,
      HelpCommand.class,
      GenerateCompletion.class,
      InstallCompletion.class
    })
public final class Tapedeck implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean debug;

  private Tapedeck() {}

  /** Runs a command and ends the process. */
  public static void main(String[] args) {
    StandardError.takeBack();
    System.exit(run(args));
  }

  static int run(String... args) {
    Tapedeck tapedeck = new Tapedeck();
    CommandLine command =
        new CommandLine(tapedeck)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExpandAtFiles(false) // a file name may begin with @; argument files are off
            .registerConverter(Path.class, Tapedeck::path)
            .registerConverter(Convert.Destination.class, Convert.Destination::of)
            .setParameterExceptionHandler(Tapedeck::wrongCall)
            .setExecutionExceptionHandler(
                (e, failed, result) -> tapedeck.failure(e, failed.getErr()));
    try {
      return command.execute(args);
    } catch (Error e) { // picocli does not handle errors
      return tapedeck.failure(e, command.getErr());
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  static Path path(String text) {
    // Shells expand a ~ only at the beginning of a word.
    if (text.equals("~") || text.startsWith("~/")) {
      throw new TypeConversionException(
          "the shell left the ~ as it is, and would have made a folder of that name: write a space"
              + " in place of =, or $HOME, or ./~ if it is meant");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(ErrorLine.notAPath(e));
    }
  }

  private static int wrongCall(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    String meant = Suggestions.of(e).map(n -> "; did you mean " + n + "? See ").orElse("; see ");
    err.println(PlainText.oneLine(name + ": " + Suggestions.explain(e) + meant + name + " --help"));
    return CommandLine.ExitCode.USAGE;
  }

  private int failure(Throwable e, PrintWriter err) {
    err.println("tapedeck: " + ErrorLine.of(e));
    if (debug) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      err.print(PlainText.lines(trace.toString()));
      err.flush();
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Tapedeck.class.getPackage().getImplementationVersion();
      return new String[] {"tapedeck " + (version == null ? "(not packaged)" : version)};
    }
  }
}
