#!/bin/sh
# Builds, starts, stops and shows the replicas that the file "replica" beside this script names:
# those of this machine itself, the others through the same script on their machines, by ssh.
# POSIX shell, and flock and setsid of util-linux. Exit status: 0 done, 1 not all is well, 2 bad usage.

set -uf # -f: the names of replicas, and options in the environment, are words and never patterns

MAIN=org.rkv.replica.Main
CONTROL=org.rkv.control.Control
JAR=target/rkv.jar
INSTALLED="kv_r.sh replica target/rkv target/rkv.jar"
LAUNCH_SECONDS=10
EXEC_SECONDS=5
START_SECONDS=${RKV_START_SECONDS:-30}
STOP_SECONDS=10
KILL_SECONDS=5
LOCK_SECONDS=120
INSTALL_SECONDS=120
STATUS_TENTHS=22 # of a second, for ssh; class Control asks the replicas at the same time
RUN_DIR=${RKV_RUN_DIR:-target/run}
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java
SSH=${RKV_SSH:-ssh -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5}
# Exit statuses of a step on another machine; ssh itself ends with the first.
NO_SSH=255
NOT_INSTALLED=66

usage() {
  cat <<'END'
usage: ./kv_r.sh [--here] [COMMAND] [REPLICA...]

Without a command: start. Without a REPLICA: all that the file "replica" names. Those that are
not of this machine are reached by ssh, and run in the same directory there.

  start    build if needed, start what does not run, wait until each serves, print a table
  stop     end gracefully, and by force what has not ended after 10 seconds
  restart  build if needed, stop, start; all at once, and what they hold is in memory: see
           "Upgrading" in src/site/markdown/operations.md
  status   ask each how it is, print a table; exit status 1 if one does not serve;
           "status --watch" does so each second
  logs     print the ends of the logs; "logs -f" follows them
  install  copy the program, this script and the replica file to the other machines
  build    compile and package target/rkv.jar and target/rkv
  help     print this

  --here   only the replicas of this machine

Environment:
  RKV_PORT       port of the replicas that have none in the file (20456)
  RKV_OPTS       more options for the server, such as "--capacity 1000"; see
                 java -cp target/rkv.jar org.rkv.replica.Main --help
  RKV_JAVA_OPTS  flags for the JVM (-XX:+UseSerialGC -Xmx128m -XX:+ExitOnOutOfMemoryError; where
                 RKV_OPTS raises the limits, a heap that holds as much, and the collector G1,
                 or with large values Shenandoah)
  RKV_START_SECONDS  how long start waits for a replica to serve (30)
  RKV_RUN_DIR    where pid files and logs are, seen from this script (target/run)
  RKV_SSH        how to reach other machines
                 (ssh -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5)
  RKV_DIR        the directory on other machines, seen from the login there (this directory)
  JAVA_HOME      the JDK to use on this machine (else the java in PATH)

RKV_PORT to RKV_RUN_DIR hold on the other machines as well.
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

# --- which replicas -----------------------------------------------------------------------------

# What is done in Java: class Control tells of its steps. Ends the shell that calls it.
exec_control() {
  exec env LC_ALL=C.UTF-8 RKV_RUN_DIR="$RUN_DIR" "$JAVA" -XX:TieredStopAtLevel=1 \
    -XX:+UseSerialGC -Xshare:auto -Xmx64m -cp "$JAR" "$CONTROL" "$@" 9>&-
}
control() { (exec_control "$@"); }
has_control() { [ -f "$JAR" ] && command -v "$JAVA" >/dev/null 2>&1; }

# choose_replicas [--flags JAVA] [NAME...]: sets CHOSEN, the replicas to act on, which are LOCAL or
# REMOTE, and with --flags FLAGS, those for the JVM.
choose_replicas() {
  [ -f replica ] || die "no replica file: $PWD/replica"
  [ -r replica ] || die "the replica file may not be read: $PWD/replica"
  choice=$(control choose ${HERE_ONLY:+--here} "$@") || exit $?
  CHOSEN=
  LOCAL=
  REMOTE=
  while IFS=$TAB read -r what value; do
    case $what in
      local) LOCAL="$LOCAL $value" CHOSEN="$CHOSEN $value" ;;
      remote) REMOTE="$REMOTE $value" CHOSEN="$CHOSEN $value" ;;
      flags) FLAGS=$value ;;
    esac
  done <<END
