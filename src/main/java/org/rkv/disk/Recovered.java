package org.rkv.disk;

import java.util.List;

/** What was found in a data directory. Nothing of it counts before a {@link Log} has begun. */
public final class Recovered {
  private final Manifest manifest;
  private final String formerName;
  private final List<String> leftovers;
  private final List<LogRecord> unforced;
  private final Metas metas;
  private final String remark;

  Recovered(
      Manifest manifest,
      String formerName,
      List<String> leftovers,
      List<LogRecord> unforced,
      Metas metas,
      String remark) {
    this.manifest = manifest;
    this.formerName = formerName;
    this.leftovers = List.copyOf(leftovers);
    this.unforced = List.copyOf(unforced);
    this.metas = metas;
    this.remark = remark;
  }

  /** What the first manifest is to say: files, and how much of each is known to be forced. */
  Manifest manifest() {
    return manifest;
  }

  /** Files to be removed when that manifest is forced. */
  List<String> leftovers() {
    return leftovers;
  }

  /** What counts, and is not known to be forced: it is written again. */
  List<LogRecord> unforced() {
    return unforced;
  }

  Metas metas() {
    return metas;
  }

  /** The name of the replica that wrote it; empty if the directory is new. */
  public String formerName() {
    return formerName;
  }

  /** Of the replica; the one proposed if the directory is new. */
  public long incarnation() {
    return manifest.incarnation();
  }

  /**
   * Higher than at every start before with this directory, once the log has begun: the number of
   * the first file that this start may begin.
   */
  public long generation() {
    return manifest.nextNumber();
  }

  /** Whether all is there, as far as the directory alone can tell. */
  public Completeness completeness() {
    return manifest.completeness();
  }

  /** Whether there was no manifest. */
  public boolean isNew() {
    return manifest.files().isEmpty();
  }

  /** A line about what was cut off, or is doubtful; empty if nothing was. */
  public String remark() {
    return remark;
  }
}
