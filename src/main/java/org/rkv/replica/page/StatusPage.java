package org.rkv.replica.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import org.rkv.http.Response;

/**
 * The page at {@code /}: one file, without anything from elsewhere. A browser runs no script and
 * takes no style but those that are in it, by their hashes: so nothing that a replica tells can
 * become one.
 */
public final class StatusPage {
  private static final String FILE = "status.html";

  private StatusPage() {}

  /** It is always the same: what it shows, it asks for. */
  public static Response response() {
    String html = html();
    String policy =
        "default-src 'none'; script-src "
            + hash(inside(html, "script"))
            + "; style-src "
            + hash(inside(html, "style"))
            + "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
            + "; frame-ancestors 'none'";
    return new Response(
        200, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8), policy);
  }

  static String html() {
    try (InputStream in = StatusPage.class.getResourceAsStream(FILE)) {
      return new String(Objects.requireNonNull(in, FILE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String inside(String html, String element) {
    int begin = html.indexOf("<" + element + ">") + element.length() + 2;
    return html.substring(begin, html.indexOf("</" + element + ">", begin));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
