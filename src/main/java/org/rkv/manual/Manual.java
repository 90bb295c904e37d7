package org.rkv.manual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.bench.BenchCommand;
import org.rkv.cli.CommandText;
import org.rkv.cli.Rkv;
import org.rkv.replica.Main;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Writes man pages and completions. The build runs it. */
public final class Manual {
  private Manual() {}

  /**
   * Writes all of them.
   *
   * @param arguments the directory, below which they get directories {@code man} and {@code
   *     completion}; and the version
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    for (Map.Entry<String, String> each : files(arguments[1]).entrySet()) {
      Path file = directory.resolve(each.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, each.getValue());
    }
  }

  /** The text of each file, by its name. */
  static Map<String, String> files(String version) {
    Vocabulary words = Vocabulary.ofRkv();
    Map<String, String> files = new LinkedHashMap<>();
    files.put("man/rkv.1", ofCommand(version));
    files.put("man/rkv-replica.8", ofReplica(version));
    files.put("completion/rkv.bash", BashCompletion.of(words));
    files.put("completion/_rkv", ZshCompletion.of(words));
    files.put("completion/rkv.fish", FishCompletion.of(words));
    return files;
  }

  private static String ofCommand(String version) {
    CommandSpec spec = Rkv.definitions();
    UsageMessageSpec usage = spec.usageMessage();
    ManPage page = new ManPage("rkv", 1, version, "client of a replicated key-value store");
    page.heading("SYNOPSIS").verbatim(List.of(usage.customSynopsis()));
    page.heading("DESCRIPTION").text(usage.description());
    page.heading("COMMANDS");
    for (CommandText each : CommandText.values()) {
      List<String> lines = new ArrayList<>(List.of(each.summary()));
      lines.addAll(each.details());
      page.entry(each.synopsis(), lines);
    }
    page.heading("OPTIONS").options(spec);
    page.heading("NOTES").text(usage.footer());
    CommandSpec bench = BenchCommand.definitions();
    page.heading("BENCH").text(bench.usageMessage().description()).options(bench);
    page.heading("FILES")
        .entry(
            "~/.cache/rkv",
            List.of(
                "What is kept from one run to the next, for the user alone: the replicas that each",
                "host named, the history of the prompt, the program's classes ready to be mapped.",
                "XDG_CACHE_HOME, if it is set, stands for ~/.cache. It may be deleted at any time."));
    page.heading("SEE ALSO").text("rkv-replica(8), rpcinfo(8)");
    return page.toString();
  }

  private static String ofReplica(String version) {
    CommandSpec spec = Main.definitions();
    ManPage page = new ManPage("rkv-replica", 8, version, "replica of a key-value store");
    page.heading("SYNOPSIS").verbatim(List.of("java -cp rkv.jar " + spec.name() + " [OPTION...]"));
    page.heading("DESCRIPTION").text(spec.usageMessage().description());
    page.heading("OPTIONS").options(spec);
    page.heading("FILES")
        .entry(
            "/etc/rkv/replica",
            List.of(
                "The names or addresses of all replicas, the same on each host. The unit rkv.service",
                "does not start the replica while there is none. A change holds at once."))
        .entry(
            "/etc/rkv/rkv.env",
            List.of(
                "Settings of the unit, in lines NAME=words or NAME=\"words\" with none of",
                "$ ` \\ \" ' in the words: RKV_OPTS (options), RKV_PORT, RKV_JAVA_OPTS (flags for the",
                "JVM), RKV_DATA (see /var/lib/rkv), JAVA_HOME. A change holds after systemctl restart",
                "rkv. Capacity, maximal length and secret must be the same on all hosts."))
        .entry(
            "/etc/rkv/clients",
            List.of(
                "Who may call, if RKV_OPTS has --clients /etc/rkv/clients: in each line a network",
                "(10.0.0.0/8, 2001:db8::/32), an address, the name of a host, or * for all, and behind",
                "it ro (read) or rw (read and write); # begins a comment. The longest prefix decides. All",
                "others but the replicas are refused, and in an empty file everybody is. A change holds",
                "within seconds, for open connections too; one with a fault does not, and is logged."))
        .entry(
            "/var/lib/rkv",
            List.of(
                "The unit keeps what its replica holds in the directory data in it; with RKV_DATA=DIR",
                "in DIR/data, and with an empty RKV_DATA= in memory only."));
    page.heading("SEE ALSO").text("rkv(1), rpcinfo(8), rpcbind(8), systemctl(1)");
    return page.toString();
  }
}
