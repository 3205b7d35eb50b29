package dev.tapedeck.summaries;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Keeps the warnings of writers from the console until it is closed. */
final class Log implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger(SummaryWriter.class);
  private final ListAppender<ILoggingEvent> appender =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          super.append(event);
          if (failure != null) {
            throw failure;
          }
        }
      };
  private volatile Error failure;

  Log() {
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  /** Throws an error at every message, on the thread that logs it. */
  void failWith(Error error) {
    failure = error;
  }

  List<String> messages() {
    List<ILoggingEvent> events = List.copyOf(appender.list);
    if (events.stream().anyMatch(event -> event.getLevel() != Level.WARN)) {
      throw new AssertionError("other than warnings: " + events);
    }
    return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Override
  public void close() {
    logger.setAdditive(true);
    logger.detachAppender(appender);
  }
}
