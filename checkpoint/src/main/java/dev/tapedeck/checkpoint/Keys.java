package dev.tapedeck.checkpoint;

/** How TensorFlow names what is in a checkpoint. */
final class Keys {
  static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";
  static final String VALUE = "VARIABLE_VALUE";
  static final String SAVE_COUNTER = "save_counter";

  /** What the name of an optimizer's child starts with that says its class, and has no value. */
  static final String CLASS = ".CLASS.";

  private Keys() {}

  /** Returns an object's name within another as a part of a path. */
  static String escape(String name) {
    return name.replace(".", "..").replace("/", ".S");
  }

  /** Returns the path of what an optimizer keeps for a variable. */
  static String slot(String variablePath, String optimizerPath, String name) {
    return variablePath + "/.OPTIMIZER_SLOT/" + optimizerPath + "/" + escape(name);
  }

  /** Returns the key of a variable's value. */
  static String value(String path) {
    return path + "/.ATTRIBUTES/" + VALUE;
  }

  /** Returns the path of a variable whose value has a key, or the key itself if it is another. */
  static String path(String key) {
    String end = value("");
    return key.endsWith(end) ? key.substring(0, key.length() - end.length()) : key;
  }
}
