/**
 * Preprocessing layers: what turns pictures, text, categories and sound into what a model computes
 * with.
 *
 * <p>They are layers as any other, usable within models, and on their own before them, in a
 * pipeline:
 *
 * <pre>{@code
 * TextVectorization words = new TextVectorization().maxTokens(1000);
 * words.adapt(texts);                                            // learns the vocabulary
 * Pipeline batches = pipeline.batch(32).map(example -> new Example(words.apply(example.x()), example.y()));
 * }</pre>
 *
 * <p>Some learn from data first, with {@code adapt}; those that draw at random change their inputs
 * in training only. Text is a {@link dev.tapedeck.tensor.StringTensor}.
 */
package dev.tapedeck.layers.preprocessing;
