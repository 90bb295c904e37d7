package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rkv.testing.Digests;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;

/** Clients as processes in a namespace, for tests that look at single answers. */
final class RemoteClient {
  private static final Duration DEADLINE = Duration.ofSeconds(40);

  private final NetworkNamespace namespace;

  RemoteClient(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /** Runs {@code rkv}, and gives the line that it prints. */
  String call(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of("target/rkv").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Outcome outcome = namespace.run(DEADLINE, Map.of(), command);
    assertEquals(0, outcome.status(), outcome::toString);
    return outcome.stdout();
  }

  /** What the replicas hold, tombstones included, as {@link Digests} shows it. */
  Digests digests(int port, List<String> hosts) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(inTestClassPath(RemoteClient.class));
    command.add(Integer.toString(port));
    command.addAll(hosts);
    Outcome outcome = namespace.run(DEADLINE, Map.of(), command);
    assertEquals(0, outcome.status(), outcome::toString);
    return Digests.parse(outcome.stdout().lines().toList());
  }

  /** How a program among the test classes is run. */
  static List<String> inTestClassPath(Class<?> program) {
    String classPath =
        Path.of("target/test-classes").toAbsolutePath()
            + File.pathSeparator
            + Path.of("target/rkv.jar").toAbsolutePath();
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xmx128m",
        "-cp",
        classPath,
        program.getName());
  }

  /** {@code RemoteClient PORT REPLICA...} prints the digests. */
  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[0]);
    List<InetSocketAddress> replicas =
        Stream.of(arguments).skip(1).map(host -> new InetSocketAddress(host, port)).toList();
    System.out.println(Digests.of(replicas, true));
  }
}
