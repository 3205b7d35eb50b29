package dev.tapedeck.keras;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tapedeck.tensor.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files, which are refused or read; {@code tapedeck.keras.damaged} sets their number. */
class DamagedFilesTest {
  private static final int COUNT = Integer.getInteger("tapedeck.keras.damaged", 100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Numbers and texts that a description may not expect. */
  private static final List<String> VALUES =
      List.of(
          "-1",
          "0",
          "1e308",
          "2147483648",
          "9223372036854775807",
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "\"relu\"",
          "[1, 2]",
          "0.5",
          "\"Dense\"",
          "[[[[]]]]",
          "\"../../x\"",
          "1000000");

  @TempDir private Path temp;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = DamagedFilesTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(changed.length);
      changed[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> 0;
            case 2 -> (byte) 0xff;
            default -> (byte) (changed[at] ^ 1 << random.nextInt(8));
          };
    }
    if (random.nextInt(10) == 0) {
      return Arrays.copyOf(changed, random.nextInt(changed.length));
    }
    return changed;
  }

  private void requireRefusedOrRead(String what, String name, byte[] content) throws IOException {
    Path file = Files.write(temp.resolve(name), content);
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          try (Scope _ = new Scope()) {
            KerasFiles.read(file, new CustomObjects());
          } catch (IllegalArgumentException | UncheckedIOException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isBlank(), what);
          } catch (Throwable e) {
            fail(what + ": " + e, e);
          }
        },
        what);
  }

  private static Map<String, byte[]> entries(byte[] archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] archive(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  @Test
  void archivesWithOtherBytes() throws IOException {
    byte[] good = resource("small.keras");
    for (int seed = 0; seed < COUNT; seed++) {
      requireRefusedOrRead("bytes, seed " + seed, "a.keras", flipped(good, new Random(seed)));
    }
  }

  @Test
  void archivesWithOtherDescriptions() throws IOException {
    Map<String, byte[]> entries = entries(resource("small.keras"));
    String good = new String(entries.get(KerasArchive.CONFIG), StandardCharsets.UTF_8);
    List<int[]> places = new ArrayList<>();
    Matcher values = Pattern.compile(": (\"[^\"]*\"|-?[\\d.e+-]+|true|false|null)").matcher(good);
    while (values.find()) {
      places.add(new int[] {values.start(1), values.end(1)});
    }
    for (int seed = 0; seed < COUNT; seed++) {
      Random random = new Random(seed);
      int[] place = places.get(random.nextInt(places.size()));
      String value = VALUES.get(random.nextInt(VALUES.size()));
      String changed = good.substring(0, place[0]) + value + good.substring(place[1]);
      entries.put(KerasArchive.CONFIG, changed.getBytes(StandardCharsets.UTF_8));
      String what = good.substring(Math.max(0, place[0] - 40), place[1]) + " -> " + value;
      requireRefusedOrRead(what, "a.keras", archive(entries));
    }
  }

  @Test
  void archivesWithOtherWeights() throws IOException {
    Map<String, byte[]> entries = entries(resource("small.keras"));
    byte[] good = entries.get(KerasArchive.WEIGHTS);
    for (int seed = 0; seed < COUNT; seed++) {
      entries.put(KerasArchive.WEIGHTS, flipped(good, new Random(seed)));
      requireRefusedOrRead("weights, seed " + seed, "a.keras", archive(entries));
    }
  }

  @Test
  void filesOfKeras2WithOtherBytes() throws IOException {
    byte[] good = resource("small.h5");
    for (int seed = 0; seed < COUNT; seed++) {
      requireRefusedOrRead("bytes, seed " + seed, "a.h5", flipped(good, new Random(seed)));
    }
  }

  @Test
  void filesOfOursWithOtherBytes() throws IOException {
    Path file = Files.write(temp.resolve("good.keras"), resource("small.keras"));
    Path ours = temp.resolve("ours.weights.h5");
    KerasFiles.saveWeights(KerasFiles.load(file), ours);
    Map<String, byte[]> entries = entries(resource("small.keras"));
    byte[] good = Files.readAllBytes(ours);
    for (int seed = 0; seed < COUNT; seed++) {
      entries.put(KerasArchive.WEIGHTS, flipped(good, new Random(seed)));
      requireRefusedOrRead("our weights, seed " + seed, "a.keras", archive(entries));
    }
  }
}
