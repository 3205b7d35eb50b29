package dev.tapedeck.distributed;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** The messages from a worker to the coordinator. */
sealed interface Reply {
  /**
   * A step that is done.
   *
   * @param nanos how long the worker computed, without the exchange
   * @param added what its shards, or if gradients are exchanged all of them, add to loss, metrics
   *     and other state
   */
  @SuppressWarnings("ArrayRecordComponent") // which nobody changes or compares
  record Done(long nanos, double... added) implements Reply {}

  /**
   * The end of the worker.
   *
   * @param lost whether another worker was lost
   */
  record Failed(boolean lost, String message) implements Reply {
    /** Returns the error of a worker. */
    RuntimeException error(String worker) {
      String text = "distributed training: " + worker + ": " + message;
      return lost ? new WorkerLostException(text, null) : new IllegalStateException(text);
    }
  }

  /** Writes a reply. */
  static void write(Reply reply, DataOutputStream out) throws IOException {
    switch (reply) {
      case Done done -> {
        out.writeByte('D');
        out.writeLong(done.nanos);
        out.writeInt(done.added.length);
        for (double number : done.added) {
          out.writeDouble(number);
        }
      }
      case Failed failed -> {
        out.writeByte('F');
        out.writeBoolean(failed.lost);
        out.writeUTF(failed.message);
      }
    }
  }

  /** Reads a reply. */
  static Reply read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case 'D' -> {
        long nanos = in.readLong();
        double[] added = new double[in.readInt()];
        for (int i = 0; i < added.length; i++) {
          added[i] = in.readDouble();
        }
        yield new Done(nanos, added);
      }
      case 'F' -> new Failed(in.readBoolean(), in.readUTF());
      default -> throw new IOException("an unknown reply, " + kind);
    };
  }
}
