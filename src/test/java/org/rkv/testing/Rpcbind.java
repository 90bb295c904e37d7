package org.rkv.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The system's portmapper, on port 111 of all addresses of a namespace. */
public final class Rpcbind implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Process process;

  private Rpcbind(Process process) {
    this.process = process;
  }

  /** Starts it and waits until it answers; skips the calling test where it is not installed. */
  public static Rpcbind start(NetworkNamespace namespace, Path directory) throws Exception {
    Requirements.commands("rpcbind", "rpcinfo");
    Path log = Files.createTempFile(directory, "rpcbind-", ".log");
    Rpcbind rpcbind = new Rpcbind(namespace.start(directory, log, List.of("rpcbind", "-f")));
    Eventually.until(
        DEADLINE,
        () -> namespace.run("rpcinfo", "-t", "127.0.0.1", "100000", "2").status() == 0,
        () -> "rpcbind does not answer: " + Files.readString(log));
    return rpcbind;
  }

  /** Ends it; what was registered with it is forgotten. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    assertTrue(process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS), "rpcbind stops");
  }
}
