# shellcheck shell=bash disable=SC2034
# A shared host: Apache as Debian has it, which allows .htaccess; a database
# whose only role may do nothing else; none of our libraries. What the user does
# is in README.txt of the archive. For tests/servers/shared-*.sh.

URL=http://keywheel.example.org/keywheel
# There is no limit but Apache's; a process for each takes its time to start.
RESPONDERS=16
# What no .htaccess can change: AllowEncodedSlashes; Apache reads what a CGI
# program answers when it has given it the whole body; CGI knows no other end of
# an answer than that it ends.
CANNOT='slash early break'

web=/var/www/html
private=$web/keywheel/private
secret=quartz-Lantern-47-drizzle

host() {
	mkdir -p /run/lock
	cat >/etc/apache2/conf-enabled/host.conf <<-END
		ServerName keywheel.example.org
		<Directory $web>
			AllowOverride All
		</Directory>
	END
	as_postgres psql -q -c "create role customer login password 'p@ss/w#1'" \
		-c 'create database customer owner customer'
}

# Steps 2 to 6 of README.txt; $1: which .htaccess.
unpack() {
	"$srcdir/cgi-bin/pack" '' "$web/"
	if [[ $1 != cgi ]]; then
		mv "$web/keywheel/$1.htaccess.txt" "$web/keywheel/.htaccess"
	fi
	sed -i 's,^DATABASE_URL=.*,DATABASE_URL=postgresql://customer:p%40ss%2Fw%231@127.0.0.1/customer,' \
		"$private/keywheel.conf"
	printf '%s\n' "$secret" >"$private/install-secret.txt"
	chown -R www-data:www-data "$web/keywheel"
}

# page FIELD…: send the form of the install page, which must take it.
page() {
	curl -sS -m 60 --fail-with-body -o /root/page "$URL/install" "$@"
}

install_it() {
	timeout 20 sh -c 'until curl -s -m 5 -o /dev/null "$1"; do
		sleep 0.1; done' sh "$URL/install" || return
	page --data-urlencode "secret=$secret" || return
	page -d install=1 --data-urlencode keys@/root/keys -d "proof=$(sed -nE \
		's/.*name="proof" value="([^"]+)".*/\1/p' /root/page)" || return
	sed -nE 's/.*id="token"[^>]*>([^<]+)<.*/\1/p' /root/page >/root/token
	KEYWHEEL_CONF=$private/keywheel.conf \
		MASTER_KEY_FILE=$private/master.key \
		keywheel set BASE_URL http://127.0.0.1:9000/v1beta
}

# A new secret opens the page once more, however its requests are served.
comes_back() {
	echo "$secret-2" >"$private/install-secret.txt"
	page || { rm "$private/install-secret.txt"; return 1; }
	rm "$private/install-secret.txt"
}

# What the host has not.
take_away() {
	rm -rf /usr/local/{bin/keywheel*,libexec/keywheel,share/keywheel} \
		/etc/keywheel /usr/lib/*/lib{fcgi,sndfile,vo-aacenc,pq,curl}.so*
}

server_reload() {
	apachectl graceful
}

server_stop() {
	local pid
	pid=$(cat /run/apache2/apache2.pid)
	apachectl graceful-stop
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.1
	done
}

server_logs() {
	# The other one is the host's, and has each address, with ?key= (see
	# keywheel-shared(7)).
	echo /var/log/apache2/error.log
}
