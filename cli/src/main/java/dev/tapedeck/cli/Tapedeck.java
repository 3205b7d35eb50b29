package dev.tapedeck.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command {@code tapedeck}. */
@Command(
    name = "tapedeck",
    mixinStandardHelpOptions = true,
    versionProvider = Tapedeck.Version.class,
    description = "Trains neural networks on ND4J.")
public final class Tapedeck implements Runnable {
  private Tapedeck() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Tapedeck()).execute(args);
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Tapedeck.class.getPackage().getImplementationVersion();
      return new String[] {"tapedeck " + (version == null ? "(not packaged)" : version)};
    }
  }
}
