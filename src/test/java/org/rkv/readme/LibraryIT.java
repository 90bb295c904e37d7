package org.rkv.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.Cluster;
import org.rkv.store.Limits;
import org.rkv.testing.Outcome;
import org.rkv.testing.Requirements;

/**
 * A small application that depends on rkv as library.md says, with a logging backend of its own. It
 * is built from a repository that holds nothing but rkv; the rest comes from that of this machine,
 * and from Maven Central only what is not there.
 */
@Timeout(120)
final class LibraryIT {
  private static final String COORDINATES = "org/rkv/rkv/";
  private static final String MAIN =
      """
      package app;

      import org.rkv.client.RkvClient;
      import org.slf4j.LoggerFactory;

      public final class Main {
        public static void main(String[] args) throws Exception {
          try (RkvClient client = RkvClient.connect(args)) {
            client.put("greeting", "hello");
            System.out.println(client.get("greeting").text().orElse("nothing"));
          }
          System.out.println(LoggerFactory.getILoggerFactory().getClass().getName());
        }
      }
      """;
  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>app</groupId>
        <artifactId>app</artifactId>
        <version>1</version>
        <properties>
          <maven.compiler.release>17</maven.compiler.release>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
        </properties>
        <dependencies>
          DEPENDENCY
          <dependency>
            <groupId>ch.qos.logback</groupId>
            <artifactId>logback-classic</artifactId>
            <version>1.5.18</version>
          </dependency>
        </dependencies>
        <build>
          <plugins>
            PLUGINS
            <plugin>
              <groupId>org.apache.maven.plugins</groupId>
              <artifactId>maven-antrun-plugin</artifactId>
              <version>3.1.0</version>
              <executions>
                <execution>
                  <phase>compile</phase>
                  <goals><goal>run</goal></goals>
                  <configuration>
                    <target>
                      <pathconvert property="path" refid="maven.runtime.classpath"/>
                      <echo file="target/path" message="${path}"/>
                    </target>
                  </configuration>
                </execution>
              </executions>
            </plugin>
          </plugins>
        </build>
      </project>
      """;
  private static final String PLUGIN =
      "<plugin><artifactId>%s</artifactId><version>%s</version></plugin>";
  private static final String SETTINGS =
      """
      <settings>
        <profiles>
          <profile>
            <id>machine</id>
            <repositories>REPOSITORY</repositories>
            <pluginRepositories>PLUGIN_REPOSITORY</pluginRepositories>
          </profile>
        </profiles>
        <activeProfiles><activeProfile>machine</activeProfile></activeProfiles>
      </settings>
      """;
  private static final String REPOSITORY =
      "<%1$s><id>machine</id><url>%2$s</url>"
          + "<releases><checksumPolicy>ignore</checksumPolicy></releases></%1$s>";

  @TempDir private Path directory;

  private String pom;
  private List<String> manual;

  @BeforeEach
  void readDocuments() throws Exception {
    pom = Files.readString(Path.of("pom.xml"));
    manual = Files.readAllLines(Path.of("src/site/markdown/library.md"));
  }

  @Test
  void shouldBeADependencyThatAnApplicationCanUse() throws Exception {
    Requirements.commands("mvn");
    String version = first("<artifactId>rkv</artifactId>\\s*<version>([^<]+)<");
    install(version);
    writeApplication();

    Outcome build =
        run(
            "mvn",
            "-q",
            "-B",
            "-gs",
            directory.resolve("settings.xml").toString(),
            "-Dmaven.repo.local=" + directory.resolve("repository"),
            "compile");
    assertEquals(0, build.status(), build::toString);
    String path = Files.readString(directory.resolve("target/path"));
    assertEquals(
        List.of(
            "classes",
            "rkv-" + version + ".jar",
            "remotetea-oncrpc-" + first("<remotetea.version>([^<]+)<") + ".jar",
            "slf4j-api-" + first("<slf4j.version>([^<]+)<") + ".jar",
            "logback-classic-1.5.18.jar",
            "logback-core-1.5.18.jar"),
        Stream.of(path.split(File.pathSeparator))
            .map(each -> Path.of(each).getFileName().toString())
            .toList());

    try (Cluster replicas =
        Cluster.serving(Files.createDirectory(directory.resolve("r")), 1, Limits.ofTheCSystem())) {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      expectHello(run(java, "-cp", path, "app.Main", replicas.name(0)));
      expectHello(run(java, "-p", path, "-m", "app/app.Main", replicas.name(0)));
    }
  }

  private static void expectHello(Outcome outcome) {
    assertEquals(0, outcome.status(), outcome::toString);
    assertEquals("hello\nch.qos.logback.classic.LoggerContext\n", outcome.stdout());
    assertEquals("", outcome.stderr());
  }

  /** As "mvn install" lays out the main artifact. */
  private void install(String version) throws Exception {
    Path place = directory.resolve("repository").resolve(COORDINATES + version);
    Files.createDirectories(place);
    Files.copy(Path.of("target/rkv-" + version + ".jar"), place.resolve("rkv-" + version + ".jar"));
    Files.copy(Path.of("pom.xml"), place.resolve("rkv-" + version + ".pom"));
  }

  private void writeApplication() throws Exception {
    Path sources = Files.createDirectories(directory.resolve("src/main/java"));
    Files.writeString(Files.createDirectory(sources.resolve("app")).resolve("Main.java"), MAIN);
    Files.write(sources.resolve("module-info.java"), fenced("module"));
    List<String> plugins = new ArrayList<>();
    for (String plugin : List.of("maven-resources-plugin", "maven-compiler-plugin")) {
      String version = first("<artifactId>" + plugin + "</artifactId>\\s*<version>([^<]+)<");
      plugins.add(PLUGIN.formatted(plugin, version));
    }
    Files.writeString(
        directory.resolve("pom.xml"),
        POM.replace("DEPENDENCY", String.join("\n", fenced("<dependency>")))
            .replace("PLUGINS", String.join("\n", plugins)));
    String machine =
        Path.of(
                System.getProperty(
                    "localRepository", System.getProperty("user.home") + "/.m2/repository"))
            .toUri()
            .toString();
    Files.writeString(
        directory.resolve("settings.xml"),
        SETTINGS
            .replace("PLUGIN_REPOSITORY", REPOSITORY.formatted("pluginRepository", machine))
            .replace("REPOSITORY", REPOSITORY.formatted("repository", machine)));
  }

  /** The fenced lines of library.md of which the first begins like this. */
  private List<String> fenced(String beginning) {
    for (int i = 1; i < manual.size(); i++) {
      if (manual.get(i - 1).equals("```") && manual.get(i).startsWith(beginning)) {
        List<String> rest = manual.subList(i, manual.size());
        return rest.subList(0, rest.indexOf("```"));
      }
    }
    throw new AssertionError("library.md shows no " + beginning);
  }

  private String first(String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(pom);
    assertTrue(matcher.find(), regex);
    return matcher.group(1);
  }

  private Outcome run(String... command) throws Exception {
    Path out = directory.resolve("stdout");
    Path err = directory.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(100, TimeUnit.SECONDS), "it ends: " + List.of(command));
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
