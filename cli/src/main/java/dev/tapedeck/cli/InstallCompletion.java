package dev.tapedeck.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code tapedeck install-completion}, which installs tab completion for bash. */
@Command(
    name = "install-completion",
    mixinStandardHelpOptions = true,
    description =
        "Lets the tab key complete commands and options, in new bash shells; zsh can source the"
            + " same file.")
final class InstallCompletion implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Path file = folder().resolve(spec.root().name());
    String script = AutoComplete.bash(spec.root().name(), spec.root().commandLine());
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, script);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "install-completion: cannot write "
              + file
              + "; set XDG_DATA_HOME to a folder that can be written",
          e);
    }
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "Completion is in %s.%nNew bash shells that have the package bash-completion read it;"
                + " others, and zsh, do with: source %s%n",
            file,
            file);
    return 0;
  }

  /** Returns the folder of a user's bash-completion scripts, which are named like commands. */
  private static Path folder() {
    String data = System.getenv("XDG_DATA_HOME");
    try {
      Path home =
          data == null || data.isEmpty()
              ? Path.of(System.getProperty("user.home"), ".local", "share")
              : Path.of(data);
      return home.resolve("bash-completion").resolve("completions");
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "install-completion: "
              + ErrorLine.notAPath(e)
              + "; set XDG_DATA_HOME to a folder that can be written",
          e);
    }
  }
}
