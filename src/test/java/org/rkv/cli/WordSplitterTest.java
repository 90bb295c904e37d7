package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordSplitterTest {
  @Test
  void shouldSplitAtWhiteSpace() {
    assertEquals(List.of("PUT", "a", "b"), WordSplitter.split("  PUT\ta   b \r"));
    assertEquals(List.of(), WordSplitter.split(""));
    assertEquals(List.of(), WordSplitter.split(" \t\r"));
  }

  @Test
  void shouldPassOverComments() {
    assertEquals(List.of(), WordSplitter.split("# PUT a b"));
    assertEquals(List.of("GET", "a"), WordSplitter.split("GET a # 'why"));
    assertEquals(List.of("GET", "a#b"), WordSplitter.split("GET a#b"));
    assertEquals(List.of("GET", "#"), WordSplitter.split("GET '#'"));
    assertEquals(List.of("GET", "#"), WordSplitter.split("GET \\#"));
  }

  @Test
  void shouldKeepTogetherWhatIsQuoted() {
    assertEquals(List.of("a b", "c"), WordSplitter.split("'a b' c"));
    assertEquals(List.of("a b", "c"), WordSplitter.split("\"a b\" c"));
    assertEquals(List.of("a b", "c"), WordSplitter.split("a\\ b c"));
    assertEquals(List.of("abcd ef"), WordSplitter.split("a'b'\"c\"d' 'e\\f"));
    assertEquals(List.of("", "", ""), WordSplitter.split("'' \"\" $''"));
  }

  @Test
  void shouldTakeBackslashesAsAShellDoes() {
    assertEquals(List.of("a\\b"), WordSplitter.split("'a\\b'"));
    assertEquals(
        List.of("\"\\$`", "\\n", "it's"),
        WordSplitter.split("\"\\\"\\\\\\$\\`\" \"\\n\" \"it's\""));
    assertEquals(List.of("\\", "'", "$x"), WordSplitter.split("\\\\ \\' $x"));
  }

  @Test
  void shouldWriteEveryByte() {
    assertEquals(
        List.of("\n\t\r\\'\"\u0000\u00ff\u00ab" + "b"),
        WordSplitter.split("$'\\n\\t\\r\\\\\\'\\\"\\x00\\xff\\xABb'"));
    assertEquals(List.of("\u00ff\u0001"), WordSplitter.split("\u00ff\u0001"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "GET 'a, a ' is not closed",
        "GET \"a, a \" is not closed",
        "GET \"a\\, a \" is not closed",
        "GET $'a, a $' is not closed",
        "GET $'a\\, a $' is not closed",
        "GET $'\\x4, a $' is not closed",
        "GET a\\, nothing follows a backslash",
        "GET $'\\q', there is no escape \\q",
        "GET $'\\x4g', \\x wants two hexadecimal digits"
      })
  void shouldSayWhatIsWrongWithTheQuoting(String line, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> WordSplitter.split(line));
    assertEquals(message, e.getMessage());
  }
}
