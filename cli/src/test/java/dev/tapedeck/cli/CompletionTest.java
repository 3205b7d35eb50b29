package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the tab key gives once completion is installed. */
@DisabledOnOs(OS.WINDOWS)
class CompletionTest {
  @TempDir Path temp;

  private String completed(Path script, String line) throws Exception {
    String program =
        "source '"
            + script
            + "'; COMP_WORDS=("
            + line
            + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=\"${COMP_WORDS[*]}\";"
            + " _complete_tapedeck; echo \"${COMPREPLY[*]}\"";
    Process bash =
        new ProcessBuilder("bash", "-c", program)
            .redirectError(ProcessBuilder.Redirect.DISCARD) // compopt wants a real tab key
            .start();
    return new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void isInstalledWhereBashLooks() throws Exception {
    ProcessBuilder install = Cli.builder("install-completion");
    install.environment().put("XDG_DATA_HOME", temp.toString());
    Cli.Result installed = Cli.run(temp, install);
    assertEquals(0, installed.exit(), installed.err());
    Path script = temp.resolve("bash-completion/completions/tapedeck");
    assertTrue(installed.out().contains(script.toString()), installed.out());
    assertEquals("train", completed(script, "tapedeck tr"));
    assertEquals("mnist", completed(script, "tapedeck train mn"));
    assertEquals("--epochs", completed(script, "tapedeck train mnist --ep"));
    assertEquals("cnn", completed(script, "tapedeck train mnist --model c"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void saysWhatIsNoPath() throws Exception {
    String call = "LC_ALL=C XDG_DATA_HOME=$(printf '/a\\377') exec \"$@\"";
    ProcessBuilder install = Cli.builder("install-completion");
    install.command().addAll(0, List.of("sh", "-c", call, "sh"));
    Cli.Result refused = Cli.run(temp, install);
    assertEquals(1, refused.exit());
    assertTrue(refused.err().startsWith("tapedeck: install-completion: not a path: "));
    assertTrue(refused.err().contains("set XDG_DATA_HOME to a folder"), refused.err());
  }

  @Test
  void saysWhereItCannotBe() throws Exception {
    ProcessBuilder install = Cli.builder("install-completion");
    install.environment().put("XDG_DATA_HOME", "/dev/null");
    Cli.Result refused = Cli.run(temp, install);
    assertEquals(1, refused.exit());
    assertTrue(refused.err().contains("set XDG_DATA_HOME to a folder"), refused.err());
  }
}
