package dev.tapedeck.keras;

import dev.tapedeck.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TryTest {
  @Test
  void a() {
    var m = KerasFiles.load(Path.of("/tmp/k/a.keras"));
    System.out.println(m.summary());
    System.out.println(m.optimizer() + " " + m.objective());
    System.out.println(m.predict(Tensor.ones(dev.tapedeck.tensor.DType.FLOAT32, 2, 8, 8, 3)));
  }

  @Test
  void b() {
    var m = KerasFiles.loadOf(Path.of("/tmp/k/b.keras"));
    System.out.println(m.summary());
    System.out.println(m.optimizer() + " " + m.objective());
  }
}
