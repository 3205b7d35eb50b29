package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher with Tapedeck itself: what a start says on standard error. */
@DisabledOnOs(OS.WINDOWS)
class StartTest {
  @TempDir Path temp;
  private Checkout checkout;

  @BeforeEach
  void makeCheckout() throws Exception {
    checkout = new Checkout(temp.resolve("checkout")).built();
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, Tapedeck.class.getName());
    main.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(checkout.jar());
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.finish();
    }
    flags("--add-modules=jdk.incubator.vector");
  }

  @Test
  void nothingOfItsOwn() throws Exception {
    Cli.Result doctor = start("", "doctor");
    assertEquals("", doctor.err());
    assertTrue(doctor.out().contains("-bit vectors, oneDNN"), doctor.out());
    assertEquals(0, doctor.exit());
    // What is said later and by others arrives.
    assertEquals(
        "tapedeck: Unknown option: '--nonsense'; see tapedeck --help\n",
        start("", "--nonsense").err());
    ProcessBuilder badOption = command("-Xmx1banana", "doctor");
    badOption.command().addAll(0, List.of("sh", "-c", "\"$@\" 2>&1 | cat", "sh"));
    String said = Cli.run(temp, badOption).out();
    assertTrue(said.contains("Invalid maximum heap size"), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-Dtapedeck.memory.limit=banana | tapedeck: tapedeck.memory.limit: expected a size such as 256m"
            + " or 4g, received \"banana\"; write",
        "-Dtapedeck.kernels=banana | tapedeck: no kernels named banana;",
        "-XX:+UseSerialGC -Xmx64m | tapedeck: mnist/train-images-idx3-ubyte.gz: no room for 47040000 bytes of data; give",
      })
  void whatJavaIsToldWronglyIsOneLine(String options, String line) throws Exception {
    Cli.Result result = start(options, "train", "mnist", "--epochs", "1", "--verbose", "0");
    assertTrue(result.err().startsWith(line), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals("", result.out());
    assertEquals(1, result.exit());
  }

  @Test
  void aFullDiskIsNamed() throws Exception {
    String folder = temp.resolve("full").toString();
    ProcessBuilder builder = command("-Dorg.bytedeco.javacpp.cachedir=" + folder, "doctor");
    builder.command().addAll(0, List.of("sh", "-c", "ulimit -f 2000; exec \"$@\"", "sh"));
    Cli.Result result = Cli.run(temp, builder);
    assertNativesAreNot(folder, result);
  }

  @ParameterizedTest
  @ValueSource(strings = {"doctor", "train mnist --limit 10 --epochs 1 --verbose 0"})
  void aFolderThatAllowsNoProgramsIsNamed(String arguments) throws Exception {
    Path folder = Files.createDirectory(temp.resolve("noexec"));
    List<String> mount =
        List.of(
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o noexec none \"$0\" && exec \"$@\"",
            folder.toString());
    assumeTrue(succeeds(mount, "true"), "mounts what allows no programs");
    ProcessBuilder builder =
        command("-Djava.io.tmpdir=" + folder + " -Duser.home=" + folder, arguments.split(" "));
    builder.command().addAll(0, mount);
    assertNativesAreNot(folder.toString(), Cli.run(temp, builder));
  }

  private static boolean succeeds(List<String> start, String... end) throws InterruptedException {
    List<String> all = new ArrayList<>(start);
    all.addAll(List.of(end));
    try {
      return new ProcessBuilder(all).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void assertNativesAreNot(String folder, Cli.Result result) {
    assertTrue(
        result.err().startsWith("tapedeck: a native library cannot be loaded (" + folder),
        result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals(1, result.exit());
  }

  @Test
  void slowKernelsAreTold() throws Exception {
    flags("-Dnothing=0");
    Cli.Result doctor = start("", "doctor");
    assertEquals(
        "tapedeck: kernels: slower ones serve; start Java with --add-modules"
            + " jdk.incubator.vector\n",
        doctor.err());
  }

  private void flags(String first) throws Exception {
    Checkout.write(
        checkout.root.resolve("cli/target/launch/jvm.flags"),
        first + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow\n");
  }

  private Cli.Result start(String options, String... arguments) throws Exception {
    return Cli.run(temp, command(options, arguments));
  }

  private ProcessBuilder command(String options, String... arguments) {
    ProcessBuilder builder = checkout.command(checkout.root.resolve("tapedeck").toString());
    builder.command().addAll(Arrays.asList(arguments));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TAPEDECK_JAVA_OPTS", options);
    return builder;
  }
}