$choice
END
  [ "$CHOSEN" ] || die "the replica file names no replica: $PWD/replica"
}

# The same for what must be possible without Java and the jar too: then those that have a log here.
choose_anyway() {
  if has_control; then
    choose_replicas "$@"
    return
  fi
  complain "without $JAVA and $JAR the replica file is not read: only what has a log here is known"
  REMOTE=
  CHOSEN=$(find "$RUN_DIR" -name '*.log' 2>/dev/null | sed 's/\.log$//; s/.*\///' | sort |
    tr '\n' ' ')
  for name in "$@"; do
    case " $CHOSEN" in
      *" $name "*) ;;
      *) die_of_usage "there is no log of \"$name\"; there are those of $CHOSEN" ;;
    esac
  done
  LOCAL=${*:-$CHOSEN}
  CHOSEN=$LOCAL
  [ "$CHOSEN" ] || die "there is no log in $RUN_DIR"
}

# --- one replica on this machine ----------------------------------------------------------------

# The host of a name, as the replica file has it or with its port.
host_of() {
  case $1 in
    \[*) host=${1#\[} && say "${host%%\]*}" ;;
    *:*:*) say "$1" ;;
    *) say "${1%%:*}" ;;
  esac
}

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

with_pid() {
  find_pid "$1"
  say "$1=${PID:--}"
}

# launch NAME...: starts those that do not run, in one session. Linux may share the processors out
# among sessions first (sched_autogroup_enabled): with a session each, five replicas would leave a
# sixth to their clients, and all would be slower for it. 9 is the lock, which must not stay with
# the servers.
launch() {
  launching=
  for name in "$@"; do
    if find_pid "$name"; then
      say "$name: already running (pid $PID)"
    else
      rm -f -- "$(pid_file_of "$name")"
      launching="$launching $name"
    fi
  done
  # shellcheck disable=SC2086 # names are words
  [ -z "$launching" ] ||
    RKV_JAVA_OPTS=${RKV_JAVA_OPTS-$FLAGS} \
      setsid sh "$HERE/${script##*/}" --here begin $launching 9>&-
}

# Only for launch, which holds the lock and knows that the replica does not run.
begin() {
  log=$(log_of "$1")
  true >>"$log" || return 1
  say "$(($(wc -c <"$log")))" >"$(start_file_of "$1")" || return 1
  # The shell that becomes the JVM writes its own pid, when its arguments are already those that
  # find_pid looks for.
  # shellcheck disable=SC2016,SC2086 # expanded by that shell; options are to be split into words
  sh -c 'printf "%s\n" "$$" >"$0"; exec "$@"' "$(pid_file_of "$1")" \
    "$JAVA" ${RKV_JAVA_OPTS-} -cp "$JAR" "$MAIN" --host "$(host_of "$1")" \
    ${RKV_PORT:+--port "$RKV_PORT"} ${RKV_OPTS:-} </dev/null >>"$log" 2>&1 &
}

# Until the process of the replica is known.
await_launched() {
  deadline_in $LAUNCH_SECONDS
  while [ ! -s "$(pid_file_of "$1")" ]; do
    if past_deadline; then
      complain "$1: could not be started; see $(log_of "$1")"
      return 1
    fi
    nap
  done
}

# send_signal NAME SIGNAL: 0 if the replica runs and has got it
send_signal() {
  find_pid "$1" || return 1
  kill -s "$2" "$PID" 2>/dev/null && return 0
  find_pid "$1" && complain "$1: pid $PID may not be ended by $(id -un)"
  return 1
}

forget() { rm -f -- "$(pid_file_of "$1")" "$(start_file_of "$1")"; }

# --- replicas on other machines -----------------------------------------------------------------

# A step is a command that kv_r.sh over there does for one replica. It is begun on all machines at
# once; each has files in SCRATCH, named by step and replica: what it printed, and its exit status.

