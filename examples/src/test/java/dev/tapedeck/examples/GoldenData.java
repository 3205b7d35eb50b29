package dev.tapedeck.examples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Goldens;

/**
 * The data that the models of {@link GoldenModels} are trained on, all for 25 examples.
 *
 * @param user inputs {@code [n, 3]}
 * @param item inputs {@code [n, 2]}
 * @param a labels 0 and 1, {@code [n, 1]}
 * @param b labels {@code [n, 1]}
 * @param classes labels 0 to 2, {@code [n]}
 * @param onehot the same as {@code [n, 3]}
 * @param images inputs {@code [n, 4, 4, 1]}
 * @param sequence inputs {@code [n, 5, 2]}, zeros at the end
 * @param series labels {@code [n, 5, 1]}
 * @param steps labels 0 to 2, {@code [n, 5]}
 * @param weights weights {@code [n]}, 0 for the first batch
 * @param weightsA weights {@code [n]}
 * @param weightsB weights {@code [n, 1]}
 * @param weightsByStep weights {@code [n, 5]}
 */
record GoldenData(
    Tensor user,
    Tensor item,
    Tensor a,
    Tensor b,
    Tensor classes,
    Tensor onehot,
    Tensor images,
    Tensor sequence,
    Tensor series,
    Tensor steps,
    Tensor weights,
    Tensor weightsA,
    Tensor weightsB,
    Tensor weightsByStep) {

  static GoldenData of(JsonNode data) {
    return new GoldenData(
        floats(data, "user"),
        floats(data, "item"),
        floats(data, "a"),
        floats(data, "b"),
        Goldens.tensor(data.get("classes"), DType.INT32),
        floats(data, "onehot"),
        floats(data, "images"),
        floats(data, "sequence"),
        floats(data, "series"),
        Goldens.tensor(data.get("steps"), DType.INT32),
        floats(data, "weights"),
        floats(data, "weightsA"),
        floats(data, "weightsB"),
        floats(data, "weightsByStep"));
  }

  private static Tensor floats(JsonNode data, String name) {
    return Goldens.tensor(data.get(name), DType.FLOAT32);
  }
}
