package dev.tapedeck.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The jar for spark-submit, which the profile {@code spark-jar} makes. */
@EnabledIfSystemProperty(named = "tapedeck.packed", matches = ".+")
class PackedJarIT {
  private static final Path JAR = Path.of(System.getProperty("tapedeck.packed", ""));
  private static final List<String> PACKED =
      List.of("tapedeck", "nd4j", "bytedeco", "jhdf", "junit", "protobuf-javalite");

  @TempDir private Path folder;

  @Test
  void thereIsNoSparkAndNoSecondJackson() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(JarEntry::getName).toList();
      for (String of :
          List.of(
              "org/apache/spark/",
              "org/apache/hadoop/",
              "scala/",
              "org/slf4j/",
              "com/fasterxml/jackson/")) {
        assertEquals(List.of(), names.stream().filter(name -> name.contains(of)).toList());
      }
      assertTrue(names.contains("dev/tapedeck/shaded/jackson/databind/ObjectMapper.class"));
      String services = "META-INF/services/dev.tapedeck.ops.kernels.Kernels";
      try (InputStream in = jar.getInputStream(jar.getEntry(services))) {
        assertEquals(2, new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().count());
      }
    }
  }

  @Test
  void aProgramOfAnotherJarTrainsOnACluster() throws Exception {
    Path found = folder.resolve("found");
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-cp", sparkHome().resolve("jars") + "/*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    command.addAll(List.of("--conf", "spark.executor.memory=1024m"));
    command.addAll(List.of("--jars", JAR.toString()));
    command.addAll(List.of("--class", PackedProgram.class.getName()));
    command.addAll(List.of(program().toString(), found.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", sparkHome().toString());
    Process process = builder.redirectOutput(log.toFile()).start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "it has not ended");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), Files.readString(log));
    assertEquals(
        List.of("jar " + JAR.getFileName(), "executors [cpu with vectors]", "error small"),
        Files.readAllLines(found));
  }

  /** Returns a folder with Spark's own jars alone. */
  private Path sparkHome() throws IOException {
    Path jars = folder.resolve("spark/jars");
    Files.createDirectories(jars);
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    for (String entry : entries) {
      Path link = jars.resolve(Path.of(entry).getFileName());
      boolean packed = PACKED.stream().anyMatch(entry::contains);
      if (entry.endsWith(".jar") && !packed && !Files.exists(link)) {
        Files.createSymbolicLink(link, Path.of(entry));
      }
    }
    return jars.getParent();
  }

  private Path program() throws IOException {
    Path jar = folder.resolve("program.jar");
    String name = PackedProgram.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        InputStream in = PackedProgram.class.getClassLoader().getResourceAsStream(name)) {
      entries.putNextEntry(new JarEntry(name));
      in.transferTo(entries);
    }
    return jar;
  }
}
