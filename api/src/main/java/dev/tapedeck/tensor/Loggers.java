package dev.tapedeck.tensor;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPLogger;

/**
 * Loggers of SLF4J whose warnings are not lost where SLF4J has no provider.
 *
 * <p>There each warning is printed on standard error, once for each logger and text.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class Loggers {
  private Loggers() {}

  /** Returns the logger of a class. */
  public static Logger of(Class<?> type) {
    Logger logger = LoggerFactory.getLogger(type);
    return logger instanceof NOPLogger ? new Warnings(type.getName()) : logger;
  }

  private static final class Warnings extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private final transient Set<String> printed = ConcurrentHashMap.newKeySet();

    Warnings(String name) {
      this.name = name;
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String pattern, Object[] arguments, Throwable cause) {
      String message = MessageFormatter.basicArrayFormat(pattern, arguments);
      String line = cause == null ? message : message + " (" + cause + ")";
      if (printed.add(line)) {
        System.err.println("tapedeck: " + line);
      }
    }
  }
}
