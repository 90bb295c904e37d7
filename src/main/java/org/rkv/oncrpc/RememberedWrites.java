package org.rkv.oncrpc;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rkv.net.AddressBlock;

/**
 * What writes came over UDP and how they were answered: the last eight of each sender, for a
 * minute. Bounded in all and for each {@link AddressBlock}; when there is no place, the sender that
 * has been silent longest is forgotten, but none within ten seconds, after which a client has
 * repeated its call, and none with a write under way. Times are monotonic nanoseconds. Belongs to
 * one thread.
 */
final class RememberedWrites {
  static final int MAX_WRITES = 100_000;
  static final int MAX_WRITES_OF_A_BLOCK = MAX_WRITES / 16;
  static final int MAX_WRITES_OF_A_SENDER = 8;

  /** Longer than any client goes on repeating a call: libtirpc gives up after 25 s. */
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** libtirpc first repeats a call after 5 s. */
  private static final long SURELY_KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** One write; without an answer it is under way. */
  static final class Write {
    private final Sender sender;
    private final long digest;
    private final long sinceNanos;
    private byte[] answer;
    private Write before;

    private Write(Sender sender, long digest, long sinceNanos) {
      this.sender = sender;
      this.digest = digest;
      this.sinceNanos = sinceNanos;
    }

    /** The whole reply, or null while it is under way. */
    byte[] answer() {
      return answer;
    }

    private boolean isOld(long nowNanos) {
      return nowNanos - sinceNanos > KEPT_NANOS;
    }
  }

  /** The writes of one address and port. */
  private static final class Sender {
    private final InetSocketAddress address;
    private final Block block;

    /** By their digests; null if there are none, as mostly. */
    private Map<Long, Write> underWay;

    /** The last one that was answered, which knows the one before it. */
    private Write last;

    private long heardNanos;

    Sender(InetSocketAddress address, Block block) {
      this.address = address;
      this.block = block;
    }
  }

  /** The senders of one block. */
  private static final class Block {
    private final AddressBlock addresses;
    private final Map<InetSocketAddress, Sender> idle = new LinkedHashMap<>();
    private int writes;

    Block(AddressBlock addresses) {
      this.addresses = addresses;
    }
  }

  private final Map<InetSocketAddress, Sender> busy = new HashMap<>();

  /** Those with no write under way, the one that has been silent longest first. */
  private final Map<InetSocketAddress, Sender> idle = new LinkedHashMap<>();

  private final Map<AddressBlock, Block> blocks = new HashMap<>();
  private int writes;

  /** How many writes are remembered. */
  int size() {
    return writes;
  }

  /**
   * The write that this sender sent before, or null.
   *
   * @param digest of the whole call
   */
  Write find(InetSocketAddress address, long digest, long nowNanos) {
    Sender sender = sender(address);
    if (sender == null) {
      return null;
    }
    Write found = sender.underWay == null ? null : sender.underWay.get(digest);
    for (Write each = sender.last; each != null && found == null; each = each.before) {
      if (each.digest == digest && !each.isOld(nowNanos)) {
        found = each;
      }
    }
    if (found != null && sender.underWay == null) {
      becomeIdle(sender, nowNanos); // it was heard again
    }
    return found;
  }

  private Sender sender(InetSocketAddress address) {
    Sender sender = busy.get(address);
    return sender == null ? idle.get(address) : sender;
  }

  /**
   * Remembers a write that is under way from now on, until {@link #answered} or {@link #forget}.
   *
   * @return null if there is no place for it
   */
  Write begin(InetSocketAddress address, long digest, long nowNanos) {
    while (forgetSilentLongest(idle, nowNanos, KEPT_NANOS)) {
      // and the next one
    }
    AddressBlock addresses = AddressBlock.of(address.getAddress());
    Block block = blocks.get(addresses);
    if (!hasPlace(block, nowNanos)) {
      return null;
    }
    Sender sender = sender(address);
    if (sender == null) {
      sender = new Sender(address, blocks.computeIfAbsent(addresses, Block::new));
    }
    Write write = new Write(sender, digest, nowNanos);
    becomeBusy(sender, write);
    count(sender, 1);
    trim(sender, nowNanos);
    return write;
  }

  private boolean hasPlace(Block block, long nowNanos) {
    boolean blockHasOne =
        block == null
            || block.writes < MAX_WRITES_OF_A_BLOCK
            || forgetSilentLongest(block.idle, nowNanos, SURELY_KEPT_NANOS);
    return blockHasOne
        && (writes < MAX_WRITES || forgetSilentLongest(idle, nowNanos, SURELY_KEPT_NANOS));
  }

  /** Forgets one sender, if one has been silent for longer than that. */
  private boolean forgetSilentLongest(
      Map<InetSocketAddress, Sender> senders, long nowNanos, long nanos) {
    if (senders.isEmpty()) {
      return false;
    }
    Sender sender = senders.values().iterator().next();
    if (nowNanos - sender.heardNanos <= nanos) {
      return false;
    }
    idle.remove(sender.address);
    sender.block.idle.remove(sender.address);
    for (Write each = sender.last; each != null; each = each.before) {
      count(sender, -1);
    }
    return true;
  }

  private void count(Sender sender, int change) {
    Block block = sender.block;
    writes += change;
    block.writes += change;
    if (block.writes == 0) {
      blocks.remove(block.addresses);
    }
  }

  private void becomeBusy(Sender sender, Write write) {
    if (sender.underWay == null) {
      sender.underWay = new HashMap<>();
      idle.remove(sender.address);
      sender.block.idle.remove(sender.address);
      busy.put(sender.address, sender);
    }
    sender.underWay.put(write.digest, write);
  }

  private void becomeIdle(Sender sender, long nowNanos) {
    sender.heardNanos = nowNanos;
    idle.remove(sender.address); // to put it last
    idle.put(sender.address, sender);
    sender.block.idle.remove(sender.address);
    sender.block.idle.put(sender.address, sender);
  }

  /** A write under way has been answered. */
  void answered(Write write, byte[] answer, long nowNanos) {
    write.answer = answer;
    write.before = write.sender.last;
    write.sender.last = write;
    trim(write.sender, nowNanos);
    end(write, nowNanos);
  }

  /** Forgets what is old, and what is more than a sender's last eight. */
  private void trim(Sender sender, long nowNanos) {
    Write kept = null;
    Write next = sender.last;
    for (int i = 0; i < MAX_WRITES_OF_A_SENDER && next != null && !next.isOld(nowNanos); i++) {
      kept = next;
      next = next.before;
    }
    for (Write each = next; each != null; each = each.before) {
      count(sender, -1);
    }
    if (kept == null) {
      sender.last = null;
    } else {
      kept.before = null;
    }
  }

  /** A write under way will never be answered. */
  void forget(Write write, long nowNanos) {
    count(write.sender, -1);
    end(write, nowNanos);
  }

  private void end(Write write, long nowNanos) {
    Sender sender = write.sender;
    sender.underWay.remove(write.digest);
    if (!sender.underWay.isEmpty()) {
      return;
    }
    sender.underWay = null;
    busy.remove(sender.address);
    if (sender.last != null) {
      becomeIdle(sender, nowNanos);
    }
  }
}
