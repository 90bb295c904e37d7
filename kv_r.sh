#!/bin/sh
# Builds, starts, stops and shows the replicas that the file "replica" beside this script names.
# POSIX shell, and flock and setsid of util-linux. Exit status: 0 done, 1 not all is well, 2 bad usage.

set -uf # -f: the names of replicas, and options in the environment, are words and never patterns

MAIN=org.rkv.replica.Main
JAR=target/rkv.jar
DEFAULT_PORT=20456
LAUNCH_SECONDS=10
EXEC_SECONDS=5
START_SECONDS=${RKV_START_SECONDS:-30}
STOP_SECONDS=10
KILL_SECONDS=5
LOCK_SECONDS=120
RUN_DIR=${RKV_RUN_DIR:-target/run}
JAVA_OPTS=${RKV_JAVA_OPTS--XX:+UseSerialGC -Xmx128m -XX:+ExitOnOutOfMemoryError}

usage() {
  cat <<'END'
usage: ./kv_r.sh [COMMAND] [REPLICA...]

Without a command: start. Without a REPLICA: all that the file "replica" names.

  start    build if needed, start what does not run, wait until each serves, print a table
  stop     end gracefully, and by force what has not ended after 10 seconds
  restart  build if needed, stop, start
  status   print the table; exit status 1 if a replica does not serve
  logs     print the ends of the logs; "logs -f" follows them
  build    compile and package target/rkv.jar and target/rkv
  help     print this

Environment:
  RKV_PORT       port of the replicas that have none in the file (20456)
  RKV_OPTS       more options for the server, such as "--capacity 1000"; see
                 java -cp target/rkv.jar org.rkv.replica.Main --help
  RKV_JAVA_OPTS  flags for the JVM (-XX:+UseSerialGC -Xmx128m -XX:+ExitOnOutOfMemoryError)
  RKV_START_SECONDS  how long start waits for a replica to serve (30)
  RKV_RUN_DIR    where pid files and logs are, seen from this script (target/run)
  JAVA_HOME      the JDK to use (else the java in PATH)
END
}

say() { printf '%s\n' "$*"; }
complain() { printf 'kv_r.sh: %s\n' "$*" >&2; }
die() {
  complain "$@"
  exit 1
}
die_of_usage() {
  complain "$@"
  exit 2
}

# --- the replica file -------------------------------------------------------------------------

# Prints each name of the file "replica" once, as the server reads it (class ReplicaFile).
read_replica_file() {
  LC_ALL=C tr '\r\f\v' '   ' <replica | LC_ALL=C awk '
    function bad(what) {
      gsub(/[[:cntrl:]]/, "?", word)
      printf "kv_r.sh: replica: line %d: \"%s\" %s\n", NR, substr(word, 1, 60), what | "cat >&2"
      failed = 1
      exit 1
    }
    function is_ipv6(text) {
      return text ~ /^[0-9A-Fa-f:.]+(%[A-Za-z0-9][A-Za-z0-9._-]*)?$/ && text ~ /^[^:]*:[^:]*:/
    }
    NR == 1 { sub(/^\357\273\277/, "") }
    {
      sub(/#.*/, "")
      for (i = 1; i <= NF; i++) {
        word = host = $i
        port = ""
        if (!is_ipv6(word)) {
          if (match(word, /:[0-9]+$/)) {
            port = substr(word, RSTART + 1)
            host = substr(word, 1, RSTART - 1)
            if (length(port) > 5 || port + 0 < 1 || port + 0 > 65535)
              bad("has a port that is not 1 to 65535")
          }
          if (host ~ /^\[.*\]$/ && is_ipv6(substr(host, 2, length(host) - 2)))
            host = substr(host, 2, length(host) - 2)
          else if (host !~ /^[A-Za-z0-9_][A-Za-z0-9._-]*$/)
            bad("is not the name of a replica")
        }
        name = port == "" ? host : (host ~ /:/ ? "[" host "]" : host) ":" (port + 0)
        if (!seen[name]++) print name
      }
    }
    END { exit failed }'
}

# Of a name as read_replica_file prints it.
host_of() {
  case $1 in
    \[*) host=${1#\[} && say "${host%%\]*}" ;;
    *:*:*) say "$1" ;;
    *) say "${1%%:*}" ;;
  esac
}

