#!/bin/sh
# The rkv command: this script with rkv.jar behind it. Java reads the file as a jar from its end;
# the shell never gets that far, since exec replaces it.
fail() {
  echo "rkv: $1; install Java 17 or newer (Debian: openjdk-17-jre-headless) or set JAVA_HOME" >&2
  exit 1
}
if [ -n "$JAVA_HOME" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  java=$JAVA_HOME/bin/java
else
  java=$(command -v java) || fail 'no java found'
fi
# Java's own words about a class file that is too new help nobody. Where the installation says
# which version it is, ask that first: starting java just for this would double the time.
release=$(readlink -f "$java" 2>/dev/null)
release=${release%/bin/java}/release
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
# LC_ALL=C: the system's error texts in English, as the C client prints them. The arguments stay
# bytes whatever the locale: see org.rkv.cli.CommandLine.
LC_ALL=C exec "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx64m \
  "-Drkv.name=$0" -jar "$0" "$@"
exit 127
