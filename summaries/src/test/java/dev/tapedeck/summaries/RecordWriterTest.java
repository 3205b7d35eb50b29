package dev.tapedeck.summaries;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RecordWriterTest {
  @Test
  void masksChecksums() {
    assertEquals(0xc78ab0e5, RecordWriter.mask(0xe3069283));
  }

  /** The bytes are those of TensorFlow's TFRecordWriter. */
  @Test
  void framesDataAsTensorFlowDoes() throws IOException {
    assertEquals(
        "0900000000000000" + "37f97139" + "313233343536373839" + "e5b08ac7",
        HexFormat.of().formatHex(written("123456789")));
  }

  @Test
  void framesNothing() throws IOException {
    assertEquals(16, written("").length);
  }

  private static byte[] written(String data) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var writer = new RecordWriter(bytes)) {
      writer.write(data.getBytes(US_ASCII));
    }
    return bytes.toByteArray();
  }
}
