package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no safetensors, or no longer. */
class DamagedSafetensorsTest {
  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("x.safetensors");
  }

  private void write(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array());
  }

  private String failure() {
    String message =
        assertThrows(CheckpointException.class, () -> Safetensors.load(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "[] | no header",
        "{\"a | header cannot be read",
        "{} 1 | cannot be read: more than one value",
        "{\"a\":1} | tensor \"a\": the header cannot be read: expected dtype, shape and data_offsets",
        "{\"a\":null} | tensor \"a\"",
        "{\"a\":{}} | tensor \"a\": the header cannot be read: expected dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}} | two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}} | expected an array",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | 0 or more",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}} | long",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} |"
            + " elements must be below 2^63",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}} |"
            + " bytes must be below 2^63",
        "{\"a\":{\"dtype\":\"U32\",\"shape\":[1],\"data_offsets\":[0,4]}} | the type \"U32\"",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,3]}} | not 4 bytes apart",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | not 4 bytes apart",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}} | tensor \"a\": expected its 4 bytes at 0 of 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | cut short",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1099511627776],\"data_offsets\":[0,4398046511104]}} | cut short",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]}} | followed by 1 more",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":{\"dtype\":\"I16\",\"shape\":[1],\"data_offsets\":[2,4]}} | tensor \"b\"",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | Duplicate",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | Duplicate",
        "{\"__metadata__\":{\"a\":1}} | metadata",
        "{\"__metadata__\":\"a\"} | metadata",
      })
  void sayWhatIsWrong(String header, String message) throws IOException {
    write(header, 4);
    String failure = failure();
    assertTrue(failure.contains(message), failure);
  }

  @Test
  void namesCannotSpoilTheMessage() throws IOException {
    write("{\"a\\u001b[2J\\n" + "x".repeat(100_000) + "\":1}", 0);
    String failure = failure();
    assertTrue(failure.contains("\"a?[2J?xxx"), failure);
    assertTrue(failure.length() < 1000, failure);
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    Files.write(file, new byte[] {4, 0, 0, 0, 0, 0, 0, 0, '{', '"', (byte) 0xff, '}'});
    failure();
    Files.write(file, new byte[] {4, 0, 0, 0, 0, 0, 0, 0, '{', 0, '}', 0});
    failure();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 3, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE})
  void lengthsOfHeadersAreChecked(long length) throws IOException {
    Files.write(
        file, ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    assertTrue(failure().contains("not a file of safetensors, or cut short"));
  }

  @Test
  void aHeaderLongerThanReadersTakeIsRefused() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(200_000_000);
      sparse.writeLong(Long.reverseBytes(150_000_000));
    }
    assertTrue(failure().contains("not a file of safetensors"));
  }

  @Test
  void boolsAreZeroOrOne() throws IOException {
    String header = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}";
    write(header, 2);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] = 1;
    Files.write(file, bytes);
    assertArrayEquals(
        new boolean[] {false, true}, Safetensors.load(file).get("a").toBooleanArray());
    bytes[bytes.length - 1] = 2;
    Files.write(file, bytes);
    assertTrue(failure().contains("tensor \"a\" is bool"));
  }

  @Test
  void everyCutIsNoticed() throws IOException {
    Safetensors.save(Map.of("a", Tensor.of(new float[] {1, 2})), Map.of("k", "v"), file);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      failure();
    }
  }

  @Test
  void noMutationOfAHeaderDoesWorseThanThrow() throws IOException {
    Safetensors.save(
        Map.of("a", Tensor.of(new float[] {1, 2}), "b", Tensor.of(new boolean[] {true})),
        Map.of("k", "v"),
        file);
    byte[] whole = Files.readAllBytes(file);
    String alphabet = "{}[]\",:0123456789-+.eE\\ _aFIUB16\u0000\u00ff";
    SplittableRandom random = new SplittableRandom(1);
    int[] outcomes = new int[2];
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          for (int run = 0; run < 5000; run++) {
            byte[] mutated = whole.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
              int at = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextInt(whole.length);
              mutated[at] =
                  random.nextBoolean()
                      ? (byte) alphabet.charAt(random.nextInt(alphabet.length()))
                      : (byte) random.nextInt();
            }
            Files.write(file, mutated);
            try {
              Safetensors.load(file);
              outcomes[0]++;
            } catch (CheckpointException e) {
              outcomes[1]++;
            }
          }
        });
    assertTrue(outcomes[0] > 50 && outcomes[1] > 1000, Arrays.toString(outcomes));
  }
}
