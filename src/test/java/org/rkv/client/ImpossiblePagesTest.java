package org.rkv.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listing ends, whoever makes the pages. */
@Timeout(60)
class ImpossiblePagesTest {
  private final Queue<EntryPage> pages = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();

  @Test
  void shouldBelievePagesThatAscendBehindTheirCursors() {
    pages.add(page("b", "a", "b"));
    pages.add(page("d"));
    pages.add(page("f", "e"));
    pages.add(page(null, "g", "\u00ff"));

    list("");

    assertEquals(List.of("a", "b", "e", "g", "\u00ff"), told);
  }

  @Test
  void shouldNotFollowEmptyPagesThatLeadNowhere() {
    assertDisbelieved("", page("k"), page("k"));
    assertDisbelieved("", page("k"), page("a"));
  }

  @Test
  void shouldNotFollowAPageToACursorBeforeItsEntries() {
    assertDisbelieved("", page("a", "a", "b"));
  }

  @Test
  void shouldTellNoKeyTwice() {
    assertDisbelieved("", page("k", "j", "k"), page("l", "k", "l"));
    assertEquals(List.of("j", "k"), told);
    assertDisbelieved("", page(null, "k", "k"));
  }

  @Test
  void shouldNotTellKeysThatDoNotAscend() {
    assertDisbelieved("", page(null, "\u0080", "a"));
  }

  @Test
  void shouldTellNothingThatWasNotAskedFor() {
    assertDisbelieved("color", page(null, "color/1", "colour"));
    assertDisbelieved("color", page(null, "col"));
    assertDisbelieved("color", page("d"));
  }

  private void assertDisbelieved(String prefix, EntryPage... wrong) {
    pages.clear();
    pages.addAll(List.of(wrong));
    told.clear();

    UncheckedIOException failure =
        assertThrows(UncheckedIOException.class, () -> list(prefix), () -> "told " + told);

    RkvException cause = assertInstanceOf(CallFailedException.class, failure.getCause());
    assertEquals("the replica's pages lead nowhere", cause.reason());
    assertEquals("somewhere", cause.replica().orElseThrow());
  }

  private void list(String prefix) {
    try (Stream<Entry> entries =
        Listing.stream(prefix.getBytes(ISO_8859_1), after -> pages.remove())) {
      entries.forEach(entry -> told.add(new String(entry.key(), ISO_8859_1)));
    }
  }

  private static EntryPage page(String next, String... keys) {
    List<Entry> entries = Stream.of(keys).map(key -> new Entry(bytes(key), new byte[0])).toList();
    return new EntryPage(entries, next == null ? null : bytes(next), "somewhere");
  }

  private static byte[] bytes(String key) {
    return key.getBytes(ISO_8859_1);
  }
}
