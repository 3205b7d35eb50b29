/** How fast Tapedeck is, and how fast others are at the same work. */
package dev.tapedeck.benchmarks;
