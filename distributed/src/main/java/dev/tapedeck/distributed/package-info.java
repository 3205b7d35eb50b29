/**
 * Training on several threads or machines, by parts of each batch.
 *
 * <p>{@link dev.tapedeck.distributed.DataParallel} divides each batch among threads:
 *
 * <pre>{@code
 * model.fit(images, labels, FitOptions.epochs(5).distribution(new DataParallel(8).parallel(2)));
 * }</pre>
 *
 * <p>The batch is cut into shards, 8 here, whatever the number of threads; the sums of each are
 * added up as a binary tree has them, and a training ends with the same bits on 1, 2, 4 or 8
 * threads.
 */
package dev.tapedeck.distributed;
