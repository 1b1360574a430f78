# shellcheck shell=bash disable=SC2034
# lighttpd starts the responders; see lib/machine.

URL=http://keywheel.example.org
RESPONDERS=32

server_start() {
	keywheel-setup --group www-data
	cp /usr/local/share/doc/keywheel/lighttpd/keywheel-spawn.conf \
		/etc/lighttpd/conf-available/20-keywheel.conf
	lighty-enable-mod keywheel
	lighttpd -tt -f /etc/lighttpd/lighttpd.conf
	install -d -o www-data -g www-data /run/lighttpd
	lighttpd -f /etc/lighttpd/lighttpd.conf
}

server_reload() {
	pkill -USR1 -x lighttpd
}

server_stop() {
	pkill -INT -x lighttpd
	while pgrep -x lighttpd >/dev/null; do
		sleep 0.1
	done
}

server_logs() {
	echo /var/log/lighttpd/*
}
