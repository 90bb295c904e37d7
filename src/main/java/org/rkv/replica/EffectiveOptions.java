package org.rkv.replica;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options that hold for a replica, in one form whichever way they were written. Which replica
 * it is does not belong to them.
 *
 * @param words those that differ from the defaults, with blanks between them
 * @param hash of all options with their values, defaults among them
 */
public record EffectiveOptions(String words, long hash) {
  /** Of a replica that was not begun with words. */
  public static final EffectiveOptions NONE = new EffectiveOptions("", 0);

  private static final Set<String> NOT_OPTIONS =
      Set.of("--host", "--port", "--replica-file", "--data", "--check", "--all-at-once");

  /**
   * What follows an option among such words, whatever else is wrong with them: the last one counts.
   *
   * @return empty if it is not there
   */
  public static String last(String option, List<String> words) {
    String value = "";
    boolean isNext = false;
    for (String word : words) {
      if (isNext) {
        value = word;
        isNext = false;
      } else if (word.startsWith(option + "=")) {
        value = word.substring(option.length() + 1);
      } else {
        isNext = word.equals(option);
      }
    }
    return value;
  }

  /** Of one whose words have been parsed. */
  static EffectiveOptions of(CommandSpec spec) {
    StringJoiner words = new StringJoiner(" ");
    StringJoiner all = new StringJoiner("\0");
    for (OptionSpec option : spec.options()) {
      if (option.usageHelp()
          || option.versionHelp()
          || NOT_OPTIONS.contains(option.longestName())) {
        continue;
      }
      String value = String.valueOf((Object) option.getValue());
      all.add(option.longestName() + "=" + value);
      if (!value.equals(String.valueOf(option.initialValue()))) {
        wordsOf(option).forEach(words::add);
      }
    }
    return new EffectiveOptions(words.toString(), hash(all.toString()));
  }

  /** As they can be given again: what was given several times is there several times. */
  private static List<String> wordsOf(OptionSpec option) {
    String name = option.longestName();
    if (option.arity().max() == 0) {
      return List.of(name);
    }
    Object value = option.getValue();
    List<?> values = value instanceof List<?> several ? several : List.of(value);
    return values.stream().map(each -> name + " " + each).toList();
  }

  private static long hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
