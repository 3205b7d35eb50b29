/**
 * Checkpoints in TensorFlow's format, which TensorFlow can list, read and restore and vice versa;
 * weights as safetensors; and saved functions.
 *
 * <p>Begin with {@link dev.tapedeck.checkpoint.Checkpoint}; {@link
 * dev.tapedeck.checkpoint.CheckpointManager} keeps the latest or the best in a folder, and in
 * {@code fit} the callbacks {@link dev.tapedeck.checkpoint.BackupAndRestore} and {@link
 * dev.tapedeck.checkpoint.ModelCheckpoint} save. {@link dev.tapedeck.checkpoint.CheckpointReader}
 * reads files without objects; {@link dev.tapedeck.checkpoint.Safetensors} exchanges weights.
 *
 * <p>Inside: {@code TrackedGraph} is the graph of the program's objects and {@code Snapshot} what a
 * save writes; {@code SavedGraph} is the object graph of a file, {@code ObjectMatcher} matches the
 * two, and {@code CheckpointRestore} assigns the values, now or, by {@code DeferredValues}, later.
 * {@code BundleWriter} and {@code BundleReader} write and read the files, by {@code TableWriter}
 * and {@code TableReader}; {@code Keys} makes the names in them, {@code KerasNames} knows Keras's,
 * and {@code CheckpointState} is the file that lists checkpoints.
 */
package dev.tapedeck.checkpoint;
