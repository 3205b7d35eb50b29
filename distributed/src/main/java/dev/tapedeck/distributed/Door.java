package dev.tapedeck.distributed;

import dev.tapedeck.tensor.Loggers;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * A server socket that lets in the processes that are expected, once each, and know the secret.
 * Others are refused, with a warning, and keep nobody waiting.
 */
final class Door implements Closeable {
  private static final Logger LOG = Loggers.of(Door.class);
  private static final long LOOK_MILLIS = 200;

  private final ServerSocket socket;
  private final byte[] secret;
  private final Duration limit;
  private final Set<Integer> missing;
  private final BlockingQueue<Link> joined = new LinkedBlockingQueue<>();

  /**
   * Opens a door.
   *
   * @param expected numbers of the processes
   * @param limit how long any answer of theirs may take
   */
  Door(ServerSocket socket, byte[] secret, Collection<Integer> expected, Duration limit) {
    this.socket = socket;
    this.secret = secret;
    this.limit = limit;
    missing = ConcurrentHashMap.newKeySet();
    missing.addAll(expected);
    Thread _ = Thread.ofPlatform().daemon().name("tapedeck-door").start(this::listen);
  }

  private void listen() {
    try {
      while (true) {
        Socket connected = socket.accept();
        Thread _ = Thread.ofVirtual().start(() -> welcome(connected));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void welcome(Socket connected) {
    try {
      Link link = Link.accept(connected, secret, limit);
      if (missing.remove(link.rank())) {
        joined.add(link);
      } else {
        link.close();
        LOG.warn("distributed training: {} was not expected, and is refused", link.peer());
      }
    } catch (IOException e) {
      LOG.warn("distributed training: a connection was refused: {}", e.toString());
    }
  }

  /** Returns the next process that was let in; empty if none comes for a moment. */
  Optional<Link> next() throws IOException {
    try {
      return Optional.ofNullable(joined.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while workers were waited for", e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    joined.forEach(Link::close);
  }
}
