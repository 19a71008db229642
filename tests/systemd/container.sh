# A Debian 12 with a real systemd, in a container with a network of its own and nothing of this machine in it. Sourced.
# Needs root, systemd-container and mmdebstrap. What it fetches from Debian's mirror, as this machine's apt is set up, is
# kept in $cache; the container's own changes lie in memory and are gone with it.

cache=${KETENSYNC_CACHE:-$here/build/systemd}
work=
init=

make_root() {
    [ -e "$cache/root/etc/debian_version" ] && return
    local sources=/etc/apt/sources.list
    [ -e /etc/apt/sources.list.d/debian.sources ] && sources=/etc/apt/sources.list.d/debian.sources
    mkdir -p "$cache/archives/partial"
    mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,procps,iproute2 bookworm "$cache/root.new" "$sources"
    mv "$cache/root.new" "$cache/root"
}

# prepare FILE...: a fresh root with these files in /root, and all the packages fetched that they need. Not booted yet.
prepare() {
    work=$(mktemp -d)
    mkdir "$work/t" "$work/m"
    mount -t tmpfs -o size=3g tmpfs "$work/t"
    mkdir "$work/t/u" "$work/t/w"
    mount -t overlay overlay -o "lowerdir=$cache/root,upperdir=$work/t/u,workdir=$work/t/w" "$work/m"
    rm -f "$work/m/etc/machine-id"
    cp "$@" "$work/m/root/"
    mkdir -p "$work/m/opt" "$work/m/var/cache/apt/archives/partial" "$cache/archives/partial"
    cp "$build"/tests/systemd/ketensync_{probe,revive,freeze} "$work/m/opt/"
    cp -L /etc/resolv.conf "$work/m/etc/resolv.conf"
    cp -n "$cache"/archives/*.deb "$work/m/var/cache/apt/archives/" 2> /dev/null || true
    mount --bind /proc "$work/m/proc"
    chroot "$work/m" apt-get update -qq
    chroot "$work/m" sh -c 'apt-get install -y -qq --download-only /root/*.deb' > /dev/null
    umount "$work/m/proc"
    cp -n "$work"/m/var/cache/apt/archives/*.deb "$cache/archives/" 2> /dev/null || true
    rm "$work/m/etc/resolv.conf"
    # It has no network to wait two minutes for.
    ln -s /dev/null "$work/m/etc/systemd/system/systemd-networkd-wait-online.service"
}

boot() {
    systemd-nspawn -q -D "$work/m" --boot --register=no --keep-unit --private-network --link-journal=no --console=pipe \
        --machine="ketensync-$$" --capability=CAP_BPF,CAP_PERFMON --system-call-filter=bpf < /dev/null > "$work/console" 2>&1 &
    nspawn=$!
    local state=
    for _ in $(seq 300); do
        [ -n "$init" ] || init=$(pgrep -P "$nspawn" -x systemd | head -n 1) || true
        [ -n "$init" ] && state=$(inside systemctl is-system-running 2> /dev/null || true)
        case "$state" in running | degraded) return ;; esac
        sleep 0.1
    done
    cat "$work/console"
    echo "the container did not start"
    exit 1
}

inside() { nsenter -t "$init" -m -u -i -n -p -C -- "$@"; }

halt() {
    if [ -n "$init" ]; then
        kill -s RTMIN+3 "$init" 2> /dev/null || true
        for _ in $(seq 200); do kill -0 "$init" 2> /dev/null || break; sleep 0.1; done
        kill -0 "$init" 2> /dev/null && kill -9 "$init"
        wait "$nspawn" 2> /dev/null || true
        init=
    fi
    if [ -n "$work" ]; then
        mountpoint -q "$work/m/proc" && umount "$work/m/proc"
        umount "$work/m" && umount "$work/t" && rm -r "$work"
        work=
    fi
    # What systemd-nspawn leaves, when it is told to make no scope.
    rmdir /sys/fs/cgroup/{systemd,unified}/{payload,supervisor} 2> /dev/null || true
}
