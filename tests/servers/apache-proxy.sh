# shellcheck shell=bash disable=SC2034
# Responders that run by themselves, Apache with mod_proxy_fcgi before them; see
# lib/machine.

URL=http://keywheel.example.org
RESPONDERS=64

server_start() {
	keywheel-setup
	install -d -o keywheel -g www-data -m 2710 /run/keywheel
	touch /var/log/keywheel.log && chmod 0640 /var/log/keywheel.log
	runuser -u keywheel -- /usr/local/libexec/keywheel/keywheel.fcgi \
		--listen /run/keywheel/fcgi.sock --socket-mode 0660 \
		--pid-file /run/keywheel/fcgi.pid >>/var/log/keywheel.log 2>&1 &
	cp /usr/local/share/doc/keywheel/apache/keywheel-proxy.conf \
		/etc/apache2/sites-available/keywheel.conf
	a2enmod -q proxy_fcgi headers
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
	kill "$(cat /run/keywheel/fcgi.pid)"
}

server_logs() {
	echo /var/log/apache2/* /var/log/keywheel.log
}
