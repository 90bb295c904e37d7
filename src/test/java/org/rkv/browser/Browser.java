package org.rkv.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.rkv.testing.Eventually;
import org.rkv.testing.Requirements;

/**
 * Chromium without a window, with one page, as Debian has it. Its own sandbox is off, since that
 * does not run as root; what it is shown here comes from this test.
 */
public final class Browser implements AutoCloseable {
  private static final int END_SECONDS = 10;

  private final Process process;
  private final DevTools page;
  private final List<String> errors = new CopyOnWriteArrayList<>();

  private Browser(Process process, HttpClient http, URI uri) throws Exception {
    this.process = process;
    page = new DevTools(http, uri, this::hear);
    for (String domain : List.of("Runtime", "Log", "Page", "Network")) {
      page.call(domain + ".enable", new JsonObject());
    }
  }

  /**
   * Starts it; skips the calling test where there is none.
   *
   * @param directory for what it keeps, empty and its own
   */
  public static Browser start(Path directory) throws Exception {
    Requirements.commands("chromium");
    Path profile = Files.createDirectories(directory.resolve("profile"));
    Path log = directory.resolve("chromium.log");
    Process process =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Path port = profile.resolve("DevToolsActivePort");
      Eventually.until(
          "chromium listens",
          () -> Files.readAllLines(port).size() == 2,
          () -> Files.readString(log));
      HttpClient http = HttpClient.newHttpClient();
      String first = Files.readAllLines(port).get(0);
      return new Browser(process, http, page(http, "http://127.0.0.1:" + first + "/json/list"));
    } catch (Exception | AssertionError e) {
      end(process);
      throw e;
    }
  }

  private static URI page(HttpClient http, String list) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(list)).build();
    String targets = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    for (var target : JsonParser.parseString(targets).getAsJsonArray()) {
      JsonObject one = target.getAsJsonObject();
      if (one.get("type").getAsString().equals("page")) {
        return URI.create(one.get("webSocketDebuggerUrl").getAsString());
      }
    }
    throw new IOException("no page in " + targets);
  }

  private void hear(JsonObject event) {
    String method = event.get("method").getAsString();
    JsonObject what = event.getAsJsonObject("params");
    boolean isError =
        method.equals("Runtime.exceptionThrown")
            || method.equals("Runtime.consoleAPICalled")
                && what.get("type").getAsString().equals("error")
            || method.equals("Log.entryAdded")
                && what.getAsJsonObject("entry").get("level").getAsString().equals("error");
    if (isError) {
      errors.add(what.toString());
    }
  }

  /** What was said to be wrong in the console, or with the policy of the page, so far. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** Goes to the page of a server. */
  public void open(InetSocketAddress server) throws Exception {
    JsonObject where = new JsonObject();
    where.addProperty("url", "http://" + server.getHostString() + ":" + server.getPort() + "/");
    page.call("Page.navigate", where);
  }

  /** What an expression of JavaScript is in the page, as a string. */
  public String value(String expression) throws Exception {
    JsonObject evaluated = new JsonObject();
    evaluated.addProperty("expression", "String(" + expression + ")");
    evaluated.addProperty("returnByValue", true);
    JsonObject result = page.call("Runtime.evaluate", evaluated).getAsJsonObject("result");
    return result.has("value") ? result.get("value").getAsString() : result.toString();
  }

  /** All that can be read in an element. */
  public String text(String selector) throws Exception {
    return value("document.querySelector('" + selector + "').innerText");
  }

  /** Presses a key that has a name, as a person at a keyboard. */
  public void press(String key, int code) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      JsonObject event = new JsonObject();
      event.addProperty("type", type);
      event.addProperty("key", key);
      event.addProperty("code", key);
      event.addProperty("windowsVirtualKeyCode", code);
      page.call("Input.dispatchKeyEvent", event);
    }
  }

  /** The window has this size, and the colours are those for the day or the night. */
  public void look(int width, int height, boolean isDark) throws Exception {
    JsonObject size = new JsonObject();
    size.addProperty("width", width);
    size.addProperty("height", height);
    size.addProperty("deviceScaleFactor", 1);
    size.addProperty("mobile", false);
    page.call("Emulation.setDeviceMetricsOverride", size);
    JsonObject scheme = new JsonObject();
    scheme.addProperty("name", "prefers-color-scheme");
    scheme.addProperty("value", isDark ? "dark" : "light");
    JsonArray features = new JsonArray();
    features.add(scheme);
    JsonObject media = new JsonObject();
    media.add("features", features);
    page.call("Emulation.setEmulatedMedia", media);
  }

  /** Takes a picture of the whole page. */
  public void picture(Path file) throws Exception {
    JsonObject how = new JsonObject();
    how.addProperty("captureBeyondViewport", true);
    JsonObject size =
        page.call("Page.getLayoutMetrics", new JsonObject()).getAsJsonObject("cssContentSize");
    size.addProperty("scale", 1);
    how.add("clip", size);
    String png = page.call("Page.captureScreenshot", how).get("data").getAsString();
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(png));
  }

  @Override
  public void close() throws InterruptedException {
    page.close();
    end(process);
  }

  private static void end(Process process) throws InterruptedException {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
