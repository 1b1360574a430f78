# shellcheck shell=bash disable=SC2034
# PgBouncer between lighttpd's responders and PostgreSQL; see lib/machine.

URL=http://keywheel.example.org
RESPONDERS=32

server_start() {
	keywheel-setup --group www-data
	cd /usr/local/share/doc/keywheel/pgbouncer
	cp pgbouncer.ini /etc/pgbouncer/
	runuser -u postgres -- psql -XAqt -d keywheel -f userlist.sql \
		-o /etc/pgbouncer/userlist.txt
	# As its unit does.
	runuser -u postgres -- pgbouncer -q -d /etc/pgbouncer/pgbouncer.ini
	sed -i '/^DATABASE_URL/s|@127.0.0.1/|@127.0.0.1:6432/|' \
		/etc/keywheel/keywheel.conf

	cp ../lighttpd/keywheel-spawn.conf \
		/etc/lighttpd/conf-available/20-keywheel.conf
	lighty-enable-mod keywheel
	install -d -o www-data -g www-data /run/lighttpd
	lighttpd -f /etc/lighttpd/lighttpd.conf
}

server_reload() {
	pkill -HUP -x pgbouncer
	pkill -USR1 -x lighttpd
}

server_stop() {
	pkill -INT -x lighttpd
	while pgrep -x lighttpd >/dev/null; do
		sleep 0.1
	done
	pkill -INT -x pgbouncer
}

server_logs() {
	echo /var/log/postgresql/pgbouncer.log /var/log/lighttpd/*
}
