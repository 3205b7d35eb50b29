package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tapedeck.testing.Python;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code tensorboard} as a process, on a PATH of the test's own. */
@DisabledOnOs(OS.WINDOWS)
class ShowTensorBoardTest {
  @TempDir Path temp;
  private Path bin;
  private Path logdir;

  @BeforeEach
  void folders() throws Exception {
    bin = Files.createDirectory(temp.resolve("bin"));
    logdir = Files.createDirectory(temp.resolve("my runs"));
  }

  private ProcessBuilder command(String... arguments) {
    ProcessBuilder command = Cli.builder(arguments);
    command.environment().put("PATH", bin.toString());
    command.environment().remove("TAPEDECK_PYTHON");
    return command;
  }

  private void install(String program, String script) throws Exception {
    Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void passesArgumentsOnAndExitsAsItDoes() throws Exception {
    install("tensorboard", "printf '%s\\n' \"$@\"\nexit 7");
    Cli.Result result =
        Cli.run(
            temp,
            command(
                "tensorboard", "--logdir", logdir.toString(), "--port", "7007", "--", "--inspect"));
    assertEquals(
        List.of("--logdir=" + logdir, "--port=7007", "--inspect"), result.out().lines().toList());
    assertEquals(7, result.exit(), result.err());
  }

  @Test
  void aPythonThatHasItWillDo() throws Exception {
    install("python3", "case $2 in *runpy*) echo \"$1 $3\";; esac");
    ProcessBuilder command = command("tensorboard", "--logdir", logdir.toString());
    command.environment().put("TAPEDECK_PYTHON", bin.resolve("missing").toString());
    Cli.Result result = Cli.run(temp, command);
    assertEquals("-c --logdir=" + logdir, result.out().strip());
    assertEquals(0, result.exit(), result.err());
  }

  @Test
  void whatLiesInTheCurrentFolderIsNotRun() throws Exception {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python), "no " + python);
    Path here = Files.createDirectory(temp.resolve("here"));
    String planted = "print('planted')\n";
    for (String module :
        List.of("tensorboard/__init__", "tensorboard/main", "runpy", "importlib")) {
      Path file = here.resolve(module + ".py");
      Files.createDirectories(file.getParent());
      Files.writeString(file, planted);
    }
    // What says that it has TensorBoard, so that it is started.
    install(
        "python3", "case $2 in *find_spec*) exit 0;; *) exec %s \"$@\";; esac".formatted(python));
    ProcessBuilder command = command("tensorboard", "--logdir", logdir.toString(), "--", "--help");
    Cli.Result started = Cli.run(temp, command.directory(here.toFile()));
    assertFalse(started.out().contains("planted"), started.out());
    install("python3", "exec %s \"$@\"".formatted(python));
    command = command("tensorboard", "--logdir", logdir.toString(), "--", "--help");
    Cli.Result found = Cli.run(temp, command.directory(here.toFile()));
    assertFalse(found.out().contains("planted"), found.out());
  }

  @Test
  void saysHowToGetOne() throws Exception {
    install("python3", "exit 1");
    Cli.Result result = Cli.run(temp, command("tensorboard", "--logdir", logdir.toString()));
    assertEquals(
        "tapedeck: tensorboard: not on the PATH, nor known to python3; install it with: pip install"
            + " tensorboard, or set TAPEDECK_PYTHON to a Python that has it",
        result.err().strip());
    assertEquals(1, result.exit());
  }

  @Test
  void wantsAFolder() throws Exception {
    Cli.Result none = Cli.run(temp, command("tensorboard"));
    assertEquals(2, none.exit());
    assertTrue(none.err().contains("--logdir"), none.err());
    Cli.Result missing = Cli.run(temp, command("tensorboard", "--logdir", "missing"));
    assertEquals(
        "tapedeck: tensorboard: --logdir: expected a folder, received missing, which does not exist;"
            + " it is what train mnist --logdir writes",
        missing.err().strip());
    assertEquals(1, missing.exit());
  }

  @Test
  void theRealOneServesAndEndsWithUs() throws Exception {
    Path errors = temp.resolve("stderr.txt");
    ProcessBuilder command = command("tensorboard", "--logdir", logdir.toString(), "--port", "0");
    command.environment().put("TAPEDECK_PYTHON", Python.command());
    Process process = Cli.interruptible(command).redirectError(errors.toFile()).start();
    List<ProcessHandle> children = List.of();
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address(process, errors).resolve("data/environment"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode());
      assertTrue(response.body().contains(logdir.toString()), response.body());
      children = process.descendants().toList();
      assertFalse(children.isEmpty());
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "did not end");
      assertEquals(130, process.exitValue());
      for (ProcessHandle child : children) {
        child.onExit().get(60, TimeUnit.SECONDS);
      }
    } finally {
      children.forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Returns the address that TensorBoard prints when it serves. */
  private static URI address(Process process, Path errors) throws Exception {
    Pattern address = Pattern.compile("http://\\S+:\\d+/");
    for (int tenths = 0; tenths < 1200 && process.isAlive(); tenths++) {
      Matcher found = address.matcher(Files.readString(errors));
      if (found.find()) {
        return URI.create(found.group());
      }
      Thread.sleep(100);
    }
    throw new AssertionError("TensorBoard does not serve: " + Files.readString(errors));
  }
}
