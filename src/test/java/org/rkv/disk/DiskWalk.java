package org.rkv.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.rkv.disk.DiskLife.Mutant;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/**
 * A random walk of processes over one disk: they write, compact, fill it, are killed, and lose
 * power. After each death the next one must find whatever was told to be safe, and nothing that was
 * never written.
 */
final class DiskWalk {
  private static final int STEPS = 250;
  private static final int KEYS = 6;

  private final Random random;
  private final SimulatedVolume volume;
  private final Mutant mutant;
  private final LogSettings settings;
  private final boolean isSmall;
  private final boolean isGarbling;
  private final List<String> story = new ArrayList<>();

  /** What was told to be safe, and what may be missing since its tombstone was forgotten. */
  private final Map<String, Entry> safe = new HashMap<>();

  private final Map<String, Stamp> forgotten = new HashMap<>();
  private final Map<String, Long> safeMetas = new HashMap<>();

  /** Counts, and is lost when the power is. */
  private final Map<String, Entry> counted = new HashMap<>();

  /** By the numbers of notes. */
  private final Map<Long, Map<String, Entry>> vouchedFor = new HashMap<>();

  private final Set<Entry> everWritten = new HashSet<>();

  /** What was said of the directory, and the last of it that counts. */
  private List<Completeness> standings = new ArrayList<>(List.of(Completeness.NEW));

  private int countedStanding;
  private boolean isDoubted;
  private DiskLife life;
  private long clock;
  private String complaint;

  DiskWalk(long seed, Mutant mutant) {
    random = new Random(seed);
    volume = new SimulatedVolume(random);
    this.mutant = mutant;
    isSmall = random.nextInt(3) == 0;
    long syncMillis = random.nextInt(3) == 0 ? 50 : 0;
    settings = new LogSettings(syncMillis, 6 << 10, 24 << 10, 3 << 10);
    if (random.nextInt(4) == 0) {
      volume.failForces(0.01, 0.02);
    }
    isGarbling = random.nextInt(5) == 0;
    if (isGarbling) {
      volume.garble();
    }
  }

  /** What is wrong, with the story of it; null if nothing is. */
  String run() {
    try {
      start();
      for (int i = 0; i < STEPS && complaint == null; i++) {
        step();
      }
    } catch (IOException e) {
      complaint = "cannot start: " + e.getMessage();
    }
    return complaint == null ? null : String.join("\n", story) + "\n" + complaint;
  }

  private void step() throws IOException {
    int chance = random.nextInt(100);
    if (life.worker.failure() != null || chance < 2) {
      die();
    } else if (chance < 30) {
      write();
    } else if (chance < 35) {
      writeMeta();
    } else if (chance < 37) {
      writeStanding();
    } else if (chance < 39) {
      writeNote();
    } else if (chance < 42) {
      forget();
    } else if (chance < 60) {
      life.log.flush();
    } else if (chance < 85) {
      life.worker.step();
    } else if (chance < 90) {
      life.timers.pass(random.nextInt(1500));
    } else if (chance < 94 && life.log.isCompactionDue(life.snapshotBytes())) {
      story.add("compaction");
      life.log.compact(life);
    } else if (chance < 95) {
      life.log.cancelCompaction();
    } else if (chance < 97) {
      volume.killAfter(1 + random.nextInt(15));
    } else if (isSmall) {
      boolean fill = random.nextBoolean();
      volume.limit(fill ? volume.usedBytes() + random.nextInt(3000) : Long.MAX_VALUE);
      story.add(fill ? "nearly full" : "room");
    }
  }

  private void write() {
    if (!life.log.hasRoom()) {
      return;
    }
    String key = "k" + random.nextInt(KEYS);
    String value = random.nextInt(3) == 0 ? null : "v" + "x".repeat(random.nextInt(900));
    Entry entry = DiskLife.entry(key, value, ++clock);
    everWritten.add(entry);
    DiskLife writer = life;
    long position = life.put(entry);
    story.add(
        "write " + key + " " + clock + (value == null ? " tombstone" : "") + " at " + position);
    life.log.whenCounted(position, () -> isCounted(writer, entry, counted));
    life.log.whenForced(position, () -> isCounted(writer, entry, safe));
  }

  private void isCounted(DiskLife writer, Entry entry, Map<String, Entry> where) {
    if (writer == life) {
      where.merge(entry.key(), entry, DiskWalk::newer);
    }
  }

  private static Entry newer(Entry a, Entry b) {
    return a.stamp().compareTo(b.stamp()) >= 0 ? a : b;
  }

