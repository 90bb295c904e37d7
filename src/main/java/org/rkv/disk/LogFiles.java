package org.rkv.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.rkv.disk.Manifest.NamedFile;

/**
 * The files that count, and the manifest that names them. Belongs to the thread of the disk.
 *
 * <p>Each step leaves a directory behind that can be read, wherever a power cut breaks it off: a
 * file is whole and forced, and its name too, before a manifest names it; a manifest that names a
 * file no more is forced before that is removed. When a manifest could not be forced, nobody knows
 * whether it counts: what only it names stays until another one does.
 *
 * <p>What throws a {@link DiskFullException} may be tried again.
 */
final class LogFiles {
  private final Volume volume;
  private final Random random;
  private final Reserve reserve;
  private final Manifest first;

  /** All that count but the current one, in the order in which they are read. */
  private final List<NamedFile> older;

  /** Files that were there at the start, and do not count. */
  private final List<String> leftovers;

  /** Files that do not count, and that the newest manifest names, which may not be forced. */
  private final List<String> perhapsNamed = new ArrayList<>();

  /** The one that is appended to; null before the first, and after a failure. */
  private LogFile current;

  /** At the end of what is forced, and at the end of what is written. */
  private Completeness completeness;

  private Completeness writtenCompleteness;
  private long nextNumber;
  private volatile long bytes;
  private volatile int count;

  /**
   * Has what was found, and writes nothing before {@link #roll}.
   *
   * @param random for what must not be guessed
   */
  LogFiles(Volume volume, Recovered recovered, LogSettings settings, Random random) {
    this.volume = volume;
    this.random = random;
    reserve = new Reserve(volume, settings.reserveBytes(), random);
    first = recovered.manifest().writtenUnder(volume.bootId(), settings.syncMillis() > 0);
    older = new ArrayList<>(first.files());
    leftovers = new ArrayList<>(recovered.leftovers());
    completeness = first.completeness();
    writtenCompleteness = completeness;
    nextNumber = first.nextNumber();
    bytes = older.stream().mapToLong(NamedFile::bytes).sum();
  }

  /** Of all that counts. May be asked from any thread. */
  long bytes() {
    return bytes;
  }

  /** How many files count. May be asked from any thread. */
  int count() {
    return count;
  }

  Volume volume() {
    return volume;
  }

  long incarnation() {
    return first.incarnation();
  }

