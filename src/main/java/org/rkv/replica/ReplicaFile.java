package org.rkv.replica;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the {@code replica} file says: names or addresses, each with an optional {@code :port},
 * separated by any white space. A {@code #} makes the rest of the line a comment. Duplicates count
 * once. Immutable.
 */
public record ReplicaFile(List<ReplicaName> names) {
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_NAMES = 1000;

  /** A host name or IPv4 address, or an IPv6 address in brackets, and perhaps a port. */
  private static final Pattern WORD =
      Pattern.compile("(?:([A-Za-z0-9._-]+)|\\[([0-9A-Fa-f:.%A-Za-z0-9]+)])(?::(\\d{1,5}))?");

  /** An IPv6 address without brackets, so without a port: it has two colons at least. */
  private static final Pattern BARE_IPV6 = Pattern.compile("(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+");

  /** Takes the names as they are. */
  public ReplicaFile {
    names = List.copyOf(names);
  }

  /**
   * Reads a file.
   *
   * @throws IOException with one clear line: missing, not readable, or not a list of names
   */
  public static ReplicaFile read(Path path) throws IOException {
    try {
      if (Files.isDirectory(path)) {
        throw new IOException(path + " is a directory, not a list of replicas");
      }
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw new IOException(path + " is larger than " + MAX_FILE_BYTES + " bytes");
      }
      return parse(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new IOException("no replica file: " + path.toAbsolutePath(), e);
    } catch (java.nio.file.AccessDeniedException e) {
      throw new IOException("the replica file may not be read: " + path.toAbsolutePath(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the text of a file.
   *
   * @throws IllegalArgumentException naming the line and the word that is no name of a replica
   */
  public static ReplicaFile parse(String text) {
    Set<ReplicaName> names = new LinkedHashSet<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      int comment = line.indexOf('#');
      String content = comment < 0 ? line : line.substring(0, comment);
      for (String word : content.strip().split("\\s+", -1)) {
        if (!word.isEmpty()) {
          names.add(name(word, number));
        }
      }
    }
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException("more than " + MAX_NAMES + " replicas");
    }
    return new ReplicaFile(List.copyOf(names));
  }

  private static ReplicaName name(String word, int line) {
    if (BARE_IPV6.matcher(word).matches()) {
      return new ReplicaName(word, 0);
    }
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "line " + line + ": \"" + word + "\" is not the name of a replica");
    }
    int port = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    if (matcher.group(3) != null && (port < 1 || port > 65535)) {
      throw new IllegalArgumentException(
          "line " + line + ": \"" + word + "\": a port is 1 to 65535");
    }
    return new ReplicaName(matcher.group(1) != null ? matcher.group(1) : matcher.group(2), port);
  }
}
