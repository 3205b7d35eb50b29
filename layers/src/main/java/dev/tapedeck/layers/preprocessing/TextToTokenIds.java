package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.TextOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * Rows of int64 ids, those of the tokens of each text; all have as many, the last ones padding.
 *
 * @param who layer, for messages
 * @param ids function that never changes, of any thread
 * @param length length of the rows, to which longer ones are cut; null for that of the longest
 * @param padding id of padding
 */
record TextToTokenIds(
    String who, Tokenizer tokenizer, ToLongFunction<String> ids, Integer length, long padding)
    implements TextOp {
  TextToTokenIds {
    Objects.requireNonNull(who, "textToTokenIds: who");
    Objects.requireNonNull(tokenizer, "textToTokenIds: tokenizer");
    Objects.requireNonNull(ids, "textToTokenIds: ids");
  }

  @Override
  public String name() {
    return "textToTokenIds";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    TextToIds.requireText(who, inputs[0]);
    Shape texts = inputs[0].shape();
    Shape rows = tokenizer.rows(who, texts);
    return new TensorSpec(
        DType.INT64, rows.concat(length == null ? tokenizer.width(texts) : length));
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    List<List<String>> rows = tokenizer.tokens((StringTensor) inputs[0]);
    int width = length == null ? rows.stream().mapToInt(List::size).max().orElse(0) : length;
    long[] found = new long[Math.multiplyExact(rows.size(), width)];
    Arrays.fill(found, padding);
    for (int row = 0; row < rows.size(); row++) {
      List<String> tokens = rows.get(row);
      int count = Math.min(width, tokens.size());
      for (int i = 0; i < count; i++) {
        found[row * width + i] = ids.applyAsLong(tokens.get(i));
      }
    }
    Shape shape = tokenizer.rows(who, inputs[0].shape()).concat(width);
    EagerTensor output = EagerTensor.allocate(new TensorSpec(DType.INT64, shape));
    MemorySegment.copy(found, 0, output.elements(), Elements.LONG, 0, found.length);
    return new EagerTensor[] {output};
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[1];
  }
}
