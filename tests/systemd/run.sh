#!/usr/bin/env bash
# The package under a real systemd: installed on a bare Debian 12 by following docs/first-steps.md, probed by a hostile
# program, killed, frozen, reloaded, stopped, upgraded and purged, with traffic, and its journal read.
# Usage: run.sh BUILD_FOLDER [STEP...]   KILLS=200 how often it is killed
set -uo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
shift
kills=${KILLS:-200}
failures=0
[ "$(id -u)" = 0 ] || { echo "run as root: a container is booted"; exit 77; }
. "$here/tests/systemd/container.sh"
trap halt EXIT

ok() { echo "ok    $*"; }
wrong() { echo "WRONG $*"; failures=$((failures + 1)); }
# expect WHAT COMMAND...: what the command answers is as it should be
expect() { local what=$1; shift; if "$@" > /dev/null 2>&1; then ok "$what"; else wrong "$what"; fi; }
same() { if [ "$2" = "$3" ]; then ok "$1: $2"; else wrong "$1: '$2' and not '$3'"; fi; }
show() { inside systemctl show -p "$1" --value ketensync; }
get() {
    inside timeout 5 bash -c 'exec 3<> /dev/tcp/127.0.0.1/9464 && printf "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" "$0" >&3 && cat <&3' "$1"
}
metric() { get /metrics | awk -v name="$1" '$1 == name { print $2 }' | tr -d '\r'; }
until_ready() {
    for _ in $(seq 300); do get /readyz 2> /dev/null | grep -q '^HTTP/1.1 200' && return; sleep 0.1; done
    wrong "the service is ready"
    inside journalctl --no-pager -u ketensync -n 20 -o cat
}
drop_in() { # drop_in NAME LINE...
    local name=$1; shift
    inside mkdir -p /etc/systemd/system/ketensync.service.d
    printf '%s\n' "$@" | inside sh -c "cat > /etc/systemd/system/ketensync.service.d/$name.conf"
    inside systemctl daemon-reload
}
everything() { (cd "$work/m" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./run -o -path ./tmp -o -path ./dev -o -path ./var/log -o -path ./var/cache -o -path ./var/tmp \) -prune -o -print | sort); }

step_install() {
    everything > "$work/before"
    "$here/tests/docs/commands_of.sh" "$here/docs/first-steps.md" root > "$work/m/root/first-steps"
    local begun=$EPOCHREALTIME
    if inside bash -c 'cd /root && export DEBIAN_FRONTEND=noninteractive && bash first-steps' > "$work/steps" 2>&1; then
        ok "a bare Debian 12 to a first dry run and a first run by docs/first-steps.md: $(echo "$EPOCHREALTIME - $begun" | bc | cut -c1-5) s"
    else
        wrong "docs/first-steps.md as root"; tail -n 30 "$work/steps"
    fi
    same "the service runs" "$(show ActiveState)/$(show SubState)" active/running
    until_ready
    same "its folders are for itself" "$(inside stat -c '%a %U:%G' /etc/ketensync /etc/ketensync/credentials /etc/ketensync/credentials/state-key /var/lib/ketensync | tr '\n' ' ')" \
        "750 root:ketensync 700 root:root 600 root:root 700 ketensync:ketensync "
    local status; status=$(inside cat "/proc/$(show MainPID)/status")
    same "no capability, no new rights, filters" "$(echo "$status" | awk '/^(CapEff|CapBnd|NoNewPrivs|Seccomp):/ { printf "%s ", $2 }')" "0000000000000000 0000000000000000 1 2 "
    expect "systemd counts its exposure as 1.0 at most" inside systemd-analyze security --no-pager --threshold=10 ketensync
    expect "the man page is there" test -s "$work/m/usr/share/man/man8/ketensync.8.gz"
    expect "completion is there" inside bash -n /usr/share/bash-completion/completions/ketensync
    expect "the start is in the journal" inside sh -c 'journalctl -u ketensync -o cat | grep -q "status pages on port 9464"'
}

