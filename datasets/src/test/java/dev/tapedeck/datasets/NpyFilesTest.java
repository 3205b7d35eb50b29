package dev.tapedeck.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.Python;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyFilesTest {
  private static final int MUTATIONS = 2_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path temp;

  @Test
  void agreesWithNumpy() throws Exception {
    Python.run(temp, NpyFilesTest.class, "npy_files.py", "write", temp);
    List<Path> plain;
    try (Stream<Path> files = Files.list(temp)) {
      plain = files.filter(file -> file.toString().endsWith("-c.npy")).sorted().toList();
    }
    for (Path file : plain) {
      String name = file.getFileName().toString().replace("-c.npy", "");
      Tensor array = NpyFiles.read(file);
      for (String kind : List.of("f", "big", "v2", "v3")) {
        Tensor same = NpyFiles.read(temp.resolve(name + "-" + kind + ".npy"));
        assertEquals(array.spec(), same.spec());
        assertArrayEquals(array.toDoubleArray(), same.toDoubleArray(), name + " " + kind);
      }
      NpyFiles.write(temp.resolve(name + "-ours.npy"), array);
    }
    assertEquals(
        plain.size(), Python.run(temp, NpyFilesTest.class, "npy_files.py", "compare", temp).size());
    Map<String, String> refused = new HashMap<>();
    refused.put("objects", "its type O is of pickled Python objects, which would run code");
    refused.put("texts", "its type U1 is of strings");
    refused.put("bytes", "its type S1 is of strings");
    refused.put("complex", "its type c8 is of complex numbers");
    refused.put("times", "its type M8[s] is of times; save x.astype('int64')");
    refused.put("raw", "its type V2 is of raw bytes, as those of bfloat16");
    refused.put("unsigned", "its type u4 is of wide unsigned numbers; save x.astype('int64')");
    refused.put("records", "is of records with named fields");
    refused.forEach(
        (name, message) -> assertRefused(message, temp.resolve("refused-" + name + ".npy")));
  }

  private static void assertRefused(String message, Path file) {
    DatasetException e = assertThrows(DatasetException.class, () -> NpyFiles.read(file));
    assertTrue(e.getMessage().startsWith(file + ": " + message), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2), };its shape is no tuple",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), };its shape has something else",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), };expected 12 bytes of data",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), };expected 4 bytes of data",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), };fortran_order is neither",
        "{'descr': '<f4', 'shape': (2,), };it needs the keys descr, fortran_order and shape",
        "{'descr': '<f4', 'descr': '<f4', };the key 'descr' is there twice",
        "{'descr': '<f4', 'x': 1};the key 'x' is unknown",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } or 1;something follows",
        "{'descr': __import__('os'), };there is no text where one should be",
        "{'descr': '', };its descr is no type",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999,), };expected 39999",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 99), };no array has",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 999999999999999999, 99), };no array",
        "{;there is no text where one should be",
      })
  void headersAreNotTrusted(String header, String message) throws IOException {
    Path file = Files.write(temp.resolve("x.npy"), npy(header, new byte[8]));
    DatasetException e = assertThrows(DatasetException.class, () -> NpyFiles.read(file));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private static byte[] npy(String header, byte[] data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0};
    byte[] all = Arrays.copyOf(start, start.length + text.length + data.length);
    System.arraycopy(text, 0, all, start.length, text.length);
    System.arraycopy(data, 0, all, start.length + text.length, data.length);
    return all;
  }

  @Test
  void whatIsNoArray() throws IOException {
    Path file = temp.resolve("x.npy");
    assertRefused("cannot be read: no such file", file);
    assertRefused("cannot be read: it is no file", temp);
    Files.writeString(file, "PK\3\4 a zip");
    assertRefused("is no .npy file", file);
    Files.write(file, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 4, 0, 9, 9});
    assertRefused("expected version 1.0, 2.0 or 3.0 of the format, received 4.0", file);
    Files.write(file, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1});
    assertRefused("its header would have 4294967295 bytes", file);
    Files.write(file, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 99, 0});
    assertRefused("its header is cut short", file);
    Files.write(
        file, npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", new byte[] {1, 2}));
    assertRefused("is bool, but has bytes other than 0 and 1", file);
  }

  /** Most edits hit the header, which is nearly all of the file. */
  @Test
  void survivesMutations() throws IOException {
    Path file = temp.resolve("x.npy");
    NpyFiles.write(file, Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}}));
    byte[] valid = Files.readAllBytes(file);
    int rejected =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> {
              int failures = 0;
              for (int i = 0; i < MUTATIONS; i++) {
                SplittableRandom random = new SplittableRandom(i);
                byte[] mutant = valid.clone();
                for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
                  int at = random.nextInt(mutant.length);
                  switch (random.nextInt(4)) {
                    case 0 -> mutant = Arrays.copyOf(mutant, at + 1);
                    case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 ->
                        mutant[at] = (byte) "0123456789'(),<>{}bfiu|".charAt(random.nextInt(23));
                    default -> mutant[at] = (byte) random.nextInt(256);
                  }
                }
                Files.write(file, mutant);
                failures += accepts(file) ? 0 : 1;
              }
              return failures;
            });
    assertTrue(rejected > MUTATIONS / 2 && rejected < MUTATIONS, rejected + " rejected");
  }

  private static boolean accepts(Path file) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    boolean accepted = true;
    try {
      NpyFiles.read(file).release();
    } catch (DatasetException e) {
      accepted = false;
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
    assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before < 1 << 19);
    return accepted;
  }

  @Test
  void rows() throws IOException {
    Path file = temp.resolve("deep/x.npy");
    Tensor x = Tensor.of(new int[][] {{1, 2}, {3, 4}, {5, 6}});
    try (NpyWriter writer = new NpyWriter(file, new TensorSpec(DType.INT32, Shape.of(3, 2)))) {
      writer.add(Tensor.of(new int[][] {{1, 2}}));
      assertFalse(Files.exists(file));
      assertThrows(IllegalStateException.class, writer::finish);
      assertThrows(IllegalArgumentException.class, () -> writer.add(x));
      assertThrows(IllegalArgumentException.class, () -> writer.add(Tensor.of(new int[1][3])));
      assertThrows(IllegalArgumentException.class, () -> writer.add(Tensor.of(new float[1][2])));
      writer.add(Tensor.of(new int[][] {{3, 5}, {4, 6}}).transpose());
      writer.finish();
    }
    try (NpyReader reader = new NpyReader(file)) {
      assertEquals(x.spec(), reader.spec());
      assertArrayEquals(new int[] {3, 4, 5, 6}, reader.rows(1, 3).toIntArray());
      assertEquals(Shape.of(0, 2), reader.rows(3, 3).shape());
      assertThrows(IllegalArgumentException.class, () -> reader.rows(2, 4));
    }
    byte[] columns = new byte[] {1, 3, 5, 2, 4, 6};
    Files.write(file, npy("{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2), }", columns));
    try (NpyReader reader = new NpyReader(file)) {
      assertArrayEquals(new int[] {3, 4, 5, 6}, reader.rows(1, 3).toIntArray());
    }
  }

  @Test
  void anUnfinishedFileLeavesNothing() throws IOException {
    Path file = temp.resolve("x.npy");
    NpyFiles.write(file, Tensor.of(1f));
    try (NpyWriter writer = new NpyWriter(file, new TensorSpec(DType.INT32, Shape.of(3)))) {
      writer.add(Tensor.of(new int[] {1}));
    }
    assertEquals(1, NpyFiles.read(file).item());
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void whatIsNotWritten() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NpyFiles.write(temp.resolve("x.npy"), Tensor.zeros(DType.BFLOAT16, 2)));
    assertEquals(
        "npy: has types that NumPy has, received bfloat16; cast it to float32 first",
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> NpyFiles.write(temp.resolve("x.npy"), new String[] {"a"}));
    UncheckedIOException folder =
        assertThrows(UncheckedIOException.class, () -> NpyFiles.write(temp, Tensor.of(1)));
    assertEquals("npy: cannot write " + temp + ": it is a folder", folder.getMessage());
  }
}
