package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.net.Hex;

class ShapeTest {
  private static final Shape INTS = Shape.list(4, Shape.INT);
  private static final Shape NAMED = Shape.struct(Shape.STRING, Shape.HYPER);
  private static final Shape NESTED = Shape.list(4, Shape.list(12, NAMED));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000",
        "00000001 61000000",
        "00000001 61ffffff",
        "00000004 61626364",
        "00000000 99"
      })
  void shouldFitAStringThatIsWhollyThere(String digits) {
    assertTrue(fits(Shape.STRING, digits));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no length
        "000000",
        "ffffffff 61626364", // -1
        "80000000 61626364", // -2^31
        "7fffffff 61626364", // 2^31 - 1, which overflows when it is padded
        "7ffffffd 61626364",
        "40000000 61626364", // 2^30
        "00000005 61626364",
        "00000001 61", // its padding is missing
        "00000003 616263"
      })
  void shouldNotFitAStringOfAnImpossibleLength(String digits) {
    assertFalse(fits(Shape.STRING, digits));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffff", "7fffffff", "40000000", "00000002", "80000000"})
  void shouldNotFitAListOfMoreElementsThanThereAreBytesFor(String count) {
    assertFalse(fits(INTS, count + "00000000"));
  }

  @Test
  void shouldRefuseAnImpossibleCountBeforeItLooksAtAnElement() {
    Shape untouchable =
        in -> {
          throw new AssertionError("no element can be there");
        };
    assertFalse(fits(Shape.list(32, untouchable), "40000000 00000000 00000000"));
    assertFalse(fits(Shape.list(8, untouchable), "00000002 00000000 00000000 00000000"));
  }

  @Test
  void shouldFitEmptyAndFullLists() {
    assertTrue(fits(INTS, "00000000"));
    assertTrue(fits(INTS, "00000002 00000001 00000002"));
    assertFalse(fits(INTS, "00000002 00000001 000000"));
    assertFalse(fits(INTS, "000000"));
  }

  @Test
  void shouldWalkListsInLists() {
    String element = "00000001 61000000 00000000 00000001 ";
    assertTrue(fits(NESTED, "00000000"));
    assertTrue(fits(NESTED, "00000002 00000001" + element + "00000000"));
    assertTrue(fits(NESTED, "00000001 00000002" + element + element));
    assertFalse(fits(NESTED, "00000001 00000003" + element + element));
    assertFalse(fits(NESTED, "00000001 40000000" + element + element));
    assertFalse(fits(NESTED, "00000001 00000001 ffffffff 61000000 00000000 00000001"));
    assertFalse(fits(NESTED, "00000002 00000001" + element));
  }

  @Test
  void shouldFitVoidAnywhereAndFixedSizesOnlyWhereTheyAreWhole() {
    assertTrue(fits(Shape.VOID, ""));
    assertTrue(fits(Shape.INT, "00000000"));
    assertFalse(fits(Shape.INT, "000000"));
    assertTrue(fits(Shape.HYPER, "00000000 00000000"));
    assertFalse(fits(Shape.HYPER, "00000000 000000"));
  }

  @Test
  void shouldLeaveTheStreamWhereItWas() {
    byte[] bytes = Hex.bytes("00000001 61000000 00000000 00000001");
    XdrInput input = new XdrInput().wrap(bytes, 0, bytes.length);
    assertTrue(NAMED.fits(input));
    assertEquals(bytes.length, input.remaining());
    assertFalse(Shape.struct(NAMED, Shape.INT).fits(input));
    assertEquals(bytes.length, input.remaining());
    assertTrue(NAMED.walk(input));
    assertEquals(0, input.remaining());
  }

  private static boolean fits(Shape shape, String digits) {
    byte[] bytes = Hex.bytes(digits);
    return shape.fits(new XdrInput().wrap(bytes, 0, bytes.length));
  }
}
