/**
 * Checkpoints in TensorFlow's own format, which it lists, reads and restores, as this package does
 * with TensorFlow's; and weights as safetensors.
 *
 * <p>Begin with {@link dev.tapedeck.checkpoint.Checkpoint}; {@link
 * dev.tapedeck.checkpoint.CheckpointManager} keeps the latest or the best in a folder, and in
 * {@code fit} the callbacks {@link dev.tapedeck.checkpoint.BackupAndRestore} and {@link
 * dev.tapedeck.checkpoint.ModelCheckpoint} save. {@link dev.tapedeck.checkpoint.CheckpointReader}
 * looks into files without objects; {@link dev.tapedeck.checkpoint.Safetensors} exchanges weights.
 *
 * <p>Within: {@code TrackedGraph} walks the objects there are, {@code Snapshot} is what a save
 * writes, {@code SavedGraph} what a file says of its objects, {@code Matching} tells which object
 * is which, and {@code Restoration} brings each its value. {@code BundleWriter} and {@code
 * BundleReader} are the files, over {@code TableWriter} and {@code TableReader}.
 */
package dev.tapedeck.checkpoint;