step_probe() {
    inside ip address add 198.51.100.1/32 dev lo
    # The unit as it is shipped, with another program in it.
    sed -e 's#/usr/sbin/ketensync --config=[^ ]*#/opt/ketensync_probe#; s#/usr/sbin/ketensync#/opt/ketensync_probe#' \
        -e 's/^Type=.*/Type=oneshot/; /^\(WatchdogSec\|Restart\|RestartSec\|RestartPreventExitStatus\|ExecReload\|NotifyAccess\)=/d' \
        -e 's/^\[Install\]/StandardOutput=append:\/tmp\/probe.out\n[Install]/' \
        -e 's/^SocketBindAllow=ipv4:tcp:9464/&\nSocketBindAllow=ipv4:tcp:9465/' \
        "$work/m/lib/systemd/system/ketensync.service" > "$work/m/etc/systemd/system/probe.service"
    inside sh -c 'rm -f /tmp/probe.out; mkdir -p /home/x; touch /home/probe-file; systemctl daemon-reload; systemctl start probe'
    local out; out=$(inside cat /tmp/probe.out)
    echo "$out" | grep -E '^(ALLOWED|BROKEN)' | sed 's/^/      /'
    local denied; denied=$(echo "$out" | grep -c '^denied')
    if [ "$denied" -ge 25 ] && ! echo "$out" | grep -qE '^(ALLOWED|BROKEN)' && echo "$out" | grep -q '^denied io_uring_setup$'; then
        ok "a hostile program in its place is denied $denied things, and what the service needs works ($(echo "$out" | grep -c '^works'))"
    else
        wrong "a hostile program in its place: $denied denied"; inside journalctl --no-pager -u probe -n 5 -o cat
    fi
    inside sh -c 'rm -rf /home/x /home/probe-file /tmp/probe.out /etc/systemd/system/probe.service; systemctl daemon-reload'
}

