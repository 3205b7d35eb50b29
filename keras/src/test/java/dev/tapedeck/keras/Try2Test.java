package dev.tapedeck.keras;

import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.*;
import java.nio.file.Path;
import java.util.*;
import org.junit.jupiter.api.Test;

class Try2Test {
  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void one() throws Exception {
    for (String n : System.getProperty("models").split(",")) {
      AbstractLayer<?, ?> m =
          KerasFiles.read(Path.of("/tmp/k/m/" + n + ".keras"), new CustomObjects());
      var t = Safetensors.load(Path.of("/tmp/k/m/" + n + ".safetensors"));
      var o = Safetensors.load(Path.of("/tmp/k/l" + n + ".safetensors"));
      for (AbstractLayer<?, ?> l : LayerOrder.of(m)) {
        if (!o.containsKey(l.name())) continue;
        try {
          Object in = m.input() instanceof Tensor ? m.input() : m.input();
          Tensor y;
          if (m.input() instanceof Tensor one) {
            y = Model.of(one, (Tensor) l.output()).apply(t.get("input0"));
          } else {
            y =
                (Tensor)
                    ((ModelOf) Model.of(in, l.output()))
                        .apply(List.of(t.get("input0"), t.get("input1")));
          }
          System.out.println(n + " " + l + " " + y.sub(o.get(l.name())).abs().max());
        } catch (RuntimeException e) {
          System.out.println(n + " " + l.name() + " " + e.getMessage());
        }
      }
    }
  }
}
