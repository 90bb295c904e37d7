package org.rkv.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rkv.net.BadWordException;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * What the {@code replica} file says: names or addresses, each with an optional {@code :port},
 * separated by any white space. A {@code #} makes the rest of the line a comment. What is equal in
 * the one form of an entry counts once, in the place and the spelling of the first. Nothing is
 * resolved here. Immutable.
 *
 * @param names in the order of the file; may be empty
 */
public record ReplicaFile(List<ReplicaName> names) {
  private static final String KIND = "replica file";
  private static final int MAX_NAMES = 1000;

  /** What isspace of C takes for white space. */
  private static final String WHITE_SPACE = " \t\n\u000b\f\r";

  /**
   * Two colons at least, which no name with a port has; a link-local one may name its interface.
   */
  private static final String IPV6 =
      "(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9][A-Za-z0-9._-]*)?";

  private static final Pattern BARE_IPV6 = Pattern.compile(IPV6);

  /** A host name or IPv4 address, or an IPv6 address in brackets, and perhaps a port. */
  private static final Pattern WORD =
      Pattern.compile("(?:([A-Za-z0-9_][A-Za-z0-9._-]*)|\\[(" + IPV6 + ")])(?::([0-9]+))?");

  /** Takes the names as they are. */
  public ReplicaFile {
    names = List.copyOf(names);
  }

  /**
   * Reads a file. Bytes that are not UTF-8 do no harm in a comment.
   *
   * @throws IOException with one clear line: missing, not readable, not a file, too large, or not a
   *     list of names
   */
  public static ReplicaFile read(Path path) throws IOException {
    return of(path, bytes(path));
  }

  /**
   * The bytes of a file, to be taken for a list {@link #of later}.
   *
   * @throws IOException with one clear line: missing, not readable, not a file, or too large
   */
  static byte[] bytes(Path path) throws IOException {
    return ListFile.bytes(path, KIND);
  }

  /**
   * What these bytes of a file say.
   *
   * @throws IOException with one clear line if that is not a list of names
   */
  static ReplicaFile of(Path path, byte[] bytes) throws IOException {
    try {
      return parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the text of a file.
   *
   * @throws IllegalArgumentException naming the line and the word that is no name of a replica, or
   *     if there are more than 1000 names
   */
  public static ReplicaFile parse(String text) {
    Map<String, ReplicaName> names = new LinkedHashMap<>();
    spellings(text).forEach(name -> names.putIfAbsent(name.text(0), name));
    return new ReplicaFile(List.copyOf(names.values()));
  }

  /** What a word names; empty if it is not the name of one replica. */
  public static Optional<ReplicaName> nameIn(String word) {
    try {
      List<ReplicaName> names = parse(word).names();
      return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Without those that are one entry with an earlier one.
   *
   * @param defaultPort of those without a port
   */
  public ReplicaFile eachOnce(int defaultPort) {
    Map<String, ReplicaName> entries = new LinkedHashMap<>();
    names.forEach(name -> entries.putIfAbsent(name.text(defaultPort), name));
    return new ReplicaFile(List.copyOf(entries.values()));
  }

  /**
   * All names as they stand there, also those that are one entry.
   *
   * @throws IllegalArgumentException as {@link #parse} does
   */
  static List<ReplicaName> spellings(String text) {
    List<ReplicaName> all = new ArrayList<>();
    Set<String> different = new HashSet<>();
    int lineNumber = 0;
    // Only a line feed ends a line: a carriage return is white space, and what else Unicode has
    // for line ends may stand in a comment.
    for (String line : withoutByteOrderMark(text).split("\n", -1)) {
      lineNumber++;
      int comment = line.indexOf('#');
      StringTokenizer words =
          new StringTokenizer(comment < 0 ? line : line.substring(0, comment), WHITE_SPACE);
      while (words.hasMoreTokens()) {
        ReplicaName name = name(words.nextToken(), lineNumber);
        all.add(name);
        different.add(name.text(0));
        if (different.size() > MAX_NAMES) {
          throw new IllegalArgumentException(
              "line " + lineNumber + ": more than " + MAX_NAMES + " replicas");
        }
      }
    }
    return all;
  }

  /**
   * The entries, each once, those without a port with this one.
   *
   * @param addressesOf what a host was last resolved to, or an empty list
   */
  List<ReplicaAddress> entries(int defaultPort, Function<String, List<InetAddress>> addressesOf) {
    Map<String, ReplicaAddress> entries = new LinkedHashMap<>();
    for (ReplicaName name : names) {
      ReplicaAddress entry =
          new ReplicaAddress(
              name.toString(),
              name.host(),
              addressesOf.apply(name.host()),
              name.portOr(defaultPort));
      entries.putIfAbsent(entry.text(), entry);
    }
    return List.copyOf(entries.values());
  }

  /** Some editors put one in front of every text. */
  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private static ReplicaName name(String word, int lineNumber) {
    if (BARE_IPV6.matcher(word).matches()) {
      return new ReplicaName(word, 0);
    }
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches()) {
      throw new BadWordException(lineNumber, word, "is not the name of a replica");
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    String port = matcher.group(3);
    return new ReplicaName(host, port == null ? 0 : port(port, word, lineNumber));
  }

  private static int port(String digits, String word, int lineNumber) {
    int port = digits.length() > 5 ? 0 : Integer.parseInt(digits);
    if (port < 1 || port > 65535) {
      throw new BadWordException(lineNumber, word, "has a port that is not 1 to 65535");
    }
    return port;
  }
}