make_scratch() {
  [ -z "$SCRATCH" ] || return 0
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/kv_r.XXXXXX") || die "no temporary directory"
}

clean_up() {
  [ -z "$AWAITING" ] || kill "$AWAITING" 2>/dev/null
  for step in $STEPS; do
    for name in $REMOTE; do end_step "$step.$name"; done
  done
  rm -rf -- "$SCRATCH"
}

# A word as a shell reads it back.
quote() { printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/"; }

# remote_command NAME STEP: a line for the login shell there, which may be any
remote_command() {
  line="cd -- $(quote "$REMOTE_DIR") 2>/dev/null && [ -x kv_r.sh ] || exit $NOT_INSTALLED; exec env"
  for variable in RKV_PORT RKV_OPTS RKV_JAVA_OPTS RKV_START_SECONDS RKV_RUN_DIR; do
    value=
    eval "value=\${$variable-} is_set=\${$variable+yes}"
    [ -z "$is_set" ] || line="$line $variable=$(quote "$value")"
  done
  line="$line ./kv_r.sh --here $2 $(quote "$1")"
  say "exec sh -c $(quote "$line")"
}

# begin_step STEP NAME...: on all machines at once
begin_step() {
  step=$1
  shift
  for name in "$@"; do begin_command "$step" "$name" "$(remote_command "$name" "$step")" /dev/null; done
}

# begin_command STEP NAME COMMAND INPUT
begin_command() {
  STEPS="$STEPS $1"
  files=$SCRATCH/$1.$2
  rm -f -- "$files.status" "$files.late"
  (
    # shellcheck disable=SC2086 # RKV_SSH has options
    $SSH "$(host_of "$2")" "$3" <"$4" >"$files.out" 2>"$files.err" &
    say $! >"$files.pid"
    wait $!
    say $? >"$files.status"
  ) >/dev/null 2>&1 9>&- &
}

# await_step STEP TENTHS NAME...: until all machines are done, or that many tenths of a second
await_step() {
  step=$1
  tenths=$2
  shift 2
  while :; do
    missing=
    for name in "$@"; do
      [ -s "$SCRATCH/$step.$name.status" ] || missing="$missing $name"
    done
    if [ -z "$missing" ] || [ "$tenths" -le 0 ]; then break; fi
    nap
    tenths=$((tenths - NAPPED))
  done
  for name in $missing; do
    : >"$SCRATCH/$step.$name.late"
    end_step "$step.$name"
  done
}

end_step() {
  [ -s "$SCRATCH/$1.status" ] && return
  { read -r pid <"$SCRATCH/$1.pid"; } 2>/dev/null && kill "$pid" 2>/dev/null
}

step_status() {
  status=$NO_SSH
  [ -f "$SCRATCH/$1.$2.late" ] || read -r status <"$SCRATCH/$1.$2.status"
  say "$status"
}

# report_step STEP NAME: hands on what that machine said; returns the exit status of the step
report_step() {
  cat -- "$SCRATCH/$1.$2.out"
  complain_of_step "$1" "$2"
  return "$(step_status "$1" "$2")"
}

# end_steps STEP TENTHS NAME...: awaits and reports; 1 if it failed on one of the machines
end_steps() {
  await_step "$@"
  shift 2
  failures=0
  for name in "$@"; do report_step "$step" "$name" || failures=1; done
  return $failures
}

complain_of_step() {
  [ ! -f "$SCRATCH/$1.$2.late" ] || complain "$2: no answer by ssh in time"
  sed "s/^/$2: /" <"$SCRATCH/$1.$2.err" >&2
  [ "$(step_status "$1" "$2")" -ne $NOT_INSTALLED ] ||
    complain "$2: no kv_r.sh in $REMOTE_DIR there; \"./kv_r.sh install $2\" copies it"
}

# --- waiting, locking, building -----------------------------------------------------------------

deadline_in() { DEADLINE=$(($(date +%s) + $1)); }
past_deadline() { [ "$(date +%s)" -ge "$DEADLINE" ]; }
nap() {
  NAPPED=1 # tenths of a second
  sleep 0.1 2>/dev/null || { NAPPED=10 && sleep 1; }
}

# One at a time: else two that start at once start every replica twice.
lock() {
  for tool in flock setsid; do
    command -v $tool >/dev/null 2>&1 || die "$tool (of util-linux) is needed"
  done
  [ -z "$LOCKED" ] || return 0
  { mkdir -p -- "$RUN_DIR" && true >>"$RUN_DIR/lock"; } || die "cannot write in $RUN_DIR"
  exec 9>>"$RUN_DIR/lock"
  LOCKED=yes
  flock -n 9 && return
  complain "waiting for another kv_r.sh to finish"
  flock -w $LOCK_SECONDS 9 || die "another kv_r.sh is still at work after $LOCK_SECONDS seconds"
}

find_java() {
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

# choose_to_start [NAME...]: the same as choose_replicas, when all is there to start them.
choose_to_start() {
  need_control
  choose_replicas --flags "$JAVA" "$@"
  lock
  if [ "$LOCAL" ] && is_build_needed; then
    build
    choose_replicas --flags "$JAVA" "$@" # as what was built says
  fi
}

need_control() {
  find_java
  [ -f "$JAR" ] || { lock && build; }
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

# Prints the table of CHOSEN; 1 if one does not serve. The replicas are asked, and their machines
# meanwhile.
# shellcheck disable=SC2086 # names are words
print_table() {
  if ! has_control; then
    print_table_of_files
    return
  fi
  begin_step row $REMOTE
  replicas=
  for name in $CHOSEN; do
    case " $LOCAL " in
      *" $name "*) replicas="$replicas $(with_pid "$name")" ;;
      *) replicas="$replicas $name" ;;
    esac
  done
  print_remote_rows | control table $replicas
  is_all_well=$?
  for name in $REMOTE; do complain_of_step row "$name"; done
  return $is_all_well
}

# shellcheck disable=SC2086 # names are words
print_remote_rows() {
  await_step row $STATUS_TENTHS $REMOTE
  for name in $REMOTE; do
    case $(step_status row "$name") in
      0) cat -- "$SCRATCH/row.$name.out" ;;
      "$NO_SSH") printf '%s\tunreachable\n' "$name" ;;
      "$NOT_INSTALLED") printf '%s\tnot-installed\n' "$name" ;;
    esac
  done
}