# The simulated region, and the service reading all of it all the time.
traffic() {
    inside systemctl stop ketensync
    inside systemd-run -q --unit=region -p User=ketensync -p StateDirectory=ketensync-region \
        ketensync_region --folder=/var/lib/ketensync-region/r --persons=2000 --months=2
    for _ in $(seq 100); do inside test -e /var/lib/ketensync-region/r/server.json && break; sleep 0.1; done
    inside bash -c 'set -e; cd /var/lib/ketensync-region/r
        mkdir -p /etc/ketensync/sources.d && cp conf/sources.d/*.toml /etc/ketensync/sources.d/
        sed -i -E "s/schedule = \{ *(every|at) = \"[^\"]*\"[^}]*\}/schedule = { every = \"1s\" }/" /etc/ketensync/sources.d/*.toml
        chown root:ketensync /etc/ketensync/sources.d/*; chmod 640 /etc/ketensync/sources.d/*
        cd secrets; for name in *; do [ "$name" = state-key ] || { cp "$name" /etc/ketensync/credentials/; echo "LoadCredential=$name:/etc/ketensync/credentials/$name"; }; done > /tmp/credentials
        mkdir -p /etc/systemd/system/ketensync.service.d
        { echo "[Service]"; cat /tmp/credentials; } > /etc/systemd/system/ketensync.service.d/region.conf
        systemctl daemon-reload; systemctl start ketensync'
    until_ready
    for _ in $(seq 200); do [ "$(metric ketensync_review_pairs)" != 0 ] && break; sleep 0.2; done
}
advance() { inside systemd-run -q --wait -p User=ketensync ketensync_region --folder=/var/lib/ketensync-region/r --advance=1d; }

step_traffic() { traffic; }
step_kill() {
    traffic
    drop_in kills '[Unit]' 'StartLimitIntervalSec=0' '[Service]' 'RestartSec=100ms'
    local before; before=$(show NRestarts)
    local left=$kills part
    : > "$work/times"
    while [ "$left" -gt 0 ]; do
        part=$((left < 20 ? left : 20)); left=$((left - part))
        advance
        inside /opt/ketensync_revive "$part" 9464 "$left" >> "$work/times" || { wrong "ready again after each kill"; break; }
    done
    local p50 p99 most
    read -r p50 p99 most < <(sort -n "$work/times" | awk '{ t[NR] = $1 - 0.1 } END { printf "%.0f %.0f %.0f\n", 1000 * t[int((NR + 1) / 2)], 1000 * t[int(NR * 0.99)], 1000 * t[NR] }')
    local said="ready again after $(wc -l < "$work/times") kills with traffic, over RestartSec: p50 $p50 ms, p99 $p99 ms, most $most ms"
    if [ "$p99" -le 250 ]; then ok "$said"; else wrong "$said"; fi
    same "each kill is one restart" "$(($(show NRestarts) - before))" "$kills"
    # Nothing lost, nothing twice: what it holds is what one undisturbed run over the same region makes.
    inside sh -c "rm /etc/systemd/system/ketensync.service.d/kills.conf; systemctl daemon-reload"
    inside systemctl stop ketensync
    inside bash -c 'mkdir -p /tmp/c && cp /etc/ketensync/credentials/* /tmp/c/ && chmod 600 /tmp/c/* && chown -R ketensync /tmp/c'
    local reader="inside setpriv --reuid=ketensync --regid=ketensync --clear-groups"
    local lines="awk '/ records, .* golden/ { print \$1, \$2, \$4 }'"
    $reader env CREDENTIALS_DIRECTORY=/tmp/c ketensync --sync=all > /dev/null 2> "$work/killed.err"
    $reader env CREDENTIALS_DIRECTORY=/tmp/c ketensync --reconcile > /dev/null 2>> "$work/killed.err"
    $reader env CREDENTIALS_DIRECTORY=/tmp/c ketensync --sync=all 2>> "$work/killed.err" | eval "$lines" > "$work/killed"
    local config=/var/lib/ketensync-region/r/conf/ketensync.toml
    $reader ketensync --config=$config --sync=all > /dev/null 2>&1
    $reader ketensync --config=$config --reconcile > /dev/null 2>&1
    $reader ketensync --config=$config --sync=all 2> /dev/null | eval "$lines" > "$work/undisturbed"
    if [ -s "$work/killed" ] && diff "$work/killed" "$work/undisturbed" > "$work/difference"; then
        ok "after the kills it holds what an undisturbed run holds: $(tr '\n' ';' < "$work/killed")"
    else
        wrong "after the kills it holds what an undisturbed run holds"; cat "$work/difference" "$work/killed.err"
    fi
    inside rm -r /tmp/c
    inside sh -c 'systemctl daemon-reload; systemctl reset-failed ketensync; systemctl start ketensync'
    until_ready
}

# One thread after the other stands still, and only that one. The service must notice, or do its work without it.
step_hang() {
    drop_in hang '[Unit]' 'StartLimitIntervalSec=0' '[Service]' 'WatchdogSec=2' 'RestartSec=100ms'
    inside cp /etc/ketensync/ketensync.toml /root/kept.toml
    inside sed -i -E 's/^(connect_timeout|request_timeout|page_timeout) = .*/\1 = "2s"/; s/^run_timeout = .*/run_timeout = "5s"/' /etc/ketensync/ketensync.toml
    inside sh -c 'systemctl reset-failed ketensync; systemctl restart ketensync'
    until_ready
    local count; count=$(inside sh -c 'ls /proc/$(systemctl show -p MainPID --value ketensync)/task | wc -l')
    local index
    for index in $(seq "$count"); do
        local pid thread name begun took=
        pid=$(show MainPID)
        thread=$(inside sh -c "ls /proc/$pid/task | sort -n | sed -n ${index}p")
        [ -n "$thread" ] || continue
        inside sh -c "/opt/ketensync_freeze $thread > /tmp/frozen 2>&1 &"
        for _ in $(seq 100); do inside test -s /tmp/frozen && break; sleep 0.1; done
        name=$(inside cat /tmp/frozen)
        begun=$EPOCHREALTIME
        for _ in $(seq 80); do
            if [ "$(show MainPID)" != "$pid" ] && [ "$(show MainPID)" != 0 ]; then
                took=$(echo "$EPOCHREALTIME - $begun" | bc | cut -c1-4); break
            fi
            sleep 0.1
        done
        if [ -n "$took" ]; then
            ok "thread $index of $count ($name) hangs: started again after $took s"
        elif [ "$index" = 1 ]; then
            wrong "the first thread hangs, and the watchdog does not see it"
        else
            # Not noticed within 8 s: then it must not matter.
            local before after
            before=$(get /metrics | awk '/^ketensync_sync_runs_total/ { sum += $2 } END { print sum }'); sleep 3
            after=$(get /metrics | awk '/^ketensync_sync_runs_total/ { sum += $2 } END { print sum }')
            if [ "${after:-0}" -gt "${before:-0}" ]; then
                ok "thread $index of $count ($name) hangs: not noticed, and $((after - before)) runs ended in 3 s without it"
            else
                # The one that everything goes through: it may be silent for two minutes at its work.
                for _ in $(seq 150); do [ "$(show MainPID)" != "$pid" ] && break; sleep 1; done
                took=$(echo "$EPOCHREALTIME - $begun" | bc | cut -d. -f1)
                if [ "$(show MainPID)" != "$pid" ]; then
                    ok "thread $index of $count ($name) hangs and nothing gets on: started again after $took s"
                else
                    wrong "thread $index of $count ($name) hangs: nothing is noticed and nothing gets on"
                fi
            fi
            [ "$(show MainPID)" = "$pid" ] && inside systemctl kill -s KILL ketensync
        fi
        until_ready
        sleep 1
    done
    expect "the journal tells of the watchdog" inside sh -c 'journalctl -u ketensync -o cat | grep -q "Watchdog timeout"'
    inside sh -c 'cat /root/kept.toml > /etc/ketensync/ketensync.toml; rm /root/kept.toml /etc/systemd/system/ketensync.service.d/hang.conf; systemctl daemon-reload; systemctl reset-failed ketensync; systemctl restart ketensync'
    until_ready
}

