package org.rkv.replica.data;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.rkv.replica.peer.Opening;

/** Openings of data directories as the payload of a record: a line each, in hexadecimal. */
final class OpeningsRecord {
  private OpeningsRecord() {}

  static String of(Collection<Opening> openings) {
    return openings.stream()
        .map(each -> "%x %x %x\n".formatted(each.incarnation(), each.generation(), each.id()))
        .collect(Collectors.joining());
  }

  /**
   * The reverse.
   *
   * @throws RuntimeException if they are none
   */
  static List<Opening> openings(String payload) {
    return payload.lines().map(OpeningsRecord::opening).toList();
  }

  private static Opening opening(String line) {
    String[] words = line.split(" ");
    return new Opening(number(words[0]), number(words[1]), number(words[2]));
  }

  private static long number(String word) {
    return Long.parseUnsignedLong(word, 16);
  }
}
