package org.rkv.monitoring;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.rkv.testing.FreePort;

/** A Prometheus, as Debian has it, that scrapes once a second, with the rules that are shipped. */
final class Prometheus implements AutoCloseable {
  private static final Path RULES = Path.of("src/main/dist/rkv-alerts.yml");
  private static final int END_SECONDS = 10;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;
  private final Path log;
  private final Process process;

  /**
   * Starts it.
   *
   * @param directory for its files
   * @param targets whom it scrapes, HOST:PORT
   */
  Prometheus(Path directory, List<String> targets) throws IOException {
    address = "127.0.0.1:" + FreePort.find();
    log = directory.resolve("prometheus.log");
    // As shipped, but for how long something must last before anybody is called.
    String rules = Files.readString(RULES).replaceAll("for: (15s|1m)\n", "for: 1s\n");
    Files.writeString(directory.resolve("rules.yml"), rules);
    Path settings = directory.resolve("prometheus.yml");
    Files.writeString(
        settings,
        """
        global:
          scrape_interval: 1s
          evaluation_interval: 1s
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: rkv
            static_configs:
              - targets: [%s]
        """
            .formatted(targets.stream().map(t -> '"' + t + '"').collect(Collectors.joining(", "))));
    process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + settings,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  private JsonObject ask(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/api/v1/" + path)).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    return JsonParser.parseString(answer.body()).getAsJsonObject().getAsJsonObject("data");
  }

  /** Who was scraped last without a fault, HOST:PORT. */
  Set<String> up() throws IOException, InterruptedException {
    Set<String> up = new TreeSet<>();
    for (var target : ask("targets").getAsJsonArray("activeTargets")) {
      JsonObject one = target.getAsJsonObject();
      if (one.get("health").getAsString().equals("up")) {
        up.add(one.getAsJsonObject("labels").get("instance").getAsString());
      }
    }
    return up;
  }

  /** The names of the alerts that fire, each with what it says. */
  Set<String> firing() throws IOException, InterruptedException {
    Set<String> firing = new TreeSet<>();
    JsonArray alerts = ask("alerts").getAsJsonArray("alerts");
    for (var alert : alerts) {
      JsonObject one = alert.getAsJsonObject();
      if (one.get("state").getAsString().equals("firing")) {
        firing.add(
            one.getAsJsonObject("labels").get("alertname").getAsString()
                + ": "
                + one.getAsJsonObject("annotations").get("summary").getAsString());
      }
    }
    return firing;
  }

  /** What it has logged. */
  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