step_reload() {
    local pid; pid=$(show MainPID)
    inside sed -i 's/^level = .*/level = "warning"/' /etc/ketensync/ketensync.toml
    inside systemctl reload ketensync; sleep 2
    same "a changed configuration is taken" "$(metric ketensync_config_last_reload_successful)" 1
    inside sed -i 's/^level = .*/levell = "info"/' /etc/ketensync/ketensync.toml
    inside systemctl reload ketensync; sleep 2
    same "a wrong one is refused" "$(metric ketensync_config_last_reload_successful)" 0
    expect "with its line in the journal" inside sh -c 'journalctl -u ketensync -o cat | grep -q "not reloaded: .*ketensync.toml:[0-9]*:[0-9]*: unknown key"'
    inside sed -i 's/^levell = .*/level = "info"/' /etc/ketensync/ketensync.toml
    inside systemctl reload ketensync; sleep 2
    same "and the repaired one is taken" "$(metric ketensync_config_last_reload_successful)" 1
    same "the process is the same" "$(show MainPID)" "$pid"
    inside sed -i 's/^levell* = .*/level = "info"/' /etc/ketensync/ketensync.toml
    # A wrong configuration at the start is no reason to try again and again.
    inside sh -c 'cp /etc/ketensync/ketensync.toml /root/kept.toml; echo "[nonsense]" >> /etc/ketensync/ketensync.toml; systemctl restart ketensync' > /dev/null 2>&1
    sleep 3
    same "78 is not started again" "$(show ExecMainStatus) $(show ActiveState)" "78 failed"
    inside sh -c 'cat /root/kept.toml > /etc/ketensync/ketensync.toml; rm /root/kept.toml; systemctl reset-failed ketensync; systemctl start ketensync'
    until_ready
}

step_stop() {
    local times=() begun
    for _ in $(seq 10); do
        begun=$EPOCHREALTIME
        inside systemctl stop ketensync
        times+=("$(echo "($EPOCHREALTIME - $begun) * 1000" | bc | cut -d. -f1)")
        [ "$(show Result)/$(show ExecMainStatus)" = success/0 ] || wrong "a stop ends well: $(show Result)/$(show ExecMainStatus)"
        inside sh -c 'systemctl reset-failed ketensync; systemctl start ketensync'
        until_ready
        sleep 0.$((RANDOM % 9))
    done
    local most; most=$(printf '%s\n' "${times[@]}" | sort -n | tail -n 1)
    if [ "$most" -le 5000 ]; then ok "ten stops with traffic end well, the longest in $most ms"; else wrong "a stop took $most ms"; fi
}

