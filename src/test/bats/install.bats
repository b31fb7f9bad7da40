#!/usr/bin/env bats
# install: with a stand-in for the Java image in the distribution, so that no JDK is needed.

load common

setup() {
    make_tree
    [ "$(id -u)" -ne 0 ] || chmod 755 "${place}"
    prefix=${place}/prefix
    root=${place}/root
}
teardown() {
    remove_tree
}
install_tree() {
    "${place}/sh" -p "${dist}/install" "$@"
}
snapshot() { # every name below the place, with type, mode and link target
    find "${place}" -printf '%y %m %P %l\n' | sort
}

@test "installs the tree, whose command works, and says what to type next" {
    run install_tree --prefix "${prefix}" --local-root "${root}"
    [ "${status}" -eq 0 ]
    [ "${output}" = "conda-stagehand 0.1.0 is in ${prefix}; type next: ${prefix}/bin/conda-stagehand --help" ]
    run "${prefix}/bin/conda-stagehand" --version
    [ "${lines[0]}" = "java $(readlink -f "${prefix}/lib")/runtime/bin/java" ]
    [ -d "${prefix}/etc" ]
    [ ! -e "${prefix}/lib/training" ]
}

@test "the units for systemd run what was installed" {
    cp -R "${repository}/site-config/systemd" "${dist}/site-config"
    install_tree --prefix "${prefix}" --local-root "${root}"
    units=${prefix}/site-config/systemd
    grep -qxF "ExecStart=${prefix}/bin/conda-stagehand sweep" "${units}/conda-stagehand-sweep.service"
    [ -z "$(grep -r /opt/conda-stagehand "${units}")" ]
    command -v systemd-analyze >/dev/null || skip 'no systemd-analyze on this machine'
    mkdir "${prefix}/docs" && : >"${prefix}/docs/how-it-works.md"
    run systemd-analyze verify "${units}/conda-stagehand-sweep.timer" "${units}/conda-stagehand-sweep.service"
    [ "${output}" = '' ]
}

@test "makes the local root with its directories, twice the same" {
    install_tree --prefix "${prefix}" --local-root "${root}"
    top=700
    [ "$(id -u)" -ne 0 ] || top=755
    expected=$(
        printf '%s\n' "${top} " '1777 users' '755 cache' '755 cache/images' '1777 cache/v1' '700 records' '711 jobs' '711 trash' '755 turns' '755 turns/line'
        seq -f '755 turns/%g' 64
        [ "$(id -u)" -ne 0 ] ||
            printf '%s\n' '777 cache/site' "755 cache/v1/$(id -u conda-stagehand)" "1777 cache/v1/$(id -u conda-stagehand)/.wanted"
    )
    [ "$(find "${root}" -printf '%m %P\n' | sort -k 2)" = "$(sort -k 2 <<<"${expected}")" ]
    touch "${root}/users/kept"
    chmod 777 "${root}/records"
    install_tree --prefix "${prefix}" --local-root "${root}"
    [ -e "${root}/users/kept" ]
    [ "$(stat -c %a "${root}/records")" = 700 ]
}

@test "writes the local root into site.toml, once and before the first table" {
    install_tree --prefix "${prefix}" --local-root "${root}"
    expected=$(sed "s:^# local_root = .*:local_root = \"${root}\":" "${dist}/site-config/site.toml")
    [ "$(cat "${prefix}/site-config/site.toml")" = "${expected}" ]
    sed -i '/local_root/d' "${dist}/site-config/site.toml"
    install_tree --prefix "${prefix}"
    [ "$(head -n 1 "${prefix}/site-config/site.toml")" = "local_root = \"${root}\"" ]
    [ "$(grep -c . "${prefix}/site-config/site.toml")" -eq 4 ]
}

@test "an upgrade swings lib to the new version and keeps the one before for programs that run" {
    install_tree --prefix "${prefix}" --local-root "${root}"
    first=$(readlink "${prefix}/lib")
    echo 0.2.0 >"${dist}/lib/version"
    rm -r "${dist}/bin"
    cp -R "${repository}/src/main/dist/bin" "${dist}"
    echo '# changed' >>"${dist}/bin/conda-stagehand"
    exec 8<"${prefix}/bin/conda-stagehand" # as a shell that is in the middle of it
    install_tree --prefix "${prefix}"
    second=$(readlink "${prefix}/lib")
    [ "${first}" != "${second}" ]
    [ -x "${prefix}/${first}/runtime/bin/java" ]
    [ "$(tail -n 1 "${prefix}/bin/conda-stagehand")" = '# changed' ]
    [ "$(tail -n 1 <&8)" != '# changed' ]
    install_tree --prefix "${prefix}"
    [ ! -e "${prefix}/${first}" ]
    [ -x "${prefix}/${second}/runtime/bin/java" ]
    [ "$(grep "^local_root" "${prefix}/site-config/site.toml")" = "local_root = \"${root}\"" ]
}

