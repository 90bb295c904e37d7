package org.rkv.testing;

import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Prints which tests were skipped, and why, by the reports that Surefire and Failsafe wrote: each
 * of their JVMs knows its own tests only. The build runs it after the last of them, and so does
 * {@code .ci/run}. It prints nothing where all tests ran.
 */
public final class SkippedTests {
  /** What is in the reports' place of a test's name where a whole class was skipped. */
  private static final String WHOLE_CLASS = "all";

  /** The report of a class that was skipped before its first test has nothing in it. */
  private static final String BEFORE_ALL = "skipped as a class; the report does not say why";

  private final Map<String, Map<String, Set<String>>> byReason = new TreeMap<>();

  private final Path build;

  private SkippedTests(Path build) {
    this.build = build;
  }

  /**
   * Prints them.
   *
   * @param arguments the directory of the build, and the instant before which a report is one of an
   *     earlier build
   */
  public static void main(String[] arguments) throws Exception {
    print(Path.of(arguments[0]), Instant.parse(arguments[1]), System.out);
  }

  static void print(Path build, Instant since, PrintStream out) throws Exception {
    SkippedTests skipped = new SkippedTests(build);
    for (String reports : new String[] {"surefire-reports", "failsafe-reports"}) {
      if (Files.isDirectory(build.resolve(reports))) {
        skipped.readAll(build.resolve(reports), since);
      }
    }
    skipped.print(out);
  }

  private void readAll(Path reports, Instant since) throws Exception {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
      for (Path file : files) {
        if (!Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
          read(file);
        }
      }
    }
  }

  private void read(Path report) throws Exception {
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getDocumentElement();
    if (suite.getElementsByTagName("testcase").getLength() == 0) {
      String type = suite.getAttribute("name");
      String kept = SkipReasons.of(build, type);
      add(kept == null ? BEFORE_ALL : line(kept), type, WHOLE_CLASS);
    }
    NodeList all = suite.getElementsByTagName("skipped");
    for (int i = 0; i < all.getLength(); i++) {
      Element skipped = (Element) all.item(i);
      Element test = (Element) skipped.getParentNode();
      String name = test.getAttribute("name");
      add(reason(skipped), test.getAttribute("classname"), name.isEmpty() ? WHOLE_CLASS : name);
    }
  }

  private void add(String reason, String type, String test) {
    byReason
        .computeIfAbsent(reason, r -> new TreeMap<>())
        .computeIfAbsent(type, t -> new TreeSet<>())
        .add(test);
  }

  /** Of a disabled test there is a message, of one that gave up the exception with its trace. */
  private static String reason(Element skipped) {
    String message = skipped.getAttribute("message");
    return line(message.isEmpty() ? skipped.getTextContent().strip() : message);
  }

  private static String line(String text) {
    String line = text.lines().findFirst().orElse("no reason given");
    return line.replaceFirst("^[\\w.]+Exception: ", "").replaceFirst("^Assumption failed: ", "");
  }

  private void print(PrintStream out) {
    if (byReason.isEmpty()) {
      return;
    }
    out.println("These tests were skipped:");
    byReason.forEach(
        (reason, classes) -> {
          out.println("  " + reason);
          classes.forEach(
              (name, tests) -> out.println("    " + name + ": " + String.join(", ", tests)));
        });
  }
}
