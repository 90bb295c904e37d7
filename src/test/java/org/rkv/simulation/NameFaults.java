package org.rkv.simulation;

import java.net.InetAddress;
import java.util.List;
import java.util.Random;

/** A name service that answers one machine wrongly, late or not at all, for a while. */
final class NameFaults {
  /** Longer than a connection may take, mostly. */
  private static final long MOST_DELAY_MILLIS = 3000;

  private static final long LONGEST_MILLIS = 10_000;

  private final Scheduler scheduler;
  private final Random random;
  private final Journal journal;
  private final List<SimulatedReplica> replicas;
  private final Machine nobody;
  private final Remedies remedies;

  NameFaults(SimulatedCluster cluster, Remedies remedies) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    journal = cluster.journal();
    replicas = cluster.replicas();
    nobody = cluster.nobody();
    this.remedies = remedies;
  }

  /** One of them. What was wrong before at the same machine ends with it. */
  void strike() {
    Machine at = any();
    NameService service = at.names();
    String name = any().name();
    switch (random.nextInt(7)) {
      case 0 -> service.fallSilent();
      case 1 -> service.delay(scheduler.skewed(10, MOST_DELAY_MILLIS));
      case 2 -> service.lie(name, List.of(nobody.address()));
      case 3 -> service.lie(name, List.of(at.address()));
      case 4 -> service.lie(name, List.of(any().address()));
      case 5 -> service.lie(name, several());
      default -> {
        Machine all = random.nextBoolean() ? at : any();
        replicas.forEach(each -> service.lie(each.machine().name(), List.of(all.address())));
      }
    }
    journal.add("the name service of {} is wrong: {}", at, service);
    remedies.after(
        scheduler.skewed(5, LONGEST_MILLIS),
        () -> {
          journal.add("the name service of {} is right", at);
          service.mend();
        });
  }

  private List<InetAddress> several() {
    return List.of(any(), any(), nobody).stream().map(Machine::address).distinct().toList();
  }

  private Machine any() {
    return replicas.get(random.nextInt(replicas.size())).machine();
  }
}
