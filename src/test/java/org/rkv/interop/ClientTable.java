package org.rkv.interop;

import static org.rkv.interop.Client.utf8;
import static org.rkv.interop.ClientCase.badCommand;
import static org.rkv.interop.ClientCase.del;
import static org.rkv.interop.ClientCase.get;
import static org.rkv.interop.ClientCase.put;
import static org.rkv.interop.ClientCase.usage;
import static org.rkv.interop.ClientCase.usageOf;

import java.util.ArrayList;
import java.util.List;

/**
 * What the original C client and server did, written down once for all clients. A list that talks
 * to a replica begins with an empty store and leaves an empty store.
 */
final class ClientTable {
  private ClientTable() {}

  /** Calls that end before anything is sent: no server is needed. */
  static List<ClientCase> usageErrors() {
    return List.of(
        usage(),
        usage("HOST"),
        usage("HOST", "GET"),
        usage("HOST", "PUT"),
        usage("HOST", "bad"),
        usage("HOST", "PUT", "key", "value", "more"),
        usage("HOST", "bad", "key", "value", "more"),
        badCommand("HOST", "put", "key", "value"),
        badCommand("HOST", "Get", "key"),
        badCommand("HOST", "del", "key"),
        badCommand("HOST", "GETS", "key"),
        badCommand("HOST", "PU", "key", "value"),
        badCommand("HOST", "RPUT", "key", "value"),
        badCommand("HOST", "", "key"),
        badCommand("HOST", " GET", "key"),
        badCommand("-h", "--help", "key"),
        badCommand("no.such.host.invalid", "bad", "key"),
        usageOf("host PUT key value", "HOST", "PUT", "key"),
        usageOf("host PUT key value", "no.such.host.invalid", "PUT", ""),
        usageOf("host GET key", "HOST", "GET", "key", "value"),
        usageOf("host GET key", "HOST", "GET", "key", ""),
        usageOf("host DEL key", "HOST", "DEL", "key", "value"),
        usageOf("host DEL key", "HOST", "DEL", "", ""));
  }

  /** The session of the original system, line for line. */
  static List<ClientCase> session() {
    return List.of(
        get("10", 5),
        put("10", "100", 0),
        del("100", 4),
        del("10", 0),
        del("10", 5),
        put("abc", "ABC", 0),
        put("a".repeat(53), "b", 3),
        put("a", "b".repeat(49), 5),
        put("abc", "XYZ", 7),
        get("what", 4),
        get("abc", "XYZ"),
        del("what", 4),
        del("abc", 0),
        del("abc", 5));
  }

  /** 30 bytes fit, 31 do not; and the order in which a replica looks at what it is given. */
  static List<ClientCase> sizes() {
    String fits = "k".repeat(30);
    String tooLarge = "k".repeat(31);
    String fitsInBytes = utf8("é".repeat(15));
    String tooLargeInBytes = utf8("é".repeat(16));
    return List.of(
        get(fits, 5),
        get(tooLarge, 3),
        del(fits, 5),
        del(tooLarge, 3),
        put(tooLarge, "v", 3),
        put("k", tooLarge, 5),
        put(tooLarge, tooLarge, 3),
        get("k", 5),
        put(fits, fits, 0),
        get(fits, fits),
        put(fits, tooLarge, 5),
        get(fits, fits),
        get(tooLarge, 3),
        del(tooLarge, 3),
        put(fits, fits, 7),
        put(fits, "", 7),
        get(fits, ""),
        del(fits, 0),
        put(fitsInBytes, fitsInBytes, 0),
        get(fitsInBytes, fitsInBytes),
        put(tooLargeInBytes, "", 3),
        put("k", tooLargeInBytes, 5),
        del(fitsInBytes, 0),
        get(fitsInBytes, 5));
  }

  /** Strings are bytes: whatever was put comes back, as key and as value. */
  static List<ClientCase> anyBytes() {
    List<String> texts = new ArrayList<>();
    texts.add("");
    texts.add(" ");
    texts.add("a\nb\r\n");
    texts.add("\t\"quoted\" 'and' \\n");
    texts.add("%s%n%d%%");
    texts.add("-h");
    texts.add("--help");
    texts.add("@file");
    texts.add("*?$HOME`ls`");
    texts.add(utf8("Grüße, 日本 🙂"));
    texts.add("\u00ff\u00fe\u0080\u00c3\u00e2\u0082");
    texts.add("\u0001\u001b\u007f\u0080\u0081\u0088\u009f\u00a0");

    List<ClientCase> cases = new ArrayList<>();
    for (String text : texts) {
      cases.add(put(text, text, 0));
      cases.add(get(text, text));
    }
    cases.add(put("", "", 7));
    cases.add(get("", ""));
    for (String text : texts) {
      cases.add(del(text, 0));
    }
    cases.add(get("", 5));
    return cases;
  }

  /** Every byte but the zero that ends an argument, 30 at a time. */
  static List<ClientCase> everyByte() {
    List<ClientCase> cases = new ArrayList<>();
    for (int first = 1; first < 256; first += 30) {
      StringBuilder bytes = new StringBuilder();
      for (int each = first; each < Math.min(first + 30, 256); each++) {
        bytes.append((char) each);
      }
      String text = bytes.toString();
      cases.add(put(text, text, 0));
      cases.add(get(text, text));
      cases.add(del(text, 0));
    }
    return cases;
  }
}
