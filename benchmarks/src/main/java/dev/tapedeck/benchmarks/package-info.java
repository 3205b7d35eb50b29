/** Benchmarks of Tapedeck and of other frameworks at the same tasks. */
package dev.tapedeck.benchmarks;
