package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStateTest {
  @TempDir Path temp;

  @Test
  void whatIsWrittenIsReadAgain() {
    Path folder = temp.resolve("new/folder");
    assertEquals(Optional.empty(), CheckpointState.read(folder));
    for (var state :
        List.of(
            new CheckpointState("ckpt-1", List.of("ckpt-1"), List.of(1e9 + 0.125), 12.5),
            new CheckpointState("ü\"\\\t\u0001'學", List.of(), List.of(), 0))) {
      state.write(folder);
      assertEquals(Optional.of(state), CheckpointState.read(folder));
    }
    assertEquals(List.of("checkpoint"), List.of(folder.toFile().list()));
  }

  @Test
  void isWrittenAsTensorFlowDoes() throws IOException {
    new CheckpointState("ö\"\n", List.of("a"), List.of(1795319519.8452344), 0).write(temp);
    assertEquals(
        """
        model_checkpoint_path: "\\303\\266\\"\\012"
        all_model_checkpoint_paths: "a"
        all_model_checkpoint_timestamps: 1795319519.8452344
        """,
        Files.readString(temp.resolve("checkpoint")));
  }

  @Test
  void whatPeopleWriteIsUnderstood() throws IOException {
    Files.writeString(
        temp.resolve("checkpoint"),
        "# by hand\r\n\r\n model_checkpoint_path :  'a\\x41\\101\\n\"ö' \r\n"
            + "all_model_checkpoint_timestamps: 1.5e+09\nlast_preserved_timestamp: 2");
    assertEquals(
        Optional.of(new CheckpointState("aAA\n\"ö", List.of(), List.of(1.5e9), 2)),
        CheckpointState.read(temp));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "all_model_checkpoint_paths: \"a\"",
        "model_checkpoint_path: a",
        "model_checkpoint_path: \"",
        "model_checkpoint_path: \"a",
        "model_checkpoint_path: \"a\\\"",
        "model_checkpoint_path: \"\\x\"",
        "model_checkpoint_path: \"\\777\"",
        "model_checkpoint_path: \"\\q\"",
        "model_checkpoint_path: \"\\377\"",
        "model_checkpoint_path: \"a\" \"b\"",
        "model_checkpoint_path: \"a\"\nall_model_checkpoint_timestamps: soon",
        "model_checkpoint_path: \"a\"\nall_model_checkpoint_timestamps: NaN",
        "model_checkpoint_path: \"a\"\nlast_preserved_timestamp: 1e999",
        "model_checkpoint_path: \"a\"\nall_model_checkpoint_path: \"b\"",
        "model_checkpoint_path \"a\"",
      })
  void anythingElseIsReported(String text) throws IOException {
    Path file = Files.writeString(temp.resolve("checkpoint"), text);
    var e = assertThrows(CheckpointException.class, () -> CheckpointState.read(temp));
    assertTrue(e.getMessage().contains(file + " is damaged"), e.getMessage());
  }
}
