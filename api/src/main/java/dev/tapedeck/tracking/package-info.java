/**
 * How state is found in objects: a {@link dev.tapedeck.tracking.Trackable} has variables in its
 * fields, and in lists, arrays, maps and records; {@link dev.tapedeck.tracking.TrackedFields} finds
 * them, a {@link dev.tapedeck.tracking.LazyTrackable} makes some later.
 */
package dev.tapedeck.tracking;
