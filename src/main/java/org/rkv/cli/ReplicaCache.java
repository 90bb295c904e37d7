package org.rkv.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What rkv remembers from one run to the next: which replicas each host named when it was asked.
 * One small file of the user, {@code replicas} in rkv's directory of the user's cache: a line for
 * each host with when it was asked, in seconds since 1970, the host, and the names.
 *
 * <p>It is a convenience: what cannot be read is as if it were not there, and what cannot be
 * written is forgotten. It is replaced as a whole, so concurrent runs never see half of it; of what
 * two of them write at the same moment, one may be lost.
 */
final class ReplicaCache {
  /** After so long a host is asked anew. */
  static final long FRESH_SECONDS = 600;

  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final int MAX_HOSTS = 100;
  private static final int MAX_NAMES = 100;
  private static final int MAX_NAME_CHARS = 255;
  private static final String NAME_CHARS = "._-:%[]";
  private static final String TITLE =
      "# rkv: when a host was asked, the host, the replicas it named";

  private final Path file;
  private List<CacheLine> lines;

  private record CacheLine(long askedSeconds, String host, List<String> names) {}

  /**
   * Remembers in this file.
   *
   * @param file null to remember nothing
   */
  ReplicaCache(Path file) {
    this.file = file;
  }

  /** Remembers in the user's cache directory, as the XDG Base Directory Specification has it. */
  static ReplicaCache ofThisUser() {
    try {
      Path directory = cacheDirectory();
      return new ReplicaCache(directory == null ? null : directory.resolve("replicas"));
    } catch (InvalidPathException e) { // A name that this locale has no characters for.
      return new ReplicaCache(null);
    }
  }

  /** Rkv's directory in the user's cache; null if the user has none. */
  static Path cacheDirectory() {
    String cache = System.getenv("XDG_CACHE_HOME");
    if (cache != null && cache.startsWith("/")) {
      return Path.of(cache, "rkv");
    }
    String home = System.getenv("HOME");
    return home == null || home.isEmpty() ? null : Path.of(home, ".cache", "rkv");
  }

  /** The names that this host gave when it was asked last; none if it never was. */
  List<String> namedBy(String host) {
    CacheLine line = find(host);
    return line == null ? List.of() : line.names;
  }

  /** Whether it is time to ask this host. */
  boolean isStale(String host, long nowSeconds) {
    if (file == null || !isName(host)) {
      return false;
    }
    CacheLine line = find(host);
    return line == null
        || line.askedSeconds > nowSeconds
        || line.askedSeconds + FRESH_SECONDS < nowSeconds;
  }

  /** Remembers what a host has just named. What is no name is left out. */
  void remember(String host, List<String> names, long nowSeconds) {
    if (file == null || !isName(host)) {
      return;
    }
    List<String> usable = new ArrayList<>();
    for (String name : names) {
      if (isName(name) && usable.size() < MAX_NAMES) {
        usable.add(name);
      }
    }
    lines = null; // Another run may have written since we read.
    List<CacheLine> kept = new ArrayList<>(lines());
    kept.remove(find(host));
    while (kept.size() >= MAX_HOSTS) {
      kept.remove(0);
    }
    kept.add(new CacheLine(nowSeconds, host, usable));
    lines = kept;
    try {
      write();
    } catch (IOException e) {
      return; // The next run asks again.
    }
  }

  private CacheLine find(String host) {
    for (CacheLine line : lines()) {
      if (line.host.equals(host)) {
        return line;
      }
    }
    return null;
  }

  private List<CacheLine> lines() {
    if (lines == null) {
      lines = new ArrayList<>();
      if (file != null) {
        read();
      }
    }
    return lines;
  }

  private void read() {
    String text;
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE_BYTES) {
        return;
      }
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return;
    }
    for (String each : text.split("\n", -1)) {
      CacheLine line = parse(each.split(" ", -1));
      if (line != null && lines.size() < MAX_HOSTS) {
        lines.add(line);
      }
    }
  }

  private static CacheLine parse(String[] words) {
    if (words.length < 2 || words.length > 2 + MAX_NAMES) {
      return null;
    }
    List<String> names = new ArrayList<>(words.length);
    for (int i = 1; i < words.length; i++) {
      if (!isName(words[i])) {
        return null;
      }
      names.add(words[i]);
    }
    try {
      return new CacheLine(
          Long.parseLong(words[0]), names.get(0), List.copyOf(names.subList(1, names.size())));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      boolean alphanumeric =
          each >= 'a' && each <= 'z' || each >= 'A' && each <= 'Z' || each >= '0' && each <= '9';
      if (!alphanumeric && NAME_CHARS.indexOf(each) < 0) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_NAME_CHARS;
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    for (CacheLine line : lines) {
      text.append(line.askedSeconds).append(' ').append(line.host);
      for (String name : line.names) {
        text.append(' ').append(name);
      }
      text.append('\n');
    }
    Files.createDirectories(file.getParent());
    Path written = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.writeString(written, text, StandardCharsets.ISO_8859_1);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
