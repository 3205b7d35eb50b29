package dev.tapedeck.cli;

import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.checkpoint.SavedFunction;
import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.onnx.Onnx;
import dev.tapedeck.savedmodel.SavedModels;
import dev.tapedeck.train.AbstractLayer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The formats that models and functions are converted to; each is written complete or not at all.
 */
@SuppressWarnings("ImmutableEnumChecker") // functions
enum ModelFormat {
  KERAS(".keras", KerasFiles::save, null),
  WEIGHTS(".weights.h5", KerasFiles::saveWeights, null),
  SAFETENSORS(
      ".safetensors",
      (model, out) -> Safetensors.save(model.namedVariables(), Map.of(), out),
      (function, out) -> Safetensors.save(function.variables(), Map.of(), out)),
  TAPEDECK(
      ".tapedeck",
      (model, out) -> SavedFunction.save(ModelFile.traced(model), out),
      (function, out) -> SavedFunction.save(function.function(), out)),
  ONNX(".onnx", Onnx::export, (function, out) -> Onnx.export(function.function(), out)),
  SAVEDMODEL(
      "/", SavedModels::export, (function, out) -> SavedModels.export(function.function(), out));

  /** The endings, for people. */
  static final String ENDINGS =
      ".keras, .weights.h5, .safetensors, .tapedeck, .onnx, or / for a SavedModel";

  private final String ending;
  private final Writer<AbstractLayer<?, ?>> ofModel;
  private final Writer<SavedFunction> ofFunction; // null if a function has too little

  /** A writer of a file, or folder. */
  private interface Writer<T> {
    void write(T content, Path out);
  }

  ModelFormat(
      String ending, Writer<AbstractLayer<?, ?>> ofModel, Writer<SavedFunction> ofFunction) {
    this.ending = ending;
    this.ofModel = ofModel;
    this.ofFunction = ofFunction;
  }

  /** Returns the format of a path's ending. */
  static Optional<ModelFormat> of(String path) {
    return Arrays.stream(values()).filter(format -> path.endsWith(format.ending)).findFirst();
  }

  boolean isFolder() {
    return ending.equals("/");
  }

  /** Returns whether this can be made of what a file has. */
  boolean takes(ModelFile file) {
    return file instanceof ModelFile.OfModel || ofFunction != null;
  }

  void write(ModelFile file, Path out) {
    switch (file) {
      case ModelFile.OfModel of -> ofModel.write(of.model().layer(), out);
      case ModelFile.OfFunction of -> ofFunction.write(of.saved(), out);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
