/**
 * Random draws ({@link dev.tapedeck.ops.random.Randoms}) by explicit keys ({@link
 * dev.tapedeck.ops.random.RandomKey}): the same key gives the same numbers, whatever the number of
 * threads. A {@link dev.tapedeck.ops.random.RandomGenerator} produces keys and is saved in
 * checkpoints.
 */
package dev.tapedeck.ops.random;
