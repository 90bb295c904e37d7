package org.rkv.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A directory of files as the log sees it: everything that lasts goes through here, so that a
 * simulated one can take its place. What was written, and which names there are, is sure to outlive
 * a power cut only when it was forced: the bytes of a file by {@link Output#force}, its name by
 * {@link #force}. Names are plain, without a separator. Not thread-safe.
 *
 * <p>Of the exceptions, {@link DiskFullException} means that there is no room, or that the process
 * may open no file now: it may be tried again. After every other one of a write or a force nobody
 * knows what the disk holds.
 */
public interface Volume {
  /** The names of all that is there but "." and "..", in no order. */
  List<String> list() throws IOException;

  /** A new file, to be appended to. Fails if there is one of that name. */
  Output create(String name) throws IOException;

  /**
   * Reads a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  Input open(String name) throws IOException;

  /** The file has that other name from now on, in one step; what had it before is gone. */
  void rename(String from, String to) throws IOException;

  /** Removes a file if it is there. */
  void remove(String name) throws IOException;

  /** All names created, changed or removed until now outlive a power cut. */
  void force() throws IOException;

  /**
   * Looks whether whoever comes later finds this directory at its place. Files that are open can
   * still be written and forced where it was taken away, and are gone when they are closed.
   *
   * @throws GoneException if it was taken away, or another one is there
   */
  void checkPlace() throws IOException;

  /** Where it is, for people. */
  String place();

  /** How many bytes can still be written, as far as is known. */
  long freeBytes() throws IOException;

  /**
   * What the running kernel is called, which no other has ever been or will be: under another name,
   * what was written and not forced may be gone. Empty if it is not known.
   */
  String bootId();

  /** A file that is written. */
  interface Output extends Closeable {
    /**
     * From now on there may be zeros behind what was written, so that a force seldom has to write a
     * new size of the file as well, which takes as long as its bytes. They are gone when it is
     * closed, though not when the process is killed, nor where a full disk cannot make it shorter.
     */
    default void keepRoomAhead() {}

    /** Appends all that remains; when it fails, a part may have been written. */
    void write(ByteBuffer bytes) throws IOException;

    /** All that was written outlives a power cut. */
    void force() throws IOException;
  }

  /** A file that is read from its beginning. */
  interface Input extends Closeable {
    /** Bytes of the file. */
    long size() throws IOException;

    /** Reads from there on; beyond the end there is nothing. */
    void position(long offset) throws IOException;

    /**
     * Reads some bytes, as many as it likes.
     *
     * @return -1 at the end
     */
    int read(ByteBuffer into) throws IOException;
  }
}
