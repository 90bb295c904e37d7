package org.rkv.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.GetResult;
import org.rkv.client.RkvClient;
import org.rkv.replica.Cluster;
import org.rkv.store.Limits;

/** Compiles and runs each Java example of the javadoc and of the site, against a real replica. */
@Timeout(60)
final class JavaExamplesTest {
  private static final Pattern IN_JAVADOC =
      Pattern.compile("<pre>\\{@code\n(.*?)\n +\\* }</pre>", Pattern.DOTALL);
  private static final Pattern IN_MARKDOWN = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);
  private static final String REPLICAS = "\"db1\", \"db2\", \"db3\"";
  private static final String FULL = "PUT was refused: key value store is out of capacity";

  @TempDir private Path directory;
  private Cluster replicas;

  @AfterEach
  void stopReplicas() {
    replicas.close();
  }

  private static List<String> examples() throws IOException {
    List<String> examples = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (file.startsWith("src/main/java")) {
          find(IN_JAVADOC, file).forEach(text -> examples.add(text.replaceAll("(?m)^ +\\* ?", "")));
        } else if (file.startsWith("src/site/markdown")) {
          examples.addAll(find(IN_MARKDOWN, file));
        }
      }
    }
    return examples;
  }

  private static List<String> find(Pattern example, Path file) throws IOException {
    Matcher matcher = example.matcher(Files.readString(file));
    return matcher.results().map(result -> result.group(1)).toList();
  }

  @Test
  void shouldAllRunAsTheyStand() throws Exception {
    start(new Limits(20_000, 32));
    List<String> examples = examples();
    assertTrue(examples.size() >= 2, "it finds them: " + examples);
    for (int i = 0; i < examples.size(); i++) {
      String printed = run("Example" + i, examples.get(i));
      String expected = examples.get(i).contains("System.out") ? "blue\n" : "";
      assertEquals(expected, printed, examples.get(i));
    }
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      assertEquals(GetResult.Status.FOUND, client.get("key9999").status());
    }
  }

  /** It lost 9,745 of 10,000 values without a word. */
  @Test
  void shouldSayWhichWritesAFullStoreHasRefused() throws Exception {
    int capacity = 256;
    start(new Limits(capacity, 32));
    String pipelined =
        examples().stream().filter(each -> each.contains("10_000")).findFirst().orElseThrow();

    List<String> lines = run("Pipelined", pipelined).lines().toList();

    assertEquals(10_000 - capacity, lines.size());
    assertTrue(lines.get(0).endsWith(FULL), lines.get(0));
  }

  private void start(Limits limits) throws Exception {
    replicas = Cluster.serving(directory, 1, limits);
  }

  private String run(String name, String example) throws Exception {
    Path source = directory.resolve(name + ".java");
    Files.writeString(
        source,
        "import java.time.*;\nimport java.util.*;\nimport java.util.concurrent.*;\n"
            + "import org.rkv.client.*;\n"
            + ("public class " + name + " {\npublic static void run() throws Exception {\n")
            + example.replace(REPLICAS, '"' + replicas.name(0) + '"')
            + "\n}\n}\n");
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    URL library = RkvClient.class.getProtectionDomain().getCodeSource().getLocation();
    String[] arguments = {
      "-cp", Path.of(library.toURI()).toString(), "-d", directory.toString(), source.toString()
    };
    int failed = ToolProvider.getSystemJavaCompiler().run(null, null, errors, arguments);
    assertEquals(0, failed, () -> example + "\n" + errors);
    URL[] compiled = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(compiled, RkvClient.class.getClassLoader())) {
      return printedBy(loader.loadClass(name));
    }
  }

  private static String printedBy(Class<?> example) throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(stream);
      System.setErr(stream);
      example.getMethod("run").invoke(null);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    // A fuzz test that ran in this process before has left an agent, which tells of each class.
    return printed.toString(StandardCharsets.UTF_8).replaceAll("(?m)^INFO: Instrumented .*\\R", "");
  }
}
