# Sourced by the launcher and by CI: find_jdk prints the home of the first JDK 25 or newer, or fails.
# A JDK says its version in its file "release"; asking a JVM instead would cost most of a quick command's time.

is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 1
  version=
  if [ -r "$1/release" ]; then
    while IFS='="' read -r key _ value _; do
      [ "$key" = JAVA_VERSION ] && version=$value
    done <"$1/release"
  else
    version=$("$1/bin/javac" -version 2>&1 </dev/null | sed 's/^javac //')
  fi
  version=${version%%[!0-9]*}
  [ "${version:-0}" -ge 25 ] 2>/dev/null
}

find_jdk() {
  on_path=$(command -v java || true)
  [ -z "$on_path" ] || on_path=$(readlink -f "$on_path" || true)
  for home in "${JAVA_HOME:-}" "${on_path%/bin/java}" /usr/lib/jvm/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    if [ -n "$home" ] && is_jdk_25 "$home"; then
      # Absolute, since the build runs in another folder.
      (CDPATH='' && cd -- "$home" && pwd)
      return
    fi
  done
  return 1
}
