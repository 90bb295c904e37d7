package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Words that are read as what they were written for. */
final class WordQuoterTest {
  private static final List<UnaryOperator<String>> WAYS =
      List.of(WordQuoter::ascii, WordQuoter::readable);

  private static void assertReadAgain(String bytes) {
    for (UnaryOperator<String> way : WAYS) {
      String line = "PUT " + way.apply(bytes) + " " + way.apply(bytes);
      assertEquals(List.of("PUT", bytes, bytes), WordSplitter.split(line));
      assertTrue(line.indexOf('\n') < 0 && line.indexOf('\r') < 0, line);
    }
    String ascii = WordQuoter.ascii(bytes);
    assertTrue(ascii.chars().allMatch(each -> each >= ' ' && each <= '~'), ascii);
  }

  @Test
  void shouldBeReadAgainWhateverTheBytes() {
    assertReadAgain("");
    for (char one = 0; one < 256; one++) {
      assertReadAgain("" + one);
      for (char other = 0; other < 256; other++) {
        assertReadAgain("" + one + other);
      }
    }
    assertReadAgain("#'\"\\$`\r\n\0 \t'");
    assertReadAgain("x".repeat(1 << 20));
  }

  @Test
  void shouldLeaveAloneWhatMeansNothing() {
    assertEquals("user:4711/a-b_c.d", WordQuoter.ascii("user:4711/a-b_c.d"));
    assertEquals("''", WordQuoter.ascii(""));
    assertEquals("'a b'", WordQuoter.ascii("a b"));
    assertEquals("'#1'", WordQuoter.ascii("#1"));
    assertEquals("'a\\b'", WordQuoter.ascii("a\\b"));
    assertEquals("$'it\\'s'", WordQuoter.ascii("it's"));
    assertEquals("$'a\\nb\\x00\\xff'", WordQuoter.ascii("a\nb\0\u00ff"));
  }

  @Test
  void shouldShowUtf8ToPeopleAndEscapeWhatIsNone() {
    String utf8 = new String("Grüße 日本".getBytes(UTF_8), ISO_8859_1);
    String nextLine = new String("\u0085".getBytes(UTF_8), ISO_8859_1);

    assertEquals("'" + utf8 + "'", WordQuoter.readable(utf8));
    assertEquals("$'\\xfc'", WordQuoter.readable("\u00fc"));
    assertEquals("$'\\xc2\\x85'", WordQuoter.readable(nextLine));
    assertEquals("$'\\x1b[31m'", WordQuoter.readable("\u001b[31m"));
  }
}
