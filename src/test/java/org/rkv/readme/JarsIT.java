package org.rkv.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is in the jars: that of the library, and that with all that it needs. */
final class JarsIT {
  private static final String LICENSE = "META-INF/LICENSE";
  private static final String LICENSES = "META-INF/licenses/";
  private static final String MODULE_NAME = "Automatic-Module-Name";

  private static JarFile library() throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target"), "rkv-*.jar")) {
      for (Path jar : jars) {
        if (Pattern.matches("rkv-[0-9.]+(-SNAPSHOT)?\\.jar", jar.getFileName().toString())) {
          return new JarFile(jar.toFile());
        }
      }
    }
    throw new AssertionError("no jar of the library in target");
  }

  private static JarFile selfContained() throws IOException {
    return new JarFile("target/rkv.jar");
  }

  private static String text(JarFile jar, String name) throws IOException {
    assertNotNull(jar.getEntry(name), name);
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static SortedSet<String> packages(JarFile jar) {
    SortedSet<String> packages = new TreeSet<>();
    jar.stream()
        .map(entry -> entry.getName().replaceFirst("^META-INF/versions/[0-9]+/", ""))
        .filter(name -> name.endsWith(".class") && name.contains("/"))
        .forEach(name -> packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.')));
    return packages;
  }

  @Test
  void shouldGiveAnApplicationNothingButRkv() throws IOException {
    try (JarFile jar = library()) {
      assertEquals("org.rkv", jar.getManifest().getMainAttributes().getValue(MODULE_NAME));
      assertTrue(packages(jar).stream().allMatch(name -> name.startsWith("org.rkv.")));
      assertFalse(
          jar.stream().anyMatch(entry -> entry.getName().startsWith("META-INF/services/")),
          "no provider of SLF4J");
      assertEquals(
          Files.readString(Path.of("pom.xml")), text(jar, "META-INF/maven/org.rkv/rkv/pom.xml"));
    }
  }

  /** If there is one, the shade plugin has it installed in place of pom.xml. */
  @Test
  void shouldBeInstalledWithThePomThatNamesItsDependencies() {
    assertFalse(Files.exists(Path.of("dependency-reduced-pom.xml")));
  }

  @Test
  void shouldBeNoModuleWithThePackagesOfOthers() throws IOException {
    try (JarFile jar = selfContained()) {
      assertNull(jar.getManifest().getMainAttributes().getValue(MODULE_NAME));
    }
  }

  @Test
  void shouldCarryTheLicenceOfRkv() throws IOException {
    String licence = Files.readString(Path.of("src/main/resources", LICENSE));
    assertTrue(licence.contains("Apache License\n                           Version 2.0"));
    try (JarFile library = library();
        JarFile selfContained = selfContained()) {
      assertEquals(licence, text(library, LICENSE));
      assertEquals(licence, text(selfContained, LICENSE));
      assertNull(library.getEntry(LICENSES), "of nothing that it does not hold");
    }
  }

  @Test
  void shouldCarryTheLicencesOfWhatItContains() throws IOException {
    try (JarFile jar = selfContained()) {
      List<String> rows =
          text(jar, LICENSES + "THIRD-PARTY.txt")
              .lines()
              .filter(line -> line.contains(" META-INF/"))
              .toList();
      for (String each : packages(jar)) {
        if (!each.startsWith("org.rkv.")) {
          assertTrue(
              rows.stream().anyMatch(row -> each.startsWith(row.split(" ")[0])),
              "THIRD-PARTY.txt says whose " + each + " is");
        }
      }
      for (String row : rows) {
        String file = row.substring(row.lastIndexOf(' ') + 1);
        assertTrue(text(jar, file).length() > 1000, row);
      }
      assertTrue(
          text(jar, LICENSES + "remotetea.txt").contains("GNU LIBRARY GENERAL PUBLIC LICENSE"));
    }
  }
}
