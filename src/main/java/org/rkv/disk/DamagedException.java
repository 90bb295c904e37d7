package org.rkv.disk;

/** Something that had been forced to the disk is not there any more as it was. */
public final class DamagedException extends RefusedException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final long offset;

  /**
   * Of a file of the data directory.
   *
   * @param offset in bytes, where the first bad block begins
   * @param what is wrong there, in a few words
   */
  public DamagedException(String file, long offset, String what) {
    super(file + " is damaged at offset " + offset + ": " + what);
    this.file = file;
    this.offset = offset;
  }

  /** The name of the file in the data directory. */
  public String file() {
    return file;
  }

  /** Where the first bad block begins, in bytes. */
  public long offset() {
    return offset;
  }
}
