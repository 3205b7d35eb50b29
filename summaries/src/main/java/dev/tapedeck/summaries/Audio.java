package dev.tapedeck.summaries;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tapedeck.summaries.proto.AudioPluginData;
import dev.tapedeck.summaries.proto.TensorProto;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Audio summaries: WAV files of 16 bits a sample, each with an empty label. */
final class Audio {
  private static final ByteString WAV =
      AudioPluginData.newBuilder().setEncoding(AudioPluginData.Encoding.WAV).build().toByteString();
  private static final int MAX_CHANNELS = 255;
  private static final int HEADER = 44;

  private Audio() {}

  static PendingEvent of(String tag, Object samples, int sampleRate) {
    TensorCopy data = TensorCopy.of("SummaryWriter.audio", samples);
    int rank = data.shape().rank();
    if ((rank != 2 && rank != 3)
        || data.shape().size(-1) < 1
        || data.shape().size(-1) > MAX_CHANNELS
        || !data.dtype().isFloating()) {
      throw new IllegalArgumentException(
          "SummaryWriter.audio: expected floating samples in [-1, 1] of shape (frames, channels) or"
              + " (n, frames, channels) with 1 to "
              + MAX_CHANNELS
              + " channels, received "
              + data
              + "; reshape or scale them");
    }
    if (sampleRate < 1) {
      throw new IllegalArgumentException(
          "SummaryWriter.audio: expected a sample rate in Hz of at least 1, received "
              + sampleRate);
    }
    return PendingEvent.summary(tag, "audio", WAV, data.bytes(), () -> tensor(data, sampleRate));
  }

  private static TensorProto tensor(TensorCopy data, int sampleRate) {
    long clips = data.shape().rank() == 2 ? 1 : data.shape().size(0);
    List<ByteString> strings = new ArrayList<>();
    for (int i = 0; i < clips; i++) {
      strings.add(wav(data, i, sampleRate));
      strings.add(ByteString.EMPTY);
    }
    return TensorProtos.strings(strings, clips, 2);
  }

  private static ByteString wav(TensorCopy data, int clip, int sampleRate) {
    short channels = (short) data.shape().size(-1);
    int samples = (int) data.shape().size(-2) * channels;
    int bytes = samples * Short.BYTES;
    ByteBuffer wav = TensorProtos.littleEndian(HEADER + bytes);
    wav.put(ascii("RIFF")).putInt(HEADER - 8 + bytes).put(ascii("WAVE"));
    wav.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort(channels).putInt(sampleRate);
    wav.putInt(sampleRate * channels * Short.BYTES);
    wav.putShort((short) (channels * Short.BYTES)).putShort((short) Short.SIZE);
    wav.put(ascii("data")).putInt(bytes);
    for (int i = 0; i < samples; i++) {
      wav.putShort(sample(data.get((long) clip * samples + i)));
    }
    return UnsafeByteOperations.unsafeWrap(wav.flip());
  }

  /** Returns a sample as 16 bits; halves are rounded away from 0, as in TensorFlow's encoder. */
  private static short sample(double value) {
    double scaled = Math.abs((float) value * 0x1p15) + 0.5;
    return (short)
        Math.clamp((long) Math.copySign(scaled, value), Short.MIN_VALUE, Short.MAX_VALUE);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
