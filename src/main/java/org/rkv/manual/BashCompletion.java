package org.rkv.manual;

import java.util.List;
import java.util.stream.Collectors;
import org.rkv.manual.Vocabulary.OptionWord;

/** Completion of the rkv command for bash. */
final class BashCompletion {
  private static final String TEMPLATE =
      """
      # Completion of the rkv command for bash. Install it as
      # /usr/share/bash-completion/completions/rkv or source it from ~/.bashrc.
      _rkv() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
        local i word host='' command=''
        # The first word that is neither an option nor the value of one is HOST; the next the command.
        for ((i = 1; i < COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          if [[ -n $host ]]; then
            command=$word
            break
          fi
          case $word in
          @WITH_VALUE@)
            ((i++))
            [[ ${COMP_WORDS[i]} == = ]] && ((i++)) # bash takes "=" for a word of its own
            ;;
          --*) ;;
          *) host=$word ;;
          esac
        done
        [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}
        COMPREPLY=()
        local options='@OPTIONS@'
        case $host:$command in
        bench:*)
          if [[ $current == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '@BENCH_OPTIONS@' -- "$current")
          else
            _rkv_hosts "$current"
          fi
          [[ -z $command && $current != -* ]] &&
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W '@COMMANDS@' -- "$current")
          return
          ;;
        help:)
          mapfile -t COMPREPLY < <(compgen -W '@COMMANDS@ bench' -- "$current")
          return
          ;;
        *:@BARE@)
          [[ $current == -* ]] && mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
          return
          ;;
        *:?*) return ;; # A key or value is whatever the user likes.
        ?*:)
          mapfile -t COMPREPLY < <(compgen -W '@COMMANDS@' -- "$current")
          return
          ;;
        esac
        case $previous in
        @WITH_FILE@) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        @WITHOUT_FILE@) ;;
        *)
          if [[ $current == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
          else
            _rkv_hosts "$current" bench help
          fi
          ;;
        esac
      }
      # Hosts that answered before, and those that they named; what bash knows of hosts; more words.
      _rkv_hosts() {
        local memory=${XDG_CACHE_HOME:-$HOME/.cache}/rkv/replicas names=
        [[ -f $memory && -r $memory ]] && names=$(grep -v '^#' "$memory" | cut -d ' ' -f 2-)
        mapfile -t COMPREPLY < <(compgen -W "$names ${*:2}" -A hostname -- "$1" | sort -u)
      }
      complete -F _rkv rkv
      """;

  private BashCompletion() {}

  /** The script. */
  static String of(Vocabulary words) {
    List<OptionWord> withValue =
        words.options().stream().filter(each -> each.label() != null).toList();
    return TEMPLATE
        .replace("@WITH_VALUE@", join(withValue, " | "))
        .replace(
            "@WITHOUT_FILE@",
            join(withValue.stream().filter(each -> !each.takesFile()).toList(), " | "))
        .replace(
            "@WITH_FILE@", join(withValue.stream().filter(OptionWord::takesFile).toList(), " | "))
        .replace("@OPTIONS@", join(words.options(), " "))
        .replace("@BENCH_OPTIONS@", join(words.benchOptions(), " "))
        .replace("*:@BARE@", "*:" + String.join(" | *:", words.bareCommands()))
        .replace("@COMMANDS@", String.join(" ", words.commands().keySet()));
  }

  private static String join(List<OptionWord> options, String separator) {
    return options.stream().map(OptionWord::name).collect(Collectors.joining(separator));
  }
}
