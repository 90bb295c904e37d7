package org.rkv.manual;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.bench.BenchCommand;
import org.rkv.cli.CommandText;
import org.rkv.cli.Rkv;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What can be typed behind {@code rkv}. Immutable.
 *
 * @param options those before HOST
 * @param benchOptions those behind bench
 * @param commands each with what it does
 * @param bareCommands those that take no key, so that options may follow
 */
record Vocabulary(
    List<OptionWord> options,
    List<OptionWord> benchOptions,
    Map<String, String> commands,
    List<String> bareCommands) {

  /**
   * An option.
   *
   * @param label of its value, or null if it has none
   */
  record OptionWord(String name, String label, String summary) {
    /** Whether its value is the name of a file. */
    boolean takesFile() {
      return "FILE".equals(label);
    }

    private static OptionWord of(OptionSpec option) {
      String text = String.join(" ", option.description()).replace("%n", " ");
      int end = text.indexOf(';');
      String summary = end < 0 ? text : text.substring(0, end);
      String label = option.arity().max() == 0 ? null : option.paramLabel();
      return new OptionWord(
          option.longestName(), label, summary.replaceAll("\\.( .*)?$", "").strip());
    }
  }

  /** That of this release. */
  static Vocabulary ofRkv() {
    Map<String, String> commands = new LinkedHashMap<>();
    List<String> bare = new ArrayList<>();
    for (CommandText each : CommandText.values()) {
      commands.put(each.word(), each.summary().replaceAll("\\.$", ""));
      if (each.mayHaveOptionsBehind()) {
        bare.add(each.word());
      }
    }
    return new Vocabulary(
        words(Rkv.definitions()), words(BenchCommand.definitions()), commands, bare);
  }

  private static List<OptionWord> words(CommandSpec spec) {
    return spec.options().stream().map(OptionWord::of).toList();
  }
}
