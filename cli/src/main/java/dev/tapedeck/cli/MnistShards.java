package dev.tapedeck.cli;

import dev.tapedeck.datasets.Mnist;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.distributed.ShardDatasets;
import dev.tapedeck.train.Dataset;
import java.nio.file.Path;

/**
 * The training images by shards: each has a part of them, in another order in every epoch.
 *
 * @param folder folder of the images, on every worker; null for those shipped
 * @param limit number of images; null for all
 * @param batch number of images of a global batch, a multiple of the shards
 */
record MnistShards(String folder, Integer limit, int batch) implements ShardDatasets {
  private static final long serialVersionUID = 1;

  @Override
  public Dataset apply(int shard) {
    Pipeline images = Pipeline.of(folder == null ? Mnist.train() : Mnist.train(Path.of(folder)));
    long count = limit == null ? images.cardinality() : Math.min(limit, images.cardinality());
    long from = count * shard / Workers.SHARDS;
    int size = (int) (count * (shard + 1) / Workers.SHARDS - from);
    return images.skip(from).take(size).shuffle(size).batch(batch / Workers.SHARDS);
  }
}
