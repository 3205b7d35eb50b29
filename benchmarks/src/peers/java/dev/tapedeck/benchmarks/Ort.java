package dev.tapedeck.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tapedeck.onnx.Onnx;
import dev.tapedeck.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** ONNX Runtime's Java API: predictions of our nets, as exported. */
final class Ort {
  private Ort() {}

  /** Serves the task {@code args[1]}; with a third word, for many callers. */
  public static void main(String[] args) throws IOException, OrtException {
    Task task = Task.parse(args[1]);
    Net net = Nets.of(task);
    Tensor x = net.inputs().apply(task.batch());
    net.model().apply(x);
    Path file = Files.createTempFile("tapedeck", ".onnx");
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Integer.parseInt(System.getenv("OMP_NUM_THREADS")));
      Onnx.export(net.model(), List.of(x.spec()), file);
      OrtSession session = environment.createSession(file.toString(), options);
      FloatBuffer values = x.toByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
      String input = session.getInputNames().iterator().next();
      Map<String, OnnxTensor> given =
          Map.of(input, OnnxTensor.createTensor(environment, values, x.shape().toArray()));
      Work work = new Work(() -> run(session, given), 1, 1);
      if (args.length == 2) {
        work.serve();
      } else {
        Callers.run(work.body());
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void run(OrtSession session, Map<String, OnnxTensor> given) {
    try {
      session.run(given).close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
