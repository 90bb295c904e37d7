package org.rkv.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a replica of this machine ran with before it was restarted: its words, and its jar, which by
 * now another one may have replaced. So it can be put back.
 *
 * @param words the program first
 */
record FormerProgram(List<String> words) {
  private static final String CLASS_PATH = "-cp";

  /** What the script calls it while another one is built. */
  private static final String SET_ASIDE = ".old";

  private static final String DELETED = " (deleted)";

  /**
   * Of a process that runs. Keeps its jar beside the one that is there now, with {@code .before}
   * after its name.
   *
   * @throws IOException if that cannot be written
   */
  static FormerProgram of(LiveProcess process, Path directory) throws IOException {
    List<String> words = new ArrayList<>(process.words());
    int classPath = words.indexOf(CLASS_PATH) + 1;
    if (classPath > 0 && classPath < words.size()) {
      Path jar = directory.resolve(words.get(classPath));
      if (!jar.toString().endsWith(".before")) {
        words.set(classPath, directory.relativize(keep(process, jar)).toString());
      }
    }
    return new FormerProgram(List.copyOf(words));
  }

  private static Path keep(LiveProcess process, Path jar) throws IOException {
    Path kept = jar.resolveSibling(jar.getFileName() + ".before");
    Path copy = jar.resolveSibling(jar.getFileName() + ".before." + process.pid());
    try {
      Files.copy(openFile(process, jar).orElse(jar), copy, StandardCopyOption.REPLACE_EXISTING);
      Files.move(copy, kept, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(copy);
    }
    return kept;
  }

  /** The file that the process has open by this name, also if another one has the name now. */
  private static Optional<Path> openFile(LiveProcess process, Path jar) throws IOException {
    Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fd");
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(each -> isOf(each, jar)).findFirst();
    }
  }

  private static boolean isOf(Path descriptor, Path jar) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      String name =
          target.endsWith(DELETED)
              ? target.substring(0, target.length() - DELETED.length())
              : target;
      return name.equals(jar.toString()) || name.equals(jar + SET_ASIDE);
    } catch (IOException e) {
      return false; // it has been closed
    }
  }
}