address_of() {
  case $1 in
    \[* | *:*:*) colons=yes ;;
    *) colons= ;;
  esac
  case $1 in
    \[*) say "$1" ;;
    *:*) if [ "$colons" ]; then say "[$1]:${RKV_PORT:-$DEFAULT_PORT}"; else say "$1"; fi ;;
    *) say "$1:${RKV_PORT:-$DEFAULT_PORT}" ;;
  esac
}

# --- this machine and others ------------------------------------------------------------------

local_addresses() {
  if command -v ip >/dev/null 2>&1; then
    ip -o addr | awk '{ sub(/\/.*/, "", $4); print $4 }'
  elif hostname -I >/dev/null 2>&1; then
    hostname -I | tr ' ' '\n'
  else
    ifconfig -a | awk '$1 ~ /^inet6?$/ { sub(/^addr:/, "", $2); sub(/[\/%].*/, "", $2); print $2 }'
  fi 2>/dev/null
}

is_local_address() {
  case $1 in
    127.*.*.* | ::1) return 0 ;;
  esac
  say "$LOCAL_ADDRESSES" | grep -Fqx -- "${1%%\%*}"
}

is_local() {
  is_local_address "$1" && return 0
  for address in $(getent ahosts "$1" 2>/dev/null | awk '{ print $1 }' | sort -u); do
    is_local_address "$address" && return 0
  done
  return 1
}

# on_host NAME FUNCTION [ARGUMENT...]: runs FUNCTION NAME [ARGUMENT...] where that replica lives.
# Every step that touches a replica goes through here.
on_host() {
  replica=$1
  shift
  case " $REMOTE " in
    *" $replica "*)
      complain "$replica is not an address of this machine; replicas on other machines over ssh" \
        "are not yet supported by this script: run it there"
      return 3
      ;;
  esac
  action=$1
  shift
  "$action" "$replica" "$@"
}

# choose_replicas [NAME...]: sets CHOSEN, the local replicas to act on, and REMOTE, all that are not.
choose_replicas() {
  [ -f replica ] || die "no replica file: $PWD/replica"
  [ -r replica ] || die "the replica file may not be read: $PWD/replica"
  all=$(read_replica_file) || exit 1
  all=$(say "$all" | tr '\n' ' ' | sed 's/ $//')
  [ "$all" ] || die "the replica file names no replica: $PWD/replica"

  LOCAL_ADDRESSES=$(local_addresses)
  REMOTE=
  here=
  for name in $all; do
    if is_local "$(host_of "$name")"; then here="$here $name"; else REMOTE="$REMOTE $name"; fi
  done
  [ "$here" ] ||
    die "no name in the replica file is an address of this machine; it names $all"

  CHOSEN=$here
  if [ $# -eq 0 ]; then
    for name in $REMOTE; do on_host "$name" :; done
    return
  fi
  CHOSEN=
  for wanted in "$@"; do
    found=
    for name in $all; do
      if [ "$name" = "$wanted" ] || [ "$(host_of "$name")" = "$wanted" ]; then
        found=yes
        on_host "$name" : || exit 1
        case " $CHOSEN " in
          *" $name "*) ;;
          *) CHOSEN="$CHOSEN $name" ;;
        esac
      fi
    done
    [ "$found" ] || die_of_usage "the replica file does not name \"$wanted\"; it names $all"
  done
}

# --- one replica on this machine ----------------------------------------------------------------

log_of() { say "$RUN_DIR/$1.log"; }
pid_file_of() { say "$RUN_DIR/$1.pid"; }
start_file_of() { say "$RUN_DIR/$1.start"; } # size of the log at the start, then the address served

