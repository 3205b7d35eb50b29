package dev.tapedeck.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.benchmarks.StepModel.Machines;
import dev.tapedeck.benchmarks.StepModel.Network;
import dev.tapedeck.benchmarks.StepModel.Parts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StepModelTest {
  private static final double TINY = 1e-9;
  private static final int SHARDS = 16;
  private static final Parts PARTS = new Parts(0.01, 1, 0.1, 0.3, 0.02, 64 << 20);
  private static final Parts BYTES = new Parts(0, 0, 0, 0, 0, 64 << 20);

  private static double seconds(Parts parts, Network network, Machines machines) {
    return new StepModel(parts, network, machines).seconds(SHARDS, 3);
  }

  private static Machines machines(int workers, int cores, int threads) {
    return new Machines(workers, false, cores, threads, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "4, 4", "16, 1"})
  void withAPerfectNetworkAStepIsItsComputation(int workers, int shards) {
    double slices = 0.1 * (workers - 1) / workers;
    assertEquals(
        shards * 1.01 + (shards - 1) * 0.1 + slices + 0.3,
        seconds(PARTS, Network.NONE, machines(workers, 1, 1)),
        TINY);
  }

  @Test
  void threadsShareShardsAndCopyTheWeights() {
    assertEquals(
        16 * 0.01 + 8 * 1.1 + 0.3 + 0.02,
        seconds(PARTS, Network.NONE, machines(1, 2, 2)),
        TINY); // the other thread adds a shard less
  }

  @Test
  void workersOfOneMachineShareItsCores() {
    Parts shards = new Parts(0, 1, 0, 0, 0, 0);
    assertEquals(8, seconds(shards, Network.NONE, new Machines(4, true, 2, 1, 0)), TINY);
    assertEquals(16, seconds(shards, Network.NONE, new Machines(1, true, 2, 1, 0)), TINY);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 16})
  void theExchangeTakesTheBytesOfARing(int workers) {
    Network network = new Network(0, 1e-9, 0, 0, 0, 0);
    double ring = 2.0 * (workers - 1) / workers * BYTES.bytes() * 1e-9;
    assertEquals(ring, seconds(BYTES, network, machines(workers, 2, 1)), TINY);
  }

  @Test
  void aStepWaitsForMessagesThereAndBack() {
    Network network = new Network(0.5, 0, 0, 0, 0, 7);
    assertEquals(8, seconds(BYTES, network, machines(4, 1, 1)), TINY);
    assertEquals(7, seconds(BYTES, network, machines(1, 1, 1)), TINY);
  }

  @Test
  void theCoordinatorTalksToOneWorkerAfterTheOther() {
    Network network = new Network(0, 0, 0, 0, 1, 0);
    assertEquals(16, seconds(BYTES, network, machines(16, 1, 1)), TINY);
    assertEquals(1, seconds(BYTES, network, machines(1, 1, 1)), TINY);
  }

  @Test
  void aStragglerHoldsUpAll() {
    Parts shards = new Parts(0, 1, 0, 0, 0, 0);
    double alone = seconds(shards, Network.NONE, new Machines(1, false, 1, 1, 0.1)) / 16;
    double many = seconds(shards, Network.NONE, new Machines(16, false, 1, 1, 0.1));
    assertTrue(alone > 1 && many > alone, alone + " " + many);
  }
}
