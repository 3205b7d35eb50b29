package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher: every way to be started, and every environment to be started in. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path temp;
  private Checkout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = new Checkout(temp.toRealPath().resolve("tape deck"));
  }

  /** NAME=value sets a variable, NAME alone unsets it; JDK stands for the JDK's folder. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOME",
        "HOME=",
        "HOME=relative",
        "HOME=/no such/folder",
        "HOME=/a\nb",
        "HOME=/ü*",
        "CDPATH=/",
        "CDPATH=..:/tmp:/usr",
        "CDPATH=",
        "JAVA_HOME",
        "JAVA_HOME=",
        "JAVA_HOME=/no/such",
        "JAVA_HOME=../jdk 25",
        "JAVA_HOME=JDK/",
        "JAVA_HOME=-n",
        "JAVA_HOME=/ü\nx*",
        "PATH",
        "PATH=",
        "PATH=.",
        "PATH=/no such/folder",
        "PATH=:",
        "TMPDIR",
        "TMPDIR=",
        "TMPDIR=.",
        "TMPDIR=/tmp/",
        "LANG",
        "LC_ALL=",
        "LC_ALL=C",
        "LC_ALL=xx_YY.UTF-8",
        "LC_ALL=C.UTF-8",
        "OMP_WAIT_POLICY=",
        "TAPEDECK_JAVA_OPTS=",
        "TAPEDECK_JAVA_OPTS= \n ",
        "IFS=/",
        "ENV=/no/such",
        "BASH_ENV=/no/such",
        "POSIXLY_CORRECT=1",
        "CLASSPATH=/x",
        "MAVEN_OPTS=-bad",
        "profiles=-Pnone",
        "cache_flag=-bad",
        "target=/x",
        "self=/x",
        "root=/x",
        "jdk=/x",
        "link=/x",
        "wait=-n",
        "home=/x",
        "version=1",
        "on_path=/x",
        "key=JAVA_VERSION"
      })
  void environments(String variable) throws Exception {
    checkout.built();
    ProcessBuilder builder = checkout.command(launcher(), "doctor");
    String[] parts = variable.split("=", 2);
    if (parts.length == 1) {
      builder.environment().remove(variable);
    } else {
      builder.environment().put(parts[0], parts[1].replace("JDK", checkout.jdk.toString()));
    }
    assertStarts(builder, "doctor");
  }

  @Test
  void optionsOfJavaStayWhatTheyAre() throws Exception {
    checkout.built();
    ProcessBuilder builder = checkout.command(launcher(), "a b", "*", "", "-x\ny");
    builder.environment().put("TAPEDECK_JAVA_OPTS", "-Dx=*  -Dy=ü\n-Dz");
    Cli.Result result = Cli.run(temp, builder);
    assertEquals(
        "-Dtapedeck.stderr=8\n-Dx=*\n-Dy=ü\n-Dz\n-jar\n" + checkout.jar() + "\na b\n*\n\n-x\ny\n",
        result.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'ROOT/tapedeck'",
        "cd 'ROOT' && ./tapedeck",
        "cd 'ROOT' && sh tapedeck",
        "cd 'ROOT' && CDPATH=/ sh tapedeck",
        "cd 'ROOT/cli' && ../tapedeck",
        "cd 'ROOT/cli' && sh ../tapedeck",
        "sh 'ROOT/tapedeck'",
        "bash 'ROOT/tapedeck'",
        "PATH='ROOT':$PATH && tapedeck",
        "cd 'ROOT' && PATH=.:$PATH && tapedeck",
        "PATH='ROOT':$PATH && cd / && bash tapedeck",
        "mkdir links && ln -s 'ROOT/tapedeck' links/one && ln -s one links/two && links/two",
        "ln -s 'ROOT/tapedeck' ./-link && PATH=.:$PATH && -link",
        "ln -s 'ROOT/cli/src' there && ln -s ../../tapedeck 'ROOT/cli/src/up' && there/up",
        "ln -s 'ROOT' there && cd there/cli && ../tapedeck",
        "mkdir -- -x && mv 'ROOT' ./-x/ && cd ./-x/* && ./tapedeck",
      })
  void waysToStart(String command) throws Exception {
    checkout.built();
    String line = command.replace("ROOT", checkout.root.toString()) + " doctor";
    Cli.Result result = Cli.run(temp, checkout.command("sh", "-c", line));
    assertEquals("said by java\n", result.err());
    assertTrue(
        result.out().endsWith("/tape deck/cli/target/tapedeck-cli.jar\ndoctor\n"), result.out());
    assertEquals(0, result.exit());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with space", "ü", "a\nb", "-n", "$HOME", "a*", "q\"'"})
  void namesOfTheFolder(String name) throws Exception {
    checkout = new Checkout(temp.toRealPath().resolve("names").resolve(name)).built();
    assertStarts(checkout.command(launcher(), "doctor"), "doctor");
  }

  @ParameterizedTest
  @CsvSource({
    "--help, Usage: tapedeck",
    "-h, Usage: tapedeck",
    "help, Usage: tapedeck",
    "--version, tapedeck 0",
    "-V, tapedeck 0"
  })
  void helpAndVersionNeedNeitherBuildNorJava(String option, String start) throws Exception {
    ProcessBuilder builder = checkout.command(launcher(), option);
    builder.environment().put("PATH", "/usr/bin:/bin");
    Cli.Result result = Cli.run(temp, builder);
    assertTrue(result.out().startsWith(start), result.out());
    assertEquals("", result.err());
    assertEquals(0, result.exit());
    assertEquals(0, checkout.builds());
    assertEquals(
        Cli.run(temp, option).out().replace("(not packaged)", "0.1.0-SNAPSHOT"), result.out());
  }

  @Test
  void aFreshCloneIsBuiltOnceByTwoAtOnce() throws Exception {
    Path[] errors = {temp.resolve("1.txt"), temp.resolve("2.txt")};
    Process[] processes = new Process[2];
    for (int i = 0; i < 2; i++) {
      processes[i] =
          checkout.command(launcher(), "doctor").redirectError(errors[i].toFile()).start();
    }
    for (Process process : processes) {
      assertTrue(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .endsWith("\ndoctor\n"));
      assertEquals(0, process.waitFor());
    }
    assertEquals(1, checkout.builds());
    String said = Files.readString(errors[0]) + Files.readString(errors[1]);
    assertTrue(said.contains("tapedeck:   api (1 of 8)\n"), said);
    assertTrue(said.contains("tapedeck: waiting for another process"), said);
    assertTrue(
        said.lines().allMatch(s -> s.startsWith("tapedeck: ") || s.equals("said by java")), said);
  }

  @Test
  void aNewerSourceIsBuilt() throws Exception {
    checkout.built();
    makeStale();
    assertEquals(0, Cli.run(temp, checkout.command(launcher(), "doctor")).exit());
    assertEquals(1, checkout.builds());
    assertStarts(checkout.command(launcher(), "doctor"), "doctor");
    assertEquals(1, checkout.builds());
  }

  @Test
  void aFailedBuildIsOneLine() throws Exception {
    Checkout.write(checkout.root.resolve("broken"), "");
    Cli.Result result = Cli.run(temp, checkout.command(launcher(), "doctor"));
    assertEquals(1, result.exit());
    assertEquals(
        "tapedeck: the build failed: no room; see "
            + checkout.root.resolve("target/launcher-build.log"),
        result.err().lines().toList().getLast());
  }

  @Test
  void whatCannotBeWrittenIsNotBuilt() throws Exception {
    Cli.Result fresh = Cli.run(temp, stranger());
    assertEquals(
        "tapedeck: "
            + checkout.root
            + " has no build and cannot be written; copy it to a folder of your own and start that, or"
            + " have its owner start it once\n",
        fresh.err());
    assertEquals(1, fresh.exit());

    checkout.built();
    Cli.Result built = Cli.run(temp, stranger());
    assertEquals("said by java\n", built.err());
    assertEquals(0, built.exit());

    makeStale();
    Cli.Result stale = Cli.run(temp, stranger());
    assertEquals(
        "tapedeck: runs as it was built: sources are newer, but "
            + checkout.root
            + " cannot be written\nsaid by java\n",
        stale.err());
    assertEquals(0, stale.exit());
    assertEquals(0, checkout.builds());
    assertFalse(Files.exists(checkout.root.resolve("target")));
  }

  /** Returns the launcher's process of a user who owns nothing of the checkout. */
  private ProcessBuilder stranger() throws Exception {
    boolean root = Files.getOwner(temp).getName().equals("root");
    assumeTrue(root && Files.isExecutable(Path.of("/usr/bin/setpriv")), "becomes another user");
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    return checkout.command(
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", launcher(), "doctor");
  }

  private void makeStale() throws IOException {
    Files.setLastModifiedTime(
        checkout.root.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(1)));
    FileTime past = FileTime.from(Instant.now().minusSeconds(60));
    Files.setLastModifiedTime(checkout.root.resolve("cli/target/launch/build.env"), past);
    Files.setLastModifiedTime(checkout.root.resolve("pom.xml"), FileTime.from(Instant.now()));
  }

  private String launcher() {
    return checkout.root.resolve("tapedeck").toString();
  }

  private void assertStarts(ProcessBuilder builder, String argument) throws Exception {
    Cli.Result result = Cli.run(temp, builder);
    assertEquals("said by java\n", result.err());
    assertEquals(
        List.of("-Dtapedeck.stderr=8", "-jar", checkout.jar() + "\n" + argument),
        List.of(result.out().strip().split("\n", 3)));
    assertEquals(0, result.exit());
  }
}
