package dev.tapedeck.checkpoint;

/** The keys of a checkpoint in TensorFlow's format. */
final class Keys {
  static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";
  static final String VALUE = "VARIABLE_VALUE";
  static final String SAVE_COUNTER = "save_counter";

  /** Prefix of the name of an optimizer's child that states its class and has no value. */
  static final String CLASS = ".CLASS.";

  private Keys() {}

  /** Returns the name of a child object, escaped as a part of a path. */
  static String escape(String name) {
    return name.replace(".", "..").replace("/", ".S");
  }

  /** Returns the path of an optimizer's slot for a variable. */
  static String slot(String variablePath, String optimizerPath, String name) {
    return variablePath + "/.OPTIMIZER_SLOT/" + optimizerPath + "/" + escape(name);
  }

  /** Returns the key of a variable's value. */
  static String value(String path) {
    return path + "/.ATTRIBUTES/" + VALUE;
  }

  /**
   * Returns the path of the variable that a key belongs to, or the key itself if it is no
   * variable's.
   */
  static String path(String key) {
    String end = value("");
    return key.endsWith(end) ? key.substring(0, key.length() - end.length()) : key;
  }
}
