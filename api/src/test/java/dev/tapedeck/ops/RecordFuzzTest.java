package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No op that is made of wrong attributes, as a file or reflection may, kills the process or reads
 * foreign memory: it is refused when it is made, when it is applied, or it computes.
 *
 * <p>An hour of it: {@code mvn test -pl api -Dtest=RecordFuzzTest -Dtapedeck.fuzz.minutes=60};
 * other cases by {@code -Dtapedeck.fuzz.seed=7}.
 */
final class RecordFuzzTest {
  @Test
  void everyRecordComputesOrIsRefused(@TempDir Path folder) throws Exception {
    String summary =
        FuzzProcess.run(RecordFuzz.class, folder, RecordFuzz.MINUTES, OpFuzz.SEED, OpFuzz.ONLY);
    System.getLogger("fuzz").log(System.Logger.Level.DEBUG, summary);
    assertTrue(summary.contains("never computed: []"), summary);
  }
}
