package org.rkv.disk;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Of each kind and key the {@link LogRecord.Meta} that counts. Not thread-safe. */
final class Metas {
  private final Map<Place, LogRecord.Meta> metas = new LinkedHashMap<>();

  private record Place(byte kind, String key) {}

  /** Takes it, unless one with a higher number is there. */
  void add(LogRecord record) {
    if (record instanceof LogRecord.Meta meta) {
      metas.merge(
          new Place(meta.kind(), meta.key()),
          meta,
          (held, fresh) -> fresh.number() >= held.number() ? fresh : held);
    }
  }

  Collection<LogRecord.Meta> all() {
    return metas.values();
  }
}