# The arguments of a process, blanks between them; nothing for a process that has ended. Linux
# shows none while a process is within exec, as a replica is when it becomes a JVM: on a busy
# machine that takes a while, so one that lives and has none is looked at again.
arguments_of() {
  if [ -d /proc/self ]; then
    deadline_in $EXEC_SECONDS
    while :; do
      arguments=$({ tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null)
      if [ "$arguments" ] || has_ended "$1" || past_deadline; then break; fi
      nap
    done
    say "$arguments"
  else
    ps -o args= -p "$1" 2>/dev/null
  fi
}

# Whether a process is gone, or has ended and was not yet waited for by its parent.
has_ended() {
  case $(cat "/proc/$1/stat" 2>/dev/null) in
    '' | *') Z '* | *') X '*) return 0 ;;
    *) return 1 ;;
  esac
}

# Sets PID to the process of the replica, or to nothing. A pid file alone proves nothing: the
# process may have died, and its number may by now be another's.
find_pid() {
  PID=
  pid=
  { read -r pid <"$(pid_file_of "$1")"; } 2>/dev/null
  case $pid in
    '' | 0* | *[!0-9]*) return 1 ;;
  esac
  case " $(arguments_of "$pid") " in
    *" $MAIN --host $(host_of "$1") "*) ;;
    *) return 1 ;;
  esac
  # A like replica of another directory is not ours. Who may not look has to believe.
  directory=$(readlink "/proc/$pid/cwd" 2>/dev/null)
  [ "${directory:-$HERE}" = "$HERE" ] || return 1
  PID=$pid
}

# What the replica has logged since it was started.
log_since_start() {
  offset=0
  { read -r offset _ <"$(start_file_of "$1")"; } 2>/dev/null
  tail -c "+$((${offset:-0} + 1))" "$(log_of "$1")" 2>/dev/null
}

# Sets STATE, PID and ADDRESS.
find_state() {
  ADDRESS=$(address_of "$1")
  if find_pid "$1"; then
    offset=
    served=
    { read -r offset served <"$(start_file_of "$1")"; } 2>/dev/null
    if [ -z "$served" ]; then
      served=$(log_since_start "$1" | sed -n 's/.* serving at \([^ ,]*\).*/\1/p' | tail -n 1)
    fi
    if [ "$served" ]; then STATE=serving ADDRESS=$served; else STATE=starting; fi
  elif [ -f "$(pid_file_of "$1")" ]; then
    STATE=failed # stop takes the pid file away, so it ended by itself
  else
    STATE=stopped
  fi
}

launch() {
  if find_pid "$1"; then
    say "$1: already running (pid $PID)"
    return
  fi
  log=$(log_of "$1")
  pid_file=$(pid_file_of "$1")
  rm -f -- "$pid_file"
  : >>"$log" || return 1
  say "$(($(wc -c <"$log")))" >"$(start_file_of "$1")" || return 1
  # The shell that becomes the JVM writes its own pid, when its arguments are already those that
  # find_pid looks for. 9 is the lock, which must not stay with the server.
  # shellcheck disable=SC2016,SC2086 # expanded by that shell; options are to be split into words
  setsid sh -c 'printf "%s\n" "$$" >"$0"; exec "$@"' "$pid_file" \
    "$JAVA" $JAVA_OPTS -cp "$JAR" "$MAIN" --host "$(host_of "$1")" \
    ${RKV_PORT:+--port "$RKV_PORT"} ${RKV_OPTS:-} </dev/null >>"$log" 2>&1 9>&- &
  deadline_in $LAUNCH_SECONDS
  while [ ! -s "$pid_file" ]; do
    if past_deadline; then
      complain "$1: could not be started; see $log"
      return 1
    fi
    nap
  done
}

