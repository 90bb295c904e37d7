package org.rkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells what may be tried again from an error of the disk: that no file could be opened, since the
 * process or the system has too many open, and a full disk, or a quota that is used up. Java has
 * only the text of the system for it, and the system may speak any language: so one text is had
 * from a device that is always full. What that cannot give, the text for a quota, is known in
 * English, and as "C" says it. To look at the room that is left would not do: quotas are not in it,
 * a write that is larger than the room writes a part of it, and somebody else may have removed a
 * file meanwhile.
 *
 * <p>When no file can be opened for want of descriptors, the null device cannot either, for the
 * same reason. Nothing was written then.
 *
 * <p>What is not told to be one of these ends the process, so that nothing is taken for safe that
 * is not.
 */
final class FullDisk {
  private static final Path FULL_DEVICE = Path.of("/dev/full");
  private static final Set<String> TEXTS =
      new HashSet<>(List.of("No space left on device", "Disk quota exceeded", textOfFullDevice()));

  private static final Path NULL_DEVICE = Path.of("/dev/null");
  private static final Set<String> TOO_MANY_OPEN =
      Set.of("Too many open files", "Too many open files in system");

  private FullDisk() {}

  /** Learns the texts, while there are descriptors. */
  static void prepare() {
    sortedOut(new FileSystemException("", "", TEXTS.iterator().next()));
  }

  /** The exception as {@link Volume} throws it. */
  static IOException sortedOut(IOException exception) {
    String reason =
        exception instanceof FileSystemException ofFile
            ? ofFile.getReason()
            : exception.getMessage();
    return reason != null
            && !reason.isEmpty()
            && (TEXTS.contains(reason)
                || exception instanceof FileSystemException && isOfAnyFile(reason))
        ? new DiskFullException(exception.getMessage(), exception)
        : exception;
  }

  private static boolean isOfAnyFile(String reason) {
    if (TOO_MANY_OPEN.contains(reason)) {
      return true;
    }
    try (FileChannel device = FileChannel.open(NULL_DEVICE, StandardOpenOption.READ)) {
      return false;
    } catch (IOException e) {
      return e instanceof FileSystemException ofFile && reason.equals(ofFile.getReason());
    }
  }

  private static String textOfFullDevice() {
    try (FileChannel device = FileChannel.open(FULL_DEVICE, StandardOpenOption.WRITE)) {
      device.write(ByteBuffer.allocate(1));
      return "";
    } catch (IOException e) {
      return e instanceof FileSystemException || e.getMessage() == null ? "" : e.getMessage();
    }
  }
}