  private void writeMeta() {
    if (life.log.hasRoomForOthers()) {
      LogRecord.Meta meta = new LogRecord.Meta((byte) 1, "m" + random.nextInt(2), ++clock, "p");
      DiskLife writer = life;
      life.log.whenCounted(
          life.put(meta),
          () -> {
            if (writer == life) {
              safeMetas.merge(meta.key(), meta.number(), Math::max);
            }
          });
    }
  }

  private void writeStanding() {
    if (!life.log.hasRoomForOthers() || life.log.counted() < 0) {
      return;
    }
    Completeness next = random.nextBoolean() ? Completeness.COMPLETE : Completeness.CATCHING_UP;
    standings.add(next);
    DiskLife writer = life;
    long position = life.log.append(new LogRecord.Standing(next));
    story.add("standing " + next + " at " + position);
    int index = standings.size() - 1;
    life.log.whenCounted(
        position,
        () -> {
          if (writer == life) {
            countedStanding = index;
          }
        });
  }

  /** Whoever reads it has all that was appended before it. */
  private void writeNote() {
    if (life.log.hasRoomForOthers()) {
      vouchedFor.put(++clock, Map.copyOf(life.store));
      life.log.append(new LogRecord.Note((byte) 1, Long.toString(clock)));
    }
  }

  /** A tombstone that is forced everywhere. */
  private void forget() {
    for (Entry entry : List.copyOf(life.store.values())) {
      if (entry.isTombstone() && entry.equals(safe.get(entry.key()))) {
        life.store.remove(entry.key());
        forgotten.put(entry.key(), entry.stamp());
        story.add("forget " + entry.key());
        return;
      }
    }
  }

  private void die() throws IOException {
    boolean power = random.nextBoolean();
    story.add((power ? "power cut " : "kill ") + life.worker.failure());
    volume.killAfter(Long.MAX_VALUE);
    if (power) {
      volume.cutPower();
      isDoubted |= settings.syncMillis() > 0;
      counted.clear();
    }
    if (random.nextBoolean()) {
      volume.killAfter(1 + random.nextInt(30));
    }
    start();
  }

  private void start() throws IOException {
    life = new DiskLife(volume, settings, random, mutant);
    mutant.readMore(volume, life);
    story.add("start: " + life.recovered.remark());
    check();
    if (random.nextInt(10) == 0 && complaint == null) {
      die(); // before anything of it counts
      return;
    }
    DiskLife starting = life;
    List<Entry> found = List.copyOf(life.store.values());
    life.log.whenForced(
        0,
        () -> {
          if (starting == life) {
            found.forEach(entry -> isCounted(starting, entry, safe));
            standings = new ArrayList<>(List.of(life.recovered.completeness()));
            countedStanding = 0;
            isDoubted = false;
          }
        });
    life.log.begin();
  }

  private void check() {
    for (Entry entry : life.store.values()) {
      if (!everWritten.contains(entry)) {
        complaint = "never written: " + entry;
      }
    }
    safe.forEach(this::check);
    counted.forEach(this::check);
    for (LogRecord record : life.read) {
      if (record instanceof LogRecord.Note note) {
        vouchedFor.get(Long.parseLong(note.payload())).forEach(this::check);
      }
    }
    Completeness found = life.recovered.completeness();
    Set<Completeness> possible =
        EnumSet.copyOf(standings.subList(countedStanding, standings.size()));
    if (isDoubted && possible.remove(Completeness.COMPLETE)) {
      possible.add(Completeness.DOUBTFUL);
    }
    if (isGarbling && possible.contains(Completeness.COMPLETE)) {
      possible.add(Completeness.DOUBTFUL);
    }
    if (!possible.contains(found)) {
      complaint = "says " + found + ", not one of " + possible;
    }
    safeMetas.forEach(
        (key, number) -> {
          LogRecord.Meta meta = life.metas.get(key);
          if (meta == null || meta.number() < number) {
            complaint = "lost the record " + key + " " + number + ", has " + meta;
          }
        });
  }

  private void check(String key, Entry entry) {
    Entry held = life.store.get(key);
    Stamp last = forgotten.get(key);
    boolean mayBeMissing = last != null && entry.stamp().compareTo(last) <= 0;
    if (held == null ? !mayBeMissing : held.stamp().compareTo(entry.stamp()) < 0) {
      complaint = "lost " + entry.stamp() + " of " + key + ", has " + held;
    }
  }
}
