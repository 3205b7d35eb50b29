package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.DataType;
import dev.tapedeck.summaries.proto.MeshPluginData;
import dev.tapedeck.summaries.proto.MeshPluginData.ContentType;
import dev.tapedeck.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Mesh and point cloud summaries: one each for vertices, faces and colours. */
final class Meshes {
  private Meshes() {}

  static List<PendingEvent> of(
      String tag, Object vertices, Object faces, Object colors, String jsonConfig) {
    PendingEvent.checked(tag);
    Map<ContentType, TensorCopy> parts = new EnumMap<>(ContentType.class);
    parts.put(ContentType.VERTEX, part("floating vertices", vertices, true));
    if (faces != null) {
      parts.put(ContentType.FACE, part("whole-number faces", faces, false));
    }
    if (colors != null) {
      parts.put(ContentType.COLOR, part("whole-number colors", colors, false));
    }
    int components = parts.keySet().stream().mapToInt(type -> 1 << type.getNumber()).sum();
    var content =
        MeshPluginData.newBuilder()
            .setName(tag)
            .setJsonConfig(jsonConfig)
            .setComponents(components);
    List<PendingEvent> summaries = new ArrayList<>();
    parts.forEach((type, part) -> summaries.add(summary(tag, type, part, content)));
    return summaries;
  }

  private static TensorCopy part(String what, Object values, boolean floating) {
    TensorCopy part = TensorCopy.of("SummaryWriter.mesh", values);
    Shape shape = part.shape();
    boolean triples = (shape.rank() == 2 || shape.rank() == 3) && shape.size(-1) == 3;
    if (!triples || (floating ? !part.dtype().isFloating() : !part.dtype().isInteger())) {
      throw new IllegalArgumentException(
          "SummaryWriter.mesh: expected "
              + what
              + " of shape (count, 3) or (batch, count, 3), received "
              + part);
    }
    return part;
  }

  private static PendingEvent summary(
      String tag, ContentType type, TensorCopy part, MeshPluginData.Builder content) {
    Shape shape = part.shape();
    long[] sizes = {shape.rank() == 2 ? 1 : shape.size(0), shape.size(-2), 3};
    content.setContentType(type).clearShape();
    for (long size : sizes) {
      content.addShape((int) size);
    }
    return PendingEvent.summary(
        tag + "_" + type.name(),
        "mesh",
        content.build().toByteString(),
        part.bytes(),
        () ->
            switch (type) {
              case VERTEX -> TensorProtos.content(DataType.DT_FLOAT, floats(part), sizes);
              case FACE -> TensorProtos.content(DataType.DT_INT32, ints(part), sizes);
              default -> TensorProtos.content(DataType.DT_UINT8, bytes(part), sizes);
            });
  }

  private static ByteBuffer floats(TensorCopy part) {
    ByteBuffer values = TensorProtos.littleEndian(part.count() * Float.BYTES);
    for (int i = 0; i < part.count(); i++) {
      values.putFloat((float) part.get(i));
    }
    return values.flip();
  }

  private static ByteBuffer ints(TensorCopy part) {
    ByteBuffer values = TensorProtos.littleEndian(part.count() * Integer.BYTES);
    for (int i = 0; i < part.count(); i++) {
      values.putInt((int) part.get(i));
    }
    return values.flip();
  }

  private static ByteBuffer bytes(TensorCopy part) {
    ByteBuffer values = TensorProtos.littleEndian(part.count());
    for (int i = 0; i < part.count(); i++) {
      values.put((byte) Math.clamp((long) part.get(i), 0, 255));
    }
    return values.flip();
  }
}
