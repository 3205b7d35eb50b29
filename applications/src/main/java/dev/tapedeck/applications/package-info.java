/**
 * Architectures of image classifiers: {@link dev.tapedeck.applications.Applications} makes them.
 *
 * <p>Each family is one class, whose functions are the blocks of its paper; {@code Blocks} has what
 * they share.
 */
package dev.tapedeck.applications;
