package dev.tapedeck.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.TensorInfo;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime, which runs the exported models. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /** Returns the outputs of a model. */
  static List<Tensor> run(Path file, List<Tensor> inputs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(file.toString(), options)) {
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        Iterator<String> names = session.getInputNames().iterator();
        for (Tensor input : inputs) {
          given.put(names.next(), tensor(environment, input));
        }
        try (Result result = session.run(given)) {
          List<Tensor> outputs = new ArrayList<>();
          result.forEach(output -> outputs.add(tensor((OnnxTensor) output.getValue())));
          return outputs;
        } finally {
          given.values().forEach(OnnxTensor::close);
        }
      }
    }
  }

  /** Returns the names of a model's inputs or outputs. */
  static List<String> names(Path file, boolean inputs) throws OrtException {
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      return List.copyOf(inputs ? session.getInputNames() : session.getOutputNames());
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor) throws OrtException {
    long[] shape = tensor.shape().toArray();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((int) tensor.shape().count() * tensor.dtype().bytes())
            .order(ByteOrder.nativeOrder());
    bytes.put(tensor.toByteBuffer().order(ByteOrder.nativeOrder())).flip();
    return switch (tensor.dtype()) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
      case FLOAT64 -> OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
      case INT32 -> OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
      case BOOL ->
          OnnxTensor.createTensor(environment, bytes, shape, ai.onnxruntime.OnnxJavaType.BOOL);
      case UINT8 ->
          OnnxTensor.createTensor(environment, bytes, shape, ai.onnxruntime.OnnxJavaType.UINT8);
      default -> throw new IllegalArgumentException(tensor.dtype().toString());
    };
  }

  private static Tensor tensor(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    long[] shape = info.getShape();
    return switch (info.type) {
      case FLOAT -> {
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        yield Tensor.of(values, shape);
      }
      case DOUBLE -> {
        double[] values = new double[tensor.getDoubleBuffer().remaining()];
        tensor.getDoubleBuffer().get(values);
        yield Tensor.of(values, shape);
      }
      case INT32 -> {
        int[] values = new int[tensor.getIntBuffer().remaining()];
        tensor.getIntBuffer().get(values);
        yield Tensor.of(values, shape);
      }
      case INT64 -> {
        long[] values = new long[tensor.getLongBuffer().remaining()];
        tensor.getLongBuffer().get(values);
        yield Tensor.of(values).reshape(shape);
      }
      case BOOL -> {
        ByteBuffer buffer = tensor.getByteBuffer();
        int[] values = new int[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] = buffer.get();
        }
        yield Tensor.of(values, shape).cast(DType.BOOL);
      }
      case UINT8 -> {
        ByteBuffer buffer = tensor.getByteBuffer();
        int[] values = new int[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
          values[i] = buffer.get() & 0xff;
        }
        yield Tensor.of(values, shape).cast(DType.UINT8);
      }
      default -> throw new IllegalArgumentException(info.type + " " + Shape.of(shape));
    };
  }
}
