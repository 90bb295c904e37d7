package org.rkv.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientListTest {
  private static Map<String, Right> rights(String text) {
    return ClientList.parse(text).networks().entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().toString(), Map.Entry::getValue));
  }

  private static String fault(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ClientList.parse(text)).getMessage();
  }

  @Test
  void shouldReadNetworksAddressesAndNames() {
    String text = "# ours\n10.0.0.0/8 ro\r\n\t10.0.0.7\trw # the one\n\n2001:db8::/32 rw\nApp1. ro";
    assertEquals(
        Map.of("10.0.0.0/8", Right.READ, "10.0.0.7", Right.WRITE, "2001:db8::/32", Right.WRITE),
        rights(text));
    assertEquals(Map.of("app1", Right.READ), ClientList.parse(text).names());
  }

  @Test
  void shouldTakeAStarForEverybodyOfBothKinds() {
    assertEquals(Map.of("0.0.0.0/0", Right.READ, "::/0", Right.READ), rights("* ro"));
  }

  @Test
  void shouldNameNobodyWhereNobodyIsNamed() {
    assertEquals(0, ClientList.parse("").size());
    assertEquals(0, ClientList.parse("\ufeff# 10.0.0.0/8 rw\n\n").size());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, has no right behind it: ro or rw",
    "10.0.0.0/8(rw), 'wants a number from 0 to 32 behind the slash'",
    "10.0.0.0/8 RW, 'is no right: ro or rw is expected'",
    "10.0.0.0/8 r, 'is no right: ro or rw is expected'",
    "10.0.0.0/8 10.1.0.0 rw, 'is no right: ro or rw is expected'",
    "10.0.0.0/8 rw ro, 'is behind the right, where nothing is expected'",
    "rw, 'is a right, and nobody is before it'",
    "010.0.0.1 rw, 'is no address: four decimal numbers without leading zeros, or IPv6'",
    "167772161 rw, 'is no address: four decimal numbers without leading zeros, or IPv6'",
    "0x0a000001 rw, 'is no address: four decimal numbers without leading zeros, or IPv6'",
    "*.example.org rw, 'is no network, no address, and no name of a host'",
    "@group rw, 'is no network, no address, and no name of a host'",
    "a..b rw, 'is no network, no address, and no name of a host'"
  })
  void shouldRefuseASlipWithItsLine(String line, String why) {
    String text = line.contains("8(rw)") ? line + " rw" : line;
    String fault = fault("# first\n" + text + "\n");
    assertTrue(fault.startsWith("line 2: \""), fault);
    assertTrue(fault.endsWith("\" " + why), fault);
  }

  @Test
  void shouldRefuseTwoRightsOfOneNetworkHoweverItIsWritten() {
    assertEquals(
        "line 3: \"::ffff:10.0.0.0/104\" has the other right in line 1",
        fault("10.0.0.0/8 rw\n10.0.0.0/8 rw\n::ffff:10.0.0.0/104 ro\n"));
    assertEquals("line 2: \"APP\" has the other right in line 1", fault("app. rw\nAPP ro"));
  }

  /** Each place where the file may be cut off while it is written ends a line or is a fault. */
  @Test
  void shouldGiveNobodyMoreWhenTheFileIsHalfWritten() {
    String text = "10.1.0.0/16 ro\n10.0.0.0/8 rw\n";
    for (int length = 0; length < text.length(); length++) {
      String half = text.substring(0, length);
      try {
        assertTrue(rights(text).entrySet().containsAll(rights(half).entrySet()), half);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith("line "), e.getMessage());
      }
    }
  }

  @Test
  void shouldShowALongWordShortAndOnOneLine() {
    String fault = fault("\u001b[2J" + "x".repeat(1000) + " rw");
    assertTrue(fault.length() < 200, fault);
    assertTrue(fault.startsWith("line 1: \"?[2Jxxx"), fault);
  }

  @Test
  void shouldBoundTheNamesThatAreLookedUp() {
    String many =
        IntStream.rangeClosed(1, 65)
            .mapToObj(i -> "host" + i + " ro\n")
            .collect(Collectors.joining());
    assertTrue(fault(many).endsWith("is one more than 64 names: write networks"), fault(many));
  }
}