# Without Java and the jar.
# shellcheck disable=SC2086 # names are words
print_table_of_files() {
  complain "replicas cannot be asked without $JAVA and $JAR: the states are those of the logs"
  print_rows_of_files $LOCAL | awk -F '\t' '
    BEGIN {
      row = "%-22s  %-28s  %-7s  %-8s  %-7s  %-9s  %-5s  %-6s  %s\n"
      printf row, "REPLICA", "ADDRESS", "PID", "STATE", "ENTRIES", "UNSETTLED", "PEERS", "UPTIME",
        "LOG"
    }
    { printf row, $1, $2, $3, $4, "-", "-", "-", "-", $5 }
    $4 != "serving" { not_well = 1 }
    END { exit not_well }'
}

# print_rows_of_files NAME...: as far as pid files and start files tell
print_rows_of_files() {
  for name in "$@"; do
    address=
    state=stopped
    if find_pid "$name"; then
      state=starting
      { read -r _ address <"$(start_file_of "$name")"; } 2>/dev/null
      [ -z "$address" ] || state=serving
    elif [ -f "$(pid_file_of "$name")" ]; then
      state=failed # stop takes the pid file away, so it ended by itself
    fi
    printf '%s\t%s\t%s\t%s\t%s\n' \
      "$name" "${address:--}" "${PID:--}" "$state" "$(log_of "$name")"
  done
}

# await_serving NAME...: ends when each of these, of this machine, serves or has died, or after
# START_SECONDS; 1 if one does not serve.
await_serving() {
  exec_control await "$START_SECONDS" "$@" &
  AWAITING=$!
  wait $AWAITING
  all_serving=$?
  AWAITING=
  return $all_serving
}

