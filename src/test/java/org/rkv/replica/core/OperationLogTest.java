package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.rpc.kv;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Stamp;
import org.rkv.store.StandingClock;
import org.rkv.store.Store;

/** The lines that an operator of the C server knows, byte for byte. */
class OperationLogTest {
  private static final String TOO_LONG = "x".repeat(31);

  private final List<String> lines = new ArrayList<>();
  private final OperationLog log = new OperationLog(lines::add);
  private final Store store =
      new Store(new Limits(2, 32), StandingClock.of(1000, 1), KeyHash.random());

  @Test
  void shouldWriteWhatPutDoes() {
    put("10", "100");
    put("10", "200");
    put("10", "200");
    put("", "");
    put(TOO_LONG, TOO_LONG);
    put("10", TOO_LONG);
    put("third", "1");

    assertEquals(
        List.of(
            "PUT: key=\"10\", value=\"100\"",
            "PUT: key=\"10\", value=\"200\", old_value=\"100\"",
            "PUT: key=\"10\", value=\"200\", old_value=\"200\"",
            "PUT: key=\"\", value=\"\"",
            "PUT: key is too large",
            "PUT: value is too large",
            "PUT: key value store is out of capacity"),
        lines);
  }

  @Test
  void shouldWriteWhatGetFinds() {
    get("10");
    store.put("10", "100");
    get("10");
    get("20");
    get(TOO_LONG);
    store.put("20", "");
    get("20");
    store.delete("20");
    get("20");

    assertEquals(
        List.of(
            "GET: key value store is empty",
            "GET: key=\"10\", value=\"100\"",
            "GET: key=\"20\" not found",
            "GET: key is too large",
            "GET: key=\"20\", value=\"\"",
            "GET: key=\"20\" not found"),
        lines);
  }

  @Test
  void shouldWriteWhatDelTakesAway() {
    delete("10");
    store.put("10", "100");
    delete("20");
    delete("10");
    delete("10");
    delete(TOO_LONG);

    assertEquals(
        List.of(
            "DEL: key value store is empty",
            "DEL: key=\"20\" not found",
            "DEL: key=\"10\", value=\"100\"",
            "DEL: key value store is empty",
            "DEL: key is too large"),
        lines);
  }

  @Test
  void shouldWriteWhatComesFromAnotherReplicaLikeALocalOperation() {
    adopt("10", "100", 1);
    adopt("10", "200", 2);
    adopt("10", "stale", 1);
    adopt("10", null, 3);
    adopt("20", null, 1);
    adopt("10", "300", 4);

    assertEquals(
        List.of(
            "PUT: key=\"10\", value=\"100\"",
            "PUT: key=\"10\", value=\"200\", old_value=\"100\"",
            "DEL: key=\"10\", value=\"200\"",
            "DEL: key=\"20\" not found",
            "PUT: key=\"10\", value=\"300\""),
        lines);
  }

  @Test
  void shouldWriteWhatPeersAnswer() {
    log.replicationResponse("PUT", kv.PUT_OK);
    log.replicationResponse("PUT", kv.PUT_FAILED);
    log.replicationResponse("GET", kv.GET_KEY_NOT_FOUND);
    log.replicationResponse("DEL", kv.DEL_OK);
    log.replicationResponse("DEL", kv.DEL_KEY_NOT_FOUND);
    log.replicaFailed("127.0.0.2");

    assertEquals(
        List.of(
            "PUT: replication response: succeeded (0)",
            "PUT: replication response: failed (1)",
            "GET: replication response: key is not found (4)",
            "DEL: replication response: succeeded (0)",
            "DEL: replication response: key is not found (4)",
            "Connection to replica: \"127.0.0.2\" failed."),
        lines);
  }

  @Test
  void shouldWriteKeysAndValuesAsTheBytesTheyAre() {
    put("a\"%s\n", "\u00ff");

    assertEquals(List.of("PUT: key=\"a\"%s\n\", value=\"\u00ff\""), lines);
  }

  @Test
  void shouldWriteNothingWhenItIsOff() {
    OperationLog off = OperationLog.OFF;
    off.put("k", "v", store.put("k", "v"));
    off.get("k", store.get("k"));
    off.adopted(store.apply("k", "w", new Stamp(Long.MAX_VALUE, 9)));
    off.replicationResponse("PUT", 0);
    off.replicaFailed("127.0.0.2");
    off.delete("k", store.delete("k"));

    assertEquals(List.of(), lines);
  }

  private void put(String key, String value) {
    log.put(key, value, store.put(key, value));
  }

  private void get(String key) {
    log.get(key, store.get(key));
  }

  private void delete(String key) {
    log.delete(key, store.delete(key));
  }

  private void adopt(String key, String value, long clock) {
    log.adopted(store.apply(key, value, new Stamp(clock, 9)));
  }
}
