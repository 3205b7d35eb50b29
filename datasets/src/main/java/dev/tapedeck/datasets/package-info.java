/**
 * Datasets, and the input pipeline that turns them into batches.
 *
 * <p>{@link dev.tapedeck.datasets.Mnist} comes with the library. A {@link
 * dev.tapedeck.datasets.Pipeline} shuffles and batches it for {@code fit}, anew in every epoch:
 *
 * <pre>{@code
 * Pipeline train = Pipeline.of(Mnist.train()).shuffle(60_000).batch(128);
 * Pipeline test = Pipeline.of(Mnist.test()).batch(256);
 * model.fit(train, FitOptions.epochs(5).validation(test));
 * }</pre>
 *
 * <p>Your own data starts as Java arrays or tensors. {@code map} changes each example, or batch;
 * {@code prefetch} does it while the model trains:
 *
 * <pre>{@code
 * float[][] points = ..;
 * int[] classes = ..;
 * Pipeline train =
 *     Pipeline.of(points, classes)
 *         .shuffle(1_000)
 *         .batch(32)
 *         .map(batch -> new Example(batch.x().div(100), batch.y()))
 *         .prefetch(2);
 * }</pre>
 *
 * <p>Java objects, streams and generators are sources as well, and the other steps are those of
 * {@code tf.data}: {@code filter}, {@code paddedBatch}, {@code cache}, {@code interleave} and more.
 *
 * <pre>{@code
 * Pipeline.of(paths, ImageFiles::loadImage, labels::get)
 *     .shuffle(10_000)
 *     .map(example -> augment(example), 4)   // read and augmented by 4 threads
 *     .batch(32)
 *     .prefetch(2);
 * }</pre>
 *
 * <p>Inputs, labels and sample weights may be records, lists or maps of tensors, and every example
 * and batch has the same structure:
 *
 * <pre>{@code
 * record Query(Tensor user, Tensor item) {}
 * record Scores(Tensor click, Tensor stars) {}
 *
 * Pipeline.of(new Query(users, items), new Scores(clicks, stars), weights)
 *     .batch(64)
 *     .map(
 *         batch -> {
 *           Query query = batch.inputs(Query.class);
 *           Query scaled = new Query(query.user().div(100), query.item());
 *           return new Example(scaled, batch.labels(), batch.weights());
 *         });
 * }</pre>
 *
 * <p>{@link dev.tapedeck.datasets.Splits} divides data for validation, into two parts or k folds,
 * and {@link dev.tapedeck.datasets.Preparation} has Keras's functions of arrays: one-hot classes,
 * weights of classes, padded sequences. {@link dev.tapedeck.datasets.NpyFiles} reads and writes
 * NumPy's arrays. What Keras calls {@code set_random_seed} is {@link
 * dev.tapedeck.ops.random.RandomKey#seed}.
 *
 * <p>In a loop of your own, a scope for each step returns its memory:
 *
 * <pre>{@code
 * Iterator<Example> batches = train.iterator();
 * while (batches.hasNext()) {
 *   try (Scope step = new Scope()) {
 *     Example batch = batches.next();   // x: float32 (32, 2), y: int32 (32,)
 *     ..
 *   }
 * }
 * }</pre>
 */
package dev.tapedeck.datasets;
