# For the bats files about upgrades: a new version for the tree of the world, put there by its own `install`. Read by `load`.
# shellcheck disable=SC2154 # variables of hooked.bash

as_installed() { # the tree as `install` leaves it, where hooked.bash has copied it: lib is a symlink
    mkdir "${TREE}/.lib"
    mv "${TREE}/lib" "${TREE}/.lib/0.0.1.before"
    ln -s .lib/0.0.1.before "${TREE}/lib"
}
new_version() { # makes a distribution, NEW, whose files all differ from the tree's; its start-up archive is made already
    repository=${BATS_TEST_DIRNAME}/../../..
    export NEW=${WORLD_DIR}/new
    mkdir -p "${NEW}/lib"
    cp -R "${repository}/src/main/dist/." "${NEW}"
    cp -R "$(readlink -f "${STAGEHAND_TREE}/lib")/." "${NEW}/lib"
    for part in prolog epilog site-config; do cp -R "${repository}/${part}" "${NEW}"; done
    for step in runtime decompressor; do printf '#!/bin/sh\nexit 0\n' >"${NEW}/install.d/${step}"; done
    for file in "${NEW}"/bin/* "${NEW}"/libexec/* "${NEW}"/prolog/* "${NEW}"/epilog/*; do sed -i '2i # newer, and of another length' "${file}"; echo '# new' >>"${file}"; done
    echo 99.0 >"${NEW}/lib/version"
}
is_new() { # the whole tree
    [[ $(readlink "${TREE}/lib") == .lib/99.0.* ]]
    for file in "${TREE}"/bin/* "${TREE}"/libexec/* "${TREE}"/prolog/* "${TREE}"/epilog/*; do
        [ "$(tail -n 1 "${file}")" = '# new' ] || { echo "still old: ${file}" && return 1; }
    done
}