# All are launched before anybody is waited for: none serves before it has met the others.
# shellcheck disable=SC2086 # names are words
start_chosen() {
  begin_step launch $REMOTE
  launch $LOCAL || die "not all could be launched"
  for name in $LOCAL; do await_launched "$name"; done
  await_step launch $(((LAUNCH_SECONDS + KILL_SECONDS) * 10)) $REMOTE
  all_serve=0
  launched=
  for name in $REMOTE; do
    if report_step launch "$name"; then launched="$launched $name"; else all_serve=1; fi
  done
  begin_step await $launched
  [ -z "$LOCAL" ] || await_serving $LOCAL || all_serve=1
  end_steps await $(((START_SECONDS + LAUNCH_SECONDS) * 10)) $launched || all_serve=1
  print_table
  return $all_serve
}

# shellcheck disable=SC2086 # names are words
stop_chosen() {
  begin_step stop $REMOTE
  stopping=
  for name in $LOCAL; do
    if send_signal "$name" TERM; then
      stopping="$stopping $name"
    elif ! find_pid "$name"; then
      say "$name: not running"
      forget "$name"
    fi
  done
  await_end $STOP_SECONDS
  for name in $stopping; do
    complain "$name has not ended after $STOP_SECONDS seconds: killing it"
    send_signal "$name" KILL
  done
  await_end $KILL_SECONDS
  all_ended=0
  for name in $LOCAL; do ! find_pid "$name" || all_ended=1; done
  end_steps stop $(((STOP_SECONDS + 2 * KILL_SECONDS) * 10)) $REMOTE || all_ended=1
  return $all_ended
}

# await_end SECONDS: waits for all in "stopping", and takes out of it those that have ended.
await_end() {
  deadline_in "$1"
  while [ "$stopping" ]; do
    still=
    for name in $stopping; do
      if find_pid "$name"; then
        still="$still $name"
      else
        say "$name: stopped"
        forget "$name"
      fi
    done
    stopping=$still
    if [ -z "$stopping" ] || past_deadline; then return; fi
    nap
  done
}

start() {
  choose_to_start "$@"
  make_scratch
  start_chosen
}

stop() {
  choose_anyway "$@"
  make_scratch
  lock
  stop_chosen
}

# What may fail is tried before any running replica is stopped.
# shellcheck disable=SC2086 # names are words
restart() {
  choose_to_start "$@"
  make_scratch
  begin_step ready $REMOTE
  end_steps ready $((LAUNCH_SECONDS * 10)) $REMOTE ||
    die "not all can be started, so none is stopped"
  stop_chosen || die "not all have stopped, so none is started"
  start_chosen
}

status() {
  choose_anyway "$@"
  [ -z "$REMOTE" ] || make_scratch
  print_table
}

# Until it is interrupted. The replica file may change meanwhile.
watch_status() {
  make_scratch
  while :; do
    table=$(choose_anyway "$@" && print_table)
    [ ! -t 1 ] || printf '\033[H\033[2J'
    date '+%F %T'
    say "$table"
    sleep 1
  done
}