step_upgrade() {
    local next="$work/next"
    dpkg-deb -R "$work"/m/root/ketensync_*.deb "$next"
    sed -i 's/^Version: .*/Version: 99.0.0/' "$next/DEBIAN/control"
    sed -i '1s/^/# a remark of a newer version\n/' "$next/etc/ketensync/ketensync.toml"
    dpkg-deb -b --root-owner-group "$next" "$work/m/root/newer.deb" > /dev/null
    inside sh -c 'echo "# an operator was here" >> /etc/ketensync/ketensync.toml'
    inside systemctl reset-failed ketensync # its count of restarts begins anew
    local pid; pid=$(show MainPID)
    # The region's package goes with one version of the service.
    inside sh -c 'DEBIAN_FRONTEND=noninteractive dpkg --force-confold --force-depends -i /root/newer.deb' > "$work/upgrade" 2>&1 || { wrong "an upgrade"; cat "$work/upgrade"; }
    until_ready
    expect "an upgrade keeps what an operator wrote in a conffile" inside grep -q "an operator was here" /etc/ketensync/ketensync.toml
    expect "and the key" inside test -s /etc/ketensync/credentials/state-key
    if [ "$(show MainPID)" != "$pid" ]; then ok "the new version runs"; else wrong "the old version still runs"; fi
    same "without restarts of its own" "$(show NRestarts)" 0
}

step_purge() {
    inside sh -c 'systemctl stop region; rm -rf /var/lib/ketensync-region; DEBIAN_FRONTEND=noninteractive dpkg --force-depends -P ketensync-region' > /dev/null 2>&1
    inside sh -c 'DEBIAN_FRONTEND=noninteractive dpkg -P ketensync' > "$work/purge" 2>&1 || { wrong "a purge"; cat "$work/purge"; }
    expect "a purge says what it leaves" grep -q "left as they are: /var/lib/ketensync" "$work/purge"
    local left; left=$(everything | comm -13 "$work/before" - | grep -i ketensync | grep -v '^\./root/' | grep -vE '^\./(var/lib/ketensync|etc/ketensync/credentials)(/|$)|^\./etc/ketensync$|^\./opt/' | tr '\n' ' ')
    same "and leaves nothing else" "$left" ""
    inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /root/ketensync_*.deb' > "$work/again" 2>&1 || { wrong "installed again"; tail "$work/again"; }
    until_ready
    same "installed again, it opens the state that was left" "$(show ActiveState)" active
    inside sh -c 'systemctl stop ketensync; rm -r /var/lib/ketensync/*; DEBIAN_FRONTEND=noninteractive dpkg -P ketensync' > /dev/null 2>&1
    left=$(everything | comm -13 "$work/before" - | grep -i ketensync | grep -v '^\./root/\|^\./opt/' | tr '\n' ' ')
    same "without a state, a purge leaves nothing at all" "$left" ""
}

step_journal() {
    inside journalctl --no-pager -o cat -u ketensync > "$work/journal"
    local numbers; numbers=$(grep -oE '\b[0-9]{9}\b' "$work/journal" | awk '{ s = 0; for (i = 1; i <= 8; ++i) s += (10 - i) * substr($1, i, 1); s -= substr($1, 9, 1); if (s % 11 == 0) print }' | wc -l)
    same "no number that could be a BSN is in the journal ($(wc -l < "$work/journal") lines)" "$numbers" 0
    same "no secret of a source either" "$(inside sh -c 'cat /etc/ketensync/credentials/* 2> /dev/null' | grep -oE '[[:alnum:]_-]{16,}' | grep -v -- '-----' | sort -u | grep -cFf - "$work/journal")" 0
    same "and no report of a bug" "$(grep -ciE 'ketensync: bug|terminate called|assertion' "$work/journal")" 0
}

make_root || exit 1
rm -rf "$cache/deb"
"$here/systemd/debian/make.sh" "$cache/deb" "$build" > "$cache/deb.log" 2>&1 || { tail -n 20 "$cache/deb.log"; exit 1; }
prepare "$cache"/deb/ketensync*.deb || exit 1
boot
for step in ${*:-install probe kill hang reload stop journal upgrade purge}; do
    echo "== $step"
    step_"$step"
done
[ "$failures" = 0 ] && echo "all as it should be" || echo "$failures wrong"
exit $((failures > 0))
