package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyHashTest {
  /**
   * SipHash-1-3 of the bytes 0, 1, ... of which there are as many as stand before it here, each in
   * the order of its bytes: the vectors that Rust's standard library is tested with.
   */
  private static final String[] VECTORS = {
    "dcc40f055801acab",
    "93ca577df39bf4c9",
    "4dd4c74d029bcb82",
    "fbf7dde7b80af88b",
    "2883d388605775cf",
    "673b53492fd5f9de",
    "a7229fc5502b0dc5",
    "4011b19b987d92d3",
    "8e9a298d11959036",
    "e43d066cb38ea425",
    "7f09ff92ee85de79",
    "52c34df9c118c170",
    "a2d9b457b184a378",
    "a7ff29120c766f30",
    "345df9c011a15a60",
    "5699512a6dd820d3",
    "668b907d1add4fcc",
    "0cd8db639068f29c",
    "3ee673b49c38fc8f",
    "1c7d298de59d1ff2",
    "40e0cca6462fdcc0",
    "44f8452bfeab92b9",
    "2e8720a39b7bfe7f",
    "23c1e6da7f0e5a52"
  };

  private static final KeyHash OF_THE_VECTORS =
      new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @Test
  void shouldBeSipHashOfOneAndThreeRounds() {
    for (int length = 0; length < VECTORS.length; length++) {
      long expected = Long.reverseBytes(HexFormat.fromHexDigitsToLong(VECTORS[length]));
      assertEquals(expected, OF_THE_VECTORS.sipHash(firstBytes(length)), length + " bytes");
    }
  }

  @Test
  void shouldTakeEachCharForAByteAlsoTheHighestOnes() {
    assertEquals(0xb7080372366ed745L, OF_THE_VECTORS.sipHash("\u00ff".repeat(15)));
    assertEquals(0x58e3be827755cd8dL, OF_THE_VECTORS.sipHash("\u00ff".repeat(300)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 30, 1000})
  void shouldBeAnotherOneForAnotherKeyAndForAnotherSeed(int length) {
    String key = "k".repeat(length);

    assertNotEquals(OF_THE_VECTORS.sipHash(key), OF_THE_VECTORS.sipHash(key + "\0"));
    assertNotEquals(OF_THE_VECTORS.sipHash(key), KeyHash.random().sipHash(key));
    assertNotEquals(KeyHash.random().sipHash(key), KeyHash.random().sipHash(key));
  }

  @Test
  void shouldTellKeysApartThatHaveOneHashOfTheLanguage() {
    KeyHash hash = KeyHash.random();

    long different = CollidingKeys.of(16).stream().map(hash::of).distinct().count();

    assertTrue(different > 65_536 - 20, different + " hashes of 65,536 keys");
  }

  private static String firstBytes(int count) {
    return IntStream.range(0, count)
        .mapToObj(each -> String.valueOf((char) each))
        .collect(Collectors.joining());
  }
}
