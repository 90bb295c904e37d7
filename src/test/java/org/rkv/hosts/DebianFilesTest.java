package org.rkv.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of the Debian package that must be of a certain form. */
final class DebianFilesTest {
  /**
   * Where an operator has edited such a file and the package brings another one, dpkg asks; where
   * nobody answers, the upgrade ends half way. What there is to say belongs into the man page.
   */
  @ParameterizedTest
  @CsvSource({
    "src/deb/replica, 45581a9bddfa8336b798272d2764feca",
    "src/main/dist/rkv.env, 0589449fa1ee1f83b6d9c0705ec579d8"
  })
  void shouldNeverChangeTheFilesThatOperatorsEdit(Path file, String digest) throws Exception {
    byte[] bytes = MessageDigest.getInstance("MD5").digest(Files.readAllBytes(file));

    assertEquals(digest, HexFormat.of().formatHex(bytes));
  }

  @Test
  void shouldHaveTheReleaseInTheChangelog() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]+)<.*", "$1");
    String changes = Files.readString(Path.of("src/deb/changelog"));

    assertTrue(changes.startsWith("rkv (" + version + ") "), changes);
  }
}
