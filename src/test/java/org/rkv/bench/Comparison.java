package org.rkv.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * Measures rkv beside Redis, etcd, a libtirpc server, and C processes that only send what a
 * replicated PUT sends ({@code src/test/c/fan_out.c}), with the same clients in the same run:
 * rounds of one and the other take turns, so that what else the machine does hits both. Prints the
 * median of the ratios of each round, and their range; writes all figures to a CSV file.
 *
 * <p>{@code Comparison CSV ROUNDS SECONDS HEAT_SECONDS NAME=HOST:PORT,...}, of these names: {@code
 * rkv} and {@code durable_rkv}; and, or they are left out, {@code redis}, {@code tirpc}, {@code
 * fan_out}, {@code durable_redis} and {@code etcd}. Of Redis, only the primary. The script {@code
 * src/test/bench/compare} starts the servers and calls this. Exit status 1 if any operation went
 * wrong.
 */
final class Comparison {
  private static final int KEYS = 200;
  private static final int VALUE_BYTES = 16;
  private static final int REDIS_REPLICAS = 4;
  private static final int LONGEST_WARM_UP_SECONDS = 5;
  private static final int LONGEST_LEAD_IN_SECONDS = 1;
  private static final int HEAT_PIPELINE = 4;

  /** All that is measured, so that none of it is compiled while it is. */
  private static final String HEAT_MIX = "put=40,get=40,null=20";

  private final int rounds;
  private final int seconds;
  private final int warmUpSeconds;
  private final int leadInSeconds;
  private boolean failed;
  private final List<String> csv =
      new ArrayList<>(List.of("what,clients,round,side,per_second,p50_micros,p99_micros"));

  private Comparison(int rounds, int seconds, int heatSeconds) {
    this.rounds = rounds;
    this.seconds = seconds;
    warmUpSeconds = Math.min(LONGEST_WARM_UP_SECONDS, heatSeconds);
    leadInSeconds = Math.min(LONGEST_LEAD_IN_SECONDS, heatSeconds);
  }

  /** One of two that are compared. */
  private record Side(String name, String mix, int clients, List<LoadConnection.Server> servers) {}