@test "an edited site.toml stays and a new default lies beside it, with one line" {
    install_tree --prefix "${prefix}" --local-root "${root}"
    echo 'mine = true' >>"${prefix}/site-config/site.toml"
    run install_tree --prefix "${prefix}"
    [ "${#lines[@]}" -eq 1 ]
    [ ! -e "${prefix}/site-config/site.toml.new" ]
    echo 'new_key = 2' >>"${dist}/site-config/site.toml"
    run install_tree --prefix "${prefix}"
    [ "${#lines[@]}" -eq 2 ]
    [[ "${output}" == *"\`${prefix}/site-config/site.toml\` was edited and stays"* ]]
    [ "$(tail -n 1 "${prefix}/site-config/site.toml")" = 'mine = true' ]
    cmp "${dist}/site-config/site.toml" "${prefix}/site-config/site.toml.new"
    run install_tree --prefix "${prefix}" --local-root "${place}/other"
    grep -Fx "local_root = \"${place}/other\"" "${prefix}/site-config/site.toml"
    grep -Fx 'mine = true' "${prefix}/site-config/site.toml"
}

@test "refuses paths that cannot work, in one line" {
    for bad in relative ./here '/with blank' /with:colon '/with"quote' '/with*star' /up/../there / ''; do
        before=$(snapshot)
        run install_tree --prefix "${bad}" --local-root "${root}"
        [ "${status}" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
        [ "$(snapshot)" = "${before}" ]
    done
    run install_tree --prefix
    [ "${status}" -eq 2 ]
    run install_tree --prefix "${prefix}" --surprise
    [ "${status}" -eq 2 ]
}

@test "refuses a directory whose lib is someone else's" {
    mkdir -p "${prefix}/lib"
    before=$(snapshot)
    run install_tree --prefix "${prefix}" --local-root "${root}"
    [ "${status}" -eq 69 ]
    [[ "${output}" == *"is not ours"* ]]
    [ "$(snapshot)" = "${before}" ]
}

@test "notes the decompressor that stages soonest, and none where nothing was staged" {
    [ -x /usr/bin/igzip ] || skip "no igzip"
    install_tree --prefix "${prefix}" --local-root "${root}"
    [ ! -e "${prefix}/lib/decompressor" ]
    # shellcheck disable=SC2016 # for the stand-in
    printf '%s\n' '#!/bin/sh' 'for argument; do case ${argument} in' '-Dconda.stagehand.home=*) home=${argument#*=} ;;' \
        'stage) staging=yes ;;' 'esac; done' '[ "${staging-}" = yes ] || exit 0' 'mkdir -p "${argument}/conda-meta"' \
        'grep -q igzip "${home}/lib/decompressor" || command -p sleep 0.2' >"${dist}/lib/runtime/bin/java"
    install_tree --prefix "${prefix}"
    grep -Fx 'gzip=/usr/bin/igzip' "${prefix}/lib/decompressor"
    [ ! -e "${prefix}/lib/measuring" ]
}

@test "a failure leaves nothing of it" {
    printf '#!/bin/sh\necho "cannot start"; exit 1\n' >"${dist}/lib/runtime/bin/java"
    before=$(snapshot)
    run install_tree --prefix "${place}/new/deep" --local-root "${root}"
    [ "${status}" -eq 69 ]
    [ "${output}" = 'conda-stagehand: error: the program does not start: cannot start' ]
    [ "$(snapshot)" = "${before}" ]
}

@test "a failed upgrade leaves the version before in use" {
    install_tree --prefix "${prefix}" --local-root "${root}"
    printf '#!/bin/sh\nexit 1\n' >"${dist}/lib/runtime/bin/java"
    echo 'new_key = 2' >>"${dist}/site-config/site.toml"
    before=$(snapshot)
    content=$(cat "${prefix}/site-config/site.toml")
    run install_tree --prefix "${prefix}"
    [ "${status}" -eq 69 ]
    [ "$(snapshot)" = "${before}" ]
    [ "$(cat "${prefix}/site-config/site.toml")" = "${content}" ]
}

@test "a signal in the middle leaves nothing of it" {
    printf '#!/bin/sh\n: >"%s/reached"\nwhile [ ! -e "%s/go" ]; do :; done\n' "${place}" "${place}" \
        >"${dist}/lib/runtime/bin/java"
    before=$(snapshot)
    "${place}/sh" -p "${dist}/install" --prefix "${prefix}" --local-root "${root}" 2>/dev/null &
    deadline=$((SECONDS + 60))
    until [ -e "${place}/reached" ]; do [ "${SECONDS}" -lt "${deadline}" ]; done
    kill -TERM "$!"
    touch "${place}/go" # a shell takes the signal when its child is done
    status=0
    wait "$!" || status=$?
    [ "${status}" -eq 143 ]
    rm "${place}/reached" "${place}/go"
    [ "$(snapshot)" = "${before}" ]
}

@test "whatever the umask and the checkout's modes, others can read and only the owner can write" {
    chmod -R go-rwx "${dist}"
    chmod 777 "${dist}/bin" "${dist}/lib/conda-stagehand.jar"
    umask 077
    install_tree --prefix "${prefix}" --local-root "${root}"
    [ -z "$(find "${prefix}" ! -type l ! -perm -444)" ]
    [ -z "$(find "${prefix}" ! -type l -perm /022)" ]
    [ -z "$(find "${prefix}" -type d ! -perm -111)" ]
    [ -z "$(find "${prefix}" ! -uid "$(id -u)")" ]
}

@test "root trusts no local root that others can change" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    mkdir "${place}/open" "${place}/theirs"
    chmod 777 "${place}/open"
    chown 65534 "${place}/theirs"
    ln -s "${place}" "${place}/link"
    for bad in "${place}/open/root" "${place}/theirs/root" "${place}/link/root"; do
        before=$(snapshot)
        run install_tree --prefix "${prefix}" --local-root "${bad}"
        [ "${status}" -eq 69 ]
        [ "${#lines[@]}" -eq 1 ]
        [ "$(snapshot)" = "${before}" ]
    done
}

