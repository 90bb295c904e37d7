package org.rkv.replica;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.rkv.net.NameLookups;
import org.rkv.net.Timers;
import org.slf4j.Logger;

/**
 * Notices when our own name leads to other addresses of this machine than the one that we listen
 * at, as when a name service was wrong at the moment of the start: the others call us there in
 * vain. As long as we are of use to nobody we go there. Else it says so, once, when that has been
 * so for a minute. Belongs to the thread of its timers.
 */
final class OwnNameWatch implements NameLookups.Listener {
  /** Whether we listen at another address of ours from now on. */
  interface Move {
    /** Tried again if it cannot be now. */
    boolean tryTo(InetAddress address);
  }

  private static final long LOOK_MILLIS = 10_000;
  private static final long LOOK_SOON_MILLIS = 1000;
  private static final long LONG_ENOUGH_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Supplier<String> name;
  private final BooleanSupplier isOfNoUse;
  private final Move move;
  private final Predicate<InetAddress> isOurs;
  private final BiConsumer<String, NameLookups.Listener> lookUp;
  private final Timers timers;
  private final Logger log;
  private InetAddress bound;
  private boolean leadsElsewhere;
  private long sinceNanos;
  private boolean said;

  /**
   * Does nothing until it begins.
   *
   * @param name what we are called now
   * @param bound the only address that we listen at
   * @param isOurs whether an address is one of this machine
   * @param isOfNoUse whether we hold nothing that counts, and no replica has admitted us
   * @param lookUp begins a look-up, which never answers during the call
   */
  OwnNameWatch(
      Supplier<String> name,
      InetAddress bound,
      Predicate<InetAddress> isOurs,
      BooleanSupplier isOfNoUse,
      Move move,
      BiConsumer<String, NameLookups.Listener> lookUp,
      Timers timers,
      Logger log) {
    this.name = name;
    this.bound = bound;
    this.isOurs = isOurs;
    this.isOfNoUse = isOfNoUse;
    this.move = move;
    this.lookUp = lookUp;
    this.timers = timers;
    this.log = log;
  }

  /** Looks every ten seconds from now on, and each second while we are of no use. */
  void begin() {
    long millis = isOfNoUse.getAsBoolean() ? LOOK_SOON_MILLIS : LOOK_MILLIS;
    timers.schedule(millis, () -> lookUp.accept(name.get(), this));
  }

  @Override
  public void found(List<InetAddress> addresses) {
    begin();
    if (addresses.contains(bound) || !addresses.stream().allMatch(isOurs)) {
      leadsElsewhere = false;
      said = false;
      return;
    }
    if (!leadsElsewhere) {
      leadsElsewhere = true;
      sinceNanos = timers.nanoTime();
    } else if (isOfNoUse.getAsBoolean()) {
      InetAddress next = Identity.mostReachable(addresses);
      if (move.tryTo(next)) {
        bound = next;
        leadsElsewhere = false;
        return;
      }
    }
    if (!said && timers.nanoTime() - sinceNanos >= LONG_ENOUGH_NANOS) {
      said = true;
      log.warn(
          "we listen at {} only, and for a minute our own name {} has led to {}: restart this"
              + " replica",
          bound.getHostAddress(),
          name.get(),
          addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", ")));
    }
  }

  /** That says nothing about where it leads. */
  @Override
  public void notFound(String reason) {
    begin();
    leadsElsewhere = false;
  }
}
