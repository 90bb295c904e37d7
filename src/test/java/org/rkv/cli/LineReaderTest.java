package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class LineReaderTest {
  private static LineReader reader(String input, int maxLineBytes) {
    return new LineReader(new ByteArrayInputStream(input.getBytes(ISO_8859_1)), maxLineBytes);
  }

  @Test
  void shouldReadLinesAsBytes() throws IOException {
    LineReader lines = reader("a\u00ff\n\n b\r\nlast", 100);
    assertEquals("a\u00ff", lines.next());
    assertEquals("", lines.next());
    assertEquals(" b\r", lines.next());
    assertEquals("last", lines.next());
    assertNull(lines.next());
  }

  @Test
  void shouldEndWithTheLastLinesEnd() throws IOException {
    LineReader lines = reader("a\n", 100);
    assertEquals("a", lines.next());
    assertNull(lines.next());
    assertNull(reader("", 100).next());
  }

  @Test
  void shouldReadLinesLongerThanItsBuffer() throws IOException {
    String line = "x".repeat(200_000);
    LineReader lines = reader(line + "\n" + line, 200_000);
    assertEquals(line, lines.next());
    assertEquals(line, lines.next());
    assertFalse(lines.isTooLong());
  }

  @Test
  void shouldPassOverTheRestOfALineThatIsTooLong() throws IOException {
    LineReader lines = reader("x".repeat(200_000) + "\nnext\n", 70_000);
    assertTrue(lines.next().length() <= 70_000);
    assertTrue(lines.isTooLong());
    assertEquals("next", lines.next());
    assertFalse(lines.isTooLong());
  }
}
