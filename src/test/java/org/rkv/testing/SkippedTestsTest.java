package org.rkv.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One list of what the many JVMs of a build have skipped. */
final class SkippedTestsTest {
  private static final Instant BEGIN = Instant.parse("2026-11-27T12:00:00Z");

  @TempDir private Path build;

  private void report(String directory, String name, Instant when, String... tests)
      throws Exception {
    Path file = Files.createDirectories(build.resolve(directory)).resolve("TEST-" + name + ".xml");
    Files.writeString(file, "<testsuite>" + String.join("", tests) + "</testsuite>");
    Files.setLastModifiedTime(file, FileTime.from(when));
  }

  private static String test(String type, String name, String content) {
    return "<testcase name=\"" + name + "\" classname=\"" + type + "\">" + content + "</testcase>";
  }

  private static String disabled(String message) {
    return "<skipped message=\"" + message + "\"/>";
  }

  private static String aborted(String message) {
    String exception = "org.opentest4j.TestAbortedException: " + message;
    return "<skipped type=\"x\"><![CDATA[" + exception + "\n\tat x.y(z)\n]]></skipped>";
  }

  private String printed() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    SkippedTests.print(build, BEGIN, new PrintStream(printed, true, StandardCharsets.UTF_8));
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldTellTestsByTheReasonForWhichTheyWereSkipped() throws Exception {
    String root = "needs root, for a \"namespace\"";
    report(
        "surefire-reports",
        "a.T",
        BEGIN,
        test("a.T", "one", ""),
        test("a.T", "two", disabled("x")));
    report("failsafe-reports", "b.IT", BEGIN, test("b.IT", "", aborted(root)));
    report(
        "failsafe-reports",
        "c.IT",
        BEGIN,
        test("c.IT", "late", aborted(root)),
        test("c.IT", "early", aborted(root)),
        test("c.IT", "other", aborted("Assumption failed: x")));

    assertEquals(
        """
        These tests were skipped:
          needs root, for a "namespace"
            b.IT: all
            c.IT: early, late
          x
            a.T: two
            c.IT: other
        """,
        printed());
  }

  /** As the build runs it. */
  @Test
  void shouldNeedNothingButTheTestsOwnClasses() throws Exception {
    Path file = Files.createDirectories(build.resolve("failsafe-reports")).resolve("TEST-b.IT.xml");
    Files.writeString(file, "<testsuite name=\"b.IT\" tests=\"0\"><properties/></testsuite>");
    Path classes =
        Path.of(SkippedTests.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes.toString(),
                SkippedTests.class.getName(),
                build.toString(),
                BEGIN.toString())
            .redirectErrorStream(true)
            .start();

    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), printed);
    assertTrue(printed.contains("b.IT: all"), printed);
  }

  @Test
  void shouldTellAClassThatWasSkippedBeforeItsFirstTest() throws Exception {
    Path file = Files.createDirectories(build.resolve("failsafe-reports")).resolve("TEST-b.IT.xml");
    Files.writeString(file, "<testsuite name=\"b.IT\" tests=\"0\"><properties/></testsuite>");

    assertEquals(
        """
        These tests were skipped:
          skipped as a class; the report does not say why
            b.IT: all
        """,
        printed());
  }

  @Test
  void shouldTellWhyAClassGaveUpBeforeItsFirstTest() throws Exception {
    Path file = Files.createDirectories(build.resolve("failsafe-reports")).resolve("TEST-b.IT.xml");
    Files.writeString(file, "<testsuite name=\"b.IT\" tests=\"0\"><properties/></testsuite>");
    SkipReasons.keep(build, "b.IT", "Assumption failed: needs the command rpcgen");

    assertEquals(
        """
        These tests were skipped:
          needs the command rpcgen
            b.IT: all
        """,
        printed());
  }

  @Test
  void shouldPassOverWhatAnEarlierBuildSkipped() throws Exception {
    report("failsafe-reports", "b.IT", BEGIN.minusMillis(1), test("b.IT", "t", disabled("x")));

    assertEquals("", printed());
  }

  @Test
  void shouldPrintNothingWhereAllTestsRan() throws Exception {
    assertEquals("", printed());
    report("surefire-reports", "a.T", BEGIN, test("a.T", "one", ""));
    assertEquals("", printed());
  }
}
