package dev.tapedeck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every command prints and writes the same whatever the user's language is.
 *
 * <p>It takes a JVM for each language, since Java reads the language once.
 */
class LocalesTest {
  @TempDir static Path temp;
  private static String expected;

  @BeforeAll
  static void inNoLanguage() throws Exception {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 4; y < 24; y++) {
      image.getRaster().setSample(14, y, 0, 255);
    }
    ImageIO.write(image, "png", temp.resolve("one.png").toFile());
    expected = said("root", "-Duser.language=", "-Duser.country=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "fa-IR", "de-DE", "tr-TR", "th-TH-nu-thai"})
  void everyLanguage(String locale) throws Exception {
    String[] parts = locale.split("-", 3);
    assertEquals(
        expected,
        said(
            locale,
            "-Duser.language=" + parts[0],
            "-Duser.country=" + parts[1],
            "-Duser.extensions=" + (parts.length == 3 ? "u-" + parts[2] : "")));
  }

  /** Returns what the commands print and write, without what differs from run to run. */
  private static String said(String name, String... options) throws Exception {
    Path folder = Files.createDirectory(temp.resolve(name));
    ProcessBuilder builder = Cli.java(LocalesTest.class, temp.resolve("one.png").toString());
    builder.command().addAll(1, List.of(options));
    builder.command().add(1, "-Dstdout.encoding=UTF-8");
    builder.directory(folder.toFile());
    Cli.Result result = Cli.run(folder, builder);
    assertEquals(0, result.exit());
    String json = Files.readString(folder.resolve("metrics.json"));
    return (result.err() + result.out() + json)
        .replace(folder.toRealPath().toString(), "FOLDER")
        .replaceAll("\\d+(us|ms|s)\\b", "TIME")
        .replaceAll("(?i)(\"[a-z_]*seconds[a-z_]*\" ?: ?)\\[?[-+.\\dE, ]+", "$1TIME")
        .replaceAll("(live|pooled|peak) \\d+ MB", "MB");
  }

  static void main(String[] arguments) {
    run("--help");
    run("doctor");
    run("train", "linear");
    String training =
        "train mnist --limit 256 --epochs 1 --verbose 2 --logdir logs --metrics-json metrics.json"
            + " --checkpoint-dir saved";
    run(training.split(" "));
    run("eval", "mnist", "--checkpoint", "saved", "--limit", "64");
    run("predict", "mnist", "--checkpoint", "saved", arguments[0]);
    run("inspect", "saved");
  }

  private static void run(String... arguments) {
    System.out.println(String.join(" ", arguments) + ": " + Tapedeck.run(arguments));
  }
}
