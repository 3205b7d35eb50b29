package dev.tapedeck.distributed;

import dev.tapedeck.ops.random.RandomKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The messages from the coordinator to a worker. */
sealed interface Command {
  /** The addresses of all workers, by rank, which connect with each other then. */
  record Meet(List<InetSocketAddress> workers) implements Command {}

  /** Nothing but a sign that the coordinator is there. */
  record Wait() implements Command {}

  /**
   * A step.
   *
   * @param key the step's key
   * @param epoch the key of the epoch's data
   * @param batch the number of the batch in the epoch
   * @param changed the numbers of the variables whose values follow
   */
  record Step(RandomKey key, RandomKey epoch, long batch, List<Integer> changed)
      implements Command {}

  /** A request for the values of all variables, which worker 0 sends. */
  record Report() implements Command {}

  /** The end of the training. */
  record End() implements Command {}

  /** Writes a command. */
  static void write(Command command, DataOutputStream out) throws IOException {
    switch (command) {
      case Meet meet -> {
        out.writeByte('M');
        out.writeInt(meet.workers.size());
        for (InetSocketAddress worker : meet.workers) {
          introduce(worker.getHostString(), worker.getPort(), out);
        }
      }
      case Wait _ -> out.writeByte('W');
      case Report _ -> out.writeByte('R');
      case End _ -> out.writeByte('E');
      case Step step -> {
        out.writeByte('S');
        write(step.key, out);
        write(step.epoch, out);
        out.writeLong(step.batch);
        out.writeInt(step.changed.size());
        for (int number : step.changed) {
          out.writeInt(number);
        }
      }
    }
  }

  private static void write(RandomKey key, DataOutputStream out) throws IOException {
    out.writeLong(key.seed());
    out.writeLong(key.stream());
  }

  /** Reads a command. */
  static Command read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case 'M' -> {
        List<InetSocketAddress> workers = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
          workers.add(address(in));
        }
        yield new Meet(workers);
      }
      case 'W' -> new Wait();
      case 'R' -> new Report();
      case 'E' -> new End();
      case 'S' -> {
        RandomKey key = key(in);
        RandomKey epoch = key(in);
        long batch = in.readLong();
        List<Integer> changed = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
          changed.add(in.readInt());
        }
        yield new Step(key, epoch, batch, changed);
      }
      default -> throw new IOException("an unknown command, " + kind);
    };
  }

  private static RandomKey key(DataInputStream in) throws IOException {
    return new RandomKey(in.readLong(), in.readLong());
  }

  /** Tells the coordinator where the other workers reach a worker. */
  static void introduce(String host, int port, DataOutputStream out) throws IOException {
    out.writeUTF(host);
    out.writeInt(port);
  }

  /** Reads where a worker is reached. */
  static InetSocketAddress address(DataInputStream in) throws IOException {
    return new InetSocketAddress(in.readUTF(), in.readInt());
  }
}
