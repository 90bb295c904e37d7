package org.rkv.replica;

import java.io.IOException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import org.rkv.net.NameResolver;
import org.slf4j.LoggerFactory;

/**
 * Finds out who a replica is that starts. A name service may be wrong for a while when a machine
 * starts, and the replica file half written when it is read: both are waited for. Used by one
 * thread.
 */
final class IdentitySearch {
  private static final long LOOKUP_MILLIS = 1000;

  /** One a second: its name may lead to another address of this machine for a while. */
  private static final int MAX_TRIES_TO_LISTEN = 20;

  private final Settings settings;
  private final StartFile file;
  private final NameResolver resolver;
  private final ThisHost machine = ThisHost.find();
  private final Set<String> said = new HashSet<>();
  private int triesLeft = MAX_TRIES_TO_LISTEN;

  /** Begins to look at the replica file. */
  IdentitySearch(Settings settings, StartFile file, NameResolver resolver) throws IOException {
    this.settings = settings;
    this.file = file;
    this.resolver = resolver;
  }

  /**
   * Looks every second, and says what it waits for, each reason once.
   *
   * @throws IOException with one clear line if it cannot be found; or the thread was interrupted
   */
  Identity find() throws IOException {
    while (true) {
      String why;
      try {
        Identity identity =
            Identity.find(settings.host(), settings.port(), file.look(), resolver, machine);
        why = whyWait(identity);
        if (why == null) {
          return identity;
        }
      } catch (UnknownHostException e) {
        why = e.getMessage() + "; it is looked up every second";
      }
      if (said.add(why)) {
        String name = settings.host() == null ? machine.name() : settings.host();
        LoggerFactory.getLogger(name).warn("not listening yet: {}", why);
      }
      pause();
    }
  }

  private String whyWait(Identity identity) throws IOException {
    String why = file.whyWait(identity, settings.port());
    return why == null && triesLeft-- > 0 ? identity.whyNotListen() : why;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOKUP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
