#!/usr/bin/env bash
#
# host.sh DIR N: the first process of host number N, in namespaces of its own.
# It waits for a line, which says that its two networks are there, and starts
# responders and lighttpd. DIR has keywheel.conf and lighttpd.conf.

set -euo pipefail
dir=$1
n=$2
read -r _

ip link set lo up
ip address add "10.88.$n.2/24" dev front
ip address add "10.89.$n.2/24" dev back
ip link set front up
ip link set back up
ip route add 10.90.0.1/32 via "10.88.$n.1"

"${builddir:?}/keywheel.fcgi" --conf "$dir/keywheel.conf" \
	--listen "$dir/run/fcgi.sock" 2>>"$dir/log/responders.log" &
lighttpd -D -f "$dir/run/lighttpd.conf" 2>>"$dir/log/lighttpd.log" &
wait
