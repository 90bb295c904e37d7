package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Key;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;

/** What honest sources send is in ScanTest. */
class PageCheckTest {
  private static final int SEGMENTS = 8;

  @Test
  void shouldTakeEntriesThatAscendFromTheCursorToTheNext() {
    assertTrue(follows(at(3), page(inside(3, "b"), "a", "b")));
    assertTrue(follows(inside(3, "a"), page(inside(3, "d"), "b", "c")));
    assertTrue(follows(inside(3, "a"), page(at(4))));
    assertTrue(follows(inside(3, "a"), lastPage()));
  }

  @Test
  void shouldTakeEntriesThatBeginAnewWithEachSegment() {
    assertTrue(follows(inside(3, "m"), page(at(5), "n", "a", "b")));
    assertTrue(follows(inside(3, "m"), page(inside(5, "a"), "n", "b", "a")));
    assertTrue(follows(at(6), lastPage("c", "b", "a")));
  }

  @Test
  void shouldNotTakeACursorThatDoesNotAscend() {
    assertFalse(follows(at(3), page(at(3), "a")));
    assertFalse(follows(at(3), page(at(2), "a")));
    assertFalse(follows(at(3), page(at(SEGMENTS), "a")));
    assertFalse(follows(inside(3, "k"), page(inside(3, "k"), "k")));
    assertFalse(follows(inside(3, "k"), page(inside(3, "a"), "a")));
    assertFalse(follows(inside(3, "k"), page(inside(3, "z"))));
  }

  @Test
  void shouldNotTakeEntriesThatTheCursorsDoNotEnclose() {
    assertFalse(follows(inside(3, "k"), page(inside(3, "z"), "k", "l")));
    assertFalse(follows(inside(3, "k"), page(inside(3, "l"), "m")));
  }

  @Test
  void shouldNotTakeAnEntryTwice() {
    assertFalse(follows(at(3), page(inside(3, "z"), "k", "k")));
    assertFalse(follows(at(3), page(at(5), "k", "k", "k", "k")));
    assertFalse(follows(at(6), lastPage("k", "k", "k", "k")));
  }

  /** Fingerprints came in the place of entries. */
  @Test
  void shouldTakeAPageWithoutEntriesOnlyWhereSomethingElseCameWithIt() {
    assertTrue(PageCheck.follows(inside(3, "k"), page(inside(3, "z")), true, SEGMENTS));
    assertFalse(PageCheck.follows(inside(3, "k"), page(inside(3, "k")), true, SEGMENTS));
    assertFalse(PageCheck.follows(inside(3, "k"), page(inside(3, "z")), false, SEGMENTS));
  }

  private static boolean follows(Cursor asked, Page page) {
    return PageCheck.follows(asked, page, false, SEGMENTS);
  }

  private static Cursor at(int segment) {
    Cursor cursor = Scan.start();
    cursor.segment = segment;
    return cursor;
  }

  private static Cursor inside(int segment, String after) {
    Cursor cursor = at(segment);
    cursor.inside = true;
    cursor.after = new Key(after);
    return cursor;
  }

  private static Page page(Cursor next, String... keys) {
    Page page = lastPage(keys);
    page.last = false;
    page.next = next;
    return page;
  }

  private static Page lastPage(String... keys) {
    Page page = new Page();
    page.last = true;
    page.next = Scan.start();
    page.entries = Stream.of(keys).map(PageCheckTest::scanned).toArray(Scanned[]::new);
    return page;
  }

  private static Scanned scanned(String key) {
    Scanned scanned = new Scanned();
    scanned.key = new Key(key);
    return scanned;
  }
}
