package org.rkv.simulation;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * One direction of a connection: what goes in comes out in the same order, each after a while. On a
 * silent link it waits, as TCP repeats what is not acknowledged, also after the sender has closed.
 */
final class Pipe {
  /** What a system goes on repeating for a process that has closed, at the longest. */
  static final long ORPHANED_MILLIS = 3000;

  private final Scheduler scheduler;
  private final Fabric fabric;
  private final Machine from;
  private final Machine to;
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private Receiver receiver;
  private long lastArrivalNanos;
  private boolean ended;
  private boolean cut;

  /** What comes out at the other end. */
  interface Receiver {
    /** One message. */
    void arrived(byte[] message);

    /** There is nothing more. */
    void ended(String reason);
  }

  /** A message, or the end if there is none. */
  private record Item(byte[] message, String reason, long sentNanos, long arrivesNanos) {}

  Pipe(Scheduler scheduler, Fabric fabric, Machine from, Machine to) {
    this.scheduler = scheduler;
    this.fabric = fabric;
    this.from = from;
    this.to = to;
  }

  void receiver(Receiver newReceiver) {
    receiver = newReceiver;
  }

  Machine from() {
    return from;
  }

  Machine to() {
    return to;
  }

  /** Sends a message. */
  void send(byte[] message) {
    add(message, null);
  }

  /**
   * The sender closes. What it sent at this very moment is lost if it has not left its buffer; what
   * is on its way may arrive yet.
   */
  void end(String reason) {
    if (ended) {
      return;
    }
    if (scheduler.chance(0.5)) {
      long now = scheduler.nowNanos();
      items.removeIf(item -> item.message != null && item.sentNanos == now);
    }
    add(null, reason);
    ended = true;
    scheduler.afterMillis(ORPHANED_MILLIS, this::cutIfSilent);
  }

  private void cutIfSilent() {
    if (fabric.isSilent(from, to)) {
      cut();
    }
  }

  /** The connection breaks: of what is on its way only the first part arrives. */
  void breakOff(String reason) {
    if (ended) {
      return;
    }
    int kept = scheduler.random().nextInt(items.size() + 1);
    Iterator<Item> all = items.iterator();
    for (int i = 0; all.hasNext(); i++) {
      all.next();
      if (i >= kept) {
        all.remove();
      }
    }
    add(null, reason);
    ended = true;
  }

  /** Nothing arrives any more, not even the end. */
  void cut() {
    cut = true;
    items.clear();
  }

  private void add(byte[] message, String reason) {
    if (ended || cut) {
      return;
    }
    long now = scheduler.nowNanos();
    lastArrivalNanos = Math.max(lastArrivalNanos, now + fabric.latencyNanos());
    items.add(new Item(message, reason, now, lastArrivalNanos));
    scheduler.after(lastArrivalNanos - now, this::flow);
  }

  /** Lets arrive what is due. */
  void flow() {
    while (!items.isEmpty()
        && items.peek().arrivesNanos <= scheduler.nowNanos()
        && !fabric.isSilent(from, to)) {
      Item item = items.poll();
      if (item.message != null) {
        receiver.arrived(item.message);
      } else {
        receiver.ended(item.reason);
      }
    }
  }
}
