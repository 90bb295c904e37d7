package org.rkv.client;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Walks over the entries of the store, page by page, each asked for when it is needed. */
final class Listing extends Spliterators.AbstractSpliterator<Entry> {
  /** Asks for a page. */
  interface Pages {
    /**
     * Waits for the answer.
     *
     * @param after the key behind which it begins; null for the first page
     */
    EntryPage after(byte[] after) throws RkvException;
  }

  private final byte[] prefix;
  private final Pages pages;
  private final Queue<Entry> read = new ArrayDeque<>();
  private byte[] next;
  private boolean atEnd;

  private Listing(byte[] prefix, Pages pages) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL);
    this.prefix = prefix;
    this.pages = pages;
  }

  /** All entries whose keys begin with a prefix, in order. */
  static Stream<Entry> stream(byte[] prefix, Pages pages) {
    Listing listing = new Listing(prefix, pages);
    return StreamSupport.stream(listing, false).onClose(listing::close);
  }

  private void close() {
    atEnd = true;
    read.clear();
  }

  @Override
  public boolean tryAdvance(Consumer<? super Entry> action) {
    while (read.isEmpty() && !atEnd) {
      readPage();
    }
    Entry entry = read.poll();
    if (entry == null) {
      return false;
    }
    action.accept(entry);
    return true;
  }

  private void readPage() {
    EntryPage page;
    try {
      page = pages.after(next);
      if (!page.follows(prefix, next)) {
        throw new CallFailedException("the replica's pages lead nowhere", page.replica(), null);
      }
    } catch (RkvException e) {
      throw new UncheckedIOException(e);
    }
    read.addAll(page.entries());
    atEnd = page.next() == null;
    next = page.next();
  }
}
