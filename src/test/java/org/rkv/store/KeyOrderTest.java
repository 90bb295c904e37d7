package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of a store in the order of their bytes. */
class KeyOrderTest {
  private final KeyOrder order = new KeyOrder();
  private final TreeMap<String, Cell> expected = new TreeMap<>();

  private void add(String key) {
    Cell cell = new Cell(key, 0, new Section(0));
    expected.put(key, cell);
    order.add(cell);
  }

  private void remove(String key) {
    order.remove(expected.remove(key));
  }

  private List<String> from(String key) {
    List<String> keys = new ArrayList<>();
    for (Iterator<Cell> cells = order.from(key); cells.hasNext(); ) {
      keys.add(cells.next().key());
    }
    return keys;
  }

  private void assertOrdered() {
    assertEquals(List.copyOf(expected.keySet()), from(""));
  }

  @Test
  void shouldHaveNothingAtFirst() {
    assertEquals(List.of(), from(""));
    assertEquals(List.of(), from("any"));
  }

  @Test
  void shouldTakeABytesValueFor0To255() {
    for (String key : List.of("\u0080", "\u007f", "\u00ff", "a", "", "\0", "\u007f\u0080")) {
      add(key);
    }

    assertEquals(List.of("", "\0", "a", "\u007f", "\u007f\u0080", "\u0080", "\u00ff"), from(""));
    assertEquals(List.of("\u0080", "\u00ff"), from("\u007f\u0081"));
    assertEquals(List.of(), from("\u00ff\0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "down", "anyhow"})
  void shouldTakeKeysInAnyOrderAndLoseThemInAny(String how) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      keys.add(String.format("key%06d", i));
    }
    arrange(keys, how);
    keys.forEach(this::add);
    assertOrdered();

    Collections.shuffle(keys, new Random(5));
    for (int i = 0; i < keys.size(); i++) {
      remove(keys.get(i));
      if (i % 1_000 == 0) {
        assertOrdered();
      }
    }
    assertEquals(List.of(), from(""));

    arrange(keys, how);
    keys.forEach(this::add);
    arrange(keys, how);
    keys.subList(0, 19_990).forEach(this::remove);
    assertOrdered();
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "down"})
  void shouldLoseKeysFromOneEndOn(String how) throws Exception {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      keys.add(String.format("key%06d", i));
    }
    arrange(keys, "anyhow");
    keys.forEach(this::add);

    arrange(keys, how);
    for (int i = 0; i < keys.size(); i++) {
      remove(keys.get(i));
      if (i % 4_000 == 0) {
        assertOrdered();
        assertHoldsOnlyKeysThatAreKnown();
      }
    }
    assertEquals(List.of(), from(""));
  }

  private static void arrange(List<String> keys, String how) {
    switch (how) {
      case "up" -> Collections.sort(keys);
      case "down" -> keys.sort(Collections.reverseOrder());
      default -> Collections.shuffle(keys, new Random(6));
    }
  }

  /**
   * Short keys of few different bytes have many that begin alike, as what tells nodes apart has.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldBeAsATreeMapWhateverIsDone(int seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 60_000; i++) {
      String key = randomKey(random);
      boolean grows = random.nextInt(100) < (i / 10_000 % 2 == 0 ? 80 : 15);
      if (!expected.containsKey(key)) {
        if (grows) {
          add(key);
        }
      } else if (!grows) {
        remove(key);
      }
      if (i % 500 == 0) {
        assertOrdered();
        String from = randomKey(random);
        assertEquals(List.copyOf(expected.tailMap(from, true).keySet()), from(from));
      }
      if (i % 20_000 == 19_999) {
        assertHoldsOnlyKeysThatAreKnown();
      }
    }
    for (String key : List.copyOf(expected.keySet())) {
      remove(key);
    }
    assertOrdered();
  }

  /** Of such rounds, each left a separator of a megabyte, which nobody counted. */
  @Test
  void shouldHoldNoTextOfLongKeysThatAreForgotten() throws Exception {
    String alike = "z".repeat(1 << 20);
    for (int round = 0; round < 20; round++) {
      int from = 100 * round;
      for (int i = 0; i < KeyOrder.MAX_SIZE; i++) {
        add(String.format("K%08d", from + i));
      }
      String longKey = String.format("K%08d", from + KeyOrder.MAX_SIZE) + alike;
      add(longKey + "a");
      add(longKey + "b");
      remove(longKey + "a");
      remove(longKey + "b");
    }

    assertHoldsOnlyKeysThatAreKnown();
    assertOrdered();
  }

  /** All texts that are reached from it are those of its cells, and no copies of them. */
  private void assertHoldsOnlyKeysThatAreKnown() throws Exception {
    Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
    expected.values().forEach(cell -> known.add(cell.key()));
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Queue<Object> reached = new ArrayDeque<>(List.of(order));
    while (!reached.isEmpty()) {
      Object next = reached.remove();
      if (next instanceof String text) {
        assertTrue(known.contains(text), () -> text.length() + " bytes that nobody counts");
      } else if (!(next instanceof Cell) && seen.add(next)) {
        addWhatItRefersTo(next, reached);
      }
    }
  }

  private static void addWhatItRefersTo(Object object, Queue<Object> reached) throws Exception {
    if (object instanceof Object[] array) {
      Stream.of(array).filter(Objects::nonNull).forEach(reached::add);
      return;
    }
    for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          Optional.ofNullable(field.get(object)).ifPresent(reached::add);
        }
      }
    }
  }

  private static String randomKey(Random random) {
    char[] key = new char[random.nextInt(10)];
    for (int i = 0; i < key.length; i++) {
      key[i] = "\0a\u007f\u0080\u00ff".charAt(random.nextInt(5));
    }
    return new String(key);
  }

  @Test
  void shouldFollowWhatAStoreKnowsAndForgets() {
    Store store =
        new Store(Limits.ofTheCSystem(), StandingClock.of(1_800_000_000_000L, 1), KeyHash.random());
    store.put("b", "1");
    store.put("a", "2");
    store.put("b", "3");
    Entry deleted = store.delete("a").entry();
    store.apply("c", null, new Stamp(1, 2));
    assertEquals(List.of("a", "b", "c"), keysOf(store));

    store.settle("a", deleted.stamp());
    store.drop("a", deleted.stamp());

    assertEquals(List.of("b", "c"), keysOf(store));
    Iterator<Entry> inOrder = store.inOrder("b");
    assertEquals("3", inOrder.next().value());
  }

  private static List<String> keysOf(Store store) {
    List<String> keys = new ArrayList<>();
    store.inOrder("").forEachRemaining(entry -> keys.add(entry.key()));
    return keys;
  }
}
