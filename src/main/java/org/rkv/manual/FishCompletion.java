package org.rkv.manual;

import java.util.List;
import org.rkv.manual.Vocabulary.OptionWord;

/** Completion of the rkv command for fish. */
final class FishCompletion {
  private static final String TEMPLATE =
      """
      # Completion of the rkv command for fish. Install it as rkv.fish in a directory of
      # $fish_complete_path, for example ~/.config/fish/completions.

      # The words so far that are neither options nor their values: HOST, then the command.
      function __rkv_words
          set -l skip 0
          for word in (commandline -opc)[2..-1]
              if test $skip = 1
                  set skip 0
              else if contains -- $word @WITH_VALUE@
                  set skip 1
              else if not string match -q -- '--*' $word
                  echo $word
              end
          end
      end

      function __rkv_needs -a what
          set -l words (__rkv_words)
          switch $what
              case host
                  test (count $words) = 0
              case command
                  test (count $words) = 1; and not contains -- $words[1] bench help
              case help
                  test (count $words) = 1; and test $words[1] = help
              case bench
                  test (count $words) -ge 1; and test $words[1] = bench
              case bare
                  test (count $words) = 2; and contains -- $words[2] @BARE@
          end
      end

      # Hosts that answered before, and those that they named.
      function __rkv_hosts
          set -l cache $HOME/.cache
          set -q XDG_CACHE_HOME; and set cache $XDG_CACHE_HOME
          test -f $cache/rkv/replicas; and test -r $cache/rkv/replicas
          and string match -v '#*' <$cache/rkv/replicas | string split ' ' | string match -rv '^[0-9]*$' | sort -u
          __fish_print_hostnames
      end

      complete -c rkv -f
      complete -c rkv -n '__rkv_needs host; or __rkv_needs bench' -a '(__rkv_hosts)'
      complete -c rkv -n '__rkv_needs host' -a 'bench help'
      """;

  private FishCompletion() {}

  /** The script. */
  static String of(Vocabulary words) {
    List<String> withValue =
        words.options().stream()
            .filter(each -> each.label() != null)
            .map(OptionWord::name)
            .toList();
    StringBuilder script =
        new StringBuilder(
            TEMPLATE
                .replace("@WITH_VALUE@", String.join(" ", withValue))
                .replace("@BARE@", String.join(" ", words.bareCommands())));
    words
        .commands()
        .forEach(
            (word, summary) ->
                script.append(
                    complete("command; or __rkv_needs help", "-a '" + word + "'", summary)));
    for (OptionWord each : words.options()) {
      script.append(complete("host; or __rkv_needs bare", option(each), each.summary()));
    }
    for (OptionWord each : words.benchOptions()) {
      script.append(complete("bench", option(each), each.summary()));
    }
    return script.toString();
  }

  private static String option(OptionWord option) {
    String value = option.label() == null ? "" : option.takesFile() ? " -r -F" : " -x";
    return "-l " + option.name().substring(2) + value;
  }

  private static String complete(String condition, String what, String summary) {
    String text = summary.replace("\\", "\\\\").replace("'", "\\'");
    return "complete -c rkv -n '__rkv_needs " + condition + "' " + what + " -d '" + text + "'\n";
  }
}
