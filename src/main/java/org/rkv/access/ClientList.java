package org.rkv.access;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import org.rkv.net.AddressLiteral;
import org.rkv.net.BadWordException;

/**
 * What an operator writes of clients: lines of a network, an address or the name of a host, and
 * behind it {@code ro} or {@code rw}; {@code *} is everybody, and a {@code #} makes the rest of a
 * line a comment. Nothing is guessed and no right is given by default: a slip must not open the
 * store. Nothing is resolved here. Immutable.
 *
 * @param networks rights of networks and of single addresses
 * @param names rights of hosts by name, in lower case
 */
public record ClientList(Map<Prefix, Right> networks, Map<String, Right> names) {
  private static final int MAX_ENTRIES = 10_000;

  /** Each is looked up again and again. */
  private static final int MAX_NAMES = 64;

  private static final int MAX_NAME_CHARS = 255;

  /** What isspace of C takes for white space. */
  private static final String WHITE_SPACE = " \t\u000b\f\r";

  private static final List<Prefix> EVERYBODY =
      List.of(Prefix.parse("0.0.0.0/0"), Prefix.parse("::/0"));

  private static final Pattern NAME =
      Pattern.compile("(?:[A-Za-z0-9_][A-Za-z0-9_-]*\\.)*[A-Za-z0-9_][A-Za-z0-9_-]*\\.?");

  /** As inet_aton takes its last part, in one of its many forms: this is no name. */
  private static final Pattern NUMBER_AT_END =
      Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\\.?");

  /** Takes the rights as they are. */
  public ClientList {
    networks = Map.copyOf(networks);
    names = Map.copyOf(names);
  }

  /** How many networks, addresses and names there are. */
  public int size() {
    return networks.size() + names.size();
  }

  /** Whether somebody may write. */
  public boolean letsWrite() {
    return networks.containsValue(Right.WRITE) || names.containsValue(Right.WRITE);
  }

  /**
   * Reads the text of a file.
   *
   * @throws IllegalArgumentException naming the line, the word, and what is wrong with it
   */
  public static ClientList parse(String text) {
    Parser parser = new Parser();
    // Only a line feed ends a line: what else Unicode has for line ends may stand in a comment.
    for (String line : withoutByteOrderMark(text).split("\n", -1)) {
      int comment = line.indexOf('#');
      parser.line(comment < 0 ? line : line.substring(0, comment));
    }
    return new ClientList(parser.networks, parser.names);
  }

  /** Some editors put one in front of every text. */
  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /** Goes through the lines. */
  private static final class Parser {
    private final Map<Prefix, Right> networks = new LinkedHashMap<>();
    private final Map<String, Right> names = new LinkedHashMap<>();
    private final Map<Object, Integer> lines = new HashMap<>();
    private int number;

    void line(String line) {
      number++;
      StringTokenizer words = new StringTokenizer(line, WHITE_SPACE);
      if (!words.hasMoreTokens()) {
        return;
      }
      String client = words.nextToken();
      if (Right.parse(client).isPresent()) {
        throw bad(client, "is a right, and nobody is before it");
      }
      if (!words.hasMoreTokens()) {
        throw bad(client, "has no right behind it: ro or rw");
      }
      String word = words.nextToken();
      Right right =
          Right.parse(word).orElseThrow(() -> bad(word, "is no right: ro or rw is expected"));
      if (words.hasMoreTokens()) {
        throw bad(words.nextToken(), "is behind the right, where nothing is expected");
      }
      add(client, right);
      if (networks.size() + names.size() > MAX_ENTRIES) {
        throw bad(client, "is one more than " + MAX_ENTRIES);
      }
    }

    private void add(String client, Right right) {
      if (client.equals("*")) {
        EVERYBODY.forEach(each -> add(networks, each, client, right));
      } else if (client.indexOf(':') >= 0 || client.indexOf('/') >= 0 || isNumber(client)) {
        add(networks, prefix(client), client, right);
      } else {
        add(names, name(client), client, right);
        if (names.size() > MAX_NAMES) {
          throw bad(client, "is one more than " + MAX_NAMES + " names: write networks");
        }
      }
    }

    private static boolean isNumber(String client) {
      return NUMBER_AT_END.matcher(client).matches();
    }

    private Prefix prefix(String client) {
      try {
        return Prefix.parse(client);
      } catch (IllegalArgumentException e) {
        throw bad(client, e.getMessage());
      }
    }

    private String name(String client) {
      if (client.length() > MAX_NAME_CHARS || !NAME.matcher(client).matches()) {
        throw bad(client, "is no network, no address, and no name of a host");
      }
      return AddressLiteral.withoutLastDot(client).toLowerCase(Locale.ROOT);
    }

    /** One that is said twice is no fault, unless it is two things that are said. */
    private <K> void add(Map<K, Right> to, K key, String client, Right right) {
      Right former = to.putIfAbsent(key, right);
      if (former == null) {
        lines.put(key, number);
      } else if (former != right) {
        throw bad(client, "has the other right in line " + lines.get(key));
      }
    }

    private BadWordException bad(String word, String what) {
      return new BadWordException(number, word, what);
    }
  }
}
