package org.rkv.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.rkv.client.KnownReplica;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.ReplicaList;

/** The answer to REPLICAS: the asked replica first. Immutable. */
record ReplicasReply(List<KnownReplica> replicas) implements Reply {
  static ReplicasReply of(ReplicaList list) {
    List<KnownReplica> replicas = new ArrayList<>();
    for (ReplicaInfo each : list.value) {
      replicas.add(new KnownReplica(each.name, each.reachable));
    }
    return new ReplicasReply(List.copyOf(replicas));
  }

  @Override
  public String text() {
    StringJoiner lines = new StringJoiner("\n");
    for (KnownReplica each : replicas) {
      lines.add(
          ControlCharacters.replaced(each.name())
              + (each.isReachable() ? " reachable" : " not reachable"));
    }
    return lines.toString();
  }

  @Override
  public String json() {
    List<Json> list = new ArrayList<>();
    for (KnownReplica each : replicas) {
      list.add(new Json().bytes("name", each.name()).flag("reachable", each.isReachable()));
    }
    return new Json().text("command", Question.REPLICAS).list("replicas", list).toString();
  }

  @Override
  public String value() {
    StringBuilder names = new StringBuilder();
    for (KnownReplica each : replicas) {
      names.append(each.name()).append('\n');
    }
    return names.toString();
  }

  @Override
  public int exitStatus() {
    return ExitStatus.DONE;
  }
}
