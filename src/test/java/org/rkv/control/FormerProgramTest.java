package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A shell that has the jar open stands for the JVM. */
@Timeout(60)
class FormerProgramTest {
  @TempDir Path temporary;

  private Path directory;
  private Path jar;
  private Process process;

  @BeforeEach
  void begin() throws IOException {
    directory = Files.createDirectories(temporary.resolve("with a blank")).toRealPath();
    jar = Files.createDirectories(directory.resolve("target")).resolve("rkv.jar");
    Files.writeString(jar, "old");
    process =
        new ProcessBuilder(
                "sh",
                "-c",
                "exec 3<target/rkv.jar; exec sh -c 'echo begun; read line' -cp target/rkv.jar"
                    + " \"$(printf 'gr\\303\\274n')\" ''")
            .directory(directory.toFile())
            .start();
    assertEquals("begun", process.inputReader().readLine());
  }

  @AfterEach
  void end() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Test
  void shouldKeepTheJarThatIsInUseWhateverHasItsNameNow() throws Exception {
    Files.move(jar, Path.of(jar + ".old"));
    Files.delete(Path.of(jar + ".old"));
    Files.writeString(jar, "new");
    FormerProgram former = FormerProgram.of(find(), directory);

    List<String> words = former.words();
    assertEquals(List.of("-cp", "target/rkv.jar.before"), words.subList(3, 5), words::toString);
    assertEquals("old", Files.readString(directory.resolve("target/rkv.jar.before")));
    assertEquals("new", Files.readString(jar));
  }

  @Test
  void shouldKeepTheJarThatIsStillThere() throws Exception {
    FormerProgram.of(find(), directory);

    assertEquals("old", Files.readString(directory.resolve("target/rkv.jar.before")));
    assertTrue(Files.exists(jar));
  }

  /** Of Latin-1 words became others, and those that are empty were left out at the end. */
  @Test
  void shouldKeepWordsThatAreNotAsciiOrEmpty() throws Exception {
    List<String> words = FormerProgram.of(find(), directory).words();

    assertEquals(List.of("gr\u00fcn", ""), words.subList(5, words.size()), words::toString);
  }

  private LiveProcess find() {
    return LiveProcess.of(process.pid()).orElseThrow();
  }
}
