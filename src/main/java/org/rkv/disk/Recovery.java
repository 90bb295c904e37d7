package org.rkv.disk;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.rkv.disk.Manifest.NamedFile;

/**
 * Reads a data directory at the start of a replica, and changes nothing there. What it hands out
 * may be in the memory of the system only: it counts when a {@link Log} has begun with it, which
 * writes again what is not known to be forced.
 */
public final class Recovery {
  private final Volume volume;
  private final Visitor visitor;
  private final Metas metas = new Metas();

  /** Of the newest file, what is not known to be forced. */
  private final Deque<ReadBatch> unforced = new ArrayDeque<>();

  private Completeness completeness;
  private String doubt = "";
  private String cut = "";

  /** Gets what is read. */
  public interface Visitor {
    /**
     * One record, in the order in which they were appended.
     *
     * @throws RefusedException if it is not understood
     */
    void accept(LogRecord read) throws RefusedException;
  }

  private record ReadBatch(long number, long end, List<LogRecord> records) {}

  private Recovery(Volume volume, Visitor visitor) {
    this.volume = volume;
    this.visitor = visitor;
  }

  /**
   * Reads all that counts. Waits for the disk: a second or two for a million entries of 128 bytes.
   *
   * @param name of the replica, for the next manifest
   * @param incarnation of the replica, if the directory is new
   * @param visitor gets the records, in the order in which they were appended
   * @throws DamagedException if something is not there that had been forced; the visitor may have
   *     got a part
   * @throws RefusedException if the directory is another replica's, of another format, or not new
   *     and without a manifest
   * @throws IOException if the disk does not give it: it may the next time
   */
  public static Recovered read(Volume volume, String name, long incarnation, Visitor visitor)
      throws IOException {
    List<String> present = volume.list();
    if (present.contains(Manifest.FILE)) {
      return new Recovery(volume, visitor).read(name, present, ManifestFile.read(volume));
    }
    Leftovers.checkAreOfNew(volume, present);
    Manifest first =
        new Manifest(name, incarnation, Completeness.NEW, volume.bootId(), false, 1, List.of());
    long nextNumber = Leftovers.nextNumber(present, first);
    Manifest manifest = first.withFiles(Completeness.NEW, nextNumber, List.of());
    List<String> leftovers = Leftovers.of(present, manifest);
    return new Recovered(manifest, "", leftovers, List.of(), new Metas(), "");
  }

  private Recovered read(String name, List<String> present, Manifest manifest) throws IOException {
    completeness = manifest.completeness();
    if (manifest.relaxed()
        && (manifest.bootId().isEmpty() || !manifest.bootId().equals(volume.bootId()))) {
      doubt = "the machine was booted since, and what was acknowledged last may not be forced";
    }
    List<NamedFile> files = new ArrayList<>(manifest.files());
    int newest = files.size() - 1;
    for (NamedFile file : files.subList(0, newest)) {
      readWhole(file, manifest.incarnation());
    }
    files.set(newest, readNewest(files.get(newest), manifest.incarnation()));
    boolean isDoubtful = completeness == Completeness.COMPLETE && !doubt.isEmpty();
    Completeness now = isDoubtful ? Completeness.DOUBTFUL : completeness;
    return new Recovered(
        manifest.named(name).withFiles(now, Leftovers.nextNumber(present, manifest), files),
        manifest.name(),
        Leftovers.of(present, manifest),
        unforcedRecords(),
        metas,
        doubt.isEmpty() ? cut : doubt);
  }

  private void readWhole(NamedFile file, long incarnation) throws IOException {
    try (BatchReader reader = BatchReader.open(volume, file.name(), incarnation, file.bytes())) {
      Tally tally = new Tally();
      while (reader.next()) {
        List<LogRecord> records = reader.records();
        tally.add(records);
        visit(records);
      }
      if (reader.end() != file.bytes()) {
        throw damage(file.name(), reader);
      }
      if (FileHeader.isSnapshot(file.name()) && !tally.isWhole()) {
        throw new DamagedException(file.name(), file.bytes(), "the snapshot is not complete");
      }
    }
  }

  /** Returns how far it is known to be forced. */
  private NamedFile readNewest(NamedFile file, long incarnation) throws IOException {
    long forcedBytes = file.bytes();
    try (BatchReader reader = BatchReader.open(volume, file.name(), incarnation, Long.MAX_VALUE)) {
      while (reader.next()) {
        List<LogRecord> records = reader.records();
        visit(records);
        if (reader.end() > file.bytes()) {
          forcedBytes = forget(reader.forced(), forcedBytes);
          unforced.add(new ReadBatch(reader.batch(), reader.end(), records));
          records.forEach(this::noteStanding);
        }
      }
      if (reader.end() < file.bytes()
          || reader.isBad() && judge(file.name(), reader) == Tail.FORCED) {
        throw damage(file.name(), reader);
      }
    }
    return new NamedFile(file.name(), forcedBytes);
  }

  private void visit(List<LogRecord> records) throws RefusedException {
    for (LogRecord each : records) {
      metas.add(each);
      visitor.accept(each);
    }
  }

  /** The batches up to that one are known to be forced: these end where the last of them does. */
  private long forget(long forcedBatch, long before) {
    long forcedBytes = before;
    while (!unforced.isEmpty() && unforced.peek().number() <= forcedBatch) {
      forcedBytes = unforced.remove().end();
    }
    return forcedBytes;
  }

  private void noteStanding(LogRecord each) {
    if (each instanceof LogRecord.Standing standing) {
      completeness = standing.completeness();
    }
  }

  private static DamagedException damage(String name, BatchReader reader) {
    long offset = reader.isBad() ? reader.badOffset() : reader.end();
    return new DamagedException(name, offset, "a block that was forced is bad there");
  }

  /** Judges what is behind the whole batches, and remembers what to say of it. */
  private Tail judge(String name, BatchReader reader) throws IOException {
    try (Volume.Input input = volume.open(name)) {
      input.position(reader.end());
      BlockInput blocks = new BlockInput(input, reader.end(), input.size());
      Tail tail = Tail.judge(blocks, reader.layout(), reader.batch() + 1);
      if (tail == Tail.TORN) {
        cut = remark(name, reader, "is torn", "nobody was told of what came behind");
      } else if (tail == Tail.DOUBTFUL) {
        doubt = remark(name, reader, "is bad", "what came behind may have been acknowledged");
      }
      return tail;
    }
  }

  private static String remark(String name, BatchReader reader, String what, String consequence) {
    return String.format(
        Locale.ROOT,
        "%s %s at offset %d, and cut off there: %s",
        name,
        what,
        reader.badOffset(),
        consequence);
  }

  /** Without the standings: the next manifest says what they come to, or doubts it. */
  private List<LogRecord> unforcedRecords() {
    List<LogRecord> records = new ArrayList<>();
    for (ReadBatch batch : unforced) {
      batch.records().stream()
          .filter(each -> !(each instanceof LogRecord.Standing))
          .forEach(records::add);
    }
    return records;
  }
}