# Remembers the address, so that the state is known even when somebody truncates the log.
remember_address() {
  { read -r offset served <"$(start_file_of "$1")"; } 2>/dev/null || return 0
  [ "$served" ] || say "$offset $ADDRESS" >"$(start_file_of "$1")"
}

# send_signal NAME SIGNAL: 0 if the replica runs and has got it
send_signal() {
  find_pid "$1" || return 1
  kill -s "$2" "$PID" 2>/dev/null && return 0
  find_pid "$1" && complain "$1: pid $PID may not be ended by $(id -un)"
  return 1
}

forget() { rm -f -- "$(pid_file_of "$1")" "$(start_file_of "$1")"; }

print_row() {
  find_state "$1"
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$ADDRESS" "${PID:--}" "$STATE" "$(log_of "$1")"
}

is_running() { find_pid "$1"; }

is_serving() {
  find_state "$1"
  [ "$STATE" = serving ]
}

# --- waiting, locking, building -----------------------------------------------------------------

deadline_in() { DEADLINE=$(($(date +%s) + $1)); }
past_deadline() { [ "$(date +%s)" -ge "$DEADLINE" ]; }
nap() { sleep 0.1 2>/dev/null || sleep 1; }

# One at a time: else two that start at once start every replica twice.
lock() {
  for tool in flock setsid; do
    command -v $tool >/dev/null 2>&1 || die "$tool (of util-linux) is needed"
  done
  { mkdir -p -- "$RUN_DIR" && : >>"$RUN_DIR/lock"; } || die "cannot write in $RUN_DIR"
  exec 9>>"$RUN_DIR/lock"
  flock -n 9 && return
  complain "waiting for another kv_r.sh to finish"
  flock -w $LOCK_SECONDS 9 || die "another kv_r.sh is still at work after $LOCK_SECONDS seconds"
}

find_java() {
  JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
  command -v "$JAVA" >/dev/null 2>&1 ||
    die "no Java: $JAVA cannot be run; install a JDK 17, or set JAVA_HOME"
}

# The sources may be missing, where only the jar was installed.
is_build_needed() {
  [ -f "$JAR" ] || return 0
  for source in src/main pom.xml kv.x; do
    [ -e $source ] && [ "$(find $source -type f -newer "$JAR" | head -n 1)" ] && return 0
  done
  return 1
}

build() {
  [ -f pom.xml ] || die "no $JAR, and no pom.xml to build it from, in $HERE"
  command -v mvn >/dev/null 2>&1 || die "Maven (mvn) is needed to build $JAR"
  say "building $JAR: mvn -q -B -DskipTests package"
  if [ -f "$JAR" ]; then
    # Maven writes into the file that running replicas load their classes from: leave them theirs.
    cp -p -- "$JAR" "$JAR.old" && mv -f -- "$JAR.old" "$JAR"
  fi
  mvn -q -B -DskipTests package 9>&- || die "the build failed"
}

# --- commands -----------------------------------------------------------------------------------

print_table() {
  {
    printf 'REPLICA\tADDRESS\tPID\tSTATE\tLOG\n'
    for name in $CHOSEN; do on_host "$name" print_row; done
  } | awk -F '\t' '
    { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
    END {
      for (row = 1; row <= NR; row++) {
        for (i = 1; i < 5; i++) printf "%-" width[i] "s  ", cell[row, i]
        print cell[row, 5]
      }
    }'
}

show_end_of_log() { log_since_start "$1" | tail -n 10 | sed 's/^/    /' >&2; }

# Ends when each of CHOSEN serves or has died, or at the deadline; 1 if one does not serve.
await_serving() {
  deadline_in $START_SECONDS
  waiting=$CHOSEN
  failures=0
  while [ "$waiting" ]; do
    late=
    past_deadline && late=yes
    still=
    for name in $waiting; do
      on_host "$name" find_state
      case $STATE in
        serving) on_host "$name" remember_address ;;
        starting)
          if [ "$late" ]; then
            complain "$name does not serve after $START_SECONDS seconds; the end of its log:"
            on_host "$name" show_end_of_log
            failures=1
          else
            still="$still $name"
          fi
          ;;
        *)
          complain "$name did not start; the end of its log:"
          on_host "$name" show_end_of_log
          failures=1
          ;;
      esac
    done
    waiting=$still
    [ -z "$waiting" ] || nap
  done
  return $failures
}

