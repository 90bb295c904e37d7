package org.rkv.replica.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.rpc.Status;
import org.rkv.testing.Requirements;
import org.rkv.testing.ServingStatus;

/** The rules and the dashboard that are shipped ask for what a replica really tells. */
@Timeout(120)
class ShippedRulesTest {
  private static final Path RULES = Path.of("src/main/dist/rkv-alerts.yml");
  private static final Path DASHBOARD = Path.of("src/main/dist/rkv-dashboard.json");
  private static final Path RULE_TESTS =
      Path.of("src/test/resources/prometheus/rkv-alerts-test.yml");
  private static final Pattern NAME = Pattern.compile("\\b(?:rkv|jvm)_[a-z_]+");

  private static Set<String> told() {
    Status status = ServingStatus.of("alpha", "beta");
    Sample sample = Sample.of(status, Progress.NONE, System.nanoTime());
    String text =
        new String(new Metrics(new Measurements(), () -> sample).text(), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replaceAll("[{ ].*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> asked(Path file) throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(Files.readString(file));
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }

  @Test
  void shouldAskForMetricsThatThereAre() throws IOException {
    Set<String> told = told();
    for (Path file : new Path[] {RULES, DASHBOARD}) {
      Set<String> unknown = asked(file);
      assertTrue(unknown.size() > 8, () -> "it finds the names in " + file);
      unknown.removeAll(told);
      assertEquals(Set.of(), unknown, () -> file + " asks for what nobody tells: " + told);
    }
  }

  @Test
  void shouldBeADashboardWithoutNamesakes() throws IOException {
    var panels =
        JsonParser.parseString(Files.readString(DASHBOARD))
            .getAsJsonObject()
            .getAsJsonArray("panels");
    long ids =
        panels.asList().stream().map(each -> each.getAsJsonObject().get("id")).distinct().count();

    assertTrue(panels.size() > 10);
    assertEquals(panels.size(), ids);
  }

  @Test
  void shouldFireWhereItIsToAndBeQuietElsewhere() throws Exception {
    Requirements.commands("promtool");

    expectSuccess("promtool", "check", "rules", RULES.toString());
    expectSuccess("promtool", "test", "rules", RULE_TESTS.toString());
  }

  private static void expectSuccess(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, process.waitFor(), printed);
  }
}