@test "a user without root installs, with a local root of her own" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    mkdir "${place}/hers"
    chown 65534 "${place}/hers"
    chmod -R go+rX "${dist}"
    run setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ PATH="${PATH}" "${place}/sh" -p "${dist}/install" \
        --prefix "${place}/hers/tree" --local-root "${place}/hers/root"
    [ "${status}" -eq 0 ]
    [ "$(stat -c '%u %a' "${place}/hers/root")" = '65534 700' ]
    before=$(snapshot)
    run setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ PATH="${PATH}" "${place}/sh" -p "${dist}/install" \
        --prefix "${place}/notherse" --local-root "${place}/hers/root"
    [ "${status}" -eq 69 ]
    [ "${#lines[@]}" -eq 1 ]
    [ "$(snapshot)" = "${before}" ]
}

@test "a package's upgrades put one default after the other beside an edited site.toml" {
    mkdir "${prefix}"
    mv "${dist}" "${prefix}/.package" # from where files are not copied but get second names
    dist=${prefix}/.package
    install_tree --prefix "${prefix}" --local-root "${root}"
    echo 'mine = true' >>"${prefix}/site-config/site.toml"
    for key in one two two; do
        sed "\$a ${key} = 1" "${dist}/site-config/site.toml" >"${place}/default"
        mv "${place}/default" "${dist}/site-config/site.toml"
        run install_tree --prefix "${prefix}"
        [ "${status}" -eq 0 ]
        cmp "${dist}/site-config/site.toml" "${prefix}/site-config/site.toml.new"
        [ -z "$(find "${prefix}" -name '.new.*')" ]
    done
    run install_tree --prefix "${prefix}"
    [ "${status}" -eq 0 ]
}

@test "hooks that stage where the site.toml does not say are told of, with what to type" {
    install_tree --prefix "${prefix}" --local-root "${root}"
    echo "local_root=${root}" >"${prefix}/etc/hooks.conf"
    run install_tree --prefix "${prefix}"
    [ "${#lines[@]}" -eq 1 ]
    echo 'local_root=/elsewhere' >"${prefix}/etc/hooks.conf"
    run install_tree --prefix "${prefix}"
    [ "${status}" -eq 0 ]
    [ "${#lines[@]}" -eq 2 ]
    [[ "${output}" == *"warning: \`${prefix}/site-config/site.toml\` says local_root \`${root}\`, but the hooks stage in \`/elsewhere\`"* ]]
}

