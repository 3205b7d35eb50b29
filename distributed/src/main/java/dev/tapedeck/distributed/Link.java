package dev.tapedeck.distributed;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A connection of two processes that have proved to each other that they know the training's
 * secret, which itself is not sent. What is sent is neither encrypted nor signed.
 *
 * <p>Each of the two directions is used by one thread at a time.
 */
final class Link implements Closeable {
  private static final byte[] GREETING = bytes("Tapedeck worker 1");
  private static final int NONCE = 16;
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);
  private static final int CHUNK = 1 << 18;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ScheduledThreadPoolExecutor LIMITS = limits();

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final byte[] incoming = new byte[CHUNK];
  private final byte[] outgoing = new byte[CHUNK];
  private final String peer;
  private final int rank;
  private final Duration limit;
  private volatile boolean stuck;

  private Link(Socket socket, Connection streams, String peer, int rank, Duration limit) {
    this.socket = socket;
    in = streams.in;
    out = streams.out;
    this.peer = peer;
    this.rank = rank;
    this.limit = limit;
  }

  private static ScheduledThreadPoolExecutor limits() {
    ScheduledThreadPoolExecutor limits =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("tapedeck-limits").factory());
    limits.setRemoveOnCancelPolicy(true);
    return limits;
  }

  private record Connection(DataInputStream in, DataOutputStream out) {
    static Connection of(Socket socket, Duration limit) throws IOException {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      return new Connection(
          new DataInputStream(socket.getInputStream()),
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), CHUNK)));
    }
  }

  /**
   * Connects to another process.
   *
   * @param peer what it is called in errors
   * @param rank the number of this process, which the other one learns
   * @param limit how long any answer may take
   */
  static Link connect(
      InetSocketAddress address, byte[] secret, String peer, int rank, Duration limit)
      throws IOException {
    Socket socket = new Socket();
    boolean done = false;
    try {
      socket.connect(address, Math.toIntExact(limit.toMillis()));
      Connection streams = Connection.of(socket, limit);
      byte[] own = nonce();
      streams.out.write(GREETING);
      streams.out.writeInt(rank);
      streams.out.write(own);
      streams.out.flush();
      byte[] other = streams.in.readNBytes(NONCE);
      requireProof(streams.in, proof(secret, "accepting", rank, own, other), peer);
      streams.out.write(proof(secret, "connecting", rank, own, other));
      streams.out.flush();
      done = true;
      return new Link(socket, streams, peer, rank, limit);
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  /** Answers a process that connects; closes the socket if that does not prove itself. */
  static Link accept(Socket socket, byte[] secret, Duration limit) throws IOException {
    boolean done = false;
    try {
      Connection streams =
          Connection.of(socket, HANDSHAKE.compareTo(limit) < 0 ? HANDSHAKE : limit);
      if (!Arrays.equals(streams.in.readNBytes(GREETING.length), GREETING)) {
        throw new IOException("it does not speak of a training");
      }
      int rank = streams.in.readInt();
      String peer = "worker " + rank + " (" + socket.getRemoteSocketAddress() + ")";
      byte[] other = streams.in.readNBytes(NONCE);
      byte[] own = nonce();
      streams.out.write(own);
      streams.out.write(proof(secret, "accepting", rank, other, own));
      streams.out.flush();
      requireProof(streams.in, proof(secret, "connecting", rank, other, own), peer);
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      done = true;
      return new Link(socket, streams, peer, rank, limit);
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  private static byte[] proof(byte[] secret, String side, int rank, byte[] first, byte[] second) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(GREETING);
      mac.update(bytes(side + rank));
      mac.update(first);
      return mac.doFinal(second);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static void requireProof(DataInputStream in, byte[] expected, String peer)
      throws IOException {
    if (!MessageDigest.isEqual(in.readNBytes(expected.length), expected)) {
      throw new IOException(peer + " does not know the secret of this training");
    }
  }

  /** Returns the number of the process that connected. */
  int rank() {
    return rank;
  }

  /** Returns what the other process is called in errors. */
  String peer() {
    return peer;
  }

  /** Sends the bytes of memory. */
  void send(MemorySegment bytes) {
    write(
        to -> {
          for (long done = 0; done < bytes.byteSize(); ) {
            int size = (int) Math.min(CHUNK, bytes.byteSize() - done);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, done, outgoing, 0, size);
            to.write(outgoing, 0, size);
            done += size;
          }
        });
  }

  /** Fills memory with what the other process sends. */
  void receive(MemorySegment bytes) {
    read(
        from -> {
          for (long done = 0; done < bytes.byteSize(); ) {
            int read = from.read(incoming, 0, (int) Math.min(CHUNK, bytes.byteSize() - done));
            if (read < 0) {
              throw new EOFException();
            }
            MemorySegment.copy(incoming, 0, bytes, ValueLayout.JAVA_BYTE, done, read);
            done += read;
          }
          return null;
        });
  }

  /** What reads values that Java's data streams have written. */
  @FunctionalInterface
  interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  /** What writes values. */
  @FunctionalInterface
  interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  /** Reads values. */
  <T> T read(Reading<T> reading) {
    try {
      return reading.from(in);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Writes values, and sends them; if that takes longer than the limit, the connection ends. */
  void write(Writing writing) {
    Future<?> end = LIMITS.schedule(this::giveUp, limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      writing.to(out);
      out.flush();
    } catch (IOException e) {
      throw lost(e);
    } finally {
      end.cancel(false);
    }
  }

  private void giveUp() {
    stuck = true;
    close(); // a write itself has no limit
  }

  private WorkerLostException lost(IOException e) {
    String what =
        switch (e) {
          case SocketTimeoutException _ -> " has not answered within the time limit";
          case EOFException _ -> " has closed the connection";
          default ->
              stuck
                  ? " has not taken what was sent within the time limit"
                  : " cannot be reached: " + e.getMessage();
        };
    return new WorkerLostException("distributed training: " + peer + what, e);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }
}
