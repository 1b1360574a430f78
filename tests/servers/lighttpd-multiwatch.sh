# shellcheck shell=bash disable=SC2034
# lighttpd, and responders by spawn-fcgi and multiwatch; see lib/machine.

URL=http://keywheel.example.org
RESPONDERS=32

server_start() {
	local doc=/usr/local/share/doc/keywheel/lighttpd
	install -m 0755 $doc/keywheel-multiwatch /etc/init.d/keywheel
	/etc/init.d/keywheel start
	cp $doc/keywheel-multiwatch.conf \
		/etc/lighttpd/conf-available/20-keywheel.conf
	lighty-enable-mod keywheel
	/etc/init.d/lighttpd start
}

# With a configuration that is wrong reload says so, and nothing else happens.
refuse_wrong_configuration() {
	local file=/etc/keywheel/keywheel.conf pid said
	pid=$(cat /run/keywheel/multiwatch.pid)
	cp -p $file $file.good
	echo 'DATABASE_ULR=nowhere' >>$file
	if said=$(/etc/init.d/keywheel reload 2>&1); then
		return 1
	fi
	grep DATABASE_ULR <<<"$said" >/dev/null
	mv $file.good $file
	[[ $(cat /run/keywheel/multiwatch.pid) == "$pid" ]]
}

# Both at once: a new configuration of the web server, new responders.
server_reload() {
	refuse_wrong_configuration
	/etc/init.d/keywheel reload
	pkill -USR1 -x lighttpd
}

server_stop() {
	pkill -INT -x lighttpd
	while pgrep -x lighttpd >/dev/null; do
		sleep 0.1
	done
	/etc/init.d/keywheel stop
}

server_logs() {
	echo /var/log/lighttpd/* /var/log/keywheel.log
}
