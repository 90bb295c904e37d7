package org.rkv.replica.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.rkv.protocol.KvProgram;

/**
 * What all replicas know and nobody else. Each side of a connection proves with HMAC-SHA256 (RFC
 * 2104) over what it says that it knows the secret, without showing it; see {@link Proofs}.
 * Immutable; thread-safe.
 */
public final class Secret {
  /** No secret: nothing is proved, and addresses decide who may be a replica. */
  public static final Secret NONE = new Secret(new byte[0]);

  private static final int MIN_SECRET_BYTES = 16;
  private static final int MAX_SECRET_BYTES = 4096;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  private Secret(byte[] key) {
    this.key = key;
  }

  /**
   * Reads a secret; white space at its end does not count.
   *
   * @throws IOException with one clear line: unreadable, too short, or readable by others
   */
  public static Secret read(Path file) throws IOException {
    Set<PosixFilePermission> permissions;
    try {
      permissions = Files.getPosixFilePermissions(file);
      if (Files.size(file) > MAX_SECRET_BYTES) {
        throw new IOException("the secret file " + file + " is over 4096 bytes long");
      }
    } catch (UnsupportedOperationException e) {
      throw new IOException("who may read " + file + " cannot be told on this system", e);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException("no secret file: " + file.toAbsolutePath(), e);
    }
    if (permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ)) {
      throw new IOException("the secret file " + file + " may be read by others: chmod 600 it");
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).stripTrailing();
    if (text.length() < MIN_SECRET_BYTES) {
      throw new IOException("the secret file " + file + " has fewer than 16 bytes");
    }
    return new Secret(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Whether there is none: then an address is all that tells who calls. */
  public boolean isNone() {
    return key.length == 0;
  }

  /** A fresh nonce, by which a greeting is known again, and no proof of another one is good. */
  static byte[] nonce() {
    byte[] nonce = new byte[KvProgram.NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  /**
   * Proves that whoever says this knows the secret; empty if there is none.
   *
   * @param role of who says it, so that nobody can send a proof back to where it came from
   */
  byte[] proof(String role, byte[] message, int length) {
    if (isNone()) {
      return new byte[0];
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(role.getBytes(StandardCharsets.US_ASCII));
      mac.update(message, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Compares in constant time. */
  static boolean same(byte[] proof, byte[] expected) {
    return MessageDigest.isEqual(proof, expected);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  /** Says nothing of the secret. */
  @Override
  public String toString() {
    return isNone() ? "no secret" : "a secret";
  }
}
