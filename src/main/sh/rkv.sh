#!/bin/sh
# shellcheck disable=SC3013,SC3067 # -nt, -O: every sh has them; -nt is POSIX since 2024
# The rkv command: this script with rkv.jar behind it. Java reads the file as a jar from its end;
# the shell never gets that far, since exec replaces it.
fail() {
  echo "rkv: $1; install Java 17 or newer (Debian: openjdk-17-jre-headless) or set JAVA_HOME" >&2
  exit 1
}
# What Java itself heeds and speaks of, in each case with a line that the C client has not.
unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JDK_ALTERNATE_VM _JAVA_LAUNCHER_DEBUG _JAVA_SR_SIGNUM
if [ -n "$JAVA_HOME" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  java=$JAVA_HOME/bin/java
else
  java=$(command -v java) || fail 'no java found'
fi
# Java's own words about a class file that is too new help nobody. Where the installation says
# which version it is, ask that first: starting java just for this would double the time.
release=$(readlink -f "$java" 2>/dev/null)
release=${release%/bin/java}/release
version=
if [ -r "$release" ]; then
  while IFS='="' read -r name _ version _; do
    if [ "$name" = JAVA_VERSION ]; then
      major=${version#1.}
      major=${major%%[!0-9]*}
      [ "${major:-17}" -ge 17 ] || fail "$java is version $version"
      break
    fi
  done <"$release"
fi
# Classes that are ready to be mapped save a third of the time: an archive of them beside this file,
# as the build makes it, or else one in the user's cache, made by the first run. Java checks that an
# archive fits to itself and to this file, and does without one that does not. One that is older than
# this file is made anew; an empty one says that it could not be made.
umask 077 # What is kept holds keys and values; and nobody else may write what Java maps.
archive=$0.jsa
if [ ! "$archive" -nt "$0" ]; then
  cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}/rkv
  place=$0
  while [ "$place" != "${place#*/}" ]; do
    place=${place%%/*}_${place#*/}
  done
  archive=$cache/$place-$version.jsa
  if [ ! "$archive" -nt "$0" ] && [ "${#place}" -lt 150 ] && [ "$cache" != "${cache#/*/}" ] &&
    mkdir -p "$cache" && [ -O "$cache" ] && [ -w "$cache" ]; then
    # Under a name of its own, then renamed: another run may be doing the same.
    "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -Xlog:disable \
      -XX:ArchiveClassesAtExit="$archive.$$" -cp "$0" org.rkv.cli.ArchiveTraining \
      >/dev/null </dev/null || : >"$archive.$$"
    [ -e "$archive.$$" ] || : >"$archive.$$"
    mv -f "$archive.$$" "$archive"
  fi 2>/dev/null
  [ -O "$archive" ] || archive= # With sudo, HOME may be somebody else's.
fi
[ -s "$archive" ] || archive=
# A stream that is closed would be opened again by Java as some file of its own. What cannot be
# written must be an error; what is said to nobody need not.
closed=
{ true 3<&0; } 2>/dev/null || { closed=0 && exec </dev/null; }
{ true 3>&1; } 2>/dev/null || exec >/dev/full
true 3>&2 || exec 2>/dev/null
terminals=
for stream in 1 2; do
  [ ! -t "$stream" ] || terminals=$terminals$stream
done
# C.UTF-8: the system's error texts in English, as the C client prints them, and names of files as
# they are. The arguments stay bytes whatever the locale: see org.rkv.cli.CommandLine. -Xlog:disable:
# no word about an archive that does not fit; -PrintWarnings: nor about a file .hotspotrc that lies
# here, or anything else; -UsePerfData: no file in /tmp, which may be full.
LANGUAGE='' LC_ALL=C.UTF-8 exec "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -Xlog:disable \
  -XX:+UnlockDiagnosticVMOptions -XX:-PrintWarnings -XX:-UsePerfData -Xshare:auto \
  ${archive:+"-XX:SharedArchiveFile=$archive"} "-Drkv.terminals=$terminals" "-Drkv.closed=$closed" \
  "-Drkv.name=$0" -jar "$0" "$@"
exit 127
