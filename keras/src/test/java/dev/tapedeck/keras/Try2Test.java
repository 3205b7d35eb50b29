package dev.tapedeck.keras;

import dev.tapedeck.checkpoint.Safetensors;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class Try2Test {
  @Test
  void one() throws Exception {
    var t = Safetensors.load(Path.of("/tmp/k/legacy.safetensors"));
    var m = KerasFiles.load(Path.of("/tmp/k/seq.h5"));
    System.out.println(m.predict(t.get("x")).sub(t.get("px")).abs().max());
    System.out.println(m.optimizer());
    m = KerasFiles.load(Path.of("/tmp/k/fun.h5"));
    System.out.println(m.predict(t.get("y")).sub(t.get("py")).abs().max());
  }
}
