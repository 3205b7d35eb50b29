package dev.tapedeck.savedmodel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerRow;
import dev.tapedeck.testing.Python;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every op, and every layer at inference of batches of any size, exported and run by TensorFlow.
 */
class AgreementTest {
  /** Whether all rows are exported, and not the first ones of each layer. */
  private static final boolean ALL = Boolean.getBoolean("tapedeck.savedmodel.all");

  private static final int EACH = 2;

  /** Layers that look up texts or ids by Java code, and their ops. */
  private static final Map<String, String> REFUSED =
      new TreeMap<>(
          Map.of(
              "HashedCrossing", "NumbersToIds",
              "Hashing", "NumbersToIds",
              "StringLookup", "TextToIds",
              "TextVectorization", "TextToTokenIds"));

  /** Rows of ops that need known sizes, here or in TensorFlow. */
  private static final Set<String> OF_KNOWN_SIZES =
      new TreeSet<>(
          Set.of(
              "glu",
              "irfft",
              "lookup",
              "searchSorted by row",
              "segmentMax",
              "segmentMin",
              "segmentSum",
              "solve of batches",
              "split",
              "split unevenly"));

  private static final Pattern OP = Pattern.compile("op [\\w.]*?(\\w+),");

  @TempDir Path temp;

  @Test
  void computesTheSame() throws Exception {
    Python.command();
    Comparison comparison = new Comparison(); // in one process of Python
    OpsTable.rows()
        .forEach(
            (name, row) -> comparison.add(name, row.traced(), row.arguments(), row.expected()));
    assertEquals(OF_KNOWN_SIZES, addOpen(comparison));
    Map<String, String> refused = addLayers(comparison);
    assertEquals(List.of("compared " + comparison.size()), comparison.run(temp));
    assertEquals(REFUSED, refused);
  }

  /** Adds functions of tensors of any sizes, and returns those that need known ones. */
  private static Set<String> addOpen(Comparison comparison) {
    Set<String> known = new TreeSet<>();
    OpsTable.rows()
        .forEach(
            (name, row) -> {
              try {
                comparison.add(
                    name + " of any sizes", row.ofAnySizes(), row.arguments(), row.expected());
              } catch (IllegalArgumentException e) {
                known.add(name);
              }
            });
    return known;
  }

  /** Adds rows of layers, and returns those that are refused, and by which op. */
  private static Map<String, String> addLayers(Comparison comparison) {
    Map<String, Integer> seen = new HashMap<>();
    Map<String, String> refused = new TreeMap<>();
    for (LayerRow row : LayerRow.all().toList()) {
      String name = row.layer();
      if (!ALL && seen.merge(name, 1, Integer::sum) > EACH) {
        continue;
      }
      LayerRow.Inference of = row.inference();
      List<Tensor> arguments = of.arguments();
      try {
        comparison.add(row.title(), of.function(), arguments, List.of(of.output(arguments)));
      } catch (IllegalArgumentException e) {
        Matcher op = OP.matcher(e.getMessage());
        refused.putIfAbsent(name, op.find() ? op.group(1) : e.getMessage());
      }
    }
    return refused;
  }
}