remove_for_purge() { # what remove leaves of a tree whose local root is `root`
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    "${dist}/libexec/local-root" "${root}"
    mkdir -p "${prefix}/.removed"
    cp "${dist}/install.d/purge" "${dist}/libexec/strike" "${prefix}/.removed"
    echo "${root}" >"${prefix}/.removed/local-root"
}
purge() {
    mkdir -p -m 700 "${place}/closed" # root's home, say, to which no user can go back
    run env -C "${place}/closed" "${place}/sh" -p "${prefix}/.removed/purge"
    [ "${status}" -eq 0 ]
}

@test "purge deletes what local-root made, with users' own below it and the metrics" {
    remove_for_purge
    install -d -o 65534 -m 700 "${root}/users/65534"
    install -d -o 65534 "${root}/users/65534/jobs"
    install -d -o 65534 "${root}/cache/v1/65534" "${root}/cache/v1/65534/entry"
    install -o 65534 -m 400 /dev/null "${root}/cache/v1/65534/entry/file"
    chmod 500 "${root}/cache/v1/65534/entry"
    mkdir "${root}/cache/images/key"
    touch "${root}/cache/images/key.sqfs" "${root}/cache/images/.key.lock" "${root}/records/metrics" "${root}/records/metrics.new"
    purge
    [ "${output}" = '' ]
    [ ! -e "${root}" ]
    [ ! -e "${prefix}" ]
}

@test "purge leaves what others have below a local root that is a whole disk, and says what" {
    remove_for_purge
    install -d -o 65534 "${root}/users/alice" "${root}/users/alice/empty" "${root}/empty" "${root}/users/1000001"
    mkdir "${root}/data" "${root}/data/empty" "${root}/cache/v1/65534"
    touch "${root}/data/ref.db" "${root}/users/alice/thesis" "${root}/cache/v1/65534/roots"
    ln -s "${root}/data" "${root}/users/7"
    before=$(cd "${root}" && find data empty users cache/v1/65534 | sort)
    purge
    [ "$(cd "${root}" && find data empty users cache/v1/65534 | sort)" = "${before}" ]
    for name in data empty users/alice users/1000001 users/7 cache/v1/65534; do grep -qxF "    ${name}" <<<"${output}"; done
    [ "$(cd "${root}" && find . -mindepth 1 -maxdepth 1 | sort | paste -sd ' ')" = './cache ./data ./empty ./users' ]
    [[ "${output}" == *"rm -r --one-file-system ${root}/"* ]]
    [ ! -e "${prefix}" ]
}

@test "purge keeps what is in use, and itself for later" {
    remove_for_purge
    install -d -o 65534 "${root}/users/65534" "${root}/users/65534/jobs" "${root}/users/65534/jobs/local-1"
    purge
    [[ "${output}" == *"for something of a job is in it: ${root}/users/65534; when that is over: ${prefix}/.removed/purge" ]]
    rm -r "${root}/users/65534"
    touch "${root}/records/sge-default-all.q-1.1"
    purge
    [[ "${output}" == *": ${root}/records/sge-default-all.q-1.1; when"* ]]
    rm "${root}/records/sge-default-all.q-1.1"
    mkdir "${prefix}/bin"
    purge
    [[ "${output}" == *"nothing is purged: \`${prefix}\` is installed again" ]]
    rmdir "${prefix}/bin"
    [ -d "${root}/turns/line" ]
    purge
    [ ! -e "${root}" ]
}

@test "purge touches no directory that is not a local root, root's alone from the top down" {
    remove_for_purge
    # what a site.toml can say by mistake
    mv "${root}" "${place}/real"
    for how in symlink below-symlink theirs writable no-records no-turns; do
        cp -a "${place}/real" "${place}/root"
        at=${place}/root
        case ${how} in
            symlink) mv "${place}/root" "${place}/other" && ln -s other "${place}/root" ;;
            below-symlink) ln -s . "${place}/link" && at=${place}/link/root ;;
            theirs) chown 65534 "${place}/root" ;;
            writable) chmod 775 "${place}/root" ;;
            no-records) chmod 755 "${place}/root/records" ;;
            no-turns) rmdir "${place}/root/turns/line" ;;
        esac
        cp -a "${prefix}" "${place}/kept"
        echo "${at}" >"${prefix}/.removed/local-root"
        purge
        [[ "${output}" == *"\`${at}\` is kept: it is not what libexec/local-root makes"* ]]
        [ -d "${at}/users" ]
        [ -L "${at}/cache/site" ]
        rm -rf "${place}/root" "${place}/other" "${place}/link"
        mv "${place}/kept" "${prefix}"
    done
}
