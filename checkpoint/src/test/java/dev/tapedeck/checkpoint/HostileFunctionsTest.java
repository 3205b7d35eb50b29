package dev.tapedeck.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that read foreign memory or ended the process are refused when they are loaded. */
class HostileFunctionsTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "split | [ 2, 2, 2 ] | [ 4611686018427387904, 4611686018427387904, 4611686018427387904,"
            + " 4611686018427387904, 6 ] | split",
        "split | \"axis\" : 0 | \"axis\" : -1 | split",
        "accumulate | \"sliced\" : 1 | \"sliced\" : 3 | scan",
        "accumulate | \"sliced\" : 1 | \"sliced\" : -1 | scan",
        "accumulate | \"carried\" : 1 | \"carried\" : 2147483647 | scan",
        "whileLoop | \"carried\" : 2 | \"carried\" : 0 | WhileLoop",
        "sum | [ 1 ] | [ 2147483647 ] | reduction",
        "conv2d | \"groups\" : 2 | \"groups\" : 0 | groups",
        "conv2d | \"dilation\" : 1 | \"dilation\" : 0 | window",
        "transpose | [ 1, 0 ] | [ 1, 1 ] | transpose",
      })
  void areRefused(String row, String part, String other, String who) throws Exception {
    SavedOpsTable.Row saved = SavedOpsTable.rows().get(row);
    Path file = temp.resolve("f");
    SavedFunction.save(
        TracedFunction.ofAll(
                "f",
                arguments ->
                    saved.function().apply(arguments.stream().map(Tensor.class::cast).toList()))
            .concreteFunction((Object[]) saved.arguments()),
        file);
    FunctionFile read = FunctionFile.read(file);
    String json = new String(StrictJson.write(read.graph()), StandardCharsets.UTF_8);
    assertTrue(json.contains(part), json);
    String changed = json.replaceFirst(java.util.regex.Pattern.quote(part), other);
    FunctionFile hostile =
        new FunctionFile(StrictJson.read(changed.getBytes(StandardCharsets.UTF_8)), read.tensors());
    CheckpointException refused =
        assertThrows(CheckpointException.class, () -> SavedFunction.of(hostile, file));
    assertTrue(refused.getMessage().contains(who), refused.getMessage());
  }
}
