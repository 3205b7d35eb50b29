package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.Dispatch;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * No test leaves a scope, a tape or a trace open on its thread, where others would be run in it.
 */
public final class NothingLeftOpen implements AfterEachCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    assertNull(Scope.current(), "a scope is open");
    assertFalse(Dispatch.isRecording(), "a tape is open");
    assertTrue(Dispatch.executingEagerly(), "a function is being traced");
  }
}
