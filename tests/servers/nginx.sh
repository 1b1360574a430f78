# shellcheck shell=bash disable=SC2034
# nginx, and responders by spawn-fcgi and multiwatch; see lib/machine.

URL=http://keywheel.example.org
RESPONDERS=32

server_start() {
	local doc=/usr/local/share/doc/keywheel
	install -m 0755 $doc/lighttpd/keywheel-multiwatch /etc/init.d/keywheel
	/etc/init.d/keywheel start
	cp $doc/nginx/keywheel.conf /etc/nginx/sites-available/keywheel
	ln -s ../sites-available/keywheel /etc/nginx/sites-enabled/
	cp $doc/nginx/keywheel-main.conf \
		/etc/nginx/modules-enabled/90-keywheel.conf
	nginx -t
	nginx
}

# Both at once: a new configuration of the web server, new responders.
server_reload() {
	/etc/init.d/keywheel reload
	nginx -s reload
}

server_stop() {
	nginx -s quit
	while pgrep -x nginx >/dev/null; do
		sleep 0.1
	done
	/etc/init.d/keywheel stop
}

server_logs() {
	echo /var/log/nginx/* /var/log/keywheel.log
}
