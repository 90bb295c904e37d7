#!/bin/sh
# Builds, starts, stops and shows the replicas that the file "replica" beside this script names:
# those of this machine itself, the others through the same script on their machines, by ssh.
# What needs no shell is done in Java, by class Control.
# POSIX shell, and flock and setsid of util-linux. Exit status: 0 done, 1 not all is well, 2 bad usage.

set -uf # -f: the names of replicas, and options in the environment, are words and never patterns

# A stream that is closed would be taken by the next file that is opened. What cannot be written must
# be an error; what is said to nobody need not.
{ true 3<&0; } 2>/dev/null || exec </dev/null
{ true 3>&1; } 2>/dev/null || exec >/dev/full
true 3>&2 || exec 2>/dev/null

MAIN=org.rkv.replica.Main
CONTROL=org.rkv.control.Control
JAR=target/rkv.jar
SETTINGS=rkv.env
LOCK_SECONDS=120

usage() {
  cat <<'END'
usage: ./kv_r.sh [--here] [COMMAND] [REPLICA...]

Without a command: start. Without a REPLICA: all that the file "replica" names. Those that are
not of this machine are reached by ssh, and run in the same directory there.

  start    build if needed, start what does not run, wait until each serves, print a table. One that
           was started with a data directory comes back to it, or is refused; with "--other-data"
           it may leave it
  stop     end gracefully, and by force what has not ended after 10 seconds
  restart  build if needed, try on each host whether it could start, then stop and start one after
           another, each serving before the next one stops; "restart --all-at-once" restarts all
           together, as new limits or a new secret need it; without RKV_DATA what they hold is lost.
           Replicas come back to their data directories, or it refuses; with "--other-data" (after
           --all-at-once) they may leave them
  status   ask each how it is, print a table; exit status 1 if one does not serve, or cannot
           write to all others; "status --watch" does so each second
  logs     print the ends of the logs; "logs -f" follows them
  install  copy the program, this script, the replica file and the settings to the other machines
  build    compile and package target/rkv.jar and target/rkv
  help     print this

  --here   only the replicas of this machine

Settings, from the environment, or else from the file "rkv.env" beside the replica file, in lines
NAME=words or NAME="words" without any of $ ` \ " ' inside:
  RKV_PORT       port of the replicas that have none in the file (20456)
  RKV_OPTS       more options for the server, such as "--capacity 1000", or "--clients FILE" for
                 who may call; see java -cp target/rkv.jar org.rkv.replica.Main --help
  RKV_JAVA_OPTS  flags for the JVM (-XX:+UseSerialGC -Xmx128m; where RKV_OPTS raises the limits, a
                 heap that holds as much, if three quarters of the memory allow it, and the
                 collector G1, or with large values Shenandoah)
  RKV_DATA       directory, seen from this script, in which each replica keeps what it holds, in one
                 of its own by its name; it must be there (without it: in memory only)
  RKV_START_SECONDS  how long start waits for a replica to serve (30)
  RKV_RUN_DIR    where pid files and logs are, seen from this script (target/run)
  RKV_SSH        how to reach other machines
                 (ssh -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5)
  RKV_DIR        the directory on other machines, seen from the login there (this directory)
  JAVA_HOME      the JDK to use on this machine (else the java in PATH)

RKV_PORT to RKV_RUN_DIR hold on the other machines as well where they are from the environment;
each machine reads its own rkv.env.
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

# --- settings -------------------------------------------------------------------------------------

# Exports what the file says and the environment does not; RKV_IN_FILE tells class Control which that
# is. The file is read as systemd reads it for the unit, and never run. What sh, systemd or an
# operator could take for something else is refused.
read_settings() {
  if [ ! -e $SETTINGS ]; then
    [ ! -L $SETTINGS ] || die "$HERE/$SETTINGS is a link that leads nowhere"
    return 0
  fi
  # shellcheck disable=SC2012 # there is no other way to ask this of every system
  read -r mode _ owner _ <<END
$(LC_ALL=C ls -ldnL $SETTINGS)
END
  case $mode in
    -????-??-*) ;;
    -*) die "$HERE/$SETTINGS may be written by others: chmod go-w it" ;;
    *) die "$HERE/$SETTINGS is not a file" ;;
  esac
  case $owner in
    0 | "$(id -u)") ;;
    *) die "$HERE/$SETTINGS belongs to another user" ;;
  esac
  settings=$(parse_settings) || exit 1
  RKV_IN_FILE=
  while IFS= read -r setting; do
    if [ "$setting" ]; then
      export "${setting?}"
      RKV_IN_FILE="$RKV_IN_FILE ${setting%%=*}"
    fi
  done <<END
$settings
END
  export RKV_IN_FILE
}

parse_settings() {
  LC_ALL=C awk '
    function refuse(why) {
      gsub(/[^ -~]/, "?")
      print "kv_r.sh: " FILENAME ", line " FNR ": " why ": " $0 >"/dev/stderr"
      exit 1
    }
    BEGIN {
      count = split("RKV_PORT RKV_OPTS RKV_JAVA_OPTS RKV_DATA RKV_START_SECONDS RKV_RUN_DIR" \
        " RKV_SSH RKV_DIR JAVA_HOME", names, " ")
      for (i = 1; i <= count; i++) known[names[i]]
    }
    { sub(/\r$/, ""); sub(/^[ \t]+/, ""); sub(/[ \t]+$/, "") }
    /^[#;]/ || !length { next }
    !/=/ { refuse("not NAME=words") }
    {
      name = value = $0
      sub(/=.*/, "", name)
      sub(/[^=]*=[ \t]*/, "", value)
      if (!(name in known)) refuse("there is no such setting")
      if (value ~ /^".*"$/ && length(value) > 1) value = substr(value, 2, length(value) - 2)
      if (value ~ /[$`\\"\047]/) refuse("none of $ ` \\ \" \047 may be in it")
      if (value ~ /[\001-\010\012-\037\177]/) refuse("a control character is in it")
      if (!(name in ENVIRON)) print name "=" value
    }' $SETTINGS
}

# --- Java, and what is built ----------------------------------------------------------------------

# Ends the shell that calls it. Java takes names of files for UTF-8 only in such a locale. It holds
# the lock, if there is one, to its end; what it starts does not.
exec_control() {
  exec env RKV_LC_ALL="${LC_ALL-}" LC_ALL=C.UTF-8 RKV_DIR="${RKV_DIR:-$PWD}" \
    "$JAVA" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx64m \
    -Djava.io.tmpdir="${TMPDIR:-/tmp}" -cp "$JAR" "$CONTROL" ${HERE_ONLY:+--here} "$@"
}
has_java() { java=$(command -v "$JAVA") && [ -f "$java" ] && [ -x "$java" ]; }
has_control() { [ -f "$JAR" ] && [ ! -e "$JAR.building" ] && has_java; }
# Java may be too old or out of memory, and the jar damaged: they tell by running.
control_works() { has_control && (exec_control works) >/dev/null; }
need_java() { has_java || die "no Java: $JAVA cannot be run; install a JDK 17, or set JAVA_HOME"; }

# One at a time: else two that start at once start every replica twice. It is the directory that is
# locked, which needs no file: replicas must be stopped where the disk is full.
lock() {
  for tool in flock setsid; do
    command -v $tool >/dev/null 2>&1 || die "$tool (of util-linux) is needed"
  done
  exec 9<.
  if ! flock -n 9; then
    complain "waiting for another kv_r.sh to finish"
    flock -w $LOCK_SECONDS 9 || die "another kv_r.sh is still at work after $LOCK_SECONDS seconds"
  fi
  undo_build
  [ ! -f "$RUN_DIR/renewal.lock" ] || flock -w $LOCK_SECONDS "$RUN_DIR/renewal.lock" true ||
    die "a restart is still at work after $LOCK_SECONDS seconds"
}

need_run_dir() {
  { mkdir -p -- "$RUN_DIR" && [ -w "$RUN_DIR" ]; } || die "cannot write in $RUN_DIR"
}

# The sources may be missing, where only the jar was installed.
is_build_needed() {
  for source in src/main pom.xml kv.x; do
    [ -e $source ] && [ "$(find $source -type f -newer "$JAR" | head -n 1)" ] && return 0
  done
  return 1
}

build() {
  [ -f pom.xml ] || die "no $JAR, and no pom.xml to build it from, in $HERE"
  command -v mvn >/dev/null 2>&1 || die "Maven (mvn) is needed to build $JAR"
  say "building $JAR: mvn -q -B -DskipTests package"
  # Maven would write into the file that running replicas load their classes from: leave it to them.
  [ ! -f "$JAR" ] || mv -f -- "$JAR" "$JAR.old"
  mkdir -p target && true >"$JAR.building"
  if mvn -q -B -Dstyle.color=never -DskipTests package 9>&- && [ -f "$JAR" ]; then
    rm -f -- "$JAR.building" "$JAR.old"
  else
    undo_build
    die "the build failed"
  fi
}

# A build that is broken off leaves a jar without the libraries that are added to it at the end.
undo_build() {
  [ ! -e "$JAR.building" ] || rm -f -- "$JAR"
  [ -f "$JAR" ] || [ ! -f "$JAR.old" ] || mv -f -- "$JAR.old" "$JAR"
  rm -f -- "$JAR.building"
}

# build_for local|remote [NAME...]: what replicas of this machine, or others, are to run. Only where
# such are meant, and the first time: without the jar nobody can tell.
build_for() {
  [ -f "$JAR" ] || build
  is_build_needed || return 0
  where=$1
  shift
  choice=$(exec_control choose "$@") || exit $?
  case $choice in
    *"$where$TAB"*) build ;;
  esac
}

# --- one replica on this machine ------------------------------------------------------------------

# again FILES WORDS...: begins a replica with all words of its JVM.
again() {
  name=$1
  shift
  # The shell that becomes the JVM writes its own pid, when its arguments are already those that
  # a replica is known by.
  # shellcheck disable=SC2016 # expanded by that shell
  sh -c 'printf "%s\n" "$$" >"$0"; exec "$@"' "$RUN_DIR/$name.pid" "$@" \
    </dev/null >>"$RUN_DIR/$name.log" 2>&1 &
}

# begin [FILES NAME DATA OPTIONS]...: begins replicas, for class Control, which holds the lock and
# knows that they do not run. FILES is what their pid files and logs are called.
begin() {
  while [ $# -ge 4 ]; do
    # shellcheck disable=SC2086 # options are words
    again "$1" "$JAVA" ${RKV_JAVA_OPTS-} -cp "$JAR" "$MAIN" --host "$2" \
      ${RKV_PORT:+--port "$RKV_PORT"} ${3:+--data "$3"} $4
    shift 4
  done
}

# renew NAME: stops and starts a replica, as one step in a session of its own, which goes on to its
# end whatever becomes of this script, of the ssh that it came by, or of whoever asked.
renew() {
  setsid sh kv_r.sh --here renewal "$1" </dev/null >"$RUN_DIR/$1.renewal" 2>&1 9<&- &
  wait $!
  status=$?
  cat -- "$RUN_DIR/$1.renewal"
  return $status
}

# What renew does goes on without the lock of the script that asked for it.
lock_renewals() {
  exec 8>>"$RUN_DIR/renewal.lock"
  flock -w $LOCK_SECONDS 8 || die "another restart is still at work after $LOCK_SECONDS seconds"
}

# --- without Java or the jar: what its files and /proc tell of this machine -----------------------

# Prints pid and name of each replica that runs here, as classes LocalReplica and LiveProcess find
# them: processes of our own user, in our own namespaces and in this directory.
running() {
  (set +f && grep -lsaF -- "$MAIN" /proc/[0-9]*/cmdline) | while read -r cmdline; do
    process=${cmdline%/cmdline}
    [ -O "$process" ] || continue
    [ "$(readlink "$process/cwd")" = "$HERE" ] || continue
    for namespace in ns/mnt ns/pid; do
      [ "$(readlink "$process/$namespace")" = "$(readlink "/proc/self/$namespace")" ] || continue 2
    done
    name=$({ tr '\0' '\n' <"$cmdline"; } 2>/dev/null | awk -v main="$MAIN" '
      is_next { print; exit }
      { is_next = before == main && $0 == "--host"; before = $0 }')
    [ -z "$name" ] || say "${process#/proc/} $name"
  done
}

# Sets PID to the process of the replica, or to nothing.
find_pid() {
  PID=$(running | awk -v name="$1" '$2 == name { print $1; exit }')
  [ "$PID" ]
}

# Sets CHOSEN, the replicas to act on: those that run, or have a log.
choose_by_files() {
  complain "without $JAVA and $JAR no other machine is asked: only what runs or has a log here is" \
    "known"
  CHOSEN=$({
    find "$RUN_DIR" -name '*.log' 2>/dev/null | sed 's/\.log$//; s/.*\///'
    running | cut -d ' ' -f 2
  } | sort -u | tr '\n' ' ')
  for name in "$@"; do
    case " $CHOSEN" in
      *" $name "*) ;;
      *) die_of_usage "there is no log of \"$name\"; there are those of $CHOSEN" ;;
    esac
  done
  CHOSEN=${*:-$CHOSEN}
  [ "$CHOSEN" ] || die "there is no log in $RUN_DIR"
}

# rows_by_files NAME...: as far as processes, pid files and start files tell
rows_by_files() {
  for name in "$@"; do
    address=
    state=stopped
    if find_pid "$name"; then
      state=starting
      { read -r _ address <"$RUN_DIR/$name.start"; } 2>/dev/null
      [ -z "$address" ] || state=serving
    elif [ -f "$RUN_DIR/$name.pid" ]; then
      state=failed # stop takes the pid file away, so it ended by itself
    fi
    printf 'kv_r.sh row\t%s\t%s\t%s\t%s\t%s\t-\t-\n' \
      "$name" "${address:--}" "${PID:--}" "$state" "$RUN_DIR/$name.log"
  done
}

# shellcheck disable=SC2086 # names are words
status_by_files() {
  choose_by_files "$@"
  complain "replicas cannot be asked without $JAVA and $JAR: the states are those of the logs"
  rows_by_files $CHOSEN | awk -F '\t' '
    BEGIN {
      row = "%-22s  %-28s  %-7s  %-8s  %-7s  %-9s  %-5s  %-6s  %-6s  %-4s  %s  %s\n"
      printf row, "REPLICA", "ADDRESS", "PID", "STATE", "ENTRIES", "UNSETTLED", "PEERS", "WRITES",
        "UPTIME", "DATA", "LOG", "REASON"
    }
    { printf row, $2, $3, $4, $5, "-", "-", "-", "-", "-", "-", $6, "-" }
    $5 != "serving" { not_well = 1 }
    END { exit not_well }'
}

forget() { rm -f -- "$RUN_DIR/$1.pid" "$RUN_DIR/$1.start"; }

# Prints those of the replica file that are not among CHOSEN, and may be on other machines.
unknown_here() {
  for name in $(sed 's/#.*//' replica 2>/dev/null | tr '\r' ' '); do
    case " $CHOSEN " in *" $name "*) continue ;; esac
    case $name in 127.* | localhost* | ::1 | '[::1]'*) ;; *) say "$name" ;; esac
  done
}

# As class Shutdown does it, for one after the other.
stop_by_files() {
  [ "${1-}" != --all-at-once ] || shift
  choose_by_files "$@"
  elsewhere=
  [ $# -gt 0 ] || elsewhere=$(unknown_here)
  stopping=
  for name in $CHOSEN; do
    if find_pid "$name"; then
      kill "$PID"
      stopping="$stopping $name"
    else
      say "$name: not running"
      forget "$name"
    fi
  done
  seconds=0
  status=0
  for name in $stopping; do
    while find_pid "$name" && [ $seconds -lt 15 ]; do
      if [ $seconds -ge 10 ]; then
        complain "$name has not ended after 10 seconds: killing it"
        kill -s KILL "$PID"
      fi
      sleep 1
      seconds=$((seconds + 1))
    done
    if [ "$PID" ]; then
      status=1
    else
      say "$name: stopped"
      forget "$name"
    fi
  done
  for name in $elsewhere; do
    say "$name: unknown here; stop it on its machine"
    status=1
  done
  return $status
}

# logs_by_files [-f] [NAME...]
logs_by_files() {
  FOLLOW=
  if [ "${1:-}" = -f ]; then FOLLOW=yes && shift; fi
  choose_by_files "$@"
  set --
  for name in $CHOSEN; do set -- "$@" "$RUN_DIR/$name.log"; done
  [ -z "$FOLLOW" ] || exec tail -n 20 -F -- "$@"
  tail -n 100 -- "$@"
}

# --- commands -------------------------------------------------------------------------------------

# Until it is interrupted, or nobody reads it. The replica file may change meanwhile.
watch_status() {
  while :; do
    table=$(status "$@")
    [ $? -ne 2 ] || exit 2
    [ ! -t 1 ] || printf '\033[H\033[2J'
    { date '+%F %T' && say "$table"; } 2>/dev/null || die "what it prints cannot be written"
    sleep 1
  done
}

# ask status|row OTHERWISE NAME...: asked for often, so whether Java and the jar work is looked at
# only where this may be why it fails.
ask() {
  question=$1
  otherwise=$2
  shift 2
  if has_control; then
    (exec_control "$question" "$@")
    answer=$?
    case $answer in 0 | 2 | 130 | 143) return $answer ;; esac
    if control_works 2>/dev/null; then return $answer; fi
  fi
  "$otherwise" "$@"
}

status() { ask status status_by_files "$@"; }

script=$0
[ ! -L "$script" ] || script=$(readlink -f -- "$script")
CDPATH='' cd -- "$(dirname -- "$script")" || exit 1
HERE=$(pwd -P)
TAB=$(printf '\t')
HERE_ONLY=
if [ "${1-}" = --here ]; then HERE_ONLY=yes && shift; fi
case ${1-} in help | -h | --help) usage; exit ;; esac
read_settings
RUN_DIR=${RKV_RUN_DIR:-target/run}
JAVA=${JAVA_HOME:+$JAVA_HOME/bin/}java

command=${1-start}
[ $# -eq 0 ] || shift
case $command in
  start | restart)
    need_java
    lock
    need_run_dir
    build_for local "$@"
    exec_control "$command" "$@"
    ;;
  install)
    need_java
    lock
    build_for remote "$@"
    exec_control install "$@"
    ;;
  stop)
    lock
    if control_works; then exec_control stop "$@"; fi
    stop_by_files "$@"
    ;;
  status)
    if [ "${1:-}" = --watch ]; then
      shift
      watch_status "$@"
    fi
    status "$@"
    ;;
  logs)
    if control_works; then exec_control logs "$@"; fi
    logs_by_files "$@"
    ;;
  build)
    [ $# -eq 0 ] || die_of_usage "build takes no names"
    lock
    build
    ;;
  ready | launch | begin | again | await | renew | renewal | row) # steps, which class Control asks for, here or elsewhere
    if [ -z "$HERE_ONLY" ] || [ $# -eq 0 ]; then
      die_of_usage "\"$command\" is a step, not a command"
    fi
    case $command in
      begin) begin "$@" ;;
      again) again "$@" ;;
      row) ask row rows_by_files "$@" ;;
      *)
        # Nothing is built: all machines shall run what was built on one.
        need_java
        [ -f "$JAR" ] ||
          die "no $HERE/$JAR here; \"./kv_r.sh install\" at the other machine copies it"
        case $command in
          launch) lock && need_run_dir ;;
          renew)
            need_run_dir
            renew "$1"
            exit
            ;;
          renewal) lock_renewals ;;
        esac
        exec_control "$command" "$@"
        ;;
    esac
    ;;
  *) die_of_usage "unknown command \"$command\"; ./kv_r.sh help tells what there is" ;;
esac
