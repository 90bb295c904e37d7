package org.rkv.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.rpc.kv;

class ResponseTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, succeeded (0)",
    "1, failed (1)",
    "2, key is null (2)",
    "3, key is too large (3)",
    "4, value is null (4)",
    "5, value is too large (5)",
    "6, key value pair is null (6)",
    "7, key is not unique; value is reset (7)",
    "8, key value store is out of capacity (8)"
  })
  void shouldCallWhatPutAnswersAsTheCSystemDoes(int code, String text) {
    assertEquals(text, ResponseText.ofPut(code));
  }

  @ParameterizedTest
  @CsvSource({
    "0, succeeded (0)",
    "1, failed (1)",
    "2, key is null (2)",
    "3, key is too large (3)",
    "4, key is not found (4)",
    "5, key value store is empty (5)"
  })
  void shouldCallWhatGetAndDelAnswerAsTheCSystemDoes(int code, String text) {
    assertEquals(text, ResponseText.ofGetOrDel(code));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 9, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void shouldHaveATextForACodeThatIsNone(int code) {
    assertEquals("unknown response (" + code + ")", ResponseText.ofPut(code));
    assertEquals("unknown response (" + code + ")", ResponseText.ofGetOrDel(code));
  }

  @Test
  void shouldGoByTheNumbersOfTheCSystem() {
    int[] put = {
      kv.PUT_OK,
      kv.PUT_FAILED,
      kv.PUT_KEY_IS_NULL,
      kv.PUT_KEY_IS_TOO_LARGE,
      kv.PUT_VALUE_IS_NULL,
      kv.PUT_VALUE_IS_TOO_LARGE,
      kv.PUT_KVPAIR_IS_NULL,
      kv.PUT_DUPLICATE_KEY_VALUE_RESET,
      kv.PUT_KVSTORE_OUT_OF_CAPACITY
    };
    int[] get = {
      kv.GET_OK,
      kv.GET_FAILED,
      kv.GET_KEY_IS_NULL,
      kv.GET_KEY_IS_TOO_LARGE,
      kv.GET_KEY_NOT_FOUND,
      kv.GET_KVSTORE_IS_EMPTY
    };
    int[] del = {
      kv.DEL_OK,
      kv.DEL_FAILED,
      kv.DEL_KEY_IS_NULL,
      kv.DEL_KEY_IS_TOO_LARGE,
      kv.DEL_KEY_NOT_FOUND,
      kv.DEL_KVSTORE_IS_EMPTY
    };
    for (int code = 0; code < put.length; code++) {
      assertEquals(code, put[code]);
    }
    for (int code = 0; code < get.length; code++) {
      assertEquals(code, get[code]);
      assertEquals(code, del[code]);
    }
    assertEquals(256, kv.KVSTORE_CAPACITY);
    assertEquals(32, kv.MAX_LENGTH);
  }
}
