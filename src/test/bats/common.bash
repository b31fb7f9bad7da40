# Shared by the bats files: TEST_SHELL (dash or bash) runs our scripts under the name `sh`, as `#!/bin/sh -p` would.

make_tree() { # a distribution with a stand-in for the Java image: it prints what it was given
    repository=$(cd "${BATS_TEST_DIRNAME}/../../.." && pwd)
    place=$(mktemp -d "${BATS_TMPDIR}/conda-stagehand.XXXXXX")
    ln -s "$(command -v "${TEST_SHELL:-dash}")" "${place}/sh"
    dist=${place}/dist
    mkdir -p "${dist}/lib/runtime/bin" "${dist}/lib/runtime/lib/server" "${dist}/site-config"
    cp -R "${repository}/src/main/dist/." "${dist}"
    printf '# a comment\n# local_root = "/var/lib/conda-stagehand"\n\n[table]\nkey = 1\n' >"${dist}/site-config/site.toml"
    echo 0.1.0 >"${dist}/lib/version"
    : >"${dist}/lib/conda-stagehand.jar"
    : >"${dist}/lib/libzstd-jni.so"
    fake_java "${dist}/lib/runtime/bin/java"
}
fake_java() { # FILE
    printf '%s\n' '#!/bin/sh' 'printf "java %s\n" "$0"' 'printf "argument %s\n" "$@"' 'command -p env' 'echo "pid $$"' >"$1"
    chmod 755 "$1"
}
remove_tree() {
    chmod -R u+w "${place}"
    rm -rf "${place}"
}
stagehand() { # FILE ARG...: the start script at FILE, under the shell that is tested
    "${place}/sh" -p "$@"
}