logs() {
  choose_anyway "$@"
  set --
  for name in $LOCAL; do
    log=$(log_of "$name")
    if [ -f "$log" ]; then set -- "$@" "$log"; else complain "$name: no log yet"; fi
  done
  if [ "$REMOTE" ]; then
    logs_of_all "$@"
    return
  fi
  [ $# -gt 0 ] || return 1
  [ -z "$FOLLOW" ] || exec tail -n 20 -F -- "$@"
  tail -n 100 -- "$@"
}

# logs_of_all [FILE...]: those files, and the logs of REMOTE
# shellcheck disable=SC2086 # names are words
logs_of_all() {
  make_scratch
  if [ "$FOLLOW" ]; then
    following=
    for name in $REMOTE; do
      $SSH "$(host_of "$name")" "$(remote_command "$name" 'logs -f')" </dev/null &
      following="$following $!"
    done
    if [ $# -gt 0 ]; then
      tail -n 20 -F -- "$@" &
      following="$following $!"
    fi
    trap 'kill $following 2>/dev/null; clean_up' EXIT
    wait
    return 1 # nobody is there to be followed
  fi
  begin_step logs $REMOTE
  failures=0
  if [ $# -gt 0 ]; then tail -n 100 -- "$@"; fi
  await_step logs $((LAUNCH_SECONDS * 10)) $REMOTE
  for name in $REMOTE; do
    printf '\n==> %s <==\n' "$name"
    report_step logs "$name" || failures=1
  done
  return $failures
}

# Files are put in their places when all have arrived, and by renaming: a replica that runs keeps
# the jar that it loads its classes from, and never reads half of a replica file.
# shellcheck disable=SC2086 # names are words
install() {
  need_control
  choose_replicas "$@"
  for name in $LOCAL; do say "$name: of this machine"; done
  [ "$REMOTE" ] || return 0
  make_scratch
  lock
  ! is_build_needed || build
  tar cf "$SCRATCH/install.tar" $INSTALLED || die "not all is there to be installed"
  directory=$(quote "$REMOTE_DIR")
  line="mkdir -p -- $directory/target && cd -- $directory && new=\$(mktemp -d .install.XXXXXX) &&"
  line="$line trap 'rm -rf -- \"\$new\"' EXIT && tar -xof - -C \"\$new\""
  for file in target/rkv target/rkv.jar kv_r.sh replica; do
    line="$line && mv -f -- \"\$new/$file\" $file"
  done
  for name in $REMOTE; do
    begin_command install "$name" "exec sh -c $(quote "$line")" "$SCRATCH/install.tar"
  done
  await_step install $((INSTALL_SECONDS * 10)) $REMOTE
  failures=0
  for name in $REMOTE; do
    if report_step install "$name"; then
      say "$name: installed in $REMOTE_DIR"
    else
      failures=1
    fi
  done
  return $failures
}

# --- steps, which kv_r.sh on another machine asks this one for -----------------------------------

# Nothing is built: all machines shall run what was built on one.
step_ready() {
  find_java
  [ -f "$JAR" ] || die "no $HERE/$JAR here; \"./kv_r.sh install\" at the other machine copies it"
  choose_replicas --flags "$JAVA" "$@"
}

# shellcheck disable=SC2086 # names are words
step_launch() {
  step_ready "$@"
  lock
  launch $LOCAL || return 1
  failures=0
  for name in $LOCAL; do await_launched "$name" || failures=1; done
  return $failures
}

# In the session that launch makes.
step_begin() {
  failures=0
  for name in "$@"; do begin "$name" || failures=1; done
  return $failures
}

# Only for what step_launch has begun.
step_await() { exec_control await "$START_SECONDS" "$@"; }

# shellcheck disable=SC2046 # names are words
step_row() {
  if has_control; then
    exec_control row $(for name in "$@"; do with_pid "$name"; done)
  else
    print_rows_of_files "$@"
  fi
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
REMOTE_DIR=${RKV_DIR:-$(pwd)}
TAB=$(printf '\t')
CHOSEN=
LOCAL=
REMOTE=
FLAGS=
SCRATCH=
STEPS=
AWAITING=
LOCKED=

HERE_ONLY=
if [ "${1:-}" = --here ]; then HERE_ONLY=yes && shift; fi
command=${1:-start}
[ $# -eq 0 ] || shift
case ${RKV_PORT:-0} in
  *[!0-9]* | ??????*) die_of_usage "RKV_PORT is not a port: $RKV_PORT" ;;
esac
case $START_SECONDS in
  *[!0-9]* | ??????*) die_of_usage "RKV_START_SECONDS is not a number: $START_SECONDS" ;;
esac
case $command in
  start | stop | restart | install)
    refuse_options "$@"
    "$command" "$@"
    ;;
  status)
    if [ "${1:-}" = --watch ]; then shift && command=watch_status; fi
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
  ready | launch | begin | await | row)
    if [ -z "$HERE_ONLY" ] || [ $# -eq 0 ]; then
      die_of_usage "\"$command\" is a step, not a command"
    fi
    refuse_options "$@"
    "step_$command" "$@"
    ;;
  *) die_of_usage "unknown command \"$command\"; ./kv_r.sh help tells what there is" ;;
esac
