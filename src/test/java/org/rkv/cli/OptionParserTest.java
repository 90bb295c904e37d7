package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionParserTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Environment environment = Environment.NONE;
  private String valueFile;
  private Options options;
  private List<String> rest;

  private int parse(String... arguments) throws IOException {
    return new OptionParser("rkv", out, err)
        .run(
            environment,
            arguments,
            (parsed, heeded, file, others) -> {
              options = parsed;
              valueFile = file;
              rest = List.of(others);
              return 0;
            });
  }

  @Test
  void shouldReadOptionsBeforeTheHost() throws IOException {
    assertEquals(
        0,
        parse(
            "--json",
            "--port=7",
            "--timeout",
            "0.5",
            "--exit-status",
            "--no-failover",
            "host",
            "GET",
            "k"));
    assertEquals(new Options(7, 500, true, false, true, false), options.typed(List.of()));
    assertEquals(" --json --port=7 --timeout=0.5 --exit-status --no-failover", options.asTyped());
    assertEquals(List.of("host", "GET", "k"), rest);
  }

  @Test
  void shouldTakeNothingAfterTheHostForAnOption() throws IOException {
    assertEquals(0, parse("--value-only", "host", "PUT", "--json", "--help"));
    assertEquals(new Options(0, 25_000, false, true, false, true), options.typed(List.of()));
    assertEquals(List.of("host", "PUT", "--json", "--help"), rest);
  }

  @Test
  void shouldTakeNothingAfterTwoDashesForAnOption() throws IOException {
    assertEquals(0, parse("--", "--host", "GET", "@k"));
    assertEquals(Options.NONE, options);
    assertEquals(List.of("--host", "GET", "@k"), rest);
  }

  @Test
  void shouldKeepTheBytesOfArguments() throws IOException {
    assertEquals(0, parse("--json", "host", "GET", "\u00c3\u00bc\u00ff '\" "));
    assertEquals("\u00c3\u00bc\u00ff '\" ", rest.get(2));
  }

  @ParameterizedTest
  @CsvSource({
    "--port=0, --port wants a number from 1 to 65535",
    "--port=65536, --port wants a number from 1 to 65535",
    "--port=x, Invalid value for option '--port'",
    "--timeout=0, --timeout wants a number of seconds",
    "--timeout=-1, --timeout wants a number of seconds",
    "--timeout=NaN, Invalid value for option '--timeout': 'NaN' is not a number",
    "--timeout=1d, Invalid value for option '--timeout': '1d' is not a number",
    "--timeout=1e3, Invalid value for option '--timeout': '1e3' is not a number",
    "--timeout=0x1p3, Invalid value for option '--timeout': '0x1p3' is not a number",
    "--timeout=1.2.3, Invalid value for option '--timeout': '1.2.3' is not a number",
    "--port=+7, Invalid value for option '--port': '+7' is not a whole number",
    "--limit=99999999999999999999, Invalid value for option '--limit': '99999999999999999999' is too large",
    "--jsonx, Unknown option: '--jsonx'"
  })
  void shouldSayWhichOptionIsWrong(String option, String message) throws IOException {
    assertEquals(1, parse(option, "host", "GET", "k"));
    assertNull(options);
    String printed = err.toString(ISO_8859_1);
    assertTrue(printed.startsWith("rkv: " + message), printed);
    assertTrue(printed.endsWith("see rkv --help\n"), printed);
  }

  @Test
  void shouldRefuseTwoFormsAtOnce() throws IOException {
    assertEquals(1, parse("--json", "--value-only", "host", "GET", "k"));
    assertNull(options);
  }

  @Test
  void shouldDocumentEveryOption() throws IOException {
    assertEquals(0, parse("--help"));
    assertNull(options);
    String help = out.toString(ISO_8859_1);
    for (String option :
        List.of(
            "--help",
            "--version",
            "--port",
            "--timeout",
            "--json",
            "--value-only",
            "--exit-status",
            "--no-failover",
            "REPLICAS",
            "HOST -")) {
      assertTrue(help.contains(option), option);
    }
    assertTrue(help.lines().allMatch(line -> line.length() <= 92), help);
  }
}
