package org.rkv.disk;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rkv.disk.Manifest.NamedFile;

/** What is in a data directory and does not count. */
final class Leftovers {
  /** Of an older start that was broken off before its manifest, or of the file system. */
  private static final Set<String> OF_NO_WEIGHT =
      Set.of(FileVolume.LOCK_FILE, Manifest.TEMPORARY_FILE, "lost+found");

  private Leftovers() {}

  /**
   * Without a manifest, a directory may hold what the first start leaves when it is broken off:
   * that is a log without a batch at most. With more in it, its manifest was lost.
   *
   * @throws RefusedException if it is so
   */
  static void checkAreOfNew(Volume volume, List<String> names) throws IOException {
    for (String name : names) {
      if (!OF_NO_WEIGHT.contains(name) && !isLogWithoutBatch(volume, name)) {
        throw new RefusedException(
            "it has no manifest and is not new, since it holds "
                + name
                + ": bring the manifest back, or move the directory away if another replica serves");
      }
    }
  }

  private static boolean isLogWithoutBatch(Volume volume, String name) throws IOException {
    if (!FileHeader.isOurs(name)) {
      return false;
    }
    try (Volume.Input input = volume.open(name)) {
      input.position(Block.BYTES);
      BlockInput blocks = new BlockInput(input, Block.BYTES, input.size());
      while (blocks.next()) {
        if (!Block.isZero(blocks.array(), blocks.start(), Block.BYTES)) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * The logs and snapshots that the manifest does not name. They are never read. They stay until
   * another manifest is forced: this one may have been read from the memory of the system, and the
   * disk may hold an older one, which names them.
   */
  static List<String> of(List<String> names, Manifest manifest) {
    Set<String> counting =
        manifest.files().stream().map(NamedFile::name).collect(Collectors.toSet());
    return names.stream()
        .filter(name -> FileHeader.isOurs(name) && !counting.contains(name))
        .toList();
  }

  /** A number above that of every file, whether it counts or not. */
  static long nextNumber(List<String> names, Manifest manifest) {
    return names.stream()
        .filter(FileHeader::isOurs)
        .mapToLong(name -> FileHeader.numberOf(name) + 1)
        .reduce(manifest.nextNumber(), Math::max);
  }
}