start_chosen() {
  for name in $CHOSEN; do on_host "$name" launch; done
  await_serving
  all_serve=$?
  print_table
  return $all_serve
}

stop_chosen() {
  stopping=
  for name in $CHOSEN; do
    if on_host "$name" send_signal TERM; then
      stopping="$stopping $name"
    elif ! on_host "$name" is_running; then
      say "$name: not running"
      on_host "$name" forget
    fi
  done
  await_end $STOP_SECONDS
  for name in $stopping; do
    complain "$name has not ended after $STOP_SECONDS seconds: killing it"
    on_host "$name" send_signal KILL
  done
  await_end $KILL_SECONDS
  for name in $CHOSEN; do on_host "$name" is_running && return 1; done
  return 0
}

# await_end SECONDS: waits for all in "stopping", and takes out of it those that have ended.
await_end() {
  deadline_in "$1"
  while [ "$stopping" ]; do
    still=
    for name in $stopping; do
      if on_host "$name" is_running; then
        still="$still $name"
      else
        say "$name: stopped"
        on_host "$name" forget
      fi
    done
    stopping=$still
    if [ -z "$stopping" ] || past_deadline; then return; fi
    nap
  done
}

start() {
  choose_replicas "$@"
  find_java
  lock
  ! is_build_needed || build
  start_chosen
}

stop() {
  choose_replicas "$@"
  lock
  stop_chosen
}

restart() {
  choose_replicas "$@"
  find_java
  lock
  ! is_build_needed || build # first: a failed build should not cost the running replicas
  stop_chosen || die "not all have stopped, so none is started"
  start_chosen
}

status() {
  choose_replicas "$@"
  print_table
  for name in $CHOSEN; do on_host "$name" is_serving || return 1; done
}

logs() {
  choose_replicas "$@"
  set --
  for name in $CHOSEN; do
    log=$(log_of "$name")
    if [ -f "$log" ]; then set -- "$@" "$log"; else complain "$name: no log yet"; fi
  done
  [ $# -gt 0 ] || return 1
  [ -z "$FOLLOW" ] || exec tail -n 20 -F -- "$@"
  tail -n 100 -- "$@"
}

refuse_options() {
  for word in "$@"; do
    case $word in
      -*) die_of_usage "unknown option $word; ./kv_r.sh help tells what there is" ;;
    esac
  done
}

script=$0
[ ! -L "$script" ] || script=$(readlink -f -- "$script")
CDPATH='' cd -- "$(dirname -- "$script")" || exit 1
HERE=$(pwd -P)

command=${1:-start}
[ $# -eq 0 ] || shift
case ${RKV_PORT:-$DEFAULT_PORT} in
  *[!0-9]* | ??????*) die_of_usage "RKV_PORT is not a port: $RKV_PORT" ;;
esac
case $START_SECONDS in
  *[!0-9]* | ??????*) die_of_usage "RKV_START_SECONDS is not a number: $START_SECONDS" ;;
esac
case $command in
  start | stop | restart | status)
    refuse_options "$@"
    "$command" "$@"
    ;;
  logs)
    FOLLOW=
    if [ "${1:-}" = -f ]; then FOLLOW=yes && shift; fi
    refuse_options "$@"
    logs "$@"
    ;;
  build)
    [ $# -eq 0 ] || die_of_usage "build takes no names"
    lock
    build
    ;;
  help | -h | --help) usage ;;
  *) die_of_usage "unknown command \"$command\"; ./kv_r.sh help tells what there is" ;;
esac