  /**
   * Begins a new file, which holds these, forced. What the one before holds counts as far as it was
   * forced; it is never written again.
   *
   * @param records whatever was appended and not forced, in that order
   */
  void roll(List<LogRecord> records) throws IOException {
    checkPresence();
    leaveCurrent();
    LogFile fresh = create(FileHeader.logName(nextNumber));
    try {
      fill(fresh, records);
      List<NamedFile> files = new ArrayList<>(older);
      files.add(named(fresh));
      publish(files, fresh.name());
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    current = fresh;
    sumUp();
  }

  /**
   * Looks whether all that counts is still there for the next start: what is open can be written
   * and forced also when its name is gone.
   *
   * @throws GoneException if something is missing
   */
  void checkPresence() throws IOException {
    if (current == null) {
      return; // no manifest may name anything yet, or the next file will tell
    }
    volume.checkPlace();
    Set<String> present = new HashSet<>(volume.list());
    List<String> counting = new ArrayList<>(List.of(Manifest.FILE, current.name()));
    older.forEach(file -> counting.add(file.name()));
    for (String name : counting) {
      if (!present.contains(name)) {
        throw new GoneException(
            "the data directory "
                + volume.place()
                + " has lost its file "
                + name
                + " while it was in use");
      }
    }
  }

  /** Of the file that is appended to. */
  long newestNumber() {
    return FileHeader.numberOf(current.name());
  }

  private void fill(LogFile fresh, List<LogRecord> records) throws IOException {
    try {
      fresh.append(records);
      fresh.force();
      volume.force();
    } catch (DiskFullException e) {
      volume.remove(fresh.name());
      throw e;
    }
    records.forEach(this::noteStanding);
    completeness = writtenCompleteness;
  }

  /** So that no write or force of it is tried again. */
  private void leaveCurrent() throws IOException {
    if (current != null) {
      LogFile left = current;
      current = null;
      older.add(named(left));
      writtenCompleteness = completeness;
      left.close();
    }
  }

  private static NamedFile named(LogFile file) {
    return new NamedFile(file.name(), file.forcedBytes());
  }

  /**
   * Appends these. When it fails, they are void, and with them all since the last force that
   * succeeded: a new file must be begun.
   *
   * @param force whether they, and all before, are to outlive a power cut
   */
  void append(List<LogRecord> records, boolean force) throws IOException {
    try {
      current.append(records);
      records.forEach(this::noteStanding);
      if (force) {
        current.force();
        completeness = writtenCompleteness;
      }
    } catch (DiskFullException e) {
      leaveCurrent();
      throw e;
    }
    sumUp();
  }

  private void noteStanding(LogRecord record) {
    if (record instanceof LogRecord.Standing standing) {
      writtenCompleteness = standing.completeness();
    }
  }

  /** A file for a snapshot, which counts for nothing until {@link #replace}. */
  LogFile createSnapshot() throws IOException {
    return create(FileHeader.snapshotName(nextNumber));
  }

  private LogFile create(String name) throws IOException {
    byte[] secret = new byte[FileHeader.RANDOM_BYTES];
    random.nextBytes(secret);
    FileHeader header = new FileHeader(first.incarnation(), nextNumber, secret);
    nextNumber++;
    try {
      return LogFile.create(volume, name, header);
    } catch (DiskFullException e) {
      volume.remove(name);
      throw e;
    }
  }

  /**
   * A snapshot takes the place of all files before the one with that number. These are removed.
   *
   * @param snapshot forced, and its name too
   */
  void replace(long number, LogFile snapshot) throws IOException {
    Predicate<NamedFile> isReplaced = file -> FileHeader.numberOf(file.name()) < number;
    List<NamedFile> replaced = older.stream().filter(isReplaced).toList();
    List<NamedFile> files = new ArrayList<>(List.of(named(snapshot)));
    older.stream().filter(isReplaced.negate()).forEach(files::add);
    List<NamedFile> olderThen = List.copyOf(files);
    if (current != null) {
      files.add(named(current));
    }
    publish(files, snapshot.name());
    older.clear();
    older.addAll(olderThen);
    for (NamedFile file : replaced) {
      volume.remove(file.name());
    }
    sumUp();
  }

  /**
   * These files count from now on, and no others.
   *
   * @param fresh the one that no manifest has named before; it is removed if none does now
   */
  private void publish(List<NamedFile> files, String fresh) throws IOException {
    try {
      ManifestFile.prepare(volume, first.withFiles(completeness, nextNumber, files));
    } catch (DiskFullException e) {
      volume.remove(Manifest.TEMPORARY_FILE);
      volume.remove(fresh);
      throw e;
    }
    perhapsNamed.add(fresh);
    ManifestFile.publish(volume);
    perhapsNamed.remove(fresh);
    removeAll(perhapsNamed);
    removeAll(leftovers);
  }

  private void removeAll(List<String> names) throws IOException {
    for (String name : names) {
      volume.remove(name);
    }
    names.clear();
  }

  private void sumUp() {
    long sum = current == null ? 0 : current.bytes();
    for (NamedFile file : older) {
      sum += file.bytes();
    }
    bytes = sum;
    count = older.size() + 1;
  }

  /** Room is kept for the next time that the disk is full. */
  void makeReserve() throws IOException {
    reserve.make();
  }

  /** What is written next may use that room, and that of what was left at the start. */
  void giveUpReserve() throws IOException {
    reserve.giveUp();
    if (!leftovers.isEmpty()) {
      volume.force(); // the manifest that does not name them
      removeAll(leftovers);
    }
  }

  /** All is forced, and nothing comes after it: no reboot gives reason to doubt that. */
  void close() throws IOException {
    leaveCurrent();
    if (first.relaxed()) {
      Manifest last = first.writtenUnder(first.bootId(), false);
      try {
        ManifestFile.prepare(volume, last.withFiles(completeness, nextNumber, older));
        ManifestFile.publish(volume);
      } catch (DiskFullException e) {
        volume.remove(Manifest.TEMPORARY_FILE); // it is doubted then
      }
    }
  }
}
