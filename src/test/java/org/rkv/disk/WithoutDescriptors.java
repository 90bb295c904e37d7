package org.rkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that has as many files open as it may: what a {@link FileVolume} does then. */
final class WithoutDescriptors {
  private static final Path NULL_DEVICE = Path.of("/dev/null");

  private WithoutDescriptors() {}

  /**
   * Ends with an exception if something is not as it should be.
   *
   * @param args the directory
   */
  public static void main(String[] args) throws IOException {
    try (FileVolume volume = FileVolume.open(Path.of(args[0]))) {
      volume.create("before").close();
      expect(Tried.DONE, volume::list); // to have read all classes
      expect(Tried.DONE, () -> volume.open("before").close());
      List<FileChannel> taken = takeAll();
      volume.force();
      volume.rename("before", "after");
      volume.force();
      expect(Tried.LATER, () -> volume.create("later").close());
      expect(Tried.LATER, () -> volume.open("after").close());
      expect(Tried.LATER, volume::list);
      for (FileChannel each : taken) {
        each.close();
      }
      try (Volume.Output output = volume.create("later")) {
        output.write(ByteBuffer.wrap(new byte[1]));
        output.force();
      }
      volume.open("after").close();
    }
  }

  private static List<FileChannel> takeAll() {
    List<FileChannel> taken = new ArrayList<>();
    try {
      while (true) {
        taken.add(FileChannel.open(NULL_DEVICE));
      }
    } catch (IOException e) {
      return taken;
    }
  }

  /** What needs a descriptor. */
  private interface Work {
    void run() throws IOException;
  }

  private static void expect(Tried expected, Work work) throws IOException {
    Tried tried = Tried.DONE;
    try {
      work.run();
    } catch (DiskFullException e) {
      tried = Tried.LATER;
    }
    if (tried != expected) {
      throw new IllegalStateException(tried + ", not " + expected);
    }
  }

  private enum Tried {
    DONE,
    LATER
  }
}
