package dev.tapedeck.keras;

import dev.tapedeck.tensor.EagerTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A group of an HDF5 file to be written: groups and datasets by name, and texts that describe it.
 */
final class Hdf5Group {
  private final Map<String, Hdf5Group> groups = new LinkedHashMap<>();
  private final Map<String, EagerTensor> datasets = new LinkedHashMap<>();
  private final Map<String, String> attributes = new LinkedHashMap<>();

  /** Returns the group at a path, made if it is not there. */
  Hdf5Group group(String path) {
    Hdf5Group found = this;
    for (String name : path.split("/", -1)) {
      found = found.groups.computeIfAbsent(name, _ -> new Hdf5Group());
    }
    return found;
  }

  /** Sets a dataset. */
  void put(String name, EagerTensor values) {
    datasets.put(name, values);
  }

  /** Sets an attribute. */
  void attribute(String name, String value) {
    attributes.put(name, value);
  }

  Map<String, Hdf5Group> groups() {
    return groups;
  }

  Map<String, EagerTensor> datasets() {
    return datasets;
  }

  Map<String, String> attributes() {
    return attributes;
  }
}
