# shellcheck shell=bash disable=SC2034
# Apache starts the responders with mod_fcgid; see lib/machine.

URL=http://keywheel.example.org
RESPONDERS=64
# mod_fcgid ends the answer of a responder that died as if it were whole; its
# last event is missing (keywheel-apache(7)).
CANNOT="break"

server_start() {
	keywheel-setup --group www-data
	cp /usr/local/share/doc/keywheel/apache/keywheel-fcgid.conf \
		/etc/apache2/sites-available/keywheel.conf
	a2enmod -q fcgid headers
	a2ensite -q keywheel
	apachectl configtest
	apachectl start
}

server_reload() {
	apachectl graceful
}

server_stop() {
	apachectl graceful-stop
	while pgrep -x apache2 >/dev/null; do
		sleep 0.1
	done
}

server_logs() {
	echo /var/log/apache2/*
}
