package dev.tapedeck.distributed;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a process needs to know to work for a training.
 *
 * @param host where the coordinator is reached
 * @param port the port there
 * @param secret what the coordinator and all workers know; it has to be handed over in confidence
 * @param workers number of workers, a power of two
 * @param shards number of shards of a batch, a multiple of the workers
 * @param averageEvery number of steps after which the workers average their models; 0 if they
 *     exchange gradients in each step
 * @param limit how long any answer may take
 */
public record Invitation(
    String host, int port, String secret, int workers, int shards, int averageEvery, Duration limit)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Returns the key of proofs. */
  byte[] key() {
    return secret.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns how many shards of a batch a worker computes. */
  int shardsOfWorker() {
    return shards / workers;
  }

  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "Invitation[" + host + ":" + port + ", " + workers + " workers, " + shards + " shards]";
  }
}
