package org.rkv.replica.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.http.Response;

/** The page needs nothing from elsewhere, and makes nothing but text of what it is told. */
class StatusPageTest {
  private final Response response = StatusPage.response();
  private final String html = new String(response.body(), StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "://",
        "@import",
        "url(",
        " style=",
        " onclick="
      })
  void shouldHaveNothingThatMakesMoreOfText(String forbidden) {
    assertFalse(html.contains(forbidden), forbidden);
  }

  @Test
  void shouldAllowItsOwnScriptAndStyleByTheirHashesAndNoOther() throws Exception {
    assertEquals(
        "default-src 'none'; script-src '"
            + hash("script")
            + "'; style-src '"
            + hash("style")
            + "'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
            + "; frame-ancestors 'none'",
        response.policy());
  }

  /**
   * WCAG 2.2, 1.4.3: text has at least 4.5 times the luminance of what it is on, or the reverse.
   */
  @Test
  void shouldBeReadableByDayAndByNight() {
    Matcher scheme = Pattern.compile(":root \\{([^}]*)}").matcher(html);
    for (String time : List.of("day", "night")) {
      assertTrue(scheme.find(), time);
      Map<String, Double> luminances = luminances(scheme.group(1));
      for (String text : List.of("text", "quiet", "good", "bad", "odd", "first", "second")) {
        for (String below : List.of("ground", "panel")) {
          double one = luminances.get(text) + 0.05;
          double other = luminances.get(below) + 0.05;
          double contrast = Math.max(one, other) / Math.min(one, other);
          assertTrue(
              contrast >= 4.5, () -> text + " on " + below + " by " + time + ": " + contrast);
        }
      }
    }
  }

  private static Map<String, Double> luminances(String declarations) {
    Map<String, Double> luminances = new HashMap<>();
    Matcher color =
        Pattern.compile("--([a-z]+): #([0-9a-f]{6}|[0-9a-f]{3});").matcher(declarations);
    while (color.find()) {
      luminances.put(color.group(1), luminance(color.group(2)));
    }
    return luminances;
  }

  private static double luminance(String hex) {
    int digits = hex.length() / 3;
    double[] shares = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      String part = hex.substring(i * digits, (i + 1) * digits);
      double value = Integer.parseInt(digits == 1 ? part + part : part, 16) / 255.0;
      sum +=
          shares[i] * (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  private String hash(String element) throws Exception {
    Matcher inside =
        Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL).matcher(html);
    assertTrue(inside.find(), element);
    byte[] text = inside.group(1).getBytes(StandardCharsets.UTF_8);
    assertFalse(inside.find(), "there is one only");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }
}
