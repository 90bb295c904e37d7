package org.rkv.manual;

import java.util.List;
import java.util.stream.Collectors;
import org.rkv.manual.Vocabulary.OptionWord;

/** Completion of the rkv command for zsh. */
final class ZshCompletion {
  private static final String TEMPLATE =
      """
      #compdef rkv
      # Completion of the rkv command for zsh. Install it as _rkv in a directory of $fpath, for
      # example /usr/local/share/zsh/site-functions.

      _rkv_hosts() {
        local memory=${XDG_CACHE_HOME:-$HOME/.cache}/rkv/replicas
        local -a names
        [[ -f $memory && -r $memory ]] &&
          names=(${(f)"$(grep -v '^#' $memory | cut -d ' ' -f 2- | tr ' ' '\\n' | sort -u)"})
        compadd -a names
        _hosts
      }

      _rkv_first() {
        compadd bench help
        _rkv_hosts
      }

      _rkv_commands() {
        local -a commands
        commands=(
      @COMMANDS@
        )
        _describe command commands
      }

      _rkv() {
        local -a options bench
        options=(
      @OPTIONS@
        )
        bench=(
      @BENCH_OPTIONS@
        )
        if [[ $words[2] == bench && $CURRENT -gt 2 ]]; then
          _arguments -S $bench '1: :(bench)' '*:host:_rkv_hosts'
        elif [[ $words[2] == help && $CURRENT -gt 2 ]]; then
          _arguments '1: :(help)' '2:command:_rkv_commands'
        else
          # A key or value is whatever the user likes.
          _arguments -S $options '1:host:_rkv_first' '2:command:_rkv_commands' '*: : '
        fi
      }

      _rkv "$@"
      """;

  private ZshCompletion() {}

  /** The script. */
  static String of(Vocabulary words) {
    String commands =
        words.commands().entrySet().stream()
            .map(each -> "    '" + each.getKey() + ":" + quoted(each.getValue()) + "'")
            .collect(Collectors.joining("\n"));
    return TEMPLATE
        .replace("@COMMANDS@", commands)
        .replace("@OPTIONS@", specifications(words.options()))
        .replace("@BENCH_OPTIONS@", specifications(words.benchOptions()));
  }

  private static String specifications(List<OptionWord> options) {
    return options.stream().map(ZshCompletion::specification).collect(Collectors.joining("\n"));
  }

  private static String specification(OptionWord option) {
    String described = "[" + quoted(option.summary()) + "]";
    if (option.label() == null) {
      return "    '" + option.name() + described + "'";
    }
    String action = option.takesFile() ? "_files" : " ";
    return "    '"
        + option.name()
        + "="
        + described
        + ":"
        + quoted(option.label())
        + ":"
        + action
        + "'";
  }

  private static String quoted(String text) {
    return text.replaceAll("([\\[\\]:])", "\\\\$1").replace("'", "'\\''");
  }
}
