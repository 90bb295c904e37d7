package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class ControlCharactersTest {
  private static String utf8(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @Test
  void shouldShowWhatATerminalWouldObey() {
    assertEquals("a\\x1b[31mb", ControlCharacters.escaped("a\u001b[31mb"));
    assertEquals("\\x00\\x07\\x08\\x0d", ControlCharacters.escaped("\0\u0007\b\r"));
    assertEquals("\\x9b31m", ControlCharacters.escaped("\u009b31m"));
    assertEquals("\\xc2\\x9b31m", ControlCharacters.escaped(utf8("\u009b31m")));
    assertEquals("\\x80\\x90", ControlCharacters.escaped("\u0080\u0090"));
    assertEquals("a half of \u00e2\\x82", ControlCharacters.escaped("a half of \u00e2\u0082"));
  }

  /** As bytes they are no UTF-8, whatever stands in the place of them when they are decoded. */
  @Test
  void shouldTakeSurrogatesForBytes() {
    assertEquals("\u00ed\u00a0\\x80", ControlCharacters.escaped("\u00ed\u00a0\u0080"));
    assertEquals("$'\\xed\\xa0\\x80'", WordQuoter.readable("\u00ed\u00a0\u0080"));
    assertEquals(utf8("\ufffd"), WordQuoter.readable(utf8("\ufffd")));
  }

  @Test
  void shouldLeaveAllElseAsItIs() {
    String text = utf8("\tÀÉ日本🙂\ufffd\u00a0\n") + "\u00ff\u00fe\u007f\\x1b";
    assertSame(text, ControlCharacters.escaped(text));
  }
}
