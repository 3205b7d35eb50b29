package dev.tapedeck.ops.cpu.onednn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread's plans, the least recently used of which goes first, and its scratch memory. */
final class Workspace {
  static final int MOST_PLANS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
  private static final Cleaner CLEANER = Cleaner.create();
  private static final ThreadLocal<Workspace> OF_THREAD = ThreadLocal.withInitial(Workspace::new);

  private final Signature probe = new Signature();
  private final Plans plans = new Plans();
  private MemorySegment scratch = MemorySegment.NULL;

  private Workspace() {
    CLEANER.register(this, plans::closeAll);
  }

  /** Plans by what they are for; null for what oneDNN refused. */
  private static final class Plans {
    private final Map<Signature, Plan> plans = new LinkedHashMap<>(64, 0.75f, true);

    void put(Signature signature, Plan plan) {
      if (plans.size() == MOST_PLANS) {
        Iterator<Plan> oldest = plans.values().iterator();
        close(oldest.next());
        oldest.remove();
      }
      plans.put(signature, plan);
    }

    void closeAll() {
      plans.values().forEach(Plans::close);
    }

    private static void close(Plan plan) {
      if (plan != null) {
        plan.close();
      }
    }
  }

  static Workspace ofThread() {
    return OF_THREAD.get();
  }

  /** Returns the signature to fill, and to look for a plan with. */
  Signature signature() {
    return probe.clear();
  }

  /** Returns the plan for the signature, made if there is none yet; null if oneDNN refuses. */
  Plan plan(Supplier<Plan> make) {
    Plan plan = plans.plans.get(probe);
    if (plan == null && !plans.plans.containsKey(probe)) {
      Signature signature = probe.copy();
      try {
        plan = make.get();
      } catch (Library.RefusedException e) {
        LOG.debug("oneDNN does not serve a call: {}", e.getMessage());
      }
      plans.put(signature, plan);
    }
    return plan;
  }

  int size() {
    return plans.plans.size();
  }

  /** Returns the address of at least that much memory; an address that was got before is void. */
  long scratch(long bytes) {
    if (scratch.byteSize() < bytes) {
      scratch = Arena.ofAuto().allocate(bytes, 64);
    }
    return scratch.address();
  }
}
