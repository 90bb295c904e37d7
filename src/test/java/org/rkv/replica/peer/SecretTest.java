package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  private static final String TEXT = "correct horse battery staple";

  @TempDir Path directory;

  @Test
  void shouldReadAFileThatOnlyItsOwnerMayRead() throws Exception {
    Secret secret = Secret.read(file(TEXT, "rw-------"));

    assertFalse(secret.isNone());
    assertEquals(secret, Secret.read(file(TEXT, "r--------")));
    assertEquals(secret.hashCode(), Secret.read(file(TEXT, "r--------")).hashCode());
  }

  @Test
  void shouldNotCountWhiteSpaceAtTheEnd() throws Exception {
    assertEquals(
        Secret.read(file(TEXT, "rw-------")), Secret.read(file(TEXT + " \r\n", "rw-------")));
    assertNotEquals(
        Secret.read(file(TEXT, "rw-------")), Secret.read(file(" " + TEXT, "rw-------")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-r--r--", "rwxrwxrwx"})
  void shouldRefuseAFileThatOthersMayRead(String permissions) throws Exception {
    Path file = file(TEXT, permissions);

    assertEquals("the secret file " + file + " may be read by others: chmod 600 it", refusal(file));
  }

  @Test
  void shouldRefuseASecretThatIsTooShortOrTooLong() throws Exception {
    Path brief = file("x".repeat(15) + "\n", "rw-------");
    assertEquals("the secret file " + brief + " has fewer than 16 bytes", refusal(brief));
    assertEquals("a secret", Secret.read(file("x".repeat(16), "rw-------")).toString());

    Path huge = file("x".repeat(4097), "rw-------");
    assertEquals("the secret file " + huge + " is over 4096 bytes long", refusal(huge));
    assertFalse(Secret.read(file("x".repeat(4096), "rw-------")).isNone());
  }

  @Test
  void shouldSayWhichFileIsMissing() {
    Path file = directory.resolve("none");

    assertEquals("no secret file: " + file, refusal(file));
  }

  @Test
  void shouldProveItselfWithHmacSha256OverRoleAndMessage() throws Exception {
    Secret secret = Secret.read(file(TEXT, "rw-------"));
    byte[] message = {1, 2, 3, 4, 5};

    assertArrayEquals(hmac("caller", 1, 2, 3, 4, 5), secret.proof("caller", message, 5));
    assertArrayEquals(hmac("callee", 1, 2, 3), secret.proof("callee", message, 3));
    assertEquals(32, secret.proof("caller", message, 0).length);
  }

  @Test
  void shouldGiveAProofThatFitsNoOtherRoleMessageOrSecret() throws Exception {
    Secret secret = Secret.read(file(TEXT, "rw-------"));
    Secret other = Secret.read(file(TEXT + "!", "rw-------"));
    byte[] message = Secret.nonce();
    int length = message.length;
    byte[] proof = secret.proof("caller", message, length);

    assertTrue(Secret.same(proof, secret.proof("caller", message.clone(), length)));
    assertFalse(Secret.same(proof, secret.proof("callee", message, length)));
    assertFalse(Secret.same(proof, secret.proof("caller", message, length - 1)));
    assertFalse(Secret.same(proof, secret.proof("caller", Secret.nonce(), length)));
    assertFalse(Secret.same(proof, other.proof("caller", message, length)));
    assertFalse(Secret.same(proof, Arrays.copyOf(proof, 31)));
    assertFalse(Secret.same(new byte[0], proof));
  }

  @Test
  void shouldDrawAnotherNonceEachTime() {
    assertEquals(32, Secret.nonce().length);
    assertNotEquals(
        HexFormat.of().formatHex(Secret.nonce()), HexFormat.of().formatHex(Secret.nonce()));
  }

  @Test
  void shouldHaveNothingToProveWithoutASecret() {
    assertTrue(Secret.NONE.isNone());
    assertEquals(0, Secret.NONE.proof("caller", new byte[5], 5).length);
  }

  @Test
  void shouldNotShowTheSecret() throws Exception {
    assertEquals("a secret", Secret.read(file(TEXT, "rw-------")).toString());
    assertEquals("no secret", Secret.NONE.toString());
  }

  private static byte[] hmac(String role, int... message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(TEXT.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    mac.update(role.getBytes(StandardCharsets.US_ASCII));
    for (int each : message) {
      mac.update((byte) each);
    }
    return mac.doFinal();
  }

  private Path file(String text, String permissions) throws IOException {
    Path file = Files.createTempFile(directory, "secret", "");
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static String refusal(Path file) {
    return assertThrows(IOException.class, () -> Secret.read(file)).getMessage();
  }
}
