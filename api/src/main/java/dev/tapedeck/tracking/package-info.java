/**
 * Discovery of the state in objects: a {@link dev.tapedeck.tracking.Trackable} has variables in its
 * fields, and in lists, arrays, maps and records; {@link dev.tapedeck.tracking.TrackedFields} finds
 * them, and a {@link dev.tapedeck.tracking.LazyTrackable} creates some later.
 */
package dev.tapedeck.tracking;
