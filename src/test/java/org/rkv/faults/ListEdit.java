package org.rkv.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a fault of the lists makes of the replica files, for some time. Each of the edits leaves no
 * more than one list by which writes can be acknowledged, so that they need no operator when the
 * old files are put back.
 *
 * @param members who is listed before and after
 * @param spare who is not
 */
record ListEdit(Fault fault, List<ShellHost> members, ShellHost spare) {
  /** An entry for which no name service has an address. */
  private static final String NOWHERE = "nowhere";

  /** Whether the chosen one dies first, and is started anew in the end. */
  boolean isReplacement() {
    return fault.kind() == Fault.Kind.REPLACE;
  }

  /** Whether the spare one is listed, and so runs, as long as the edit is in force. */
  boolean needsSpare() {
    return isReplacement() || fault.kind() == Fault.Kind.ADD;
  }

  /** Whom it is about. */
  ShellHost chosen() {
    return members.get(fault.replica());
  }

  private ShellHost other() {
    return members.get(fault.other());
  }

  /** Whose files are edited, one after the other. */
  List<ShellHost> hosts() {
    List<ShellHost> hosts = new ArrayList<>();
    for (int i = 1; i <= members.size(); i++) {
      hosts.add(members.get((fault.other() + i) % members.size()));
    }
    return hosts;
  }

  /** Puts the edited file in place. */
  void edit(ShellHost host) throws IOException {
    List<ShellHost> listed = new ArrayList<>(members);
    boolean isApart = host == chosen() || host == other();
    String more = null;
    switch (fault.kind()) {
      case ADD -> listed.add(spare);
      case TAKE_OUT -> {
        if (host != chosen()) {
          listed.remove(chosen());
        }
      }
      case REPLACE -> listed.set(fault.replica(), spare);
      case TYPO -> {
        if (host == chosen()) {
          listed.remove(other());
          more = NOWHERE;
        }
      }
      case SPLIT -> {
        if (isApart) {
          // One of the others stays: half of a list less is not believed so soon.
          List<ShellHost> others = new ArrayList<>(members);
          others.removeAll(List.of(chosen(), other()));
          listed.removeAll(others.subList(1, others.size()));
          more = NOWHERE;
        } else {
          listed.removeAll(List.of(chosen(), other()));
        }
      }
      default -> throw new IllegalArgumentException(fault.toString());
    }
    put(host, listed, more);
  }

  /** Puts the file back as it was. */
  void putBack(ShellHost host) throws IOException {
    put(host, members, null);
  }

  private static void put(ShellHost host, List<ShellHost> listed, String more) throws IOException {
    List<String> entries = new ArrayList<>();
    listed.forEach(each -> entries.add(each.entryAt(host)));
    if (more != null) {
      entries.add(more);
    }
    host.list(entries);
  }
}
