package dev.tapedeck.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * A checkout as far as the launcher knows it, with a {@code java} and a {@code mvn} that only say
 * how they are called.
 */
final class Checkout {
  private static final Path SOURCE = Path.of("").toAbsolutePath().getParent();

  private static final String JAVA =
      """
      #!/bin/sh
      echo "WARNING: Using incubator modules: jdk.incubator.vector" >&2
      case $* in *-Dtapedeck.stderr=8*) exec 2>&8 ;; esac
      echo "said by java" >&2
      for argument; do
        case $argument in -XX:AOTCacheOutput=*) : >"${argument#*=}" ;; esac
      done
      shift
      printf '%s\\n' "$@"
      """;

  private static final String MVN =
      """
      #!/bin/sh
      echo run >>"$PWD/builds.txt"
      echo "[INFO] Building Tapedeck: api 0.1.0-SNAPSHOT                            [2/9]"
      sleep 0.5
      if [ -e broken ]; then
        echo "[ERROR] no room"
        echo "[ERROR] more"
        exit 1
      fi
      mkdir -p cli/target/launch
      : >cli/target/tapedeck-cli.jar
      : >cli/target/launch/jvm.flags
      echo "profiles=" >cli/target/launch/build.env
      """;

  final Path root;
  final Path jdk;
  final Path tools;

  /** Makes one without a build. */
  Checkout(Path root) throws IOException {
    this.root = Files.createDirectories(root);
    for (String name :
        List.of("tapedeck", "pom.xml", "cli/src/main/sh/find-jdk.sh", "cli/src/main/sh/help.txt")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.copy(SOURCE.resolve(name), file);
    }
    executable(root.resolve("tapedeck"));
    Path others = Files.createDirectories(root.resolveSibling("others"));
    jdk = others.resolve("jdk 25");
    tools = others.resolve("tools");
    write(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    executable(write(jdk.resolve("bin/java"), JAVA));
    executable(write(jdk.resolve("bin/javac"), "#!/bin/sh\n"));
    executable(write(tools.resolve("mvn"), MVN));
  }

  /** Gives it a build, which needs no preparation either. */
  Checkout built() throws IOException {
    write(jar(), "");
    write(root.resolve("cli/target/launch/jvm.flags"), "");
    write(root.resolve("cli/target/launch/build.env"), "profiles=\n");
    write(root.resolve("cli/target/launch/tapedeck.aot"), "");
    return this;
  }

  Path jar() {
    return root.resolve("cli/target/tapedeck-cli.jar");
  }

  /** Returns how many times it was built. */
  int builds() throws IOException {
    Path builds = root.resolve("builds.txt");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  /** Returns the launcher's process yet to be started, in a folder that is not the checkout. */
  ProcessBuilder command(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(tools.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("PATH", jdk.resolve("bin") + ":" + tools + ":" + System.getenv("PATH"));
    return builder;
  }

  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
