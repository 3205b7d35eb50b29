package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.BundleReader.Entry;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reader of a checkpoint in TensorFlow's format. */
final class BundleContents extends CheckpointReader {
  private final BundleReader bundle;

  private BundleContents(Path prefix, BundleReader bundle) {
    super(prefix, descriptions(bundle.entries()));
    this.bundle = bundle;
  }

  static BundleContents at(Path prefix) {
    return new BundleContents(prefix, BundleReader.open(prefix));
  }

  private static Map<String, Description> descriptions(Map<String, Entry> entries) {
    Map<String, Description> descriptions = new HashMap<>();
    entries.forEach(
        (key, entry) -> {
          String path = Keys.path(key);
          String name = entries.containsKey(path) ? key : path;
          descriptions.put(key, new Description(name, entry.type(), entry.shape(), entry.size()));
        });
    descriptions.remove(Keys.OBJECT_GRAPH);
    return descriptions;
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  protected Set<String> outsideOfModels() {
    if (!bundle.entries().containsKey(Keys.OBJECT_GRAPH)) {
      return Set.of();
    }
    try {
      return SavedGraph.read(bundle, path()).outsideOfModels();
    } catch (CheckpointException e) {
      return Set.of(); // the rest is shown anyway; verify() names the damage
    }
  }

  @Override
  protected Iterable<String> keys() {
    return bundle.entries().keySet();
  }

  @Override
  protected EagerTensor read(String key) {
    Entry entry = bundle.entries().get(key);
    TensorSpec spec = new TensorSpec(bundle.dtype(entry), entry.shape());
    EagerTensor tensor = EagerTensor.allocate(spec);
    bundle.read(entry, tensor.elements());
    return tensor;
  }

  @Override
  protected List<byte[]> readStrings(String key) {
    return bundle.readStrings(bundle.entries().get(key));
  }

  @Override
  protected void check(String key) {
    bundle.verify(bundle.entries().get(key));
  }

  @Override
  public void close() {
    bundle.close();
  }
}
