package org.rkv.manual;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.bench.BenchCommand;
import org.rkv.cli.CommandText;
import org.rkv.cli.Rkv;
import org.rkv.replica.Main;
import org.rkv.testing.Requirements;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** They tell of all that can be typed, in a form that is understood. */
final class ManualTest {
  @TempDir private Path directory;

  @BeforeEach
  void write() throws Exception {
    Manual.main(new String[] {directory.toString(), "1.2.3"});
  }

  private String text(String file) throws Exception {
    return Files.readString(directory.resolve(file));
  }

  private static List<String> names(CommandSpec... specs) {
    return Stream.of(specs)
        .flatMap(spec -> spec.options().stream())
        .map(OptionSpec::longestName)
        .toList();
  }

  @Test
  void shouldHaveEveryOptionAndCommandInTheManPages() throws Exception {
    String command = text("man/rkv.1").replace("\\-", "-");
    for (String option : names(Rkv.definitions(), BenchCommand.definitions())) {
      assertTrue(command.contains("\n.B " + option), option);
    }
    for (CommandText each : CommandText.values()) {
      assertTrue(command.contains("\n.B " + each.synopsis() + "\n" + each.summary()), each.word());
    }
    assertTrue(command.startsWith(".TH RKV 1 \"\" \"rkv 1.2.3\"\n"), command);
    String replica = text("man/rkv-replica.8").replace("\\-", "-");
    List<String> options = names(Main.definitions());
    assertTrue(options.size() > 15, options::toString);
    for (String option : options) {
      assertTrue(replica.contains("\n.B " + option) || replica.contains(", " + option), option);
    }
  }

  @ParameterizedTest
  @CsvSource({"completion/rkv.bash, --%s", "completion/_rkv, --%s", "completion/rkv.fish, -l %s"})
  void shouldHaveEveryOptionAndCommandInTheCompletions(String file, String form) throws Exception {
    String script = text(file);
    for (String option : names(Rkv.definitions(), BenchCommand.definitions())) {
      String word = String.format(form, option.substring(2));
      assertTrue(Pattern.compile(Pattern.quote(word) + "\\b").matcher(script).find(), word);
    }
    for (CommandText each : CommandText.values()) {
      assertTrue(script.contains(each.word()), each.word());
    }
    assertFalse(Pattern.compile("@[A-Z]").matcher(script).find(), "a place that is not filled");
  }

  @ParameterizedTest
  @CsvSource({
    "bash, bash -n completion/rkv.bash",
    "zsh, zsh -n completion/_rkv",
    "fish, fish -n completion/rkv.fish",
    "groff, groff -man -ww -Tutf8 -z man/rkv.1 man/rkv-replica.8"
  })
  void shouldBeUnderstood(String program, String command) throws Exception {
    Requirements.commands(program);
    File said = directory.resolve("said").toFile();
    Process check =
        new ProcessBuilder(command.split(" "))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said)
            .start();
    assertTrue(check.waitFor(60, TimeUnit.SECONDS));
    assertEquals("", Files.readString(said.toPath()));
    assertEquals(0, check.exitValue());
  }

  /** Where a host is expected, there may be one of the two words that take its place. */
  @ParameterizedTest
  @CsvSource({
    "bash, . completion/rkv.bash; COMP_WORDS=(rkv --json be); COMP_CWORD=2; _rkv; echo $COMPREPLY",
    "fish, source completion/rkv.fish; complete -C 'rkv --json be'",
    "zsh, compadd() { print -l $*; }; _hosts() { :; }; _rkv() { :; }; _describe() { :; }"
        + "; _arguments() { :; }; . completion/_rkv; _rkv_first | grep -x bench"
  })
  void shouldCompleteWhatStandsInPlaceOfAHost(String shell, String commands) throws Exception {
    Requirements.commands(shell);
    ProcessBuilder builder = new ProcessBuilder(shell, "-c", commands);
    builder.directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("HOME", directory.toString());
    Process completion = builder.start();

    assertEquals("bench", new String(completion.getInputStream().readAllBytes(), UTF_8).strip());
  }
}
