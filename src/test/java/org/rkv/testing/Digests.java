package org.rkv.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.rpc.Contents;
import org.rkv.rpc.kv;

/**
 * What each of some replicas holds at about the same moment.
 *
 * @param lines of each replica, the same text if and only if they hold the same; null for one that
 *     does not answer, or does not serve
 */
public record Digests(List<String> lines) {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final String NEVER_WRITTEN = "\u0001 nobody writes this";

  private static final String NO_ANSWER = "does not serve";

  /** What {@link #toString} makes of one. */
  public static Digests parse(List<String> lines) {
    return new Digests(lines.stream().map(line -> line.equals(NO_ANSWER) ? null : line).toList());
  }

  /** Asks them one after the other. */
  public static Digests of(List<InetSocketAddress> replicas, boolean withTombstones) {
    List<String> lines = new ArrayList<>();
    for (InetSocketAddress replica : replicas) {
      lines.add(ask(replica, withTombstones));
    }
    return new Digests(lines);
  }

  private static String ask(InetSocketAddress replica, boolean withTombstones) {
    try (TestClient client = TestClient.connect(replica, TIMEOUT_MILLIS)) {
      client.timeoutMillis(TIMEOUT_MILLIS);
      if (client.stub().GET_1(NEVER_WRITTEN).code == kv.GET_FAILED) {
        return null;
      }
      Contents contents = client.stub().DIGEST_1();
      String line =
          contents.entries
              + " entries "
              + HexFormat.of().formatHex(contents.entries_digest.value)
              + ", unsettled: "
              + contents.unsettled;
      return withTombstones
          ? line
              + ", "
              + contents.tombstones
              + " tombstones "
              + HexFormat.of().formatHex(contents.tombstones_digest.value)
          : line;
    } catch (IOException | OncRpcException e) {
      return null;
    }
  }

  /** Whether all serve, all hold the same, and all know that all do. */
  public boolean areEqual() {
    String first = lines.get(0);
    return first != null
        && first.contains(", unsettled: 0")
        && lines.stream().allMatch(first::equals);
  }

  /** A line a replica. */
  @Override
  public String toString() {
    return String.join("\n", lines.stream().map(line -> line == null ? NO_ANSWER : line).toList());
  }
}
