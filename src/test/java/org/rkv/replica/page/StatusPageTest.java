package org.rkv.replica.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
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