  /** Runs all comparisons that the servers given allow. */
  public static void main(String[] arguments) throws Exception {
    int heatSeconds = Integer.parseInt(arguments[3]);
    Comparison comparison =
        new Comparison(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), heatSeconds);
    Map<String, List<InetSocketAddress>> given = new HashMap<>();
    for (String argument : List.of(arguments).subList(4, arguments.length)) {
      String[] sides = argument.split("=");
      given.put(sides[0], addresses(sides[1]));
    }
    List<LoadConnection.Server> five = servers(given, "rkv", ReplicaConnection::server);
    List<LoadConnection.Server> durable = servers(given, "durable_rkv", ReplicaConnection::server);
    List<LoadConnection.Server> redis = servers(given, "redis", Comparison::redis);
    List<LoadConnection.Server> durableRedis = servers(given, "durable_redis", Comparison::redis);
    List<LoadConnection.Server> tirpc = servers(given, "tirpc", ReplicaConnection::server);
    List<LoadConnection.Server> fanOut = servers(given, "fan_out", ReplicaConnection::server);
    heat(five.subList(0, 1), heatSeconds);
    heat(five, heatSeconds);
    if (!redis.isEmpty()) {
      comparison.beside(five, redis);
    }
    comparison.amongItself(five);
    if (!tirpc.isEmpty()) {
      comparison.besideTirpc(five, tirpc.get(0));
    }
    if (!fanOut.isEmpty()) {
      comparison.besideFanOut(five, redis, fanOut);
    }
    heat(durable.subList(0, 1), heatSeconds);
    if (!durableRedis.isEmpty()) {
      comparison.durable(durable, "redis", "Redis (appendfsync always)", durableRedis);
    }
    if (given.containsKey("etcd")) {
      List<LoadConnection.Server> leader = List.of(EtcdConnection.leader(given.get("etcd")));
      comparison.durable(durable, "etcd", "etcd", leader);
    }
    comparison.amongItself(durable, five);
    Files.write(Path.of(arguments[0]), comparison.csv);
    System.exit(comparison.failed ? 1 : 0);
  }

  private static List<InetSocketAddress> addresses(String text) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String each : text.split(",")) {
      int colon = each.lastIndexOf(':');
      int port = Integer.parseInt(each.substring(colon + 1));
      addresses.add(new InetSocketAddress(each.substring(0, colon), port));
    }
    return addresses;
  }

  private static List<LoadConnection.Server> servers(
      Map<String, List<InetSocketAddress>> given,
      String name,
      Function<InetSocketAddress, LoadConnection.Server> make) {
    return given.getOrDefault(name, List.of()).stream().map(make).toList();
  }

  private static LoadConnection.Server redis(InetSocketAddress address) {
    return RedisConnection.server(address, REDIS_REPLICAS);
  }

  private static void heat(List<LoadConnection.Server> servers, int heatSeconds)
      throws IOException, InterruptedException {
    Workload workload =
        new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix(HEAT_MIX), KEYS, VALUE_BYTES);
    new Bench(workload, HEAT_PIPELINE, 0, line -> {}).run(servers, 64, 0, heatSeconds);
  }

  private void besideTirpc(List<LoadConnection.Server> five, LoadConnection.Server tirpc)
      throws Exception {
    Sweep.fill(
            new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix("get=100"), KEYS, VALUE_BYTES),
            line -> {})
        .run(tirpc);
    for (String mix : List.of("null=100", "get=100")) {
      String what = mix.substring(0, mix.indexOf('=')).toUpperCase(Locale.ROOT);
      compare(
          what + " at 8 clients beside libtirpc",
          new Side("rkv", mix, 8, five.subList(0, 1)),
          new Side("libtirpc", mix, 8, List.of(tirpc)));
    }
  }

  private void beside(List<LoadConnection.Server> five, List<LoadConnection.Server> redis)
      throws IOException, InterruptedException {
    List<LoadConnection.Server> one = five.subList(0, 1);
    for (int clients : new int[] {64, 8, 1}) {
      compare(
          "PUT at " + clients + " clients beside Redis SET + WAIT 4",
          new Side("rkv", "put=100", clients, one),
          new Side("redis", "put=100", clients, redis));
    }
    compare(
        "GET at 64 clients beside Redis",
        new Side("rkv", "get=100", 64, one),
        new Side("redis", "get=100", 64, redis));
  }

  private void amongItself(List<LoadConnection.Server> five)
      throws IOException, InterruptedException {
    compare(
        "PUT at 64 clients over all replicas beside one",
        new Side("all", "put=100", 64, five),
        new Side("one", "put=100", 64, five.subList(0, 1)));
    compare(
        "90 GET 10 PUT at 64 clients beside GET",
        new Side("mixed", "get=90,put=10", 64, five.subList(0, 1)),
        new Side("get", "get=100", 64, five.subList(0, 1)));
  }

  /**
   * Each write is forced to the disk: of Redis at the primary and the replicas, of etcd at most.
   */
  private void durable(
      List<LoadConnection.Server> five,
      String name,
      String shown,
      List<LoadConnection.Server> other)
      throws IOException, InterruptedException {
    List<LoadConnection.Server> one = five.subList(0, 1);
    for (int clients : new int[] {64, 1}) {
      compare(
          "durable PUT at " + clients + " clients beside " + shown,
          new Side("rkv", "put=100", clients, one),
          new Side(name, "put=100", clients, other));
    }
  }

  /** What a disk costs whoever reads, and whoever writes. */
  private void amongItself(List<LoadConnection.Server> durable, List<LoadConnection.Server> five)
      throws IOException, InterruptedException {
    for (String mix : List.of("get=100", "put=100")) {
      compare(
          (mix.startsWith("get") ? "GET" : "PUT") + " at 64 clients with data beside in memory",
          new Side("durable", mix, 64, durable.subList(0, 1)),
          new Side("memory", mix, 64, five.subList(0, 1)));
    }
  }

  /** What of a figure is the machine's: the same messages between processes that only send them. */
  private void besideFanOut(
      List<LoadConnection.Server> five,
      List<LoadConnection.Server> redis,
      List<LoadConnection.Server> fanOut)
      throws IOException, InterruptedException {
    List<LoadConnection.Server> one = fanOut.subList(0, 1);
    if (!redis.isEmpty()) {
      compare(
          "fan_out at 1 clients beside Redis SET + WAIT 4",
          new Side("fan_out", "put=100", 1, one),
          new Side("redis", "put=100", 1, redis));
    }
    compare(
        "PUT at 64 clients beside fan_out",
        new Side("rkv", "put=100", 64, five.subList(0, 1)),
        new Side("fan_out", "put=100", 64, one));
    compare(
        "fan_out at 64 clients over all processes beside one",
        new Side("all", "put=100", 64, fanOut),
        new Side("one", "put=100", 64, one));
  }

  private void compare(String what, Side ours, Side other)
      throws IOException, InterruptedException {
    run(ours, warmUpSeconds);
    run(other, warmUpSeconds);
    List<Bench.Result> left = new ArrayList<>();
    List<Bench.Result> right = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      left.add(note(what, round, ours, run(ours, seconds)));
      right.add(note(what, round, other, run(other, seconds)));
    }
    System.out.println(what);
    say("rate", left, right, Bench.Result::operationsPerSecond, "/s");
    say("p50", left, right, result -> micros(result, 50), "us");
  }

  private Bench.Result note(String what, int round, Side side, Bench.Result result) {
    csv.add(
        String.format(
            Locale.ROOT,
            "%s,%d,%d,%s,%.0f,%.1f,%.1f",
            what,
            side.clients(),
            round,
            side.name(),
            result.operationsPerSecond(),
            micros(result, 50),
            micros(result, 99)));
    return result;
  }

  private Bench.Result run(Side side, int measuredSeconds)
      throws IOException, InterruptedException {
    Workload workload =
        new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix(side.mix()), KEYS, VALUE_BYTES);
    Bench bench = new Bench(workload, 1, 0, line -> {});
    Bench.Result result = bench.run(side.servers(), side.clients(), leadInSeconds, measuredSeconds);
    Map<String, Long> errors = result.measurement().errors();
    if (!errors.isEmpty()) {
      System.out.println("  " + side.name() + ": " + errors);
      failed = true;
    }
    return result;
  }

  private static double micros(Bench.Result result, double percentile) {
    Histogram all = null;
    for (Histogram each : result.measurement().latencies().values()) {
      if (all == null) {
        all = each.copy();
      } else {
        all.add(each);
      }
    }
    return all == null ? 0 : all.getValueAtPercentile(percentile) / 1000.0;
  }

  private static void say(
      String figure,
      List<Bench.Result> left,
      List<Bench.Result> right,
      ToDoubleFunction<Bench.Result> of,
      String unit) {
    double[] ratios = new double[left.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = of.applyAsDouble(left.get(i)) / of.applyAsDouble(right.get(i));
    }
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "  %-5s %9.0f %s beside %9.0f %s: ratio %.2f (%.2f to %.2f in %d rounds)%n",
        figure,
        median(left.stream().mapToDouble(of).sorted().toArray()),
        unit,
        median(right.stream().mapToDouble(of).sorted().toArray()),
        unit,
        median(ratios),
        ratios[0],
        ratios[ratios.length - 1],
        ratios.length);
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }
}
