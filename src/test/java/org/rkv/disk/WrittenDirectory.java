package org.rkv.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A data directory in which a replica has kept nothing yet, and which is its own all the same. */
public final class WrittenDirectory {
  private WrittenDirectory() {}

  /** Makes one, as the replica of this name does. */
  public static void make(Path directory, String replica) throws IOException {
    try (FileVolume volume = FileVolume.open(directory)) {
      Recovered found = Recovery.read(volume, replica, 7, record -> {});
      LogFiles files = new LogFiles(volume, found, LogSettings.syncing(0), new Random(1));
      files.roll(List.of());
      files.close();
    }
  }
}
