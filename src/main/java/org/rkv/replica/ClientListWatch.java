package org.rkv.replica;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.rkv.access.ClientList;
import org.rkv.net.FileDescriptors;

/**
 * Reads the list of clients, and notices when it changes. It may be written while it is read, so
 * what is read counts only when it has been the same for {@value #SETTLED_MILLIS} ms: less than for
 * the replica file, since who loses a right is to lose it soon. One that cannot be read or
 * understood keeps the list that was, and is warned of each hour; one that is empty is believed.
 *
 * <p>Not thread-safe; {@link #poll} reads the file, so it may block.
 */
final class ClientListWatch {
  private static final long SETTLED_MILLIS = 400;
  private static final String KIND = "list of clients";

  private final Path path;
  private final LongSupplier nanoTime;
  private final Consumer<String> warnings;
  private Look current;
  private ClientList list;
  private Look change;
  private long changeNanos;
  private String lastWarning;
  private long lastWarningNanos;

  /** What was found: bytes, or why there are none. */
  private record Look(byte[] bytes, String failure) {
    boolean isSameAs(Look other) {
      return other != null
          && Arrays.equals(bytes, other.bytes)
          && (failure == null || failure.equals(other.failure));
    }
  }

  /**
   * Reads it for the first time.
   *
   * @param nanoTime monotonic, like {@link System#nanoTime}
   * @param warnings told of each trouble, one line, again after an hour of it
   * @throws IOException with one clear line if it cannot be read or understood
   */
  ClientListWatch(Path path, LongSupplier nanoTime, Consumer<String> warnings) throws IOException {
    this.path = path;
    this.nanoTime = nanoTime;
    this.warnings = warnings;
    byte[] bytes = ListFile.bytes(path, KIND);
    list = parse(path, bytes);
    current = new Look(bytes, null);
  }

  /**
   * What a file says.
   *
   * @throws IOException with one clear line if it cannot be read or understood
   */
  static ClientList read(Path path) throws IOException {
    return parse(path, ListFile.bytes(path, KIND));
  }

  private static ClientList parse(Path path, byte[] bytes) throws IOException {
    try {
      return ClientList.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /** Where it is. */
  Path path() {
    return path;
  }

  /** What holds. */
  ClientList list() {
    return list;
  }

  /**
   * Looks at the file, which is small: times and sizes can lie. Never throws for what is in it.
   *
   * @throws IOException if there was no file descriptor to read it with: then look again, or let it
   *     be {@link #unread}
   * @return the new list, when it says something else than before and has done so for long enough
   */
  Optional<ClientList> poll() throws IOException {
    long lookNanos = nanoTime.getAsLong();
    Look look = look();
    if (look.isSameAs(current)) {
      change = null;
      lastWarning = null;
      return Optional.empty();
    }
    if (!look.isSameAs(change)) {
      change = look;
      changeNanos = nanoTime.getAsLong();
    }
    return lookNanos - changeNanos < TimeUnit.MILLISECONDS.toNanos(SETTLED_MILLIS)
        ? Optional.empty()
        : settled(look);
  }

  private Look look() throws IOException {
    try {
      return new Look(ListFile.bytes(path, KIND), null);
    } catch (IOException e) {
      if (FileDescriptors.wereShort(e)) {
        throw e;
      }
      return new Look(null, e.getMessage());
    }
  }

  private Optional<ClientList> settled(Look look) {
    ClientList next;
    try {
      if (look.failure() != null) {
        throw new IOException(look.failure());
      }
      next = parse(path, look.bytes());
    } catch (IOException e) {
      return unread(e);
    }
    change = null;
    lastWarning = null;
    current = look;
    if (next.equals(list)) {
      return Optional.empty();
    }
    list = next;
    return Optional.of(next);
  }

  /** Keeps the list, since the file cannot be read. */
  Optional<ClientList> unread(IOException why) {
    String warning = why.getMessage() + "; who may call stays as it was";
    long now = nanoTime.getAsLong();
    if (!warning.equals(lastWarning) || now - lastWarningNanos >= TimeUnit.HOURS.toNanos(1)) {
      lastWarning = warning;
      lastWarningNanos = now;
      warnings.accept(warning);
    }
    return Optional.empty();
  }
}
