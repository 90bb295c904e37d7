package org.rkv.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What rpcinfo, the tool of rpcbind's package, sees of our program. */
public final class RpcInfo {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final String PROGRAM = "123456";
  private static final Outcome READY =
      new Outcome(0, "program 123456 version 1 ready and waiting\n", "");

  private final NetworkNamespace namespace;

  /** For this namespace; skips the calling test where rpcinfo is not installed. */
  public RpcInfo(NetworkNamespace namespace) {
    Requirements.commands("rpcinfo");
    this.namespace = namespace;
  }

  /**
   * Waits until the portmapper of the host lists our program for TCP and UDP: a replica may serve
   * before it is registered, since registration delays nothing.
   */
  public void awaitMapped(String host) throws Exception {
    Eventually.until(
        DEADLINE,
        () -> list(host).status() == 0 && mappings(host).size() >= 2,
        () -> "no mapping at " + host + ": " + list(host));
  }

  /**
   * Waits until our program answers its procedure 0.
   *
   * @param option the transport: {@code -t} or {@code -u}
   */
  public void awaitReady(String option, String host) throws Exception {
    Eventually.until(
        DEADLINE,
        () -> READY.equals(namespace.run("rpcinfo", option, host, PROGRAM)),
        () -> host + " " + option + ": " + namespace.run("rpcinfo", option, host, PROGRAM));
  }

  /** The mappings of our program: {@code version transport port}, one each, in order. */
  public List<String> mappings(String host) throws IOException, InterruptedException {
    Outcome listed = list(host);
    if (listed.status() != 0) {
      throw new AssertionError("rpcinfo -p " + host + ": " + listed);
    }
    return listed
        .stdout()
        .lines()
        .map(line -> line.trim().split("\\s+"))
        .filter(fields -> fields[0].equals(PROGRAM))
        .map(fields -> fields[1] + " " + fields[2] + " " + fields[3])
        .sorted()
        .toList();
  }

  /** The owners of our program, as rpcbind lists them to its own host. */
  public List<String> owners() throws IOException, InterruptedException {
    return namespace
        .run("rpcinfo")
        .stdout()
        .lines()
        .map(line -> line.trim().split("\\s+"))
        .filter(fields -> fields[0].equals(PROGRAM))
        .map(fields -> fields[fields.length - 1])
        .distinct()
        .toList();
  }

  /**
   * Whether our program answers over this transport where the portmapper says, as version 4 of it.
   *
   * @param netId such as {@code tcp6}
   */
  public boolean isReady(String netId, String host) throws IOException, InterruptedException {
    return READY.equals(namespace.run("rpcinfo", "-T", netId, host, PROGRAM, "1"));
  }

  /** What {@code rpcinfo -p} says of the portmapper of this host. */
  public Outcome list(String host) throws IOException, InterruptedException {
    return namespace.run("rpcinfo", "-p", host);
  }
}
